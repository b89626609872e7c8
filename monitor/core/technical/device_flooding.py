"""`device_flooding`: a device sends far more than any real one does.

The service reports when that begins and when it ends, which is when its queue is empty. Meanwhile
its readings are judged in turns with those of other devices, the newest before the rest. A missing
number may be in the queue, so no sequence gap is reported while the device floods.
"""

from typing import Final

from monitor.core.alarms.signal import Finding
from monitor.core.alarms.steps import Step
from monitor.core.state import State
from monitor.core.technical.service_faults import lasted
from monitor.core.vocabulary import minutes
from monitor.core.vocabulary.events import Event
from monitor.core.vocabulary.inputs import DeviceFlooding

# Immediately: the service has observed it for long enough.
STEPS: Final = (Step(0, "medium"),)
_MEANS: Final = (
    "Its newest readings are judged first, and the rest wait. "
    "Restart it, or take it out of the session and use another."
)


def change(state: State, given: DeviceFlooding, now: float) -> list[Event]:
    """Begin or end the flooding of a device; a repeated report has no effect."""
    device = given.device
    if not given.over:
        if device in state.flooding or device not in state.devices:
            return []
        since = now if given.since is None else given.since
        state.flooding[device] = min(max(since, state.opened_at), now)
        return fall_due(state, now)
    since = state.flooding.get(device, now)
    dropped = f" {given.dropped} of its readings were dropped." if given.dropped else ""
    words = f"Device {device} sends as usual again, after {lasted(now - since)}.{dropped}"
    return end(state, device, words, now)


def end(state: State, device: str, words: str, now: float) -> list[Event]:
    """End the flooding: the queue is empty, so a hole counts its time from now."""
    if state.flooding.pop(device, None) is None:
        return []
    hole = state.holes.get(device)
    if hole is not None:
        hole.since = max(hole.since, now)
    return [*state.alarms.release(_key(device), now, words)]


def fall_due(state: State, at: float) -> list[Event]:
    events: list[Event] = []
    for device, since in state.flooding.items():
        priority = STEPS[0].priority if state.doses else "low"
        began = f" since {minutes.when(state.doses, since)}" if state.doses else ""
        reason = f"Device {device} sends more than it should{began}. {_MEANS}"
        finding = Finding(priority=priority, onset=since, reason=reason)
        events += state.alarms.hold(
            _key(device), "device_flooding", "technical", finding, at, device=device
        )
    return events


def _key(device: str) -> str:
    return f"device_flooding:{device}"
