"""Timers: each condition that time alone raises, and the dose that makes them more urgent."""

from collections.abc import Callable
from typing import Final

import pytest

from monitor.core.vocabulary.inputs import Contact, DeviceFlooding
from tests.core.course import Course, Told


def _dosed(devices: dict[str, str]) -> Course:
    course = Course(devices=devices)
    course.dose(10)
    return course


def _offline() -> Course:
    course = Course(devices={"hub": "gateway"})
    course.status_of(100, "hub", online=False)
    return course


def _hole() -> Course:
    course = Course(devices={"hub": "gateway"})
    for seq in (1, 3):
        course.observe(100, "hub", {"temp": 36.6}, seq=seq)
    return course


def _broker() -> Course:
    course = _dosed({})
    course.fault(100, "broker_lost")
    return course


def _alone() -> Course:
    course = _dosed({})
    course.attended(100, watched=False)
    return course


# The wait, and the second in which it raises an alarm if no input comes.
WAITING: Final[list[tuple[Callable[[], Course], Told]]] = [
    (lambda: Course(devices={"strap": "heart_rate"}), (31, "raised", "no_data", "low")),
    (_offline, (111, "raised", "device_offline", "low")),
    (_hole, (160, "raised", "sequence_gap", "low")),
    (_broker, (161, "escalated", "broker_lost", "medium")),
    (_alone, (115, "raised", "unattended", "medium")),
    # The first pressure is due a quarter of an hour after the dose, and overdue two minutes later.
    (lambda: _dosed({"cuff": "cuff"}), (1031, "raised", "bp_overdue", "low")),
]


@pytest.mark.parametrize(("begin", "due"), WAITING, ids=[due[2] for _, due in WAITING])
def test_time_alone_raises_it_in_its_own_second(begin: Callable[[], Course], due: Told) -> None:
    course = begin()
    course.advance(due[0] - 0.25)
    assert due not in course.told()
    course.advance(due[0] + 0.25)
    assert course.told()[-1] == due


def _troubled(course: Course) -> None:
    for t in range(100, 120):
        course.hr(t, 66, contact=False)


def _unreached(course: Course) -> None:
    course.contacts(100, Contact(id=1, name="Anna"), Contact(id=2, name="Bert"))
    course.reported(101, "e-1-1", 1, ok=False)


URGENT: Final[list[tuple[str, Callable[[Course], object]]]] = [
    ("device_offline", lambda course: course.status_of(60, "strap", online=False)),
    ("sensor_contact", _troubled),
    ("device_flooding", lambda course: course.apply(100, DeviceFlooding("strap"))),
    ("notice_failed", _unreached),
]


@pytest.mark.parametrize(("condition", "begin"), URGENT, ids=[name for name, _ in URGENT])
def test_low_before_the_dose_is_medium_with_it(
    condition: str, begin: Callable[[Course], object]
) -> None:
    course = Course(devices={"strap": "heart_rate"})
    begin(course)
    course.advance(125)
    assert course.priority(condition) == "low"
    course.dose(125)
    assert course.told(condition)[-1] == (125, "escalated", condition, "medium")


def test_a_trouble_that_raises_nothing_yet_is_not_raised_by_the_dose() -> None:
    course = Course(devices={"strap": "heart_rate"})
    for t in range(100, 104):
        course.hr(t, 66, contact=False)
    course.dose(105)
    assert course.told("sensor_contact") == []


def test_the_dose_makes_a_long_silence_more_urgent_at_once() -> None:
    course = Course()
    course.hr(10, 70)
    course.advance(200)
    course.dose(200)
    assert course.told("no_data") == [
        (41, "raised", "no_data", "low"),
        (200, "escalated", "no_data", "medium"),
    ]


def test_a_short_silence_becomes_urgent_in_its_own_time() -> None:
    course = Course()
    course.hr(10, 70)
    course.dose(60)
    course.advance(300)
    assert course.told("no_data") == [
        (41, "raised", "no_data", "low"),
        (131, "escalated", "no_data", "medium"),
    ]
