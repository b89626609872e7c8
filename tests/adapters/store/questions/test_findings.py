"""Observations, alarms and episodes match the events, page by page."""

import pytest
from msgspec import UNSET
from msgspec.structs import replace

from monitor.adapters.store import BadCursor, Entry, Page
from monitor.adapters.store.questions.encounters import read_journal
from monitor.adapters.store.questions.findings import (
    ObservationRow,
    find_alarm,
    list_alarms,
    list_episodes,
    list_observations,
)
from monitor.adapters.store.tables.beats import packed
from monitor.core.vocabulary.events import Blinded, Episode, EpisodeChanged, Judged, Rejudged
from monitor.core.vocabulary.reasons import Reason
from monitor.core.vocabulary.words import Verdict
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
    """Return all pages of a listing, one after another."""
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


async def test_the_row_of_a_reading_has_the_sentence_of_a_reason_that_is_data(
    store: Running,
) -> None:
    doubted = replace(judged(1, state="suspect"), reason="", because=Reason("no_skin"))
    await store.commit(reading(1, verdicts=(doubted,)))
    (row,) = await everything(store, 10)
    assert row.reason == "the sensor reports no skin contact"
    assert row.because == doubted.because
    anew = Rejudged(
        at=T0 + 2, keys=(doubted.key,), state="suspect", effective=T0 + 1,
        because=Reason("same_pressures"),
    )  # fmt: skip
    await store.commit(Entry("e0", T0 + 2, None, [anew]))
    (row,) = await everything(store, 10)
    assert row.reason == "the very same systolic, diastolic and mean as the reading before"
    assert row.because == anew.because
    believed = replace(anew, at=T0 + 3, state="accepted", because=None)
    await store.commit(Entry("e0", T0 + 3, None, [believed]))
    (row,) = await everything(store, 10)
    assert (row.reason, row.because) == ("", UNSET)


async def test_beats_are_kept_in_whole_milliseconds_and_what_is_none_is_left_out(
    store: Running,
) -> None:
    beats = (812.5, float("nan"), 299.0, -1.0, 0.0, 65_535.0, 70_000.0, 799.8046875)
    told = replace(judged(1), rr=beats)
    store.append(reading(1, verdicts=(told,)))
    store.append(reading(2, verdicts=(replace(judged(2, 128, vital="sbp"), user=2),)))
    await store.flush()
    beating, pressure = await everything(store, 10)
    assert beating.rr == (812, 299, 65_535, 800)
    assert (beating.user, pressure.user, pressure.rr) == (None, 2, ())
    assert packed(beats) == bytes.fromhex("2c03 2b01 ffff 2003")


def rejudged(n: int, state: Verdict, reason: str, *keys: str) -> Entry:
    event = Rejudged(at=T0 + n, keys=keys, state=state, reason=reason, effective=T0 - 86_400)
    return Entry("e0", T0 + n, None, (event,))


@pytest.mark.parametrize("commits", [(5,), (1, 4), (3, 2), (1, 1, 1, 1, 1)])
async def test_what_is_thought_of_a_row_changes_with_the_last_word(
    store: Running, commits: tuple[int, ...]
) -> None:
    """Whether a row and its later judgement come in one commit or in several."""
    both = [judged(1, v, vital=vital, state="suspect") for vital, v in (("sbp", 190), ("dbp", 114))]
    keys = [verdict.key for verdict in both]
    entries = [
        reading(1, verdicts=both),
        rejudged(2, "accepted", "", *keys, "a key of no row"),
        reading(3, verdicts=(replace(judged(3), key=keys[0]),)),  # the same again: ignored
        rejudged(4, "late", "Stored in the cuff, measured a day ago.", *keys),
        reading(5, "e1", verdicts=(both[0],)),  # the same key in another session
    ]
    for size in commits:
        for _ in range(size):
            store.append(entries.pop(0))
        await store.flush()
    rows = await everything(store, 10)
    assert [(row.value, row.state, row.reason, row.effective) for row in rows] == [
        (value, "late", "Stored in the cuff, measured a day ago.", T0 - 86_400)
        for value in (190, 114)
    ]
    (other,) = (await store.read(list_observations, "e1", 10)).items
    assert (other.state, other.effective) == ("suspect", both[0].effective)
    steps = await store.read(read_journal, "e0")
    words = [e.state for s in steps for e in s.events if isinstance(e, Judged | Rejudged)]
    assert words == ["suspect", "suspect", "accepted", "accepted", "late"], "both are kept"


async def test_a_row_that_is_thought_of_anew_keeps_its_beats_and_its_user(store: Running) -> None:
    told = replace(judged(1), rr=(800.0, 810.0), user=3)
    await store.commit(reading(1, verdicts=(told,)))
    await store.commit(rejudged(2, "suspect", "Another user's.", told.key))
    (row,) = await everything(store, 10)
    assert (row.state, row.rr, row.user) == ("suspect", (800, 810), 3)


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
    # Twice in one commit: the newest state remains.
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
