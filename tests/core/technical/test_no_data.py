"""Silence: when it raises an alarm, at which priority, and which input ends it."""

from typing import Final

import pytest

from monitor.core.vocabulary.words import Priority
from tests.core.course import Course, Told, changes

Steps = list[tuple[float, Priority]]

AFTER_THE_DOSE: Final[list[tuple[str, Steps]]] = [
    ("strap", [(31, "low"), (121, "medium")]),
    ("cuff", [(1801, "low")]),
    ("thermo", [(1801, "low")]),
]
KINDS: Final = {"strap": "heart_rate", "cuff": "cuff", "thermo": "thermometer"}
VALUES: Final = {
    "strap": {"hr": 70.0}, "cuff": {"sbp": 120.0, "dbp": 80.0}, "thermo": {"temp": 36.6},
}  # fmt: skip


def silent(told: list[Told], since: float) -> Steps:
    return [(t - since, p) for t, change, _, p in told if change in ("raised", "escalated")]


@pytest.mark.parametrize(("device", "steps"), AFTER_THE_DOSE)
def test_silence_after_the_dose(device: str, steps: Steps) -> None:
    course = Course(devices={device: KINDS[device]})
    course.dose(1)
    course.observe(20, device, VALUES[device])
    course.advance(20 + 7200)
    assert silent(course.told("no_data"), 20) == steps


@pytest.mark.parametrize(("device", "steps"), AFTER_THE_DOSE)
def test_silence_before_the_dose_stays_low(device: str, steps: Steps) -> None:
    course = Course(devices={device: KINDS[device]})
    course.observe(20, device, VALUES[device])
    course.advance(20 + 7200)
    assert silent(course.told("no_data"), 20) == steps[:1]


@pytest.mark.parametrize(("device", "steps"), AFTER_THE_DOSE)
def test_a_promise_is_kept_from_the_opening_not_from_the_first_reading(
    device: str, steps: Steps
) -> None:
    course = Course(devices={device: KINDS[device]})
    course.advance(7200)
    assert silent(course.told("no_data"), 0) == steps[:1]


def test_the_second_that_a_reading_is_due_is_not_silence_yet() -> None:
    course = Course()
    course.hr(10, 70)
    course.advance(40.75)
    course.hr(40.75, 70)
    course.advance(71.5)
    assert course.told("no_data") == []
    course.advance(71.75)
    assert course.told("no_data") == [(71.75, "raised", "no_data", "low")]


def test_a_gateway_promises_nothing() -> None:
    course = Course(devices={"hub": "gateway"})
    course.advance(7200)
    assert course.told("no_data") == []


def test_what_once_arrived_is_expected_whatever_was_promised() -> None:
    course = Course(devices={"hub": "gateway"})
    course.observe(10, "hub", {"hr": 70.0})
    course.advance(41)
    assert course.told("no_data") == [(41, "raised", "no_data", "low")]


def test_pressures_are_watched_as_one() -> None:
    course = Course(devices={"hub": "gateway"})
    course.observe(10, "hub", {"map": 90.0})
    course.advance(2000)
    assert [(c.alarm.vital, c.at - course.start) for c in changes(course.events, "no_data")] == [
        ("sbp", 1811)
    ]


def test_each_vital_sign_has_its_own_silence() -> None:
    course = Course()
    course.beat(0, 3600, 70)
    vitals = {c.alarm.vital for c in changes(course.events, "no_data")}
    assert vitals == {"sbp", "temp"}


def test_data_ends_it_and_the_alarm_that_stood_goes_on() -> None:
    course = Course()
    course.beat(0, 60, 145)
    course.advance(95)
    assert course.standing("no_data") is not None
    reason = changes(course.events, "no_data")[-1].alarm.reason
    assert "stands and is not cleared by silence" in reason
    assert course.priority("hr_high") == "high"
    course.hr(100, 145)
    assert course.told("no_data")[-1] == (100, "cleared", "no_data", "low")
    assert [t[1] for t in course.told("hr_high")] == ["raised"]


def test_silence_and_a_reading_in_the_same_instant() -> None:
    """The silence is a fact, and the reading ends it; neither is lost."""
    course = Course()
    course.hr(0, 70)
    course.hr(31, 70)
    assert course.told("no_data") == [
        (31, "raised", "no_data", "low"),
        (31, "cleared", "no_data", "low"),
    ]


def test_an_older_reading_does_not_bring_silence_nearer() -> None:
    """A second device's reading was in transit for a second and a half."""
    course = Course(devices={"strap": "heart_rate", "band": "heart_rate"})
    course.observe(100, "strap", {"hr": 70})
    course.observe(100, "band", {"hr": 70}, measured=98.5)
    course.advance(130)
    assert course.told("no_data")[-1][1] != "raised"
    course.advance(131)
    assert course.told("no_data")[-1] == (131, "raised", "no_data", "low")
