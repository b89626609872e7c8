"""Reports of people: a symptom, or a call for help."""

from monitor.core.alarms.signal import Finding
from monitor.core.state import State
from monitor.core.vocabulary import minutes, symptoms
from monitor.core.vocabulary.events import Event
from monitor.core.vocabulary.inputs import Help, Symptom
from monitor.core.vocabulary.refusals import Refused


def report(state: State, given: Symptom | Help, now: float) -> list[Event]:
    when = minutes.when(state.session.doses, now)
    if isinstance(given, Help):
        condition, priority = "help_requested", "high"
        reason = symptoms.help_reason(given.by, when)
    else:
        if given.symptom not in symptoms.SYMPTOMS:
            raise Refused(f"{given.symptom} is not in the list of symptoms.")
        condition = "symptom"
        priority = symptoms.SYMPTOMS[given.symptom] or ""
        reason = symptoms.symptom_reason(given.symptom, given.by, when)
    if not priority:
        return []
    finding = Finding(priority=priority, onset=now, reason=reason)  # type: ignore[arg-type]
    key = f"report:{state.session.id}-{state.alarms.issued + 1}"
    changes = state.alarms.hold(key, condition, "physiological", finding, now)
    return [*changes]
