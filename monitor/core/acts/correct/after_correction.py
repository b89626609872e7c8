"""After a correction: limits, the baseline and the newest values follow the corrected record."""

from typing import Final

from monitor.core.detection import crossings, expected_course, limits_in_force
from monitor.core.detection.readings import reconsider
from monitor.core.state import State
from monitor.core.vocabulary.events import Baseline, BaselineMoved, Event
from monitor.core.vocabulary.inputs import CorrectDose, CorrectReading
from monitor.core.vocabulary.reasons import Reason
from monitor.core.vocabulary.vitals import PRESSURES

CLOSED: Final = Reason("record_only")


def judge_anew(state: State, now: float, why: Reason) -> list[Event]:
    """Judge the newest values again after limits or the time of a dose have changed."""
    events = reconsider.again(state, now, why)
    for vital in sorted(state.vitals.newest):
        if vital not in PRESSURES:
            events += crossings.judge_again(state, vital, now)
    for vital in PRESSURES:
        events += expected_course.anew(state, vital, clean_pressures(state, vital), now, why)
    return events


def clean_pressures(state: State, vital: str) -> list[tuple[float, float]]:
    """Return measurement time and value of the pressures without doubt since the first dose."""
    since = state.session.dosed_at
    rows = [(p.effective, p.value(vital), p.causes.get(vital)) for p in state.cuffs.proven]
    return [(at, v) for at, v, cause in rows if v is not None and not cause and at >= (since or at)]


def baseline_moved(
    state: State, before: dict[str, Baseline], given: CorrectDose | CorrectReading, now: float
) -> list[Event]:
    """Let the limits follow a corrected baseline and record the move, if it did move.

    before: the values before the correction
    """
    after = state.baseline.values
    moved = {v for v in {**before, **after} if before.get(v) != after.get(v)}
    if not moved:
        return []
    limits_in_force.refresh(state)
    return [
        BaselineMoved(
            at=now, before=_of(before, moved), after=_of(after, moved),
            by=given.by, reason=given.reason,
        )
    ]  # fmt: skip


def _of(bases: dict[str, Baseline], vitals: set[str]) -> dict[str, Baseline]:
    return {vital: base for vital, base in bases.items() if vital in vitals}
