"""Change devices of a session: the vital signs they promise, the alarms that end with them."""

from typing import Final

from monitor.core.detection.readings import cuff_users
from monitor.core.state import State
from monitor.core.technical.hold import trouble_key
from monitor.core.technical.no_data import promise
from monitor.core.vocabulary import vitals
from monitor.core.vocabulary.events import Corrected, Event
from monitor.core.vocabulary.inputs import ChangeDevices
from monitor.core.vocabulary.reasons import Reason

_SWAPPED: Final = Reason("device_swapped")
# Alarms that end when their device leaves; those of its sensors end by their own keys.
ABOUT_DEVICE: Final = (
    "device_offline", "device_flooding", "clock_skew", "sequence_gap", "late_data",
)  # fmt: skip


def change_devices(state: State, given: ChangeDevices, now: float) -> list[Event]:
    """Add devices and remove others; with a reason this corrects the record."""
    if given.anew:
        _begin_anew(state, given)
    cuff_users.register(state, given.users)
    events: list[Event] = _corrected(state, given, now) if given.reason else []
    for device in given.remove:
        events += _remove(state, device, given.by, now)
    for device, kind in given.add.items():
        state.devices.register(device, kind)
        promise(state, kind, now)
    arrived = {vitals.watched_as(vital) for vital in state.vitals.newest}
    for vital in sorted(state.vitals.silence.keys() - promised(state) - arrived):
        # No reading of it ever came, and no device in the session measures it.
        state.vitals.expect_no_more(vital)
        why = Reason("not_expected", {"vital": vital, "by": given.by})
        events += state.alarms.release(f"no_data:{vital}", now, why)
    return events


def _begin_anew(state: State, given: ChangeDevices) -> None:
    """Reset the state of added devices: their activity since they last served here is unknown.

    Their arrivals stay on record, so that no reading counts twice.
    """
    for device in given.add:
        state.devices.begin_anew(device)
        state.cuffs.forget_user(device)
        state.vitals.forget_streams(device)


def _corrected(state: State, given: ChangeDevices, now: float) -> list[Event]:
    """Record that one device was swapped for another."""
    state.session.count_correction()
    return [
        Corrected(
            at=now, what="device", before=", ".join(given.remove), after=", ".join(given.add),
            by=given.by, reason=given.reason, follows_because=_SWAPPED,
        )
    ]  # fmt: skip


def _remove(state: State, device: str, by: str, now: float) -> list[Event]:
    """Remove a device and end the alarms about it; its measurements stay."""
    gone = state.devices.remove(device)
    if gone is None:
        return []
    state.vitals.forget_rates(device)
    why = Reason("device_removed", {"device": device, "by": by})
    ended = [f"{condition}:{device}" for condition in ABOUT_DEVICE]
    ended += [trouble_key(key) for key in gone.troubles]
    events: list[Event] = []
    for key in ended:
        events += state.alarms.release(key, now, why)
    return events


def promised(state: State) -> set[str]:
    """Return the vital signs that the devices of the session measure."""
    kinds = state.devices.registered.values()
    return {vital for kind in kinds for vital in vitals.PROMISES.get(kind, ())}
