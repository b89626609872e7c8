"""Which values the gates see: how long each counts, and which baseline."""

from typing import Final

import pytest
from msgspec.structs import replace

from monitor.core.detection.situation import life, situation
from monitor.core.state.vitals import Newest
from monitor.core.vocabulary.events import Baseline
from monitor.core.vocabulary.reasons import plain
from monitor.core.vocabulary.status import NextCheck
from tests.core.course import START, Course, dosed

# vital sign, when the next reading is due -> when a value of 1000 s is stale, and when it expires
LIVES: Final = [
    ("hr", None, 1010, 1030),
    ("temp", None, 2020, 2800),  # a temperature is due every 15 min, and overdue 2 min later
    ("sbp", 1600.0, 1720, 2800),  # overdue 2 min after it was due
    ("sbp", 400.0, 1120, 2800),  # due before it came: counted from the receipt
    ("map", 2700.0, 2800, 2800),  # it is never stale after it has expired
    ("dbp", None, 2020, 2800),
]


@pytest.mark.parametrize(("vital", "due", "stale", "expires"), LIVES)
def test_a_value_is_stale_when_the_next_is_overdue_and_expires_in_any_case(
    vital: str, due: float | None, stale: float, expires: float
) -> None:
    newest = Newest(100.0, START + 400, START + 1000, None)
    check = None if due is None else NextCheck(START + due, overdue=False, reason="schedule")
    assert life(Course().encounter.state, vital, newest, check) == (START + stale, START + expires)


@pytest.mark.parametrize(("age", "present"), [(1799, True), (1800, False)])
def test_a_temperature_is_present_while_none_is_overdue(age: float, present: bool) -> None:
    course = Course(devices={"thermo": "thermometer"})
    course.temp(10, 36.6)
    state = course.encounter.state
    expected = {"temp"} if age < 1020 else set()
    assert situation(state, START + 10 + age).present == expected
    state.session.protocol = replace(state.session.protocol, temp_every=30)
    assert situation(state, START + 10 + age).present == ({"temp"} if present else set())


def test_a_baseline_taken_again_may_only_lower_that_of_the_gates() -> None:
    course = dosed()
    course.bp(750, 121, 80)
    baseline, now = course.encounter.state.baseline, START + 800
    assert baseline.values["sbp"].value == 121
    for value, seen in ((150.0, 121), (110.0, 110), (121.0, 121)):
        baseline.retake({"sbp": Baseline(value, 3.0, 3, "good")}, plain("Taken again."), now)
        assert situation(course.encounter.state, now).baseline["sbp"].value == seen
    baseline.unfounded.append("sbp")
    assert "sbp" not in situation(course.encounter.state, now).baseline


# --- the gate fails shut --------------------------------------------------------------------------


def ready() -> Course:
    course = Course(devices={"cuff": "cuff", "strap": "heart_rate"})
    for n in range(3):
        course.bp(10 + 300 * n, 120 + n, 80)
    return course


def test_a_heart_rate_that_is_in_doubt_is_not_present() -> None:
    course = ready()
    course.hr(620, 70, contact=False)
    assert course.unmet(621) == ["hr"]
    course.hr(622, 70)
    course.hr(623, 70, contact=False)
    assert course.unmet(624) == []
    for t in range(625, 660):
        course.hr(t, 70, contact=False)
    assert course.unmet(660) == ["hr"]


def test_where_nothing_promises_a_heart_rate_none_is_asked_for() -> None:
    course = Course(devices={"cuff": "cuff"})
    for n in range(3):
        course.bp(10 + 300 * n, 120 + n, 80)
    assert course.unmet(620) == []


def test_a_pressure_that_is_missing_is_not_present() -> None:
    course = ready()
    course.hr(2400, 70)
    assert course.unmet(2401) == []
    course.hr(2410, 70)
    assert course.unmet(2411) == ["sbp", "dbp"]


def test_a_doubtful_low_reading_does_not_make_up_for_a_high_one() -> None:
    course = ready()
    course.hr(640, 70)
    course.bp(641, 150, 85)
    course.bp(642, 120, 80, flags=("movement",))
    assert "sbp" in course.unmet(645)


def test_a_pressure_alarm_that_stands_shuts_the_gate() -> None:
    course = ready()
    course.hr(640, 70)
    course.bp(641, 186, 85)
    course.bp(1000, 130, 80, flags=("irregular_pulse",))
    assert "alarm" in course.unmet(1001)
