"""The supervisor of a session, and the handover from one person to the next.

The user who opens a session supervises it. Handover is an offer and an acceptance, both on the
record: until the other person accepts, the first remains the supervisor. Any user who may act can
take over without an offer, for a reason: therapists fall ill too.
"""

from monitor.core.state import State
from monitor.core.state.supervision import Supervisor
from monitor.core.vocabulary.events import Event
from monitor.core.vocabulary.inputs import HandOver, TakeOver
from monitor.core.vocabulary.reasons import Reason
from monitor.core.vocabulary.refusals import Refused


def hand_over(state: State, given: HandOver, now: float) -> list[Event]:
    """Offer the supervision. A new offer replaces the last one."""
    held = state.supervision.supervisor
    if given.to == held.name:
        raise Refused(Reason("supervises_already", {"name": given.to}))
    state.supervision.set_supervisor(Supervisor(held.name, held.since, offered_to=given.to))
    return []


def take_over(state: State, given: TakeOver, now: float) -> list[Event]:
    """Take over the supervision. From the present supervisor this withdraws the offer."""
    held = state.supervision.supervisor
    if given.by == held.name:
        state.supervision.set_supervisor(Supervisor(held.name, held.since))
        return []
    if held.name and given.by != held.offered_to and not given.reason:
        raise Refused(Reason("not_offered", {"name": held.name}))
    state.supervision.set_supervisor(Supervisor(given.by, now))
    return []
