"""The phases of a session, timed from the last dose."""

from monitor.core.detection import crossings, limits_in_force
from monitor.core.state import State
from monitor.core.vocabulary.events import Event, PhaseChanged
from monitor.core.vocabulary.words import Phase


def enter(state: State, phase: Phase, at: float) -> list[Event]:
    """Enter a phase: its limits apply from now on, also to the newest values on record."""
    state.session.enter(phase)
    events: list[Event] = [PhaseChanged(at=at, phase=phase)]
    if any(limit.phases for limit in state.session.protocol.limits):
        limits_in_force.refresh(state)
        if phase != "closed":
            for vital in sorted(state.vitals.newest):
                events += crossings.judge_again(state, vital, at)
    return events


def move(state: State, at: float) -> list[Event]:
    """Enter the phase of this moment if it differs from the present one."""
    if state.session.last_dose_at is None:
        return []
    # The same sums as in `ends`: computed otherwise they may differ in the last bit, and a deadline
    # without effect would recur for ever.
    phase: Phase = "onset"
    if at >= state.session.last_dose_at + 60 * state.session.protocol.peak_until:
        phase = "recovery"
    elif at >= state.session.last_dose_at + 60 * state.session.protocol.onset_until:
        phase = "peak"
    return enter(state, phase, at) if phase != state.session.phase else []


def ends(state: State) -> float | None:
    """Return when the present phase ends by the clock; None: it does not."""
    if state.session.last_dose_at is None or state.session.phase not in ("onset", "peak"):
        return None
    until = (
        state.session.protocol.onset_until
        if state.session.phase == "onset"
        else state.session.protocol.peak_until
    )
    return state.session.last_dose_at + 60 * until
