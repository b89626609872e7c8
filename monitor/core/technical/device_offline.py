"""`device_offline`: a device announced that it disconnects, or the broker that it is gone."""

from typing import Final

from monitor.core.alarms.steps import Step, reached
from monitor.core.sentences import minutes
from monitor.core.state import State
from monitor.core.technical import monitoring_gaps
from monitor.core.technical.hold import hold_since, in_this_phase
from monitor.core.vocabulary.events import Event
from monitor.core.vocabulary.inputs import DeviceStatus
from monitor.core.vocabulary.reasons import Reason

OFFLINE: Final = (Step(10, "low"), Step(60, "medium"))


def device_status(state: State, given: DeviceStatus, now: float) -> list[Event]:
    if not state.devices.kind(given.device):
        return []
    if given.battery is not None:
        state.devices.set_battery(given.device, given.battery)
    offline = state.devices.is_offline(given.device)
    if given.device in state.devices.sources or offline or not given.online:
        # Otherwise it comes for the first time. Online, and not known to be offline: it may have
        # come back before its absence was noticed, or it reports its battery and was never away.
        surely = not given.online or offline
        monitoring_gaps.went_away(state, given.device, now, surely=surely)
    if given.online:
        return online(state, given.device, now)
    state.devices.set_offline(given.device, now)
    state.devices.sources[given.device].memory.connected("")
    return []


def online(state: State, device: str, now: float) -> list[Event]:
    state.devices.set_online(device)
    why = Reason("device_back", {"device": device})
    return [*state.alarms.release(f"device_offline:{device}", now, why)]


def timers(state: State) -> list[tuple[tuple[Step, ...], float]]:
    steps = in_this_phase(state, OFFLINE)
    return [(steps, since) for _, since in state.devices.offline()]


def fall_due(state: State, at: float) -> list[Event]:
    """Raise or escalate the absences that have lasted long enough."""
    events: list[Event] = []
    for device, began in state.devices.offline():
        step = reached(in_this_phase(state, OFFLINE), began, at)
        if step is not None:
            since = minutes.since(state.session.doses, began)
            because = Reason("device_offline", {"device": device, "since": since})
            events += hold_since(state, "device_offline", step, began, at, because, device=device)
    return events
