"""The status: freshness by receipt, trend, limits in force, the next check."""

from typing import Final

import pytest

from monitor.core.sentences.english import english, sentence
from monitor.core.vocabulary.status import Freshness
from tests.core.course import Course

MIN: Final = 60.0

HEART_RATE: Final[list[tuple[float, Freshness]]] = [
    (0, "fresh"), (9.75, "fresh"), (10, "stale"), (29.75, "stale"), (30, "missing"),
    (3600, "missing"),
]  # fmt: skip
TEMPERATURE: Final[list[tuple[float, Freshness]]] = [
    (0, "fresh"), (15 * MIN + 119, "fresh"), (15 * MIN + 120, "stale"), (1799, "stale"),
    (1800, "missing"),
]  # fmt: skip


@pytest.mark.parametrize(("age", "state"), HEART_RATE)
def test_a_heart_rate_grows_old(age: float, state: Freshness) -> None:
    course = Course()
    course.hr(100, 72)
    vital = course.status(100 + age).vitals["hr"]
    assert vital.state == state
    assert vital.value == 72, "the last value stays, to be struck through"
    assert vital.age_s == age


@pytest.mark.parametrize(("age", "state"), TEMPERATURE)
def test_a_temperature_grows_old(age: float, state: Freshness) -> None:
    course = Course()
    course.temp(100, 36.6)
    assert course.status(100 + age).vitals["temp"].state == state


@pytest.mark.parametrize(
    ("minute", "state"),
    [(0, "fresh"), (16.9, "fresh"), (17, "stale"), (29.9, "stale"), (30, "missing")],
)
def test_a_pressure_is_stale_when_the_next_is_overdue(minute: float, state: Freshness) -> None:
    course = Course()
    course.bp(10, 120, 80)
    course.dose(10)
    course.bp(10.0 + 0.25, 120, 80)
    vital = course.status(10 + 0.25 + minute * MIN).vitals["sbp"]
    assert vital.state == state


def test_nothing_came_is_missing_and_no_number() -> None:
    for vital in Course().status(10).vitals.values():
        assert (vital.value, vital.state, vital.effective, vital.age_s) == (
            None, "missing", None, None,
        )  # fmt: skip


def test_a_suspect_value_says_why_and_then_grows_old_like_any_other() -> None:
    course = Course()
    course.hr(100, 72, contact=False)
    vital = course.status(101).vitals["hr"]
    words = "the sensor reports no skin contact"
    assert (vital.state, english(vital.because)) == ("suspect", words)
    assert course.status(110).vitals["hr"].state == "stale"


def test_the_value_is_the_newest_measurement_never_filtered() -> None:
    course = Course()
    course.beat(0, 60, 70)
    course.hr(61, 190)
    assert course.status(61).vitals["hr"].value == 190


@pytest.mark.parametrize(
    ("values", "trend"),
    [
        ([70], None), ([70, 70, 70], "steady"), ([70, 72, 74.9], "steady"),
        ([70, 72, 75], "rising"), ([80, 77, 75], "falling"), ([70, 90, 70], "steady"),
    ],
)  # fmt: skip
def test_the_trend(values: list[float], trend: str | None) -> None:
    course = Course()
    for n, value in enumerate(values):
        course.hr(10 + 60 * n, value)
    assert course.status(10 + 60 * len(values)).vitals["hr"].trend == trend


def test_the_trend_of_a_heart_rate_looks_five_minutes_back() -> None:
    course = Course()
    course.hr(0, 100)
    for n in range(30):
        course.hr(301 + 10 * n, 70)
    assert course.status(600).vitals["hr"].trend == "steady"


def test_the_change_is_told_once_there_is_a_baseline() -> None:
    course = Course()
    for n in range(3):
        course.bp(10 + 60 * n, 120, 80)
    assert course.status(200).vitals["sbp"].change is None
    course.dose(200)
    course.bp(300, 150, 78)
    assert course.status(300).vitals["sbp"].change == 30
    assert course.status(300).vitals["dbp"].change == -2


def test_limits_over_the_baseline_are_shown_from_the_dose_on() -> None:
    course = Course()
    for n in range(3):
        course.bp(10 + 60 * n, 120, 80)
    assert "sbp_rise" not in {limit.condition for limit in course.status(200).limits}
    course.dose(200)
    rise = [x for x in course.status(200).limits if x.condition == "sbp_rise"]
    assert [(x.priority, x.value) for x in rise] == [("low", 144), ("medium", 156), ("high", 165)]
    assert all(english(x.source).startswith("protocol sl_home: ") for x in rise)


def test_the_next_check() -> None:
    course = Course()
    check = course.status(0).next_check
    assert check is not None
    assert (check.due, check.overdue, check.reason) == (course.start + 300, False, "schedule")
    assert course.status(301).next_check.overdue is False  # type: ignore[union-attr]
    assert course.status(301.25).next_check.overdue is True  # type: ignore[union-attr]


def test_the_next_check_while_a_pressure_alarm_stands() -> None:
    course = Course()
    course.dose(10)
    course.bp(100, 184, 80)
    check = course.status(110).next_check
    assert check is not None
    assert (check.due - course.start, check.reason) == (400, "confirm")


def test_the_gates_that_the_next_act_would_meet() -> None:
    course = Course()
    assert [g.gate for g in course.status(1).gates] == ["hold"]
    course.dose(10)
    assert [g.gate for g in course.status(11).gates] == ["booster", "discharge"]
    nasal = Course("esk_nasal")
    nasal.dose(10)
    assert [g.gate for g in nasal.status(11).gates] == ["discharge"]
    course.close(20)
    assert course.status(21).gates == ()


def test_status_alarms_are_copies() -> None:
    course = Course()
    course.bp(10, 184, 80)
    course.status(11).alarms[0].presence = "off"
    assert course.status(11).alarms[0].presence == "on"


def test_asking_for_the_status_changes_nothing() -> None:
    course = Course()
    course.bp(10, 184, 80)
    before = course.encounter.snapshot()
    course.encounter.status(course.start + 5000)
    assert course.encounter.snapshot() == before


def test_a_value_that_a_person_typed_is_told_from_one_that_a_device_sent() -> None:
    course = Course(devices={"cuff": "cuff", "strap": "heart_rate"})
    course.bp(10, 122, 80)
    course.hr(20, 70)
    course.temp(30, 36.6)

    def typed(t: float) -> set[str]:
        return {vital for vital, shown in course.status(t).vitals.items() if shown.typed}

    assert typed(40) == set()
    course.observe(100, "", {"sbp": 148.0, "dbp": 88.0, "temp": 36.8}, by="sitter")
    assert typed(110) == {"sbp", "dbp", "temp"}
    course.observe(120, "cuff", {}, flags=("cuff_loose",))
    assert typed(130) == {"sbp", "dbp", "temp"}
    alarm = course.standing("sensor_contact")
    assert alarm is not None
    assert sentence(alarm) == "Device cuff reports: cuff loose. No reading came of it."
    course.bp(200, 124, 80, flags=("cuff_loose",))
    assert typed(210) == {"temp"}
