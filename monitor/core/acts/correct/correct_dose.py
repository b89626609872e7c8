"""Correct a recorded dose: its time, drug, route or amount, for a reason, without overwriting.

Past decisions stay. From now on phases, the schedule, the time windows of the gates and the
expected course use the corrected dose. After the close a correction changes only the record.
"""

from typing import Final

from msgspec.structs import replace

from monitor.core.acts.correct.after_correction import CLOSED, baseline_moved, judge_anew
from monitor.core.detection import phases
from monitor.core.state import State
from monitor.core.technical import timers
from monitor.core.vocabulary.events import Corrected, Event
from monitor.core.vocabulary.inputs import BACKDATED_S, CorrectDose, Dose
from monitor.core.vocabulary.reasons import Reason
from monitor.core.vocabulary.refusals import Refused

_TIME: Final = Reason("times_anew")
_DOSE: Final = Reason("course_anew")


def correct_dose(state: State, given: CorrectDose, now: float) -> list[Event]:
    """Correct a dose. Raise `Refused` for an unknown dose, an impossible time, or no change."""
    if not 1 <= given.number <= len(state.session.doses):
        raise Refused(Reason("no_such_dose"))
    place = given.number - 1
    before = state.session.doses[place]
    after = replace(
        before,
        at=before.at if given.at is None else given.at,
        drug=before.drug if given.drug is None else given.drug,
        route=before.route if given.route is None else given.route,
        amount_mg=before.amount_mg if given.amount_mg is None else given.amount_mg,
    )
    if after == before:
        raise Refused(Reason("recorded_so"))
    _check_time(state, place, after.at, now)
    state.session.correct_dose(given.number, after)
    moved = after.at != before.at
    follows = CLOSED if state.session.closed_at is not None else _TIME if moved else _DOSE
    told = Corrected(
        at=now, what="dose", number=given.number, before=_said(before), after=_said(after),
        by=given.by, reason=given.reason, follows_because=follows,
    )  # fmt: skip
    if state.session.closed_at is not None:
        return [told]
    why = Reason("dose_corrected", {"by": given.by, "text": given.reason})
    events: list[Event] = [told]
    if moved:
        events += _move(state, given, place, before.at, now)
    events += judge_anew(state, now, why)
    return [*events, *timers.fall_due(state, now)]


def _check_time(state: State, place: int, at: float, now: float) -> None:
    end = now if state.session.closed_at is None else state.session.closed_at
    if at > end:
        raise Refused(Reason("corrected_ahead"))
    if at < state.session.opened_at - BACKDATED_S:
        raise Refused(Reason("before_opening"))
    others = state.session.doses
    if place > 0 and at < others[place - 1].at:
        raise Refused(Reason("before_other_dose"))
    if place + 1 < len(others) and at > others[place + 1].at:
        raise Refused(Reason("after_other_dose"))


def _said(of: Dose) -> dict[str, float | str]:
    return {"at": of.at, "drug": of.drug, "route": of.route, "amount_mg": of.amount_mg}


def _move(state: State, given: CorrectDose, place: int, was: float, now: float) -> list[Event]:
    """Let the baseline, the schedule and the phases follow the corrected time of a dose.

    The baseline is made of the readings before the first dose. A vital sign without such readings
    keeps its old baseline, graded poor, for its limits only: no gate uses it.
    """
    events: list[Event] = []
    at = state.session.doses[place].at
    if place == 0:
        state.cuffs.turns.forget_dose()
        events += baseline_moved(state, state.baseline.move_dose(at), given, now)
    if place == len(state.session.doses) - 1:
        state.cuffs.schedule.correct(state.session.protocol, was, at)
    return events + phases.move(state, now)
