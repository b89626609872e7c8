"""Silence: when it raises an alarm, at which priority, and which input ends it."""

from typing import Final

import pytest

from monitor.core.vocabulary.words import Priority
from tests.core.course import Course, Told, changes, dosed

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


def test_the_dose_makes_a_long_silence_more_urgent_at_once() -> None:
    course = Course()
    course.hr(10, 70)
    course.advance(200)
    course.dose(200)
    assert course.told("no_data") == [
        (41, "raised", "no_data", "low"),
        (200, "escalated", "no_data", "medium"),
    ]


def test_a_short_silence_becomes_urgent_in_its_own_time() -> None:
    course = Course()
    course.hr(10, 70)
    course.dose(60)
    course.advance(300)
    assert course.told("no_data") == [
        (41, "raised", "no_data", "low"),
        (131, "escalated", "no_data", "medium"),
    ]


# --- a device that is known to be away ----------------------------------------------------------


def test_offline_by_steps_after_the_dose() -> None:
    course = Course()
    course.dose(1)
    course.status_of(100, "strap", online=False)
    course.status_of(105, "strap", online=False)  # reported twice, away since the first
    course.advance(300)
    assert course.told("device_offline") == [
        (111, "raised", "device_offline", "low"),
        (161, "escalated", "device_offline", "medium"),
    ]


def test_offline_before_the_dose_stays_low_and_the_dose_raises_it() -> None:
    course = Course()
    course.status_of(100, "strap", online=False)
    course.advance(300)
    assert [t[3] for t in course.told("device_offline")] == ["low"]
    course.dose(310)
    assert course.told("device_offline")[-1] == (310, "escalated", "device_offline", "medium")


def test_back_within_ten_seconds_is_nothing() -> None:
    course = Course()
    course.status_of(100, "strap", online=False)
    course.status_of(110, "strap", online=True)
    course.advance(200)
    assert course.told("device_offline") == []


@pytest.mark.parametrize("offline", [False, True])
def test_a_status_of_a_device_that_is_online_makes_nothing_late(offline: bool) -> None:
    """It may only report its battery. A device that was offline has stored readings."""
    course = dosed()
    course.bp(1000, 121, 80, measured=999, sent=999.5)
    course.bp(1300, 122, 80, measured=1299, sent=1299.5)
    if offline:
        course.status_of(1310, "cuff", online=False)
    course.status_of(2190, "cuff", online=True)
    course.bp(2200, 190, 114, measured=1480, sent=1480.5)  # it waited 12 min, or was set back
    assert course.states("sbp")[-1] == ("late" if offline else "suspect")
    assert course.priority("sbp_high") == (None if offline else "high")


@pytest.mark.parametrize("sign", ["status", "reading", "rejected reading"])
def test_a_status_or_any_live_reading_ends_it(sign: str) -> None:
    course = Course()
    course.status_of(100, "strap", online=False)
    course.advance(120)
    if sign == "status":
        course.status_of(130, "strap", online=True)
    else:
        course.hr(130, 70 if sign == "reading" else 0)
    assert course.told("device_offline")[-1] == (130, "cleared", "device_offline", "low")


@pytest.mark.parametrize("about", [{"replayed": True}, {"measured": -700.0}])
def test_what_is_late_or_retained_is_no_sign_of_life(about: dict[str, object]) -> None:
    course = Course()
    course.status_of(100, "strap", online=False)
    course.advance(120)
    course.hr(130, 70, **about)
    assert course.standing("device_offline") is not None


def test_a_device_of_somebody_else_is_nobodys_alarm() -> None:
    course = Course()
    course.status_of(100, "neighbours", online=False)
    course.advance(300)
    assert course.told("device_offline") == []


def test_two_devices_are_two_alarms() -> None:
    course = Course()
    course.status_of(100, "strap", online=False)
    course.status_of(101, "cuff", online=False)
    course.advance(200)
    assert {c.alarm.device for c in changes(course.events, "device_offline")} == {"strap", "cuff"}


# --- devices that come and go -------------------------------------------------------------------


def test_taking_a_device_out_ends_its_alarm_and_says_who_did_it() -> None:
    course = Course()
    course.status_of(100, "strap", online=False)
    course.advance(120)
    course.change_devices(130, remove=["strap"])
    change = changes(course.events, "device_offline")[-1]
    assert (change.transition, change.at - course.start) == ("cleared", 130)
    assert "r.hill" in change.alarm.reason


def test_a_promise_that_was_never_kept_goes_with_its_device() -> None:
    course = Course(devices={"strap": "heart_rate", "cuff": "cuff"})
    course.advance(60)
    assert course.standing("no_data") is not None
    course.change_devices(70, remove=["strap"])
    assert course.told("no_data")[-1] == (70, "cleared", "no_data", "low")
    course.advance(1000)
    assert course.standing("no_data") is None


def test_what_once_arrived_is_watched_although_its_device_was_taken_out() -> None:
    course = Course(devices={"strap": "heart_rate"})
    course.hr(10, 70)
    course.change_devices(20, remove=["strap"])
    course.advance(60)
    assert course.standing("no_data") is not None


def test_a_second_strap_keeps_the_promise() -> None:
    course = Course(devices={"strap": "heart_rate", "band": "heart_rate"})
    course.change_devices(5, remove=["strap"])
    course.advance(60)
    assert course.told("no_data") == [(31, "raised", "no_data", "low")]


def test_a_device_that_is_added_promises_from_then_on() -> None:
    course = Course(devices={"cuff": "cuff"})
    course.change_devices(100, add={"strap": "heart_rate"})
    course.advance(200)
    assert course.told("no_data") == [(131, "raised", "no_data", "low")]


def test_an_older_reading_does_not_bring_silence_nearer() -> None:
    """A second device's reading was in transit for a second and a half."""
    course = Course(devices={"strap": "heart_rate", "band": "heart_rate"})
    course.observe(100, "strap", {"hr": 70})
    course.observe(100, "band", {"hr": 70}, measured=98.5)
    course.advance(130)
    assert course.told("no_data")[-1][1] != "raised"
    course.advance(131)
    assert course.told("no_data")[-1] == (131, "raised", "no_data", "low")
