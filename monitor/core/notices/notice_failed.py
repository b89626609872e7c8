"""`notice_failed`: a notice does not reach a person. Its two causes, and an alarm for each.

The service sends no notice at all: its own test notice is lost (`ServiceFault`). Or no channel of
one contact accepts a notice (`NoticeReported`). Each cause holds an alarm under its own key, so the
end of one never clears an alarm that another still holds. All are raised and cleared here.
"""

from typing import Final

from monitor.core.alarms.signal import Finding
from monitor.core.alarms.steps import Step
from monitor.core.notices.on_duty import reachable
from monitor.core.state import State
from monitor.core.state.watch import Fault
from monitor.core.vocabulary.events import Event
from monitor.core.vocabulary.reasons import Reason
from monitor.core.vocabulary.words import Priority

CONDITION: Final = "notice_failed"

# --- the service ----------------------------------------------------------------------------------

STEPS: Final = (Step(0, "medium"),)


def service_fails(state: State, finding: Finding, now: float) -> list[Event]:
    return _hold(state, CONDITION, finding, now)


def service_sends(state: State, reason: Reason, now: float) -> list[Event]:
    return [*state.alarms.release(CONDITION, now, reason)]


# --- a contact ------------------------------------------------------------------------------------


def contact_fails(state: State, contact: int, because: Reason, now: float) -> None:
    """Note that a contact is not reached; `fall_due` raises its alarm."""
    state.escalation.fail(contact, Fault(now, because=because))


def contact_reached(state: State, contact: int, now: float) -> list[Event]:
    return _contact_ends(state, contact, Reason("contact_reached"), now)


def contact_gone(state: State, contact: int, now: float) -> list[Event]:
    return _contact_ends(state, contact, Reason("contact_removed"), now)


def fall_due(state: State, now: float) -> list[Event]:
    """Raise an alarm for each contact that cannot be reached, at its present priority.

    Low before the dose; after it medium, or high if no other contact can be reached.
    """
    events: list[Event] = []
    people = [c for c in reachable(state, now) if c.person] if state.escalation.unreached else []
    for contact, fault in state.escalation.unreached.items():
        priority: Priority = "low"
        if state.session.doses:
            nobody = all(c.id in state.escalation.unreached for c in people)
            priority = "high" if nobody else "medium"
        because = Reason("contact_unreached", {"cause": fault.because or fault.reason})
        finding = Finding(priority=priority, onset=fault.since, because=because)
        events += _hold(state, _key(contact), finding, now)
    return events


def _contact_ends(state: State, contact: int, reason: Reason, now: float) -> list[Event]:
    state.escalation.reach(contact)
    return [*state.alarms.release(_key(contact), now, reason)]


def _key(contact: int) -> str:
    return f"{CONDITION}:{contact}"


def _hold(state: State, key: str, finding: Finding, now: float) -> list[Event]:
    return [*state.alarms.hold(key, CONDITION, "technical", finding, now)]
