"""Observations, alarms and episodes are what the events said, page by page."""

import pytest
from msgspec.structs import replace

from monitor.adapters.store import BadCursor, Entry, Page
from monitor.adapters.store.findings import (
    ObservationRow,
    find_alarm,
    list_alarms,
    list_episodes,
    list_observations,
)
from monitor.core.events import Blinded, Episode, EpisodeChanged
from tests.adapters.store.running import Running
from tests.adapters.store.sessions import T0, alarm, judged, reading


async def filled(store: Running) -> None:
    """Readings 1 to 9 of e0, each with hr and sbp; 4 came late, 6 is rejected."""
    for n in range(1, 10):
        state = "rejected" if n == 6 else "accepted"
        effective = T0 + (0.5 if n == 4 else n)
        verdicts = [
            judged(n, 60.0 + n, vital=vital, effective=effective, state=state)  # type: ignore[arg-type]
            for vital in ("hr", "sbp")
        ]
        store.append(reading(n, verdicts=verdicts))
    store.append(reading(3, "e1"))
    await store.flush()


async def everything(store: Running, limit: int, **wanted: object) -> list[ObservationRow]:
    """All pages of a listing, one after another."""
    rows: list[ObservationRow] = []
    after: str | None = None
    while True:
        got: Page[ObservationRow] = await store.read(
            list_observations,
            "e0",
            limit,
            after,
            **wanted,  # type: ignore[arg-type]
        )
        rows += got.items
        after = got.next
        if after is None:
            assert got.count == len(rows)
            return rows


@pytest.mark.parametrize("limit", [1, 4, 5, 18, 100])
async def test_every_reading_is_listed_once_oldest_measurement_first(
    store: Running, limit: int
) -> None:
    await filled(store)
    rows = await everything(store, limit)
    assert [row.seq for row in rows if row.vital == "hr"] == [4, 1, 2, 3, 5, 6, 7, 8, 9]
    assert len({row.id for row in rows}) == 18


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        ({"vital": "sbp"}, [4, 1, 2, 3, 5, 6, 7, 8, 9]),
        ({"vital": "hr", "state": "rejected"}, [6]),
        ({"vital": "hr", "since": T0 + 3, "until": T0 + 7}, [3, 5, 6]),
        ({"vital": "temp"}, []),
    ],
)
async def test_a_listing_can_be_narrowed(
    store: Running, wanted: dict[str, object], numbers: list[int]
) -> None:
    await filled(store)
    assert [row.seq for row in await everything(store, 2, **wanted)] == numbers


async def test_an_observation_says_everything_that_was_judged(store: Running) -> None:
    verdict = replace(
        judged(1, 36.649999999999999, vital="temp", state="suspect"), measured=None, seq=None
    )
    await store.commit(reading(1, verdicts=(verdict,)))
    (row,) = await everything(store, 10)
    for name in ObservationRow.__struct_fields__[1:]:
        assert getattr(row, name) == getattr(verdict, name), name


@pytest.mark.parametrize("after", ["", "x", "1", "1_x", "_3"])
async def test_a_mark_that_was_never_given_out_is_refused(store: Running, after: str) -> None:
    with pytest.raises(BadCursor):
        await store.read(list_observations, "e0", 10, after)


async def test_an_alarm_is_listed_in_its_newest_state_where_it_was_raised(store: Running) -> None:
    first, second = alarm(9, "raised", "on"), alarm(10, "raised", "on")
    taken = alarm(9, "acknowledged", "acknowledged", at=T0 + 3)
    store.append(Entry("e0", T0, None, (first,)))
    store.append(Entry("e0", T0 + 1, None, (second, alarm(1, "raised", "on", encounter="e1"))))
    await store.flush()
    # Twice in one commit: the newest state is the one that stays.
    store.append(Entry("e0", T0 + 2, None, (alarm(9, "escalated", "on"), taken)))
    await store.flush()
    one = await store.read(list_alarms, "e0", 1)
    two = await store.read(list_alarms, "e0", 9, one.next)
    assert one.items == [taken.alarm]
    assert two.items[0] == second.alarm
    assert one.count == 3
    assert await store.read(find_alarm, "e0-9") == ("e0", taken.alarm)
    assert await store.read(find_alarm, "e0-77") is None


async def test_an_alarm_that_lost_its_data_is_listed_as_such(store: Running) -> None:
    unseen = replace(alarm(9, "raised", "on").alarm, data_lost_at=T0 + 1)
    store.append(Entry("e0", T0, None, (alarm(9, "raised", "on"),)))
    store.append(Entry("e0", T0 + 40, None, (Blinded(T0 + 40, unseen),)))
    await store.flush()
    assert (await store.read(list_alarms, "e0", 9)).items == [unseen]


async def test_an_episode_is_listed_in_its_newest_state(store: Running) -> None:
    def episode(number: int, end: float | None = None) -> EpisodeChanged:
        times = {"onset": T0, "peak_at": T0, "end": end}
        return EpisodeChanged(T0, Episode(number=number, vital="hr", peak=131, limit=120, **times))  # type: ignore[arg-type]

    store.append(Entry("e0", T0, None, (episode(0), episode(1), episode(2))))
    store.append(Entry("e0", T0 + 60, None, (episode(1, end=T0 + 60),)))
    await store.flush()
    one = await store.read(list_episodes, "e0", 2)
    two = await store.read(list_episodes, "e0", 2, one.next)
    ends = [(found.number, found.end) for found in one.items + two.items]
    assert ends == [(0, None), (1, T0 + 60), (2, None)]
    assert (one.count, two.next) == (3, None)
