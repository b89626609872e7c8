"""The sentence of an alarm: value, limit, source, time, baseline, and no untrue claim."""

from typing import Final

import pytest

from monitor.core.sentences.english import english, sentence
from monitor.core.vocabulary.reasons import Facts, Reason, plain
from tests.core.course import Course, changes


def _reason(course: Course, condition: str) -> str:
    alarm = course.standing(condition)
    assert alarm is not None
    return sentence(alarm)


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
    """120 came too early to refute 170, and no reading followed: the alarm is due to 170."""
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


# --- times in sentences are of their reading ----------------------------------------------------


def _dosed(at: float = 500) -> Course:
    course = Course(devices={"cuff": "cuff", "strap": "heart_rate"})
    course.stay(10, "sbp", 120)
    course.dose(at)
    return course


@pytest.mark.parametrize(
    ("arrives", "measured", "said"),
    [
        (500 + 47 * 60, 500 + 47 * 60, "47 min after the dose"),
        (500 + 47 * 60, 500 + 40 * 60, "40 min after the dose"),
        (500 + 5 * 60, 500 - 60, "before the dose"),
    ],
)
def test_a_reading_that_came_late_is_told_by_when_it_was_measured(
    arrives: float, measured: float, said: str
) -> None:
    course = _dosed()
    course.observe(arrives, "cuff", {"sbp": 184.0, "dbp": 80.0}, measured=measured)
    assert f", {said}" in _reason(course, "sbp_high")


def test_what_waited_for_a_repeat_in_vain_is_told_by_its_own_time() -> None:
    course = _dosed()
    course.bp(500 + 10 * 60, 168, 80)
    course.advance(500 + 13 * 60)
    reason = _reason(course, "sbp_high")
    assert ", 10 min after the dose;" in reason
    assert reason.endswith("No repeat came in time.")


def test_what_is_over_is_told_by_the_reading_that_ended_it() -> None:
    course = _dosed()
    course.bp(500 + 10 * 60, 184, 80)
    course.observe(500 + 25 * 60, "cuff", {"sbp": 120.0, "dbp": 80.0}, measured=500 + 18 * 60)
    (latched,) = [c for c in changes(course.events, "sbp_high") if c.transition == "latched"]
    assert latched.alarm.reason == (
        "Systolic pressure 120 is back below the limit of 150, 18 min after the dose."
    )


def test_a_reading_from_before_a_further_dose_counts_from_the_dose_before_it() -> None:
    course = _dosed()
    course.dose(500 + 45 * 60)
    course.observe(500 + 48 * 60, "cuff", {"sbp": 184.0, "dbp": 80.0}, measured=500 + 40 * 60)
    assert ", 40 min after the first dose;" in _reason(course, "sbp_high")


# --- a sentence has no running time -------------------------------------------------------------


def test_what_time_alone_raises_says_since_when_and_never_for_how_long() -> None:
    """It is still true for a reader 13 minutes later."""
    course = _dosed()
    course.beat(500, 500 + 12 * 60, 70)
    course.status_of(500 + 12 * 60 + 1, "strap", online=False)
    course.advance(500 + 20 * 60)
    assert _reason(course, "no_data") == (
        "No heart rate comes since 12 min after the dose. Heart rate is not watched."
    )
    assert _reason(course, "device_offline") == (
        "Device strap is offline since 12 min after the dose. What it measures is not watched."
    )
    assert _reason(course, "bp_overdue") == (
        "The pressure reading 15 min after the dose is overdue."
    )


def test_before_the_dose_there_is_no_minute_to_count_from() -> None:
    course = Course(devices={"strap": "heart_rate"})
    course.status_of(10, "strap", online=False)
    course.advance(120)
    assert _reason(course, "no_data") == "No heart rate comes. Heart rate is not watched."
    assert _reason(course, "device_offline") == (
        "Device strap is offline. What it measures is not watched."
    )


STRUCK: Final = Reason("struck_out", {"by": "thea", "text": "wrong arm.", "closed": False})
OF_STRAP: Final[Facts] = {"device": "strap", "vital": "hr"}


@pytest.mark.parametrize(
    ("code", "facts"),
    [
        ("unproven", {"reason": plain("It is high."), "why": STRUCK}),
        ("was_old", {"why": STRUCK}),
        ("records_stored", {"count": 2, "why": STRUCK}),
        ("stream_doubtful", OF_STRAP | {"since": None, "why": STRUCK}),
        ("stream_impossible", OF_STRAP | {"count": 3, "seconds": 60.0, "why": STRUCK}),
        ("singles_doubtful", OF_STRAP | {"count": 3, "why": STRUCK}),
        ("contact_unreached", {"cause": "wrong arm."}),
        ("address_unusable", {"number": 1, "cause": "wrong arm."}),
        ("browser_unusable", {"why": plain("wrong arm.")}),
    ],
)
def test_a_full_stop_that_somebody_typed_is_not_doubled(code: str, facts: Facts) -> None:
    said = english(Reason(code, facts))
    assert "wrong arm." in said
    assert ".." not in said
