"""Judged readings become alarms, episodes and requests for repeats."""

from typing import Final

import pytest

from monitor.core.detection import crossings
from monitor.core.protocol.presets import absolute
from monitor.core.sentences.english import english
from monitor.core.vocabulary.inputs import CorrectReading, LimitChanged
from monitor.core.vocabulary.reasons import plain
from monitor.core.vocabulary.words import Priority
from tests.core.course import Course, changes, dosed, only

STEPS: Final = absolute("sbp", "high", ("low", 150, ""), ("medium", 165, ""), ("high", 180, ""))
WHY: Final = plain("It may be of another person.")


def stricter(vital: str, value: float, priority: Priority = "high") -> LimitChanged:
    return LimitChanged(vital, "high", priority, value, "as agreed", "m.keller")


# --- the judged value -----------------------------------------------------------------------------


def test_the_level_of_a_stream_is_that_of_its_source_without_an_artefact() -> None:
    course = Course()
    course.stand_still(1, 20, 70)
    course.hr(21, 160)
    state = course.encounter.state
    assert crossings.level_of(state, "hr", "strap", 160) == 70
    assert crossings.level_of(state, "hr", "band", 160) == 160
    assert crossings.level_of(state, "sbp", "cuff", 160) == 160


# --- time alone -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("t", "raised"), [(130.75, 0), (131.0, 1), (5000.0, 1)])
def test_a_first_crossing_without_a_repeat_raises_when_the_wait_for_it_is_over(
    t: float, raised: int
) -> None:
    course = Course(devices={"cuff": "cuff"})
    course.bp(10, 170, 80)
    course.advance(t)
    assert course.told("sbp_high") == [(131, "raised", "sbp_high", "medium")] * raised


def test_a_high_crossing_asks_for_its_repeat_and_one_that_is_confirmed_does_not() -> None:
    course = dosed()
    course.bp(1000, 186, 80)
    assert course.commands("confirm") == [1000]
    course.bp(1040, 187, 80)
    course.bp(1050, 188, 80)
    course.advance(1200)
    assert course.commands("confirm") == [1000]


# --- one that may be of another person ------------------------------------------------------------


def test_a_single_measurement_that_may_be_of_another_person_begins_and_ends_nothing() -> None:
    course = Course(devices={"cuff": "cuff"})
    course.bp(10, 186, 80)
    state, at = course.encounter.state, course.start + 20
    assert crossings.begin_only(state, "sbp", 120.0, at, at, at, WHY) == []
    assert course.priority("sbp_high") == "high"
    found = changes(crossings.begin_only(state, "dbp", 112.0, at, at, at, WHY))
    assert [(e.transition, e.alarm.condition, e.alarm.priority) for e in found] == [
        ("raised", "dbp_high", "high")
    ]
    assert (found[0].alarm.value, found[0].alarm.provisional) == (112, True)


# --- after a newer one ----------------------------------------------------------------------------


def test_a_crisis_that_comes_after_a_newer_reading_is_told_and_stays_until_it_was_seen() -> None:
    course = dosed()
    course.bp(3600, 150, 80, measured=3600)
    course.observe(3605, "other", {"sbp": 186.0, "dbp": 80.0}, measured=3420)
    assert [t[1:] for t in course.told("sbp_high")] == [
        ("raised", "sbp_high", "high"), ("latched", "sbp_high", "high"),
    ]  # fmt: skip
    assert course.told("sbp_rise") == [], "a rise is judged by what is present"
    raised, latched = changes(course.events, "sbp_high")
    assert (raised.alarm.value, raised.alarm.onset) == (186, course.start + 3420)
    assert raised.alarm.reason == (
        "Systolic pressure 186 was at or above the high limit of 180 (protocol sl_home: "
        "hypertensive crisis, common practice), measured 3 min before a reading that came earlier."
    )
    assert latched.alarm.reason == (
        "Systolic pressure was 150 after that, by a reading that came before, 48 min after the "
        "dose."
    )


def test_it_confirms_nothing_and_breaks_the_acknowledgement_of_a_lower_alarm() -> None:
    course = dosed()
    for t in (3600, 3670):
        course.bp(t, 170, 80, measured=t)
    alarm = course.standing("sbp_high")
    assert alarm is not None
    course.acknowledge(3680, alarm.id)
    course.observe(3690, "other", {"sbp": 186.0, "dbp": 80.0}, measured=3500)
    assert [t[1] for t in course.told("sbp_high")][-2:] == ["escalated", "deescalated"]
    assert (alarm.priority, alarm.presence) == ("medium", "on")
    course.observe(3700, "other", {"sbp": 179.0, "dbp": 80.0}, measured=3510)
    course.observe(3710, "other", {"sbp": 190.0, "dbp": 80.0}, measured=2000)
    assert len(course.told("sbp_high")) == 4, "below the limit, and late: nothing more"
    course.bp(3720, 184, 80, measured=3720)
    course.observe(3730, "other", {"sbp": 187.0, "dbp": 80.0}, measured=3500)
    assert course.told("sbp_high")[4:] == [(3720, "escalated", "sbp_high", "high")]
    assert alarm.value == 184


@pytest.mark.parametrize(("value", "raised"), [(34.9, False), (39.9, False), (40.1, True)])
def test_one_that_comes_after_a_newer_one_raises_only_at_a_high_limit(
    value: float, raised: bool
) -> None:
    course = Course(devices={"thermo": "thermometer"})
    course.temp(200, 36.6, measured=200)
    course.observe(210, "other", {"temp": value}, measured=100)
    course.advance(600)
    assert [t[1:] for t in course.told("temp_high", "temp_low")] == [
        ("raised", "temp_high", "high"), ("latched", "temp_high", "high"),
    ] * raised  # fmt: skip


# --- limits that change ---------------------------------------------------------------------------


@pytest.mark.parametrize(("waited", "raised"), [(0, True), (1800, True), (1801, False)])
def test_the_newest_value_is_judged_by_a_changed_limit_until_it_expires(
    waited: float, raised: bool
) -> None:
    course = Course(devices={"cuff": "cuff"})
    course.bp(10, 148, 80)
    course.apply(10 + waited, stricter("sbp", 146, "low"))
    course.advance(10 + waited + 121)
    alarm = course.standing("sbp_high")
    assert (alarm is not None) is raised
    if alarm is not None:
        assert (alarm.priority, alarm.value, alarm.onset) == ("low", 148, course.start + 10)


def test_judging_it_again_confirms_nothing() -> None:
    course = Course(devices={"cuff": "cuff"})
    course.bp(10, 178, 80)
    course.apply(80, stricter("sbp", 176))
    course.apply(90, stricter("sbp", 174))
    alarm = course.standing("sbp_high")
    assert alarm is not None
    assert (alarm.priority, alarm.provisional, alarm.limit) == ("high", True, 174)


def test_a_stream_is_judged_by_its_level_when_a_limit_changes() -> None:
    course = Course(devices={"strap": "heart_rate"})
    course.beat(1, 60, 95)
    course.hr(61, 70)
    course.apply(61, stricter("hr", 90, "low"))
    course.advance(90)
    assert course.priority("hr_high") == "low"


# --- a reading that is struck out -----------------------------------------------------------------


# vital sign, typed readings a minute apart, which one is struck out, whether the alarm stays
STRUCK: Final = [
    ("temp", (37.7, 40.2), 1, False),
    ("temp", (36.6, 40.2), 0, True),
    ("hr", (150.0,), 0, False),
    ("hr", (150.0, 151.0), 1, True),
]


@pytest.mark.parametrize(("vital", "readings", "struck", "stays"), STRUCK)
def test_an_alarm_ends_with_the_typed_reading_that_raised_it_and_with_no_other(
    vital: str, readings: tuple[float, ...], struck: int, stays: bool
) -> None:
    course = Course(devices={})
    for n, value in enumerate(readings):
        course.observe(10 + 60 * n, "", {vital: value}, by="thea")
    course.advance(100)
    condition = f"{vital}_high"
    assert course.priority(condition) == "high"
    row = course.judged(vital)[struck]
    course.apply(110, CorrectReading(
        keys={vital: row.key}, values={vital: row.value}, by="thea", reason="slipped",
        effective=row.effective,
    ))  # fmt: skip
    assert (course.priority(condition) == "high") is stays


# --- the alarm and its reason ---------------------------------------------------------------------


def test_the_value_of_an_alarm_its_extreme_and_its_newest_reason_follow_the_readings() -> None:
    course = dosed()
    for t, sbp in ((3600, 170), (3670, 174), (3900, 168)):
        course.bp(t, sbp, 80)
    alarm = course.standing("sbp_high")
    assert alarm is not None
    assert (alarm.value, alarm.extreme, alarm.extreme_at) == (168, 174, course.start + 3670)
    assert "Systolic pressure 168 is" in english(alarm.because)
    newest = english(crossings.newest(course.encounter.state, alarm))
    assert newest.startswith("Systolic pressure 168 is at or above the medium limit of 165")
    assert "53 min after the dose" in newest


def test_a_doubtful_reading_inside_the_limit_ends_no_alarm_and_a_clean_one_does() -> None:
    course = Course(devices={"cuff": "cuff"})
    for t in (10, 80):
        course.bp(t, 170, 80)
    course.bp(200, 120, 80, flags=("movement",))
    assert course.priority("sbp_high") == "medium"
    course.bp(300, 120, 80)
    assert course.priority("sbp_high") is None


# --- elevations -----------------------------------------------------------------------------------


def test_an_elevation_is_drawn_from_the_nearest_limit_that_was_crossed() -> None:
    course = Course(only(*STEPS), devices={"cuff": "cuff"})
    for t in (10, 80, 400):
        course.bp(t, 185, 80)
    drawing = course.encounter.state.episodes.open["sbp"].episode
    assert (drawing.onset, drawing.peak, drawing.limit) == (course.start + 10, 185, 150)
    for t in (500, 570):
        course.bp(t, 120, 80)
    assert "sbp" not in course.encounter.state.episodes.open
