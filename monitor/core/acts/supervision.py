"""Who supervises a session, and how that passes from one person to the next.

Whoever opens it supervises it. It is offered and then taken, both on the record: until the other
has taken it, it stays with the first. Anybody who may act can take it without an offer, for a
reason: therapists fall ill too.
"""

from monitor.core.state import State, Supervisor
from monitor.core.vocabulary.events import Event
from monitor.core.vocabulary.inputs import HandOver, TakeOver
from monitor.core.vocabulary.refusals import Refused


def hand_over(state: State, given: HandOver, now: float) -> list[Event]:
    """Offer it. A new offer takes the place of the last."""
    held = state.supervisor
    if given.to == held.name:
        raise Refused(f"{given.to} supervises this session already.")
    state.supervisor = Supervisor(held.name, held.since, offered_to=given.to)
    return []


def take_over(state: State, given: TakeOver, now: float) -> list[Event]:
    """Who supervises it already takes the offer back."""
    held = state.supervisor
    if given.by == held.name:
        state.supervisor = Supervisor(held.name, held.since)
        return []
    if held.name and given.by != held.offered_to and not given.reason:
        raise Refused(f"{held.name} supervises this session and has not offered it: say why.")
    state.supervisor = Supervisor(given.by, now)
    return []
