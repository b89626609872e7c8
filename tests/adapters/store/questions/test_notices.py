"""The ledger, subscribed browsers, the service's keys, and the data of figures."""

from typing import Any

import msgspec
import pytest

from monitor.adapters.store import Entry, Missing, NoticeRow, Store
from monitor.adapters.store.questions.browsers import MOST, add_browser, drop_browser, list_browsers
from monitor.adapters.store.questions.burdens import course_of, courses_of
from monitor.adapters.store.questions.notices import (
    key,
    notices_of_alarm,
    notices_of_encounter,
    notices_of_message,
    waiting_notices,
)
from monitor.adapters.store.questions.users import add_user, change_user
from monitor.adapters.store.tables.store_errors import Owned
from monitor.core.vocabulary.events import Alarm, AlarmChanged, Closed, Unwatched
from monitor.core.vocabulary.inputs import Attended, Input, Rated
from monitor.core.vocabulary.words import Change, Presence
from tests.adapters.store.running import Running
from tests.adapters.store.sessions import T0


def notice(n: int, **more: Any) -> NoticeRow:
    about: dict[str, Any] = {
        "message": f"m{n}", "encounter": "e0", "alarm": f"e0-{n}", "contact": 1, "name": "Anna",
        "channel": "json", "channel_index": 0, "priority": "high", "kind": "physiological",
        "onset": T0, "queued_at": T0, "at": T0,
    }  # fmt: skip
    return NoticeRow(id=f"n{n}.0", **about | more)


async def test_of_a_notice_the_newest_state_is_kept_and_the_order_is_the_first_s(
    store: Running,
) -> None:
    first, second, third = notice(1), notice(2), notice(3, alarm="e0-1", encounter="e1")
    store.append(Entry(encounter_id="", at=T0, notices=[first, second, third]))
    sent = msgspec.structs.replace(first, state="sent", attempts=1, sent_at=T0 + 1)
    store.append(Entry(encounter_id="", at=T0, notices=[notice(1, state="retrying"), sent]))
    await store.flush()
    assert await store.read(waiting_notices) == [second, third]
    assert await store.read(notices_of_alarm, "e0-1") == [sent, third]
    assert await store.read(notices_of_encounter, "e0") == [sent, second]
    assert await store.read(notices_of_message, "m2") == [second]


def test_a_key_is_made_once(migrated: Store) -> None:
    assert migrated.run(key, "notices", "first") == "first"
    assert migrated.run(key, "notices", "second") == "first"
    assert migrated.run(key, "vapid", "third") == "third"


def test_a_browser_is_its_owner_s_alone_and_nobody_has_too_many(migrated: Store) -> None:
    for name, role in (("thea", "therapist"), ("mara", "admin"), ("vera", "viewer")):
        migrated.run(add_user, name, role, "hash", T0)
        migrated.run(add_browser, name, f"https://push.example/{name}", "p", "a", T0)
    assert [row.user for row in migrated.run(list_browsers)] == ["thea", "mara"]
    with pytest.raises(Owned) as owned:
        migrated.run(add_browser, "mara", "https://push.example/thea", "p2", "a2", T0 + 1)
    assert "thea" not in str(owned.value)
    migrated.run(drop_browser, "https://push.example/thea", "mara")
    migrated.run(add_browser, "thea", "https://push.example/thea", "p2", "a2", T0 + 1)
    found = migrated.run(list_browsers)
    assert [(row.user, row.p256dh) for row in found] == [("thea", "p2"), ("mara", "p")]
    migrated.run(drop_browser, "https://push.example/thea", "thea")
    assert [row.user for row in migrated.run(list_browsers)] == ["mara"]
    for n in range(MOST + 3):
        migrated.run(add_browser, "mara", f"https://push.example/{n}", "p", "a", T0 + 10 + n)
    kept = [row.endpoint for row in migrated.run(list_browsers)]
    assert kept == [f"https://push.example/{n}" for n in range(3, MOST + 3)]
    migrated.run(drop_browser, kept[0])
    migrated.run(drop_browser, "https://push.example/nobody")
    assert len(migrated.run(list_browsers)) == MOST - 1
    with pytest.raises(Missing):
        migrated.run(add_browser, "nobody", "https://push.example/x", "p", "a", T0)


@pytest.mark.parametrize("change", [{"disabled": True}, {"role": "viewer"}])
def test_who_may_not_act_any_more_loses_the_browsers(
    migrated: Store, change: dict[str, object]
) -> None:
    for name in ("thea", "mara"):
        migrated.run(add_user, name, "therapist", "hash", T0)
        migrated.run(add_browser, name, f"https://push.example/{name}", "p", "a", T0)
    migrated.run(change_user, "thea", **change)  # type: ignore[arg-type]
    migrated.run(change_user, "thea", disabled=False, role="therapist")
    assert [row.user for row in migrated.run(list_browsers)] == ["mara"]


async def test_what_figures_are_made_of_is_read_off_alarms_and_journal(store: Running) -> None:
    alarm = Alarm(
        id="e0-1", condition="sbp_high", kind="physiological", priority="high", presence="on",
        onset=T0, raised_at=T0, worst="high",
    )  # fmt: skip
    inputs: list[Input] = [
        Attended(watched=False, since=T0 + 10), Attended(watched=True),
        Rated("e0-1", useful=False, by="thea"), Rated("e0-1", useful=True, by="thea"),
        Attended(watched=False),
    ]  # fmt: skip
    store.append(Entry(encounter_id="e0", at=T0, events=[
        AlarmChanged(T0, "raised", alarm), Unwatched(T0 + 5, T0 + 1, T0 + 4, "it was off"),
    ]))  # fmt: skip
    # Acknowledged at 10, on again at 40, acknowledged again at 60.
    steps: list[tuple[float, Change, Presence]] = [
        (10, "acknowledged", "acknowledged"), (40, "raised", "on"),
        (60, "acknowledged", "acknowledged"),
    ]  # fmt: skip
    for at, transition, presence in steps:
        alarm = msgspec.structs.replace(alarm, presence=presence, acknowledged_at=T0 + at)
        events = [AlarmChanged(T0 + at, transition, alarm)]
        store.append(Entry(encounter_id="e0", at=T0 + at, events=events))
    for n, given in enumerate(inputs):
        store.append(Entry(encounter_id="e0", at=T0 + 20 + n, input=given))
    await store.flush()
    course = await store.read(course_of, "e0", T0 + 100)
    assert course is not None
    assert (course.until, course.dosed_at) == (T0 + 100, None)
    assert [a.id for a in course.alarms] == ["e0-1"]
    assert list(course.blind) == [(T0 + 1, T0 + 4)]
    assert list(course.unattended) == [(T0 + 10, T0 + 21), (T0 + 24, T0 + 100)]
    assert course.ratings == {"e0-1": True}
    assert course.answered == {"e0-1": 20.0}
    assert course.waited == {"e0-1": [(T0, T0 + 10), (T0 + 40, T0 + 60)]}
    assert await store.read(course_of, "nobody", T0) is None
    assert await store.read(courses_of, "real", 0.0, T0 + 1000) == []
    store.append(Entry(encounter_id="e0", at=T0 + 90, events=[Closed(T0 + 90, "thea")]))
    await store.flush()
    mode = "test"
    (closed,) = await store.read(courses_of, mode, 0.0, T0 + 1000)
    assert closed.until == T0 + 90
    assert await store.read(courses_of, mode, T0 + 1, T0 + 1000) == []
