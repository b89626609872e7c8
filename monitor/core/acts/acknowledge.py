"""An alarm is seen, and later rated: neither ends the condition behind it."""

from monitor.core.detection import crossings
from monitor.core.state import State
from monitor.core.vocabulary.events import Event
from monitor.core.vocabulary.inputs import Acknowledged, Rated
from monitor.core.vocabulary.refusals import Refused


def acknowledge(state: State, given: Acknowledged, now: float) -> list[Event]:
    """Seen. What a person reported has no reading to end it: taking it up does."""
    changes = state.alarms.acknowledge(given.alarm_id, given.by, now)
    events: list[Event] = [*changes]
    for change in changes:
        if change.alarm.condition in ("symptom", "help_requested"):
            words = f"Taken up by {given.by}."
            events += state.alarms.release(f"report:{change.alarm.id}", now, words)
    if state.closed_at is None and len(changes) > 1:  # it had only been kept on, see flapping.py
        events += crossings.elevations_after(state, changes, now)
    return events


def rate(state: State, given: Rated, now: float) -> list[Event]:
    """On the record; also of an alarm that is long over."""
    if not state.alarms.was_issued(given.alarm_id):
        raise Refused(f"There is no alarm {given.alarm_id} in this session.")
    return []
