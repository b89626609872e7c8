"""Devices that come and go: the alarms that end with them, and the vital signs they promise."""

from collections.abc import Callable
from typing import Final

import pytest

from monitor.core.vocabulary.events import Corrected, Judged
from monitor.core.vocabulary.inputs import ChangeDevices, CuffUser, DeviceFlooding
from tests.core.course import Course, changes, ticking


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


def test_what_was_never_measured_is_not_missed_after_the_dose_either() -> None:
    course = Course(devices={"strap": "heart_rate"})
    course.advance(60)
    course.change_devices(70, remove=["strap"])
    course.dose(200)
    course.advance(1000)
    assert [t[:2] for t in course.told("no_data")] == [(31, "raised"), (70, "cleared")]


def _hole(course: Course) -> None:
    for seq in (1, 3):
        course.hr(10, 70, seq=seq)


def _late(course: Course) -> None:
    for t in range(700, 770):
        course.hr(t, 70, measured=t - 620, sent=t)


def _loose(course: Course) -> None:
    for t in range(100, 110):
        course.hr(t, 66, contact=False)


ABOUT_IT: Final[list[tuple[str, Callable[[Course], object]]]] = [
    ("device_offline", lambda course: course.status_of(10, "strap", online=False)),
    ("device_flooding", lambda course: course.apply(10, DeviceFlooding("strap"))),
    ("clock_skew", lambda course: ticking(course, 10, 20, 3600)),
    ("sequence_gap", _hole),
    ("late_data", _late),
    ("sensor_contact", _loose),
]


@pytest.mark.parametrize(("condition", "begin"), ABOUT_IT, ids=[name for name, _ in ABOUT_IT])
def test_each_alarm_about_a_device_ends_with_it_and_with_no_other(
    condition: str, begin: Callable[[Course], object]
) -> None:
    course = Course(devices={"strap": "heart_rate", "band": "heart_rate"})
    begin(course)
    course.change_devices(800, remove=["band"])
    assert course.standing(condition) is not None
    course.change_devices(810, remove=["strap"])
    change = changes(course.events, condition)[-1]
    assert (change.transition, change.at - course.start) == ("cleared", 810)
    assert change.alarm.because.code == "device_removed"
    assert change.alarm.because.facts == {"device": "strap", "by": "r.hill"}


def test_the_heart_rate_of_a_device_that_left_opens_no_gate() -> None:
    course = Course(devices={"strap": "heart_rate"})
    course.beat(0, 20, 70)
    assert "hr" not in course.unmet(20)
    course.change_devices(20, remove=["strap"])
    assert "hr" in course.unmet(20)


def test_a_device_that_does_not_serve_the_session_is_taken_out_without_effect() -> None:
    course = Course(devices={"strap": "heart_rate"})
    assert course.change_devices(10, remove=["cuff"]) == []
    assert course.encounter.state.devices.registered == {"strap": "heart_rate"}


# --- one for another ----------------------------------------------------------------------------


@pytest.mark.parametrize("reason", ["", "its battery is dead"])
def test_only_a_swap_with_its_reason_is_a_correction(reason: str) -> None:
    course = Course(devices={"cuff": "cuff"})
    swap = ChangeDevices("thea", {"arm": "cuff"}, ("cuff",), users={"arm": 2}, reason=reason)
    events = course.apply(20, swap)
    said = [(e.what, e.before, e.after, e.by, e.reason) for e in events if type(e) is Corrected]
    assert said == [("device", "cuff", "arm", "thea", reason)] * bool(reason)
    assert course.encounter.state.session.corrections == len(said)
    assert course.encounter.state.devices.registered == {"arm": "cuff"}
    cuff = course.status(20).cuffs["arm"]
    assert (cuff.user, cuff.user_by) == (2, "the device's entry")


@pytest.mark.parametrize("anew", [False, True])
def test_a_device_that_was_elsewhere_keeps_its_user_and_clock_only_if_it_is_known_where(
    anew: bool,
) -> None:
    course = Course(devices={"strap": "heart_rate", "cuff": "cuff"})
    ticking(course, 10, 20, 40)
    course.apply(20, CuffUser("cuff", 2, "thea"))
    course.change_devices(30, remove=["strap", "cuff"])
    back = ChangeDevices("thea", {"strap": "heart_rate", "cuff": "cuff"}, anew=anew)
    course.apply(40, back)
    status = course.status(40)
    assert ("cuff" in status.cuffs) != anew  # its user is all that is known of it
    assert (status.clocks["strap"] is None) == anew
    # A reading that came before it left is on the record already.
    assert not [e for e in course.again(41, "strap") if isinstance(e, Judged)]
