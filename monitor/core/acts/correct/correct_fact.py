"""Correct a fact about the patient or the people to reach, for a reason, without overwriting.

Past decisions stay. From now on limits and gates use the corrected fact. After the close a
correction changes only the record.
"""

from typing import Final

from msgspec.structs import replace

from monitor.core.acts.correct.after_correction import CLOSED, judge_anew
from monitor.core.detection import limits_in_force
from monitor.core.state import State
from monitor.core.vocabulary.events import Corrected, Event
from monitor.core.vocabulary.inputs import DECIDING, CorrectFact, Said
from monitor.core.vocabulary.reasons import Reason
from monitor.core.vocabulary.refusals import Refused
from monitor.core.vocabulary.symptoms import RISK_FACTORS

_LIMITS: Final = Reason("limits_anew")
_GATES: Final = Reason("gates_anew")
_NOTHING: Final = Reason("nothing_anew")


def correct_fact(state: State, given: CorrectFact, now: float) -> list[Event]:
    """Correct a fact. Raise `Refused` if the value is impossible or already on the record."""
    if given.before == given.after:
        raise Refused(Reason("recorded_so"))
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
        reason=given.reason,
        follows_because=follows if state.session.closed_at is None else CLOSED,
    )  # fmt: skip
    if state.session.closed_at is not None or given.fact not in DECIDING:
        return [told]
    limits_in_force.refresh(state)
    why = Reason("patient_corrected", {"by": given.by, "text": given.reason})
    return [told, *judge_anew(state, now, why)]


def _year(said: Said) -> int | None:
    if said is None or (isinstance(said, int) and 1900 <= said <= 2100):
        return said
    raise Refused(Reason("no_birth_year"))


def _factors(said: Said) -> tuple[str, ...]:
    if not isinstance(said, list) or any(factor not in RISK_FACTORS for factor in said):
        raise Refused(Reason("risks_not_listed"))
    return tuple(said)
