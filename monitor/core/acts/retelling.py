"""After a further dose, change the reasons of active alarms: they name the dose they count from."""

from msgspec.structs import replace

from monitor.core.sentences.minutes import recounted
from monitor.core.state import State
from monitor.core.vocabulary.events import Event, Retold


def count_on(state: State, now: float) -> list[Event]:
    """Recount the reasons of alarms, sensor troubles and limits; no change for the first dose."""
    doses = len(state.session.doses)
    if doses < 2:
        return []
    retaken = state.baseline.retaken
    state.baseline.reword({vital: recounted(source, doses) for vital, source in retaken.items()})
    for _, trouble in state.devices.troubles():
        trouble.because = recounted(trouble.because, doses)
    for threshold in state.limits.thresholds:
        for level in threshold.levels:
            level.source = recounted(level.source, doses)
    told: list[Event] = []
    for alarm in state.alarms:
        because = recounted(alarm.because, doses)
        alarm.limit_source = recounted(alarm.limit_source, doses)
        if because is not alarm.because:
            alarm.because = because
            told.append(Retold(at=now, alarm=replace(alarm)))
    return told
