"""Add devices to a session or remove them: the vital signs they promise, the alarms they end."""

from monitor.core.gates import heart_rates
from monitor.core.state import State
from monitor.core.technical import device_flooding, no_data
from monitor.core.technical.hold import trouble_key
from monitor.core.technical.no_data import promise
from monitor.core.vocabulary import vitals
from monitor.core.vocabulary.events import Event
from monitor.core.vocabulary.inputs import DevicesChanged


def devices_changed(state: State, given: DevicesChanged, now: float) -> list[Event]:
    events: list[Event] = []
    for device in given.remove:
        if state.devices.pop(device, None) is not None:
            state.offline.pop(device, None)
            heart_rates.forget(state, device)
            words = f"Device {device} was taken out of the session by {given.by}."
            events += state.alarms.release(f"device_offline:{device}", now, words)
            state.holes.pop(device, None)
            events += device_flooding.end(state, device, words, now)
            for key in [k for k in state.troubles if k.split("|")[1] == device]:
                del state.troubles[key]
                events += state.alarms.release(trouble_key(key), now, words)
            state.lagging.pop(device, None)
            for condition in ("clock_skew", "sequence_gap", "late_data"):
                events += state.alarms.release(f"{condition}:{device}", now, words)
    for device, kind in given.add.items():
        state.devices[device] = kind
        promise(state, kind, now)
    promised = {v for kind in state.devices.values() for v in vitals.PROMISES.get(kind, ())}
    arrived = {vitals.watched_as(vital) for vital in state.newest}
    for vital in sorted(state.silence.keys() - promised - arrived):
        # No reading of it ever came, and no device in the session measures it.
        del state.silence[vital]
        words = no_data.unpromised_reason(vital, given.by)
        events += state.alarms.release(f"no_data:{vital}", now, words)
    return events
