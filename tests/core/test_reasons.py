"""What the sentence of an alarm says: value, limit, source, when, baseline, and nothing untrue."""

import pytest

from tests.core.course import Course


def _reason(course: Course, condition: str) -> str:
    alarm = course.standing(condition)
    assert alarm is not None
    return alarm.reason


def test_a_reason_names_value_limit_source_time_and_baseline() -> None:
    course = Course()
    course.stay(10, "sbp", 120)
    course.dose(500)
    course.observe(500 + 47 * 60, "device", {"sbp": 184.0})
    assert _reason(course, "sbp_high") == (
        "Systolic pressure 184 is at or above the high limit of 180 (protocol sl_home: "
        "hypertensive crisis, common practice), 47 min after the dose; baseline 120, +64. "
        "Provisional: a repeat is asked for."
    )
    assert _reason(course, "sbp_rise") == (
        "Systolic pressure 184 is 64 above the baseline of 120; the high limit over the baseline "
        "is 165 (protocol sl_home: esketamine label with CRTCE definition of treatment-emergent "
        "hypertension), 47 min after the dose. Provisional: a repeat is asked for."
    )


def test_a_reason_never_claims_that_an_inside_value_is_beyond() -> None:
    """It was 170; 120 came too early to refute it, and then nothing: 170 is what alarms."""
    course = Course()
    course.bp(100, 170, 85)
    course.bp(130, 120, 80)
    course.advance(221)
    reason = _reason(course, "sbp_high")
    assert "170" in reason
    assert "120 is at or above" not in reason


@pytest.mark.parametrize("second", [162.0, 148.0])
def test_a_step_down_within_the_hysteresis_says_what_is_so(second: float) -> None:
    course = Course()
    course.bp(100, 184, 85)
    course.bp(145, second, 85)
    reason = _reason(course, "sbp_high")
    assert f"Systolic pressure {second:g} is at or above" not in reason
    assert f"{second:g}" in reason
    assert "184" in reason
