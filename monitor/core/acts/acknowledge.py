"""Acknowledge an alarm, and later rate it. Neither ends a condition that readings can end."""

from monitor.core.detection import crossings
from monitor.core.state import State
from monitor.core.vocabulary.events import Event
from monitor.core.vocabulary.inputs import Acknowledged, Rated
from monitor.core.vocabulary.reasons import Reason
from monitor.core.vocabulary.refusals import Refused


def acknowledge(state: State, given: Acknowledged, now: float) -> list[Event]:
    """Acknowledge an alarm. This also ends a person's report, which no reading can end."""
    changes = state.alarms.acknowledge(given.alarm_id, given.by, now)
    events: list[Event] = [*changes]
    for change in changes:
        if change.alarm.condition in ("symptom", "help_requested"):
            why = Reason("taken_up", {"by": given.by})
            events += state.alarms.release(f"report:{change.alarm.id}", now, why)
    if (
        state.session.closed_at is None and len(changes) > 1
    ):  # only flapping kept it on, see flapping.py
        events += crossings.elevations_after(state, changes, now)
    return events


def rate(state: State, given: Rated, now: float) -> list[Event]:
    """Accept a rating, also for an alarm that ended long ago. Raise `Refused` for an unknown id."""
    if not state.alarms.was_issued(given.alarm_id):
        raise Refused(Reason("no_alarm", {"alarm": given.alarm_id}))
    return []
