"""`late_data`: a device whose readings all come too late to be watched."""

from monitor.core.sentences.english import sentence
from tests.core.course import Course, ticking


def late(course: Course, since: float, until: float, age: float, every: float = 1.0) -> None:
    """Send readings that a gateway with a correct clock held back for `age` s."""
    t = since
    while t <= until:
        course.hr(t, 70, measured=t - age, sent=t - 0.5)
        t += every
    course.advance(until)


def test_readings_that_are_always_late_are_told_once_and_ended_by_one_in_time() -> None:
    course = Course()
    ticking(course, 10, 100, 0)
    late(course, 700, 850, 620)
    assert course.told("late_data") == [(760, "raised", "late_data", "low")]
    alarm = course.standing("late_data")
    assert alarm is not None
    assert alarm.onset == course.start + 700
    assert sentence(alarm) == (
        "Readings of device strap come late, the newest measured 10 min before it was received. "
        "They are kept, and not watched."
    )
    course.observe(851, "other", {"hr": 70.0})
    assert course.standing("late_data") is not None
    ticking(course, 860, 861, 0)
    late(course, 900, 950, 620)
    assert course.told("late_data")[1:] == [(860, "cleared", "late_data", "low")]


def test_what_cannot_be_believed_says_nothing_of_how_late_a_device_is() -> None:
    course = Course()
    ticking(course, 10, 100, 0)
    late(course, 700, 730, 620)
    course.observe(731, "strap", {"hr": 0.0})
    late(course, 732, 770, 620)
    assert course.told("late_data") == [(760, "raised", "late_data", "low")]


def test_a_backlog_that_catches_up_and_history_of_the_broker_are_no_late_data() -> None:
    course = Course()
    ticking(course, 10, 20, 0)
    late(course, 1000, 1050, 900, every=0.1)
    ticking(course, 1051, 1100, 0)
    for t in range(1101, 1200):
        course.hr(t, 70, measured=t - 900, replayed=True)
    assert course.told("late_data") == []


def test_a_clock_that_is_behind_is_not_told_as_late_data_too() -> None:
    course = Course()
    for t in range(10, 200):
        course.hr(t, 70, measured=t - 7200)
    assert course.told("clock_skew") != []
    assert course.told("late_data") == []


def test_a_device_that_is_taken_out_is_late_no_more() -> None:
    course = Course()
    late(course, 700, 850, 620)
    course.change_devices(860, remove=["strap"])
    assert course.told("late_data")[1:] == [(860, "cleared", "late_data", "low")]
