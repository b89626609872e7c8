"""Technical conditions: one alarm for each vital sign or device, urgent only after the dose."""

from typing import Final

import pytest

from monitor.core.alarms.steps import Step
from monitor.core.state import State
from monitor.core.state.devices import SensorTrouble
from monitor.core.technical.hold import hold_since, hold_trouble, in_this_phase, trouble_key
from monitor.core.vocabulary.events import AlarmChanged, Event
from monitor.core.vocabulary.reasons import plain
from monitor.core.vocabulary.words import Priority
from tests.core.course import START, Course

LOOSE: Final = plain("It is loose.")
LOW: Final = Step(10, "low")
MEDIUM: Final = Step(60, "medium")


def undosed() -> State:
    return Course(devices={}).encounter.state


def with_a_dose() -> State:
    course = Course(devices={})
    course.dose(1)
    return course.encounter.state


def said(events: list[Event]) -> list[tuple[str, str | None, str | None, Priority]]:
    found = [e for e in events if isinstance(e, AlarmChanged)]
    return [(e.transition, e.alarm.vital, e.alarm.device, e.alarm.priority) for e in found]


def test_each_vital_sign_and_each_device_has_an_alarm_of_its_own_that_escalates() -> None:
    state = undosed()

    def hold(step: Step, **about: str) -> list[tuple[str, str | None, str | None, Priority]]:
        return said(hold_since(state, "silent", step, START, START + 90, LOOSE, **about))

    assert hold(LOW, device="strap") == [("raised", None, "strap", "low")]
    assert hold(LOW, device="band") == [("raised", None, "band", "low")]
    assert hold(LOW, vital="hr") == [("raised", "hr", None, "low")]
    assert hold(LOW, device="strap") == []
    assert hold(MEDIUM, device="strap") == [("escalated", None, "strap", "medium")]
    assert hold(LOW, vital="hr", device="hub") == []  # the vital sign's, which holds already
    assert set(state.alarms.standing) == {"silent:strap", "silent:band", "silent:hr"}


def test_it_is_technical_and_began_when_its_cause_did() -> None:
    (event,) = hold_since(undosed(), "silent", LOW, START - 70, START, LOOSE, device="strap")
    assert isinstance(event, AlarmChanged)
    alarm = event.alarm
    assert (alarm.kind, alarm.condition, alarm.because) == ("technical", "silent", LOOSE)
    assert (alarm.onset, alarm.raised_at) == (START - 70, START)


@pytest.mark.parametrize("reached", ["low", "medium", "high"])
def test_a_trouble_is_low_before_the_dose_and_as_urgent_as_it_has_become_after_it(
    reached: Priority,
) -> None:
    key = "sensor_contact|strap|hr"
    trouble = SensorTrouble(START - 20, reached=reached, because=LOOSE)
    for state, priority in ((undosed(), "low"), (with_a_dose(), reached)):
        events = hold_trouble(state, key, trouble, START)
        assert said(events) == [("raised", "hr", "strap", priority)]
        alarm = state.alarms.standing[trouble_key(key)]
        assert (alarm.condition, alarm.onset) == ("sensor_contact", START - 20)


def test_a_trouble_has_an_alarm_for_each_vital_sign_of_its_device() -> None:
    state, trouble = undosed(), SensorTrouble(START, reached="low", because=LOOSE)
    for vital in ("hr", "sbp"):
        hold_trouble(state, f"signal_quality|hub|{vital}", trouble, START)
    assert set(state.alarms.standing) == {"signal_quality:hub:hr", "signal_quality:hub:sbp"}


def test_before_the_dose_only_the_first_step_is_reached() -> None:
    assert in_this_phase(undosed(), (LOW, MEDIUM)) == (LOW,)
    assert in_this_phase(with_a_dose(), (LOW, MEDIUM)) == (LOW, MEDIUM)
    assert in_this_phase(undosed(), ()) == ()
