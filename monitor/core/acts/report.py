"""Reports of people: a symptom, a call for help, or a note."""

from monitor.core.alarms.signal import Finding
from monitor.core.sentences import minutes
from monitor.core.state import State
from monitor.core.vocabulary import symptoms
from monitor.core.vocabulary.events import Event
from monitor.core.vocabulary.inputs import AskForHelp, Note, Symptom
from monitor.core.vocabulary.reasons import Reason
from monitor.core.vocabulary.refusals import Refused
from monitor.core.vocabulary.words import Priority


def symptom(state: State, given: Symptom, now: float) -> list[Event]:
    """Record a symptom; most raise an alarm. Raise `Refused` for one that is not in the list."""
    if given.symptom not in symptoms.SYMPTOMS:
        raise Refused(Reason("not_a_symptom", {"word": given.symptom}))
    priority = symptoms.SYMPTOMS[given.symptom]
    if priority is None:
        return []
    when = minutes.when(state.session.doses, now)
    because = Reason("symptom", {"symptom": given.symptom, "by": given.by, "when": when})
    return _alarm(state, "symptom", priority, because, now)


def ask_for_help(state: State, given: AskForHelp, now: float) -> list[Event]:
    """Record a call for help, which always raises an alarm."""
    when = minutes.when(state.session.doses, now)
    because = Reason("help_requested", {"by": given.by, "when": when})
    return _alarm(state, "help_requested", "high", because, now)


def note(state: State, given: Note, now: float) -> list[Event]:
    """Record a note, which has no further effect."""
    return []


def _alarm(
    state: State, condition: str, priority: Priority, because: Reason, now: float
) -> list[Event]:
    finding = Finding(priority=priority, onset=now, because=because)
    key = f"report:{state.session.id}-{state.alarms.issued + 1}"
    return [*state.alarms.hold(key, condition, "physiological", finding, now)]
