"""The phases of a session, which the last dose drives."""

from monitor.core import in_force
from monitor.core.events import Event, Phase, PhaseChanged
from monitor.core.state import State


def enter(state: State, phase: Phase, at: float) -> list[Event]:
    state.phase = phase
    if any(limit.phases for limit in state.protocol.limits):
        in_force.refresh(state)
    return [PhaseChanged(at=at, phase=phase)]


def move(state: State, at: float) -> list[Event]:
    """Into the phase of this moment, if that is another one."""
    if state.last_dose_at is None:
        return []
    # The very sums of `ends`: by another route they may differ in the last bit, and a deadline at
    # which nothing happens comes again for ever.
    phase: Phase = "onset"
    if at >= state.last_dose_at + 60 * state.protocol.peak_until:
        phase = "recovery"
    elif at >= state.last_dose_at + 60 * state.protocol.onset_until:
        phase = "peak"
    return enter(state, phase, at) if phase != state.phase else []


def ends(state: State) -> float | None:
    """When the present phase ends by the clock; None: it does not."""
    if state.last_dose_at is None or state.phase not in ("onset", "peak"):
        return None
    until = state.protocol.onset_until if state.phase == "onset" else state.protocol.peak_until
    return state.last_dose_at + 60 * until


def when(state: State, at: float) -> str:
    """For a sentence: "47 min after the dose"."""
    dosed = state.last_dose_at
    return "before the dose" if dosed is None else f"{(at - dosed) / 60:.0f} min after the dose"
