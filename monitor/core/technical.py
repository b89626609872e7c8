"""Technical conditions: silence, and devices that are away.

Time alone raises them, in steps; what ends them is a reading, a device, or a person's act.
"""

from collections.abc import Collection

from monitor.core import (
    attendance,
    blinding,
    flooding,
    holes,
    minutes,
    overdue,
    service_faults,
    silence,
    unwatched,
)
from monitor.core.alarms.signal import Finding
from monitor.core.alarms.steps import Step, reached
from monitor.core.gates import heart_rates
from monitor.core.notices import audio, escalation
from monitor.core.state import State, Trouble
from monitor.core.vocabulary.events import Event
from monitor.core.vocabulary.inputs import DevicesChanged, DeviceStatus

Timer = tuple[tuple[Step, ...], float]


def silence_steps(state: State, vital: str) -> tuple[Step, ...]:
    """What silence of this vital sign comes to, and when."""
    return (silence.NO_DATA if state.doses else silence.NO_DATA_BEFORE_DOSE)[vital]


def timers(state: State, but: Collection[str] = ()) -> list[Timer]:
    """Everything that becomes an alarm by lapse of time, but the silence of some vital signs."""
    found = [
        (silence_steps(state, vital), since)
        for vital, since in state.silence.items()
        if vital not in but
    ]
    found += [(_steps(state, silence.OFFLINE), since) for since in state.offline.values()]
    found += [
        (holes.STEPS, hole.since)
        for device, hole in state.holes.items()
        if device not in state.flooding
    ]
    found += service_faults.timers(state)
    if (running := attendance.timer(state)) is not None:
        found.append(running)
    if (due := overdue.timer(state)) is not None:
        found.append(due)
    return found


def _steps(state: State, steps: tuple[Step, ...]) -> tuple[Step, ...]:
    return steps if state.doses else silence.before_dose(steps)


def fall_due(state: State, at: float) -> list[Event]:
    """Raise or escalate whatever has lasted long enough."""
    events: list[Event] = []
    for vital, began in state.silence.items():
        step = reached(_steps(state, silence.NO_DATA[vital]), began, at)
        if step is not None:
            standing = _stands(state, vital)
            reason = silence.no_data_reason(vital, since(state, began), standing=standing)
            events += _hold(state, "no_data", step, began, at, reason, vital=vital)
            events += blinding.lose(state, vital, began, at)
    for device, began in state.offline.items():
        step = reached(_steps(state, silence.OFFLINE), began, at)
        if step is not None:
            reason = silence.offline_reason(device, since(state, began))
            events += _hold(state, "device_offline", step, began, at, reason, device=device)
    for device, hole in state.holes.items():
        step = reached(holes.STEPS, hole.since, at)
        if step is not None and device not in state.flooding:
            reason = holes.reason(device, hole, state.sources[device].arrivals.boots)
            events += _hold(state, "sequence_gap", step, hole.since, at, reason, device=device)
    for key, trouble in state.troubles.items():
        # Its readings raise it. What was low before the dose may be more urgent by now.
        if trouble.reached is not None and trouble_key(key) in state.alarms.standing:
            events += hold_trouble(state, key, trouble, at)
    events += service_faults.fall_due(state, at) + flooding.fall_due(state, at)
    events += attendance.fall_due(state, at) + escalation.failing(state, at)
    return events + overdue.judge(state, at)


def since(state: State, at: float) -> str:
    """ " since 47 min after the dose"; "" until there is a dose to count from.

    A sentence stands for as long as its alarm does: how long that is by now is no part of it.
    """
    return f" since {minutes.when(state.doses, at)}" if state.doses else ""


def _stands(state: State, vital: str) -> bool:
    """An alarm about the patient stands on this vital sign."""
    return any(
        a.vital is not None and silence.watched_as(a.vital) == vital
        for a in state.alarms.standing.values()
        if a.kind == "physiological"
    )


def _hold(
    state: State, condition: str, step: Step, since: float, at: float, reason: str,
    *, vital: str | None = None, device: str | None = None,
) -> list[Event]:  # fmt: skip
    key = f"{condition}:{vital or device}"
    return hold(state, key, condition, step, since, at, reason, vital=vital, device=device)


def hold(  # noqa: PLR0913 - what an alarm is made of
    state: State, key: str, condition: str, step: Step, since: float, at: float, reason: str,
    *, vital: str | None = None, device: str | None = None,
) -> list[Event]:  # fmt: skip
    """A technical condition holds at the priority of `step`."""
    finding = Finding(priority=step.priority, onset=since, reason=reason)
    changes = state.alarms.hold(
        key, condition, "technical", finding, at, vital=vital, device=device
    )
    return audio.noticed(state, changes)


def hold_trouble(state: State, key: str, trouble: Trouble, at: float) -> list[Event]:
    """What a sensor's readings have come to; low before the dose."""
    condition, device, vital = key.split("|")
    assert trouble.reached is not None
    step = Step(0.0, trouble.reached if state.doses else "low")
    name = trouble_key(key)
    return hold(
        state, name, condition, step, trouble.since, at, trouble.reason, vital=vital, device=device
    )


def trouble_key(key: str) -> str:
    return key.replace("|", ":")


# --- devices and what they promise --------------------------------------------------------------


def device_status(state: State, given: DeviceStatus, now: float) -> list[Event]:
    if given.device not in state.devices:
        return []
    if given.battery is not None:
        state.batteries[given.device] = given.battery
    if given.device in state.sources or given.device in state.offline or not given.online:
        # Else it comes for the first time. Online, and not known to be offline: it may have come
        # back so soon that nobody saw it go, or it tells its battery and never was away.
        surely = not given.online or given.device in state.offline
        unwatched.went_away(state, given.device, now, surely=surely)
    if given.online:
        return online(state, given.device, now)
    state.offline.setdefault(given.device, now)
    state.sources[given.device].memory.connected("")
    return []


def online(state: State, device: str, now: float) -> list[Event]:
    state.offline.pop(device, None)
    return [*state.alarms.release(f"device_offline:{device}", now, f"Device {device} is back.")]


def heard(state: State, vital: str, since: float, now: float) -> list[Event]:
    """A believed reading of this vital sign came (pressures: "sbp"), at `since`."""
    state.silence[vital] = max(since, state.silence.get(vital, since))
    key = f"no_data:{vital}"
    if key not in state.alarms.standing and vital not in state.blind:
        return []
    if reached(silence_steps(state, vital), state.silence[vital], now) is not None:
        return []  # it was silent again since
    words = silence.data_back_reason(vital)
    events: list[Event] = [*state.alarms.release(key, now, words)]
    return events + blinding.regain(state, vital, now)


def promise(state: State, kind: str, since: float) -> None:
    """A device of this kind belongs to the session: what it measures is expected."""
    for vital in silence.PROMISES.get(kind, ()):
        state.silence.setdefault(vital, since)


def devices_changed(state: State, given: DevicesChanged, now: float) -> list[Event]:
    events: list[Event] = []
    for device in given.remove:
        if state.devices.pop(device, None) is not None:
            state.offline.pop(device, None)
            heart_rates.forget(state, device)
            words = f"Device {device} was taken out of the session by {given.by}."
            events += state.alarms.release(f"device_offline:{device}", now, words)
            state.holes.pop(device, None)
            events += flooding.end(state, device, words, now)
            for key in [k for k in state.troubles if k.split("|")[1] == device]:
                del state.troubles[key]
                events += state.alarms.release(trouble_key(key), now, words)
            state.lagging.pop(device, None)
            for condition in ("clock_skew", "sequence_gap", "late_data"):
                events += state.alarms.release(f"{condition}:{device}", now, words)
    for device, kind in given.add.items():
        state.devices[device] = kind
        promise(state, kind, now)
    promised = {v for kind in state.devices.values() for v in silence.PROMISES.get(kind, ())}
    arrived = {silence.watched_as(vital) for vital in state.newest}
    for vital in sorted(state.silence.keys() - promised - arrived):
        # It never came, and nothing in the session is there to bring it.
        del state.silence[vital]
        words = silence.unpromised_reason(vital, given.by)
        events += state.alarms.release(f"no_data:{vital}", now, words)
    return events
