"""Two clocks: how far a device's time is trusted, and which readings are history."""

import pytest

from monitor.core.quality.clocks.timebase import lateness, too_old
from monitor.core.sentences.english import english
from tests.core.course import Course
from tests.core.quality.clocks.device import reading


@pytest.mark.parametrize(
    ("age", "late"), [(0, False), (599, False), (600, False), (600.25, True), (601, True)]
)
def test_late_is_more_than_ten_minutes_old(age: float, late: bool) -> None:
    assert bool(lateness(reading(10_000), 10_000 - age)) is late


def test_how_old_a_late_reading_is_reads_as_people_say_it() -> None:
    assert english(too_old(1200)) == "measured 20 min before it was received"
    assert english(too_old(9 * 3600)) == "measured 9 h before it was received"
    assert english(too_old(20_780 * 86_400.0)) == "measured 20780 days before it was received"


def test_a_retained_message_is_history_however_fresh_it_looks() -> None:
    assert "retained" in english(lateness(reading(1000, 1000, replayed=True), 1000))


# --- through the session ------------------------------------------------------------------------


def test_a_reading_dated_ahead_is_suspect_at_its_receipt_and_the_next_is_good() -> None:
    course = Course()
    course.hr(10, 70, measured=10 + 1e8)
    course.hr(11, 71, measured=10.5)
    assert [(j.state, j.effective - course.start) for j in course.judged("hr")] == [
        ("suspect", 10),
        ("accepted", 10.5),
    ]
    assert "3 years" in course.judged("hr")[0].reason or "days" in course.judged("hr")[0].reason


def test_a_reading_from_antiquity_is_late_and_the_next_is_good() -> None:
    course = Course()
    course.hr(10, 70, measured=-1e9)
    course.hr(11, 71, measured=10.5)
    assert [j.state for j in course.judged("hr")] == ["late", "accepted"]


@pytest.mark.parametrize("offset", [-600.0, -121.0, 0.0, 60.0, 600.0, 5000.0])
def test_a_device_that_tells_its_clock_is_judged_alike_whatever_it_shows(offset: float) -> None:
    """A skew of ten minutes either way moves neither alarm nor episode."""
    course = Course()
    for n in range(140):
        value = 125.0 if 40 <= n < 80 else 70.0
        clock = n + offset
        course.hr(n, value, measured=clock - 0.5, sent=clock)
    transitions = [(t, change) for t, change, _, _ in course.told("hr_high")]
    assert transitions == [(47, "raised"), (120, "latched")]


def test_a_future_time_does_not_prolong_freshness() -> None:
    course = Course()
    course.hr(10, 70, measured=10 + 100)
    vital = course.status(41).vitals["hr"]
    assert vital.state == "missing"
    assert course.standing("no_data") is not None
