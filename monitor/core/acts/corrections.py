"""Correct the record: by a named user, for a reason, without overwriting.

Past decisions stay. From now on limits, phases, the schedule, the time windows of the gates and the
expected course use the corrected facts. After the close a correction changes only the record.
"""

from typing import Final, get_args

from msgspec.structs import replace

from monitor.core.acts.striking import CLOSED, clean_pressures
from monitor.core.alarms.sentences import ended
from monitor.core.detection import crossings, expected_course, limits_in_force, phases
from monitor.core.detection.readings import reconsider
from monitor.core.state import State
from monitor.core.technical import timers
from monitor.core.vocabulary.events import Baseline, BaselineMoved, Corrected, Event
from monitor.core.vocabulary.inputs import (
    BACKDATED_S,
    DevicesChanged,
    Dose,
    DoseCorrected,
    Fact,
    FactCorrected,
    Said,
)
from monitor.core.vocabulary.refusals import Refused
from monitor.core.vocabulary.symptoms import RISK_FACTORS
from monitor.core.vocabulary.vitals import PRESSURES

FACTS: Final[tuple[str, ...]] = get_args(Fact)
DECIDING: Final[tuple[Fact, ...]] = ("birth_year", "risk_factors")
_LIMITS: Final = (
    "Limits and the conditions for a dose and the close go by it from now on. What was decided "
    "stands."
)
_GATES: Final = (
    "The conditions for a dose and the close go by it from now on. What was decided stands."
)
_NOTHING: Final = "Nothing else follows from it."
_TIME: Final = (
    "Phases, readings due, the conditions for a further dose and the close, and the expected "
    "course count from the corrected time from now on, and the baseline is of what was measured "
    "before it. What was decided stands."
)
_DEVICE: Final = (
    "What the new one sends counts from now on; its clock and its memory begin anew. What the old "
    "one measured stands."
)
_DOSE: Final = "The total and the expected course go by it from now on. What was decided stands."


def fact(state: State, given: FactCorrected, now: float) -> list[Event]:
    """Correct a fact. Raise `Refused` if the value is impossible or already on the record."""
    if given.before == given.after:
        raise Refused("This is what stands on the record already.")
    facts = state.session.facts
    if given.fact == "birth_year":
        facts = replace(facts, birth_year=_year(given.after))
    elif given.fact == "risk_factors":
        facts = replace(facts, risk_factors=_factors(given.after))
    sitter = facts.sitter if given.sitter is None else given.sitter
    reachable = facts.reachable if given.reachable is None else given.reachable
    moved = (sitter, reachable) != (facts.sitter, facts.reachable)
    state.session.correct_facts(replace(facts, sitter=sitter, reachable=reachable))
    follows = _LIMITS if given.fact in DECIDING else _GATES if moved else _NOTHING
    told = Corrected(
        at=now, what=given.fact, before=given.before, after=given.after, by=given.by,
        reason=given.reason, follows=follows if state.session.closed_at is None else CLOSED,
    )  # fmt: skip
    if state.session.closed_at is not None or given.fact not in DECIDING:
        return [told]
    limits_in_force.refresh(state)
    why = ended(f"{given.by} corrected what is known of the patient: {given.reason}")
    return [told, *_judged_anew(state, now, why)]


def _year(said: Said) -> int | None:
    if said is None or (isinstance(said, int) and 1900 <= said <= 2100):
        return said
    raise Refused("The year of birth is none.")


def _factors(said: Said) -> tuple[str, ...]:
    if not isinstance(said, list) or any(factor not in RISK_FACTORS for factor in said):
        raise Refused("The risk factors are not all in the list.")
    return tuple(said)


def _judged_anew(state: State, now: float, why: str) -> list[Event]:
    """Judge the newest values again after limits or the time of a dose have changed."""
    events = reconsider.again(state, now, why)
    for vital in sorted(state.vitals.newest):
        if vital not in PRESSURES:
            events += crossings.judge_again(state, vital, now)
    for vital in PRESSURES:
        events += expected_course.anew(state, vital, clean_pressures(state, vital), now, why)
    return events


# --- a device -----------------------------------------------------------------------------------


def begin_anew(state: State, given: DevicesChanged) -> None:
    """Reset the state of added devices: their activity since they last served here is unknown.

    Their arrivals stay on record, so that no reading counts twice.
    """
    for device in given.add:
        state.devices.begin_anew(device)
        state.cuffs.forget_user(device)
        state.vitals.forget_streams(device)


def swapped(state: State, given: DevicesChanged, now: float) -> list[Event]:
    """Record the change of devices as a correction if a reason was given."""
    if not given.reason:
        return []
    state.session.count_correction()
    return [
        Corrected(
            at=now, what="device", before=", ".join(given.remove), after=", ".join(given.add),
            by=given.by, reason=given.reason, follows=_DEVICE,
        )
    ]  # fmt: skip


# --- a dose -------------------------------------------------------------------------------------


def dose(state: State, given: DoseCorrected, now: float) -> list[Event]:
    """Correct a dose. Raise `Refused` for an unknown dose, an impossible time, or no change."""
    if not 1 <= given.number <= len(state.session.doses):
        raise Refused("There is no such dose on the record.")
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
        raise Refused("This is what stands on the record already.")
    _check_time(state, place, after.at, now)
    state.session.correct_dose(given.number, after)
    moved = after.at != before.at
    follows = CLOSED if state.session.closed_at is not None else _TIME if moved else _DOSE
    told = Corrected(
        at=now, what="dose", number=given.number, before=_said(before), after=_said(after),
        by=given.by, reason=given.reason, follows=follows,
    )  # fmt: skip
    if state.session.closed_at is not None:
        return [told]
    why = ended(f"{given.by} corrected a dose: {given.reason}")
    events: list[Event] = [told]
    if moved:
        if place == 0:
            state.cuffs.turns.forget_dose()
            events += _baseline_anew(state, given, now)
        if place == len(state.session.doses) - 1:
            state.cuffs.schedule.correct(state.session.protocol, before.at, after.at)
        events += phases.move(state, now)
    events += _judged_anew(state, now, why)
    return [*events, *timers.fall_due(state, now)]


def _check_time(state: State, place: int, at: float, now: float) -> None:
    end = now if state.session.closed_at is None else state.session.closed_at
    if at > end:
        raise Refused("A dose cannot lie ahead of its time.")
    if at < state.session.opened_at - BACKDATED_S:
        raise Refused("A dose of this session cannot be from so long before it was opened.")
    others = state.session.doses
    if place > 0 and at < others[place - 1].at:
        raise Refused("The dose before it was later: correct that one first.")
    if place + 1 < len(others) and at > others[place + 1].at:
        raise Refused("The dose after it was earlier: correct that one first.")


def _said(of: Dose) -> dict[str, float | str]:
    return {"at": of.at, "drug": of.drug, "route": of.route, "amount_mg": of.amount_mg}


def _baseline_anew(state: State, given: DoseCorrected, now: float) -> list[Event]:
    """Rebuild the baseline from the readings before the corrected time of the dose.

    A vital sign without such readings keeps its old baseline, graded poor, for its limits only: no
    gate uses it.
    """
    before = state.baseline.move_dose(state.session.doses[0].at)
    moved = {v for v, base in state.baseline.values.items() if before.get(v) != base}
    if not moved:
        return []
    limits_in_force.refresh(state)
    after = _of(state.baseline.values, moved)
    return [
        BaselineMoved(
            at=now, before=_of(before, moved), after=after, by=given.by, reason=given.reason
        )
    ]  # fmt: skip


def _of(bases: dict[str, Baseline], vitals: set[str]) -> dict[str, Baseline]:
    return {vital: base for vital, base in bases.items() if vital in vitals}
