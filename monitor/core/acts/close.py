"""Close a session: through the discharge gate, or past it with an override."""

from monitor.core.detection import phases, situation
from monitor.core.detection.readings import cuff_records
from monitor.core.gates import gates
from monitor.core.gates.overrides import passed
from monitor.core.notices import escalation
from monitor.core.state import State
from monitor.core.vocabulary.events import Closed, Event
from monitor.core.vocabulary.inputs import Close
from monitor.core.vocabulary.reasons import Reason
from monitor.core.vocabulary.refusals import Unmet


def close(state: State, given: Close, now: float, recorded: Closed | None = None) -> list[Event]:
    """Close the session. recorded: the close in the journal; the gate is then not evaluated."""
    unmet = _unmet_close(state, given, now) if recorded is None else recorded.unmet_because
    judged = cuff_records.settle(state, now)
    judged += escalation.follow(state, judged, now)[0]  # after the close no notice goes out
    state.session.close(now)
    closed = Closed(
        at=now, by=given.by, unmet=() if recorded is None else recorded.unmet,
        override=given.override, alert=given.alert, unmet_because=unmet,
    )  # fmt: skip
    lasting = state.episodes.leave(now)
    return [*judged, *lasting, *phases.enter(state, "closed", now), closed]


def _unmet_close(state: State, given: Close, now: float) -> tuple[Reason, ...]:
    """Return the unmet conditions that the override covers. Raise `GateRefused` if it does not."""
    if state.session.doses:
        unmet = gates.discharge(situation.situation(state, now)) + gates.awake(given.alert)
    else:
        unmet = [Unmet("reason", Reason("no_close_reason"))]
    return passed(unmet, given.override, Reason("session_stays_open"))
