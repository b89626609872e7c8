"""Faults of the service: no link to devices, no writes, no notices, or an untrusted broker.

Each of them concerns every session at the same time, and no reading can show it. The service
reports when one begins and when it ends; that is an input like any other, so that a replay decides
the same.
"""

import re
from typing import Final

from monitor.core.alarms.signal import Finding
from monitor.core.alarms.steps import Step, reached
from monitor.core.state import State
from monitor.core.state.watch import Fault
from monitor.core.technical import monitoring_gaps
from monitor.core.vocabulary import minutes
from monitor.core.vocabulary.events import Event
from monitor.core.vocabulary.inputs import ServiceFault
from monitor.core.vocabulary.words import FaultCondition

# The first step is immediate: a fault that the service detects in itself needs no grace.
STEPS: Final[dict[FaultCondition, tuple[Step, ...]]] = {
    "broker_lost": (Step(0, "low"), Step(60, "medium")),
    "storage_fault": (Step(0, "medium"),),
    "notice_failed": (Step(0, "medium"),),
    # Another client receives the devices' messages, or sends in their name: no value is reliable.
    "broker_contested": (Step(0, "high"),),
    "broker_open": (Step(0, "high"),),
}
BEFORE_DOSE: Final = (Step(0, "low"),)

_BEGAN: Final[dict[FaultCondition, str]] = {
    "broker_lost": "The link to the devices is lost, since",
    "storage_fault": "The database takes no writes, since",
    "notice_failed": "Notices do not leave this service, since",
    "broker_contested": "The connection to the broker is disputed, since",
    "broker_open": "The broker cannot be trusted, since",
}
_MEANS: Final[dict[FaultCondition, str]] = {
    "broker_lost": "Nothing that devices measure is watched.",
    "storage_fault": "What comes is watched, and is not on the record yet.",
    "notice_failed": "Nobody elsewhere hears of an alarm.",
    "broker_contested": "Readings may go to somebody else, and not be watched.",
    "broker_open": "Readings may be anybody's: compare them with the device's own display.",
}
# System errors, by number or text, and their meaning for a therapist. The record of the fault
# itself, the log and /readyz keep the system's own text.
_PLAIN: Final = tuple(
    (re.compile(pattern, re.IGNORECASE), words)
    for pattern, words in (
        (r"errno 111\b|connection refused", "the broker refused the connection"),
        (r"errno 110\b|timed out", "the broker does not answer"),
        (r"errno 1(0[01]|13)\b|unreachable|no route", "the network does not reach the broker"),
        (r"errno (104|32)\b|reset by peer|broken pipe", "the broker ended the connection"),
        (r"errno -\d+\b|name or service|name resolution", "the broker's name cannot be found"),
        (r"errno 28\b|no space left", "the disk is full"),
    )
)
_ERRNO: Final = re.compile(r"\[errno -?\d+\]\s*", re.IGNORECASE)
_OVER: Final[dict[FaultCondition, str]] = {
    "broker_lost": "The devices can be heard again, after",
    "storage_fault": "The database takes writes again, after",
    "notice_failed": "Notices leave again, after",
    "broker_contested": "The connection to the broker is undisputed again, after",
    "broker_open": "The broker asks everybody for credentials again, after",
}


def change(state: State, given: ServiceFault, now: float) -> list[Event]:
    """Begin or end a fault; a repeated report has no effect."""
    if given.condition == monitoring_gaps.BLINDS:
        monitoring_gaps.heard_nothing(state, now)
    if given.over:
        fault = state.watch.end_fault(given.condition)
        if fault is None:
            return []
        span = lasted(now - fault.since)
        words = f"{_OVER[given.condition]} {span}{_because(given.reason)}."
        events: list[Event] = [*state.alarms.release(given.condition, now, words)]
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
        began = f"{_BEGAN[condition]} {minutes.when(state.session.doses, fault.since)}"
        reason = f"{began}{_because(fault.reason)}. {_MEANS[condition]}"
        finding = Finding(priority=step.priority, onset=fault.since, reason=reason)
        events += state.alarms.hold(condition, condition, "technical", finding, at)
    return events


def _steps(state: State, condition: FaultCondition) -> tuple[Step, ...]:
    return STEPS[condition] if state.session.doses else BEFORE_DOSE


def _because(reason: str) -> str:
    return f": {_plain(reason).rstrip('.')}" if reason else ""


def _plain(reason: str) -> str:
    """Return the reason in plain words, or without the error number."""
    found = next((words for pattern, words in _PLAIN if pattern.search(reason)), None)
    return found or _ERRNO.sub("", reason)


def lasted(seconds: float) -> str:
    """Return a duration in words."""
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"
