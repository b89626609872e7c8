"""`sequence_gap`: numbers that do not come, come late, or are lost."""

import pytest

from monitor.core.encounter import Encounter
from monitor.core.sentences.english import sentence
from monitor.core.vocabulary.events import NumberReused
from monitor.core.vocabulary.inputs import DeviceFlooding
from tests.core.course import Course, changes, ticking


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
    assert "3 readings (numbers 3 to 5)" in sentence(alarm)
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


def test_only_what_is_missing_still_is_counted_as_lost() -> None:
    course = Course(devices={"strap": "heart_rate"})
    send(course, 10, 1, 2, 6)
    send(course, 20, 4, 7)
    course.advance(100)
    alarm = course.standing("sequence_gap")
    assert alarm is not None
    assert "2 readings (between numbers 3 and 5)" in sentence(alarm)
    send(course, 140, 8)
    reason = changes(course.events, "sequence_gap")[-1].alarm.reason
    assert reason == "Recorded as lost from device strap: 2 readings."


def test_a_device_that_loses_one_in_five_is_told_of_every_number() -> None:
    course = Course(devices={"strap": "heart_rate"})
    for n in range(600):
        if n % 5 != 4:
            send(course, n, n)
    course.advance(700)
    send(course, 1000, 600)
    send(course, 1200, 601)
    lost = [
        int(c.alarm.reason.split(": ")[1].split(" ")[0])
        for c in changes(course.events, "sequence_gap")
        if c.transition == "cleared"
    ]
    assert sum(lost) == 120
    assert len(lost) == 6  # one alarm at a time, and not one for each number


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


def test_what_a_flooding_device_lacks_is_awaited_for_a_minute_after_the_flood() -> None:
    course = Course(devices={"strap": "heart_rate"})
    send(course, 10, 1, 2, 6)
    course.apply(20, DeviceFlooding("strap"))
    send(course, 140, 7)  # so long after it opened, it would count as lost
    course.advance(200)
    assert course.told("sequence_gap") == []
    course.apply(210, DeviceFlooding("strap", over=True))
    course.advance(269)
    assert course.told("sequence_gap") == []
    course.advance(270)
    assert course.told("sequence_gap") == [(270, "raised", "sequence_gap", "low")]


@pytest.mark.parametrize(("apart", "told"), [(59, True), (60, False), (300, False)])
def test_two_numbers_of_a_slow_sensor_show_no_hole_since_it_may_count_in_steps(
    apart: float, told: bool
) -> None:
    course = Course(devices={"strap": "heart_rate"})
    send(course, 10, 1)
    send(course, 10 + apart, 11)
    course.advance(10 + apart + 120)
    assert bool(course.told("sequence_gap")) == told


def test_a_hole_ends_with_the_number_that_shows_that_the_device_counts_in_steps() -> None:
    course = Course(devices={"strap": "heart_rate"})
    send(course, 10, 1)
    send(course, 20, 11)
    course.advance(80)
    send(course, 81, 21)
    assert [t[:2] for t in course.told("sequence_gap")] == [(80, "raised"), (81, "cleared")]
    reason = changes(course.events, "sequence_gap")[-1].alarm.reason
    assert reason == "Device strap counts by 10: nothing is missing."


@pytest.mark.parametrize("further", [0, 1, 5])
def test_vital_signs_that_are_numbered_far_apart_show_no_hole_between_them(further: int) -> None:
    course = Course(devices={"hub": "gateway"})
    for seq in (1, 2, 3):
        course.observe(10 + seq, "hub", {"hr": 70.0}, seq=seq)
    for n in range(1 + further):
        course.observe(20 + n, "hub", {"temp": 36.6}, seq=100 + n)
    course.advance(200)
    assert course.told("sequence_gap") == []
    # It goes on beyond the other: they have one count, and the numbers between are lost.
    course.observe(210, "hub", {"hr": 70.0}, seq=103 + further)
    course.advance(300)
    assert [t[:2] for t in course.told("sequence_gap")] == [(270, "raised")]


def test_a_number_used_twice_is_told_with_its_device_and_restart_mark() -> None:
    course = Course(devices={"strap": "heart_rate"})
    send(course, 10, 1, 2, 3)
    course.hr(20, 90, seq=2, boot="a")
    (told,) = [e for e in course.events if isinstance(e, NumberReused)]
    assert (told.at - course.start, told.device, told.boot, told.seq) == (20, "strap", "a", 2)
    assert told.because.code == "number_reused"
