"""Faults of the service itself: when they raise an alarm, its priority, and its sentence."""

from typing import Any, Final

import pytest

from monitor.core.vocabulary.events import AlarmChanged
from monitor.core.vocabulary.inputs import ServiceFault
from monitor.core.vocabulary.words import FaultCondition
from tests.core.course import START, Course, Told

BROKER: Final = "broker_lost"
STORAGE: Final = "storage_fault"


def brief(told: list[Told]) -> list[tuple[float, str, str]]:
    return [(t, change, priority) for t, change, _, priority in told]


def reasons(course: Course, condition: str) -> list[str]:
    return [
        e.alarm.reason
        for e in course.events
        if isinstance(e, AlarmChanged) and e.alarm.condition == condition
    ]


@pytest.mark.parametrize(("condition", "after_the_dose"), [
    (BROKER, [(300, "raised", "low"), (361, "escalated", "medium"), (700, "cleared", "medium")]),
    (STORAGE, [(300, "raised", "medium"), (700, "cleared", "medium")]),
    ("broker_contested", [(300, "raised", "high"), (700, "cleared", "high")]),
    ("broker_open", [(300, "raised", "high"), (700, "cleared", "high")]),
])  # fmt: skip
def test_each_opens_once_by_its_steps_and_closes_once(
    condition: FaultCondition, after_the_dose: list[tuple[float, str, str]]
) -> None:
    for dosed in (True, False):
        course = Course()
        if dosed:
            course.dose(200)
        course.fault(300, condition)
        course.fault(310, condition, "said once more")
        course.advance(600)
        course.fault_over(700, condition)
        course.fault_over(710, condition)
        before = [(300, "raised", "low"), (700, "cleared", "low")]
        assert brief(course.told(condition)) == (after_the_dose if dosed else before)


def test_a_minute_is_counted_from_the_beginning_with_a_second_of_grace() -> None:
    course = Course()
    course.dose(200)
    course.apply(302, ServiceFault(BROKER, "gone", since=START + 300))
    assert course.deadline == 361
    alarm = course.standing(BROKER)
    assert alarm is not None
    assert (alarm.onset, alarm.raised_at) == (START + 300, START + 302)
    course.advance(360.75)
    assert course.priority(BROKER) == "low"
    course.advance(361)
    assert course.priority(BROKER) == "medium"


@pytest.mark.parametrize(("since", "onset"), [(-50, 0), (700, 400), (None, 400), (399, 399)])
def test_it_begins_within_the_session_and_not_ahead_of_time(
    since: float | None, onset: float
) -> None:
    course = Course()
    given = ServiceFault(STORAGE, "full", since=None if since is None else START + since)
    course.apply(400, given)
    alarm = course.standing(STORAGE)
    assert alarm is not None
    assert alarm.onset == START + onset


@pytest.mark.parametrize("condition", [BROKER, STORAGE])
def test_the_dose_makes_it_as_urgent_as_it_is_after_one(condition: FaultCondition) -> None:
    course = Course()
    course.fault(100, condition)
    course.advance(250)
    course.dose(260)
    assert brief(course.told(condition)) == [(100, "raised", "low"), (260, "escalated", "medium")]


def test_both_stand_beside_each_other_and_end_apart() -> None:
    course = Course()
    course.fault(10, BROKER)
    course.fault(11, STORAGE)
    course.fault_over(20, BROKER)
    assert course.standing(BROKER) is None
    assert course.standing(STORAGE) is not None


def test_a_fault_may_begin_again_and_is_another_alarm() -> None:
    course = Course(devices={})
    for t in (10, 30):
        course.fault(t, BROKER)
        course.fault_over(t + 10, BROKER)
    ids = [e.alarm.id for e in course.events if isinstance(e, AlarmChanged)]
    assert ids == ["e-1-1", "e-1-1", "e-1-2", "e-1-2"]


@pytest.mark.parametrize(("condition", "words"), [
    (BROKER, (
        "The link to the devices is lost, since before the dose: it hung up. "
        "Nothing that devices measure is watched. "
        "The devices can be heard again, after 90 s: the service restarted."
    )),
    (STORAGE, (
        "The database takes no writes, since before the dose: it hung up. "
        "What comes is watched, and is not on the record yet. "
        "The database takes writes again, after 90 s: the service restarted."
    )),
    ("broker_contested", (
        "The connection to the broker is disputed, since before the dose: it hung up. "
        "Readings may go to somebody else, and not be watched. "
        "The connection to the broker is undisputed again, after 90 s: the service restarted."
    )),
    ("broker_open", (
        "The broker cannot be trusted, since before the dose: it hung up. "
        "Readings may be anybody's: compare them with the device's own display. "
        "The broker asks everybody for credentials again, after 90 s: the service restarted."
    )),
])  # fmt: skip
def test_the_sentence_says_what_since_when_why_and_what_follows(
    condition: FaultCondition, words: str
) -> None:
    course = Course()
    course.fault(10, condition, "it hung up.")
    course.fault_over(100, condition, "the service restarted")
    assert " ".join(reasons(course, condition)) == words


def test_the_sentence_without_a_cause_and_minutes_after_the_dose() -> None:
    course = Course()
    course.dose(0)
    course.fault(180, BROKER)
    course.fault_over(480, BROKER)
    said = reasons(course, BROKER)
    assert said[0].startswith("The link to the devices is lost, since 3 min after the dose. ")
    assert said[1].startswith("The link to the devices is lost, since 3 min after the dose. ")
    assert said[2] == "The devices can be heard again, after 5 min."


@pytest.mark.parametrize("condition", [BROKER, STORAGE])
def test_it_ends_no_alarm_about_the_patient(condition: FaultCondition) -> None:
    course = Course()
    course.beat(0, 60, 145)
    course.fault(61, condition)
    course.fault_over(900, condition)
    assert course.priority("hr_high") == "high"
    changed: list[Any] = [t for t in course.told() if t[2] == "hr_high"]
    assert len(changed) == 1


PLAIN: Final[list[tuple[FaultCondition, str, str]]] = [
    (BROKER, "[Errno 111] Connection refused", "the broker refused the connection"),
    (BROKER, "[Errno 111] Connect call failed ('::1', 1883)", "the broker refused the connection"),
    (BROKER, "Connection refused", "the broker refused the connection"),
    (BROKER, "[Errno 110] Connection timed out", "the broker does not answer"),
    (BROKER, "[Errno 113] No route to host", "the network does not reach the broker"),
    (BROKER, "[Errno 101] Network is unreachable", "the network does not reach the broker"),
    (BROKER, "[Errno 104] Connection reset by peer", "the broker ended the connection"),
    (BROKER, "[Errno -2] Name or service not known", "the broker's name cannot be found"),
    (BROKER, "the broker refuses our credentials", "the broker refuses our credentials"),
    (BROKER, "[Errno 99] Something else.", "Something else"),
    (STORAGE, "[Errno 28] No space left on device", "the disk is full"),
]  # fmt: skip


@pytest.mark.parametrize(("condition", "reason", "words"), PLAIN)
def test_no_number_of_the_system_stands_in_a_sentence(
    condition: FaultCondition, reason: str, words: str
) -> None:
    course = Course()
    course.fault(300, condition, reason)
    (raised,) = reasons(course, condition)
    assert f": {words}. " in raised
    assert "Errno" not in raised
    course.fault_over(700, condition, reason)
    assert reasons(course, condition)[-1].endswith(f": {words}.")
