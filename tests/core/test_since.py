"""An alarm's times and first priority: since when its priority applies, and since when it calls."""

from typing import Final

import msgspec
import pytest
from hypothesis import given

from monitor.core.alarms.signal import RAISE_AGAIN_S, AlarmBook, Finding
from monitor.core.encounter import Encounter
from monitor.core.vocabulary.events import Alarm, AlarmChanged, Notice
from monitor.core.vocabulary.inputs import Contact
from monitor.core.vocabulary.reasons import plain
from monitor.core.vocabulary.words import RANK, Priority
from tests.core.course import START, Course
from tests.core.scripts import Script, inputs, scripts
from tests.core.test_laws import LAW, turns

ONSET: Final = 5.0
# Events, second by second, from 10 on: a priority at which it holds, or an acknowledgement.
Story = list[Priority | str]
Told = tuple[str, float, float, float]  # began, priority_since, worst_since, called_at


@pytest.mark.parametrize(("story", "told"), [
    (["low"], ("low", ONSET, ONSET, 10)),
    (["high"], ("high", ONSET, ONSET, 10)),
    (["low", "low"], ("low", ONSET, ONSET, 10)),
    (["low", "high"], ("low", 11, 11, 11)),
    (["low", "seen", "high"], ("low", 12, 12, 12)),
    (["low", "medium", "high"], ("low", 12, 12, 12)),
    (["high", "low"], ("high", 11, ONSET, 10)),              # easing calls no one
    (["low", "high", "low"], ("low", 12, 11, 11)),
    (["low", "high", "low", "high"], ("low", 13, 11, 13)),   # twice as bad, the first time counts
    (["high", "seen"], ("high", ONSET, ONSET, 10)),
])  # fmt: skip
def test_since_when(story: Story, told: Told) -> None:
    book = AlarmBook("e-1")
    for at, what in enumerate(story, start=10):
        if what == "seen":
            book.acknowledge("e-1-1", "thea", at)
        else:
            _hold(book, what, at)
    (alarm,) = book
    assert _told(alarm) == told


def test_what_is_still_there_calls_again_and_is_high_since_the_same_time() -> None:
    book = AlarmBook("e-1")
    _hold(book, "high", 10)
    book.acknowledge("e-1-1", "thea", 20)
    book.persist(20 + RAISE_AGAIN_S)
    (alarm,) = book
    assert _told(alarm) == ("high", ONSET, ONSET, 20 + RAISE_AGAIN_S)


def test_what_is_worse_at_the_same_priority_calls_again_too() -> None:
    book = AlarmBook("e-1")
    _hold(book, "high", 10)
    book.acknowledge("e-1-1", "thea", 20)
    _hold(book, "high", 30, worse=True)
    (alarm,) = book
    assert _told(alarm) == ("high", ONSET, ONSET, 30)


def _hold(book: AlarmBook, priority: str, at: float, *, worse: bool = False) -> None:
    found = Finding(priority=priority, onset=ONSET, because=plain("It is."), worse=worse)  # type: ignore[arg-type]
    book.hold("hr_high", "hr_high", "physiological", found, at, vital="hr")


def _told(alarm: Alarm) -> Told:
    assert alarm.began is not None
    assert alarm.priority_since is not None
    assert alarm.worst_since is not None
    assert alarm.called_at is not None
    return alarm.began, alarm.priority_since, alarm.worst_since, alarm.called_at


@LAW
@given(scripts)
def test_it_is_what_the_transitions_said_one_after_another(script: Script) -> None:
    followed: dict[str, Told] = {}
    before: dict[str, tuple[Priority, Priority]] = {}
    for _, turn in turns(inputs(script)):
        for event in turn.events:
            if not isinstance(event, AlarmChanged):
                continue
            alarm = event.alarm
            if alarm.id not in followed:
                followed[alarm.id] = (alarm.priority, alarm.onset, alarm.onset, event.at)
                before[alarm.id] = (alarm.priority, alarm.priority)
            began, since, worst_since, called = followed[alarm.id]
            was, worst = before[alarm.id]
            since = event.at if alarm.priority != was else since
            if RANK[alarm.priority] > RANK[worst]:
                worst, worst_since = alarm.priority, event.at
            called = event.at if event.transition in ("raised", "escalated") else called
            followed[alarm.id] = (began, since, worst_since, called)
            before[alarm.id] = (alarm.priority, worst)
            assert _told(alarm) == followed[alarm.id]


def risen() -> Course:
    """Low from 100 on, acknowledged at 200, high at 300."""
    course = Course()
    course.contacts(1, Contact(id=1, name="Anna", after_s=30))
    course.bp(0, 128, 80)
    course.dose(10)
    course.bp(100, 152, 80)
    course.bp(170, 153, 80)
    low = course.standing("sbp_high")
    assert low is not None
    assert low.priority == "low"
    course.acknowledge(200, low.id)
    course.bp(300, 184, 80)
    return course


def test_a_notice_says_what_the_alarm_began_as_and_comes_when_it_did_before() -> None:
    course = risen()
    course.advance(331)
    (notice,) = [
        e for e in course.events if isinstance(e, Notice) and e.alarm_id == _high(course).id
    ]
    assert (notice.priority, notice.began) == ("high", "low")
    assert (notice.onset, notice.priority_since, notice.called_at) == (
        START + 100, START + 300, START + 300,
    )  # fmt: skip
    assert notice.at == START + 330, "counted as it was"


def test_a_notice_of_what_only_came_on_says_no_more() -> None:
    course = Course()
    course.contacts(1, Contact(id=1, name="Anna", after_s=0))
    course.bp(0, 128, 80)
    course.dose(10)
    course.bp(100, 184, 80)
    notices = [e for e in course.events if isinstance(e, Notice)]
    assert notices
    assert {(n.priority_since == n.onset, n.called_at) for n in notices} == {(True, None)}


def _high(course: Course) -> Alarm:
    alarm = course.standing("sbp_high")
    assert alarm is not None
    return alarm


def test_a_snapshot_from_before_still_comes_up_and_what_it_does_not_say_stays_unknown() -> None:
    course = risen()
    old = msgspec.json.decode(course.encounter.snapshot())
    for alarm in old["state"]["alarms"]["standing"].values():
        for name in ("began", "priority_since", "worst_since", "called_at"):
            del alarm[name]
    again = Encounter.restore(msgspec.json.encode(old))
    alarm = again.state.alarms.standing["sbp_high"]
    assert (alarm.priority, alarm.began, alarm.priority_since) == ("high", None, None)
    again.advance(START + 5000)
