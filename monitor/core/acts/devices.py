"""Add devices to a session or remove them: the vital signs they promise, the alarms they end."""

from monitor.core.state import State
from monitor.core.technical import no_data
from monitor.core.technical.hold import trouble_key
from monitor.core.technical.no_data import promise
from monitor.core.vocabulary import vitals
from monitor.core.vocabulary.events import Event
from monitor.core.vocabulary.inputs import DevicesChanged


def devices_changed(state: State, given: DevicesChanged, now: float) -> list[Event]:
    events: list[Event] = []
    for device in given.remove:
        events += _remove(state, device, given.by, now)
    for device, kind in given.add.items():
        state.devices.register(device, kind)
        promise(state, kind, now)
    arrived = {vitals.watched_as(vital) for vital in state.vitals.newest}
    for vital in sorted(state.vitals.silence.keys() - promised(state) - arrived):
        # No reading of it ever came, and no device in the session measures it.
        state.vitals.expect_no_more(vital)
        words = no_data.unpromised_reason(vital, given.by)
        events += state.alarms.release(f"no_data:{vital}", now, words)
    return events


def _remove(state: State, device: str, by: str, now: float) -> list[Event]:
    """Remove a device and end the alarms about it; its measurements stay."""
    gone = state.devices.remove(device)
    if gone is None:
        return []
    state.vitals.forget_rates(device)
    words = f"Device {device} was taken out of the session by {by}."
    conditions = ("device_offline", "device_flooding", "clock_skew", "sequence_gap", "late_data")
    ended = [f"{condition}:{device}" for condition in conditions]
    ended += [trouble_key(key) for key in gone.troubles]
    events: list[Event] = []
    for key in ended:
        events += state.alarms.release(key, now, words)
    return events


def promised(state: State) -> set[str]:
    """Return the vital signs that the devices of the session measure."""
    kinds = state.devices.registered.values()
    return {vital for kind in kinds for vital in vitals.PROMISES.get(kind, ())}
