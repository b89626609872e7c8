"""`device_flooding`: a device sends far more than any real one does.

The service reports when that begins and when it ends, which is when its queue is empty. Meanwhile
its readings are judged in turns with those of other devices, the newest before the rest. A missing
number may be in the queue, so no sequence gap is reported while the device floods.
"""

from typing import Final

from monitor.core.alarms.signal import Finding
from monitor.core.alarms.steps import Step
from monitor.core.sentences import minutes
from monitor.core.state import State
from monitor.core.vocabulary.events import Event
from monitor.core.vocabulary.inputs import DeviceFlooding
from monitor.core.vocabulary.reasons import Reason

# Immediately: the service has observed it for long enough.
STEPS: Final = (Step(0, "medium"),)


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
    why = Reason("flood_over", {
        "device": device, "seconds": now - since, "dropped": given.dropped,
    })  # fmt: skip
    state.devices.set_flooding(device, None)
    state.devices.wait_again(device, now)  # the queue is empty
    return [*state.alarms.release(_key(device), now, why)]


def fall_due(state: State, at: float) -> list[Event]:
    events: list[Event] = []
    for device, since in state.devices.flooding():
        priority = STEPS[0].priority if state.session.doses else "low"
        began = minutes.since(state.session.doses, since)
        because = Reason("device_flooding", {"device": device, "since": began})
        finding = Finding(priority=priority, onset=since, because=because)
        events += state.alarms.hold(
            _key(device), "device_flooding", "technical", finding, at, device=device
        )
    return events


def _key(device: str) -> str:
    return f"device_flooding:{device}"
