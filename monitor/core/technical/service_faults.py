"""Faults of the service: no link to devices, no writes, no notices, or an untrusted broker.

Each of them concerns every session at the same time, and no reading can show it. The service
reports when one begins and when it ends; that is an input like any other, so that a replay decides
the same.
"""

from typing import Final

from monitor.core.alarms.signal import Finding
from monitor.core.alarms.steps import Step, reached
from monitor.core.notices import notice_failed
from monitor.core.sentences import minutes
from monitor.core.state import State
from monitor.core.state.watch import Fault
from monitor.core.technical import monitoring_gaps
from monitor.core.vocabulary.events import Event
from monitor.core.vocabulary.inputs import ServiceFault
from monitor.core.vocabulary.reasons import Reason
from monitor.core.vocabulary.words import FaultCondition

# The first step is immediate: a fault that the service detects in itself needs no grace.
STEPS: Final[dict[FaultCondition, tuple[Step, ...]]] = {
    "broker_lost": (Step(0, "low"), Step(60, "medium")),
    "storage_fault": (Step(0, "medium"),),
    "notice_failed": notice_failed.STEPS,
    # Another client receives the devices' messages, or sends in their name: no value is reliable.
    "broker_contested": (Step(0, "high"),),
    "broker_open": (Step(0, "high"),),
}
BEFORE_DOSE: Final = (Step(0, "low"),)


def change(state: State, given: ServiceFault, now: float) -> list[Event]:
    """Begin or end a fault; a repeated report has no effect."""
    if given.condition == monitoring_gaps.BLINDS:
        monitoring_gaps.heard_nothing(state, now)
    if given.over:
        fault = state.watch.end_fault(given.condition)
        if fault is None:
            return []
        why = Reason("fault_over", {
            "condition": given.condition, "seconds": now - fault.since, "cause": given.reason,
        })  # fmt: skip
        events = _release(state, given.condition, why, now)
        if given.condition == monitoring_gaps.BLINDS:
            events += monitoring_gaps.link_back(state, fault.since, now)
        return events
    if given.condition in state.watch.faults:
        return []
    since = now if given.since is None else given.since
    # There was no monitoring before the session was opened, and no fault is known ahead of time.
    since = min(max(since, state.session.opened_at), now)
    state.watch.begin_fault(given.condition, Fault(since, given.reason))
    return fall_due(state, now)


def timers(state: State) -> list[tuple[tuple[Step, ...], float]]:
    """Return the steps that still raise the priority of each fault, and since when they count."""
    return [
        (_steps(state, condition)[1:], fault.since)
        for condition, fault in state.watch.faults.items()
    ]


def fall_due(state: State, at: float) -> list[Event]:
    events: list[Event] = []
    for condition, fault in state.watch.faults.items():
        steps = _steps(state, condition)
        step = reached(steps, fault.since, at) or steps[0]
        since = minutes.when(state.session.doses, fault.since)
        because = Reason("fault", {
            "condition": condition, "since": since, "cause": fault.reason,
        })  # fmt: skip
        finding = Finding(priority=step.priority, onset=fault.since, because=because)
        events += _hold(state, condition, finding, at)
    return events


# A contact that is not reached has the condition `notice_failed` too: its owner raises and clears
# both.
def _hold(state: State, condition: FaultCondition, finding: Finding, at: float) -> list[Event]:
    if condition == notice_failed.CONDITION:
        return notice_failed.service_fails(state, finding, at)
    return [*state.alarms.hold(condition, condition, "technical", finding, at)]


def _release(state: State, condition: FaultCondition, why: Reason, now: float) -> list[Event]:
    if condition == notice_failed.CONDITION:
        return notice_failed.service_sends(state, why, now)
    return [*state.alarms.release(condition, now, why)]


def _steps(state: State, condition: FaultCondition) -> tuple[Step, ...]:
    return STEPS[condition] if state.session.doses else BEFORE_DOSE
