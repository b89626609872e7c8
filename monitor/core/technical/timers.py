"""Timers of technical conditions, such as silence and offline devices.

Time alone raises them, in steps; a reading, a device, or a person's act ends them.
"""

from collections.abc import Collection

from monitor.core.alarms.steps import Step
from monitor.core.notices import notice_failed
from monitor.core.state import State
from monitor.core.technical import (
    bp_overdue,
    device_flooding,
    device_offline,
    no_data,
    sequence_gap,
    service_faults,
    unattended,
)
from monitor.core.technical.hold import hold_trouble, trouble_key
from monitor.core.vocabulary.events import Event

Timer = tuple[tuple[Step, ...], float]


def timers(state: State, but: Collection[str] = ()) -> list[Timer]:
    """Return all timers that raise alarms. but: vital signs whose silence is left out."""
    found = [
        (no_data.steps_in_force(state)[vital], since)
        for vital, since in state.vitals.silence.items()
        if vital not in but
    ]
    found += device_offline.timers(state) + sequence_gap.timers(state)
    found += service_faults.timers(state)
    if (running := unattended.timer(state)) is not None:
        found.append(running)
    if (due := bp_overdue.timer(state)) is not None:
        found.append(due)
    return found


def fall_due(state: State, at: float) -> list[Event]:
    """Raise or escalate the conditions that have lasted long enough."""
    events = no_data.fall_due(state, at)
    events += device_offline.fall_due(state, at) + sequence_gap.fall_due(state, at)
    for key, trouble in state.devices.troubles():
        # Readings raise it. A trouble that was low before the dose may be more urgent by now.
        if trouble.reached is not None and trouble_key(key) in state.alarms.standing:
            events += hold_trouble(state, key, trouble, at)
    events += service_faults.fall_due(state, at) + device_flooding.fall_due(state, at)
    events += unattended.fall_due(state, at) + notice_failed.fall_due(state, at)
    return events + bp_overdue.judge(state, at)
