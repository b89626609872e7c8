"""`device_offline`: a device that is known to be away, until it shows that it is back."""

import pytest

from monitor.core.vocabulary.inputs import DeviceStatus
from tests.core.course import Course, changes, dosed


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


def test_a_status_that_names_no_charge_leaves_the_one_that_was_reported() -> None:
    course = Course()
    for battery in (41, None):
        course.apply(10, DeviceStatus("strap", online=True, battery=battery))
        assert course.status(20).sensors["strap"].battery == 41
    course.apply(30, DeviceStatus("strap", online=False, battery=7))
    assert course.status(40).sensors["strap"].battery == 7
    assert "cuff" not in course.status(40).sensors
