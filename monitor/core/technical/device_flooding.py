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
        if state.devices.flooding_since(device) is not None or not state.devices.kind(device):
            return []
        said = now if given.since is None else given.since
        state.devices.set_flooding(device, min(max(said, state.session.opened_at), now))
        return fall_due(state, now)
    since = state.devices.flooding_since(device)
    if since is None:
        return []
    dropped = f" {given.dropped} of its readings were dropped." if given.dropped else ""
    words = f"Device {device} sends as usual again, after {lasted(now - since)}.{dropped}"
    state.devices.set_flooding(device, None)
    state.devices.wait_again(device, now)  # the queue is empty
    return [*state.alarms.release(_key(device), now, words)]


def fall_due(state: State, at: float) -> list[Event]:
    events: list[Event] = []
    for device, since in state.devices.flooding():
        priority = STEPS[0].priority if state.session.doses else "low"
        began = f" since {minutes.when(state.session.doses, since)}" if state.session.doses else ""
        reason = f"Device {device} sends more than it should{began}. {_MEANS}"
        finding = Finding(priority=priority, onset=since, reason=reason)
        events += state.alarms.hold(
            _key(device), "device_flooding", "technical", finding, at, device=device
        )
    return events


def _key(device: str) -> str:
    return f"device_flooding:{device}"
