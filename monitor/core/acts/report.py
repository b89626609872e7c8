"""Reports of people: a symptom, a call for help, or a note."""

from monitor.core.alarms.signal import Finding
from monitor.core.state import State
from monitor.core.vocabulary import minutes, symptoms
from monitor.core.vocabulary.events import Event
from monitor.core.vocabulary.inputs import AskForHelp, Note, Symptom
from monitor.core.vocabulary.refusals import Refused
from monitor.core.vocabulary.words import Priority


def symptom(state: State, given: Symptom, now: float) -> list[Event]:
    """Record a symptom; most raise an alarm. Raise `Refused` for one that is not in the list."""
    if given.symptom not in symptoms.SYMPTOMS:
        raise Refused(f"{given.symptom} is not in the list of symptoms.")
    priority = symptoms.SYMPTOMS[given.symptom]
    if priority is None:
        return []
    when = minutes.when(state.session.doses, now)
    reason = symptoms.symptom_reason(given.symptom, given.by, when)
    return _alarm(state, "symptom", priority, reason, now)


def ask_for_help(state: State, given: AskForHelp, now: float) -> list[Event]:
    """Record a call for help, which always raises an alarm."""
    reason = symptoms.help_reason(given.by, minutes.when(state.session.doses, now))
    return _alarm(state, "help_requested", "high", reason, now)


def note(state: State, given: Note, now: float) -> list[Event]:
    """Record a note, which has no further effect."""
    return []


def _alarm(
    state: State, condition: str, priority: Priority, reason: str, now: float
) -> list[Event]:
    finding = Finding(priority=priority, onset=now, reason=reason)
    key = f"report:{state.session.id}-{state.alarms.issued + 1}"
    return [*state.alarms.hold(key, condition, "physiological", finding, now)]
