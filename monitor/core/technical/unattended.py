"""`unattended`: no user watches a session, and the alarm for that.

The service reports when the last page is gone at which a user who may act sees or hears alarms. A
browser that is closed, asleep, or behind another tab without sound does not count. Before the dose
no one has to watch.
"""

from typing import Final

from monitor.core.alarms.signal import Finding
from monitor.core.alarms.steps import Step, reached
from monitor.core.notices import escalation
from monitor.core.sentences import minutes
from monitor.core.state import State
from monitor.core.vocabulary.events import Event
from monitor.core.vocabulary.inputs import Attended
from monitor.core.vocabulary.reasons import Reason

CONDITION: Final = "unattended"
# With the second's grace: 15 s and one minute.
STEPS: Final = (Step(14, "medium"), Step(59, "high"))


def change(state: State, given: Attended, now: float) -> list[Event]:
    """Take whether a user watches; a repeated report has no effect."""
    if given.watched:
        if state.supervision.unattended_since is None:
            return []
        state.supervision.set_unattended(None)
        return [*state.alarms.release(CONDITION, now, Reason("attended"))]
    if state.supervision.unattended_since is None:
        since = now if given.since is None else given.since
        state.supervision.set_unattended(min(max(since, state.session.opened_at), now))
        escalation.attended_changed(state, now)
    return fall_due(state, now)


def timer(state: State) -> tuple[tuple[Step, ...], float] | None:
    """Return the steps and since when they count; None: a user watches, or no one has to."""
    if state.supervision.unattended_since is None or state.session.dosed_at is None:
        return None
    return STEPS, max(state.supervision.unattended_since, state.session.dosed_at)


def fall_due(state: State, at: float) -> list[Event]:
    running = timer(state)
    if running is None:
        return []
    steps, since = running
    step = reached(steps, since, at)
    if step is None:
        return []
    because = Reason("unattended", {"since": minutes.when(state.session.doses, since)})
    finding = Finding(priority=step.priority, onset=since, because=because)
    changes = state.alarms.hold(CONDITION, CONDITION, "technical", finding, at)
    return [*changes]
