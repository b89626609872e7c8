"""What a device's clock and its numbering tell: `clock_skew`, `sequence_gap`."""

from typing import Final

import pytest

from monitor.core.encounter import Encounter
from tests.core.course import Course, dosed

DAY: Final = 86_400.0


def ticking(course: Course, since: float, until: float, ahead: float) -> None:
    """A strap whose clock is so far ahead of ours, one reading a second."""
    t = since
    while t < until:
        course.hr(t, 70, measured=t - 0.5 + ahead, sent=t + ahead)
        t += 1.0


@pytest.mark.parametrize(
    ("ahead", "said"),
    [
        (60.0, None), (-60.0, None), (61.0, "1 min ahead"), (-61.0, "1 min behind"),
        (7300.0, "2 h ahead"), (-9 * 365 * DAY, "3285 days behind"), (-2000 * 365 * DAY, "behind"),
    ],
)  # fmt: skip
def test_a_clock_that_is_off_by_more_than_a_minute_is_told(ahead: float, said: str | None) -> None:
    course = Course()
    ticking(course, 10, 20, ahead)
    told = course.told("clock_skew")
    if said is None:
        assert told == []
        return
    assert told == [(12, "raised", "clock_skew", "low")]  # three readings bear it out
    alarm = course.standing("clock_skew")
    assert alarm is not None
    assert said in alarm.reason
    assert {j.state for j in course.judged("hr")} == {"accepted"}


def test_one_wild_time_tells_nothing() -> None:
    course = Course()
    ticking(course, 10, 20, 0)
    ticking(course, 20, 22, 5000)
    ticking(course, 22, 40, 0)
    assert course.told("clock_skew") == []


def test_a_clock_that_is_set_right_ends_it_and_a_far_one_is_medium_after_the_dose() -> None:
    course = dosed()
    ticking(course, 800, 810, 3600)
    ticking(course, 810, 820, 40)  # near, but not right
    ticking(course, 820, 830, 1)
    assert course.told("clock_skew") == [
        (802, "raised", "clock_skew", "medium"), (822, "cleared", "clock_skew", "medium"),
    ]  # fmt: skip


def send(course: Course, t: float, *numbers: int) -> None:
    for n in numbers:
        course.hr(t, 70, seq=n, boot="a")


def test_numbers_that_do_not_come_are_told_after_a_minute_and_passed_after_another() -> None:
    course = Course(devices={"strap": "heart_rate"})
    send(course, 10, 1, 2, 6)
    course.advance(69)
    assert course.told("sequence_gap") == []
    course.advance(70)
    assert course.told("sequence_gap") == [(70, "raised", "sequence_gap", "low")]
    alarm = course.standing("sequence_gap")
    assert alarm is not None
    assert "3 readings (numbers 3 to 5)" in alarm.reason
    send(course, 100, 7)
    assert course.priority("sequence_gap") == "low"
    send(course, 130, 8)
    assert course.told("sequence_gap")[1:] == [(130, "cleared", "sequence_gap", "low")]
    send(course, 140, 9)
    course.advance(900)
    assert len(course.told("sequence_gap")) == 2


def test_a_hole_that_is_filled_in_time_is_nothing() -> None:
    course = Course(devices={"strap": "heart_rate"})
    send(course, 10, 1, 2, 6)
    send(course, 40, 4, 3, 5)
    course.advance(600)
    assert course.told("sequence_gap") == []


def test_a_hole_that_is_filled_late_ends_it() -> None:
    course = Course(devices={"strap": "heart_rate"})
    send(course, 10, 1, 3)
    course.advance(100)
    send(course, 110, 2)
    assert [t[:2] for t in course.told("sequence_gap")] == [(70, "raised"), (110, "cleared")]
    send(course, 120, 9)
    course.advance(200)
    assert [t[:2] for t in course.told("sequence_gap")][2:] == [(180, "raised")]


def test_a_restart_is_no_hole_and_a_device_that_leaves_takes_its_alarms_along() -> None:
    course = Course(devices={"strap": "heart_rate"})
    send(course, 10, 1, 2)
    course.hr(11, 70, seq=40, boot="b")
    course.advance(100)
    assert course.told("sequence_gap") == []
    send(course, 110, 9)
    ticking(course, 120, 124, 900)
    course.advance(175)
    course.change_devices(180, remove=["strap"])
    assert {t[2] for t in course.told() if t[0] == 180} >= {"sequence_gap", "clock_skew"}


def test_a_hole_outlives_a_restart_of_the_service() -> None:
    course = Course(devices={"strap": "heart_rate"})
    send(course, 10, 1, 5)
    course.encounter = Encounter.restore(course.encounter.snapshot())
    course.advance(70)
    assert course.told("sequence_gap") == [(70, "raised", "sequence_gap", "low")]
