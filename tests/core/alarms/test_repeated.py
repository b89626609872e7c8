"""Single measurements: a repeat confirms or refutes, and one clean reading well inside clears."""

from typing import Final

import pytest

from monitor.core.alarms.condition import Level
from monitor.core.alarms.repeated import Repeated
from monitor.core.protocol.limit import AlarmLimit
from monitor.core.sentences.english import sentence
from monitor.core.vocabulary.reasons import plain
from monitor.core.vocabulary.words import Priority
from tests.core.course import Course, only

_SBP_MEDIUM: Final = AlarmLimit(
    vital="sbp", direction="high", priority="medium", value=165, source="for this test"
)


_SBP_HIGH: Final = AlarmLimit(
    vital="sbp", direction="high", priority="high", value=180, source="for this test"
)


@pytest.mark.parametrize(
    ("after", "value", "raised"),
    [
        (59, 168, 221),  # too early to agree: the wait continues, and no other repeat comes
        (60, 168, 160),
        (119, 168, 219),
        (120, 168, 220),
        (121, 168, 221),  # the wait ends before the reading of the same second is judged
        (122, 168, 221),
        (59, 120, 221),  # too early to refute
        (60, 160, None),
        (60, 163, None),  # inside the limit, but not by the hysteresis: it does not agree
        (119, 160, None),
        (120, 160, None),
        (121, 160, 221),
    ],
)
def test_a_first_pressure_above_the_medium_limit_waits_for_a_repeat(
    after: float, value: float, raised: float | None
) -> None:
    course = Course(only(_SBP_MEDIUM))
    course.bp(100, 168, 80)
    course.bp(100 + after, value, 80)
    course.advance(100 + 121)
    want = [] if raised is None else [(raised, "raised", "sbp_high", "medium")]
    assert course.told("sbp_high")[:1] == want


def _reason(course: Course) -> str:
    alarm = course.standing("sbp_high")
    assert alarm is not None
    return sentence(alarm)


def test_no_repeat_counts_as_agreement() -> None:
    course = Course()
    course.bp(100, 168, 90)
    course.advance(220.75)
    assert course.told("sbp_high") == []
    course.advance(221)
    assert course.told("sbp_high") == [(221, "raised", "sbp_high", "medium")]
    assert "No repeat came in time." in _reason(course)


def test_a_repeat_says_so() -> None:
    course = Course()
    course.bp(100, 168, 90)
    course.bp(170, 167, 90)
    assert course.told("sbp_high") == [(170, "raised", "sbp_high", "medium")]
    assert "Confirmed by a repeat." in _reason(course)


def test_a_repeat_may_agree_at_a_lower_priority_only() -> None:
    course = Course()
    course.bp(100, 168, 90)
    course.bp(170, 160, 90)
    course.advance(400)
    assert course.told("sbp_high") == [(170, "raised", "sbp_high", "low")]


@pytest.mark.parametrize(
    ("readings", "raised"),
    [
        # time after the first reading, value -> when it is raised
        ([(70, 158)], None),  # 10 apart: the repeat refutes
        ([(70, 157)], 291.0),  # 11 apart: a third is awaited, and the alarm holds without one
        ([(70, 120)], 291.0),
        ([(70, 120), (140, 122)], None),  # two of three
        ([(70, 120), (140, 166)], 240.0),
        ([(70, 120), (100, 122)], None),
        ([(40, 120), (100, 122)], None),  # a reading too early to refute counts among the three
        ([(40, 120), (70, 166)], 170.0),
    ],
)
def test_of_three_readings_that_differ_by_more_than_10_the_median_counts(
    readings: list[tuple[float, float]], raised: float | None
) -> None:
    course = Course(only(_SBP_MEDIUM))
    course.bp(100, 168, 80)
    for after, value in readings:
        course.bp(100 + after, value, 80)
    course.advance(100 + 400)
    want = [] if raised is None else [(raised, "raised", "sbp_high", "medium")]
    assert course.told("sbp_high")[:1] == want


def test_a_third_reading_is_asked_for() -> None:
    course = Course(only(_SBP_MEDIUM))
    course.bp(100, 168, 80)
    course.bp(170, 120, 80)
    course.advance(250)
    assert course.commands("confirm") == [130, 200]


def test_a_third_reading_is_asked_for_where_a_repeat_contradicts_a_high_one() -> None:
    course = Course(only(_SBP_HIGH))
    course.bp(100, 190, 80)
    course.bp(170, 130, 80)
    assert [t[1] for t in course.told("sbp_high")] == ["raised"]  # doubted: 60 in a minute
    course.advance(239)
    assert course.commands("confirm") == [100, 200]
    course.bp(240, 131, 80)
    assert [t[1] for t in course.told("sbp_high")] == ["raised", "latched"]
    course.advance(500)
    assert course.commands("confirm") == [100, 200]


def test_the_same_reading_again_is_no_repeat() -> None:
    course = Course()
    course.bp(100, 168, 90, seq=7)
    course.bp(170, 168, 90, seq=7)
    assert course.told("sbp_high") == []


@pytest.mark.parametrize(
    ("value", "about"),
    [(0.0, {}), (168.0, {"measured": -600.0}), (168.0, {"replayed": True})],
)
def test_what_is_rejected_or_late_is_no_repeat(value: float, about: dict[str, float]) -> None:
    course = Course()
    course.bp(100, 168, 90)
    course.bp(170, value, 90 if value else 0, **about)
    assert course.told("sbp_high") == []


def test_a_high_pressure_alarms_at_once_and_is_provisional() -> None:
    course = Course()
    course.bp(100, 184, 95)
    assert course.told("sbp_high") == [(100, "raised", "sbp_high", "high")]
    alarm = course.standing("sbp_high")
    assert alarm is not None
    assert alarm.provisional
    assert "Provisional: a repeat is asked for." in sentence(alarm)


@pytest.mark.parametrize(("apart", "provisional"), [(0.4, True), (24.0, True), (25.0, False)])
def test_no_cuff_measures_twice_so_soon(apart: float, provisional: bool) -> None:
    """A gateway with its own counter forwards one measurement under two numbers."""
    course = Course(devices={"cuff": "cuff"})
    course.bp(40, 190, 114)
    course.bp(40 + apart, 190, 114)
    alarm = course.standing("sbp_high")
    assert alarm is not None
    assert alarm.provisional == provisional


def test_a_high_pressure_is_no_longer_provisional_when_a_repeat_agrees() -> None:
    course = Course()
    course.bp(100, 184, 95)
    course.bp(145, 182, 95)
    alarm = course.standing("sbp_high")
    assert alarm is not None
    assert alarm.priority == "high"
    assert not alarm.provisional


def test_the_same_measurement_by_another_way_confirms_nothing() -> None:
    course = Course()
    course.bp(100, 184, 95, measured=99)
    course.observe(100, "gateway", {"sbp": 184, "dbp": 95}, measured=99)
    alarm = course.standing("sbp_high")
    assert alarm is not None
    assert alarm.provisional


@pytest.mark.parametrize(
    ("second", "transitions"),
    [
        (181, []),
        (179, []),  # within the hysteresis of 180
        (176, []),
        (175, [("deescalated", "medium")]),
        (166, [("deescalated", "medium")]),
        (161, [("deescalated", "medium")]),  # under 165, by less than 5
        (160, [("deescalated", "low")]),
        (146, [("deescalated", "low")]),
        (145, [("latched", "high")]),
        (144, [("latched", "high")]),
        (143, []),  # so far from the reading before, it is doubted itself
    ],
)
def test_a_second_reading_keeps_a_high_pressure_or_steps_it_down(
    second: float, transitions: list[tuple[str, Priority]]
) -> None:
    course = Course()
    course.bp(100, 184, 85)
    course.bp(145, second, 85)
    assert [(t[1], t[3]) for t in course.told("sbp_high")[1:]] == transitions


@pytest.mark.parametrize(
    ("vital", "condition", "held", "stays", "clears"),
    [
        ("sbp", "sbp_high", 152, 145.1, 145), ("dbp", "dbp_high", 96, 90.1, 90),
        ("sbp", "sbp_low", 97, 104.9, 105), ("temp", "temp_high", 37.9, 37.7, 37.6),
        ("temp", "temp_low", 35.4, 35.6, 35.7), ("temp", "temp_high", 37.8, 37.61, 37.6),
    ],
)  # fmt: skip
def test_one_clean_reading_clears_when_it_is_inside_by_the_hysteresis(
    vital: str, condition: str, held: float, stays: float, clears: float
) -> None:
    course = Course()
    course.stay(10, vital, held)
    assert course.priority(condition) == "low"
    course.observe(500, "device", {vital: stays})
    assert course.priority(condition) == "low"
    course.observe(600, "device", {vital: clears})
    assert course.told(condition)[-1] == (600, "cleared", condition, "low")


def test_a_suspect_reading_raises_but_never_clears() -> None:
    course = Course()
    course.bp(100, 184, 95, flags=("movement",))
    assert course.priority("sbp_high") == "high"
    course.bp(200, 120, 80, flags=("movement",))
    assert course.priority("sbp_high") == "high"
    course.bp(300, 120, 80)
    assert course.priority("sbp_high") is None


@pytest.mark.parametrize(("value", "raised"), [(162, 221), (120, 291)])
def test_a_suspect_reading_does_not_refute(value: float, raised: float) -> None:
    course = Course(only(_SBP_MEDIUM))
    course.bp(100, 168, 90)
    course.bp(170, value, 80, flags=("irregular_pulse",))
    course.advance(raised - 1)
    assert course.told("sbp_high") == []
    course.advance(raised)
    assert course.told("sbp_high") == [(raised, "raised", "sbp_high", "medium")]


# --- temperature: a repeat within five minutes --------------------------------------------------


@pytest.mark.parametrize(
    ("after", "value", "raised"),
    [
        (59, 38.6, 401), (60, 38.6, 160), (300, 38.6, 400), (301, 36.6, 401),
        (59, 36.6, 401), (60, 36.6, None), (300, 36.6, None),
    ],
)  # fmt: skip
def test_a_fever_waits_for_a_repeat_within_five_minutes(
    after: float, value: float, raised: float | None
) -> None:
    course = Course()
    course.temp(100, 38.6)
    course.temp(100 + after, value)
    course.advance(401)
    want = [] if raised is None else [(raised, "raised", "temp_high", "medium")]
    assert course.told("temp_high")[:1] == want


def test_forty_degrees_alarm_at_once() -> None:
    course = Course()
    course.temp(100, 40.0)
    assert course.told("temp_high") == [(100, "raised", "temp_high", "high")]


# --- by itself: readings as time and value ------------------------------------------------------

SOURCE: Final = plain("for this test")
OTHER: Final = plain("It may be of another person.")


def systolic() -> Repeated:
    rows: list[tuple[Priority, float]] = [("low", 150), ("medium", 165), ("high", 180)]
    levels = [Level(priority, limit, SOURCE, 0.0) for priority, limit in rows]
    return Repeated("sbp_high", "sbp", "high", levels)


def fed(*readings: tuple[float, float], threshold: Repeated | None = None) -> Repeated:
    threshold = systolic() if threshold is None else threshold
    for t, value in readings:
        threshold.observe(value, t, t, clean=True)
    return threshold


def at(threshold: Repeated) -> Priority | None:
    level = threshold.holds
    return None if level is None else level.priority


@pytest.mark.parametrize(
    ("readings", "priority"),
    [
        ([(0, 166), (600, 168)], "high"),
        ([(0, 166), (599, 168)], "medium"),
        ([(0, 166), (600, 166)], "medium"),
        ([(0, 166), (300, 174), (600, 168)], "medium"),  # lower than the one before
        ([(0, 166), (600, 172), (660, 168)], "high"),
        ([(0, 166), (600, 172), (660, 167)], "medium"),  # lower by the hysteresis
        ([(0, 166), (300, 150), (600, 168)], "medium"),  # a clean reading inside begins anew
    ],
)
def test_a_pressure_that_rises_for_ten_minutes_holds_at_high(
    readings: list[tuple[float, float]], priority: Priority
) -> None:
    assert at(fed(*readings)) == priority


def test_a_rise_grows_out_of_itself_beyond_the_high_limit() -> None:
    rising = fed((0, 166), (600, 172))
    assert not rising.outgrown
    assert rising.holds is not None
    assert rising.holds.limit == 165
    fed((700, 181), threshold=rising)
    assert rising.outgrown
    assert rising.holds.limit == 180


def test_an_unproven_reading_only_begins_and_the_first_proven_one_begins_again() -> None:
    threshold = systolic()
    for t, value in ((0, 168), (70, 169), (100, 120)):
        threshold.begin_only(value, t, t, OTHER)
        assert threshold.unproven == OTHER
        assert at(threshold) is None  # no repeat, and no end either
    assert threshold.began == 0
    fed((110, 168), threshold=threshold)
    assert (threshold.unproven, threshold.began) == (None, 110)
    assert at(fed((169, 168), threshold=threshold)) is None
    assert at(fed((170, 168), threshold=threshold)) == "medium"


def test_an_unproven_crisis_holds_and_only_a_proven_reading_ends_it() -> None:
    threshold = systolic()
    threshold.begin_only(190, 0, 0, OTHER)
    threshold.begin_only(120, 70, 70, OTHER)
    assert at(threshold) == "high"
    assert at(fed((140, 120), threshold=threshold)) is None


def test_by_new_limits_the_newest_reading_can_cross_and_ends_nothing() -> None:
    threshold = fed((0, 168), (60, 168))
    threshold.look_again(120, 120, 120)
    assert (at(threshold), threshold.value) == ("medium", 168)
    threshold.look_again(190, 130, 130)
    assert (at(threshold), threshold.value, threshold.extreme) == ("high", 190, 190)


def test_begun_anew_it_remembers_nothing() -> None:
    threshold = fed((0, 166), (600, 172), (700, 184), (760, 184))
    threshold.begin_anew()
    assert threshold.deadline is None
    assert not threshold.wants_repeat
    fed((800, 168), threshold=threshold)
    fresh = fed((800, 168))
    assert (threshold.levels, threshold.extreme) == (fresh.levels, fresh.extreme)
    assert (threshold.run, threshold.repeats) == (fresh.run, fresh.repeats)
