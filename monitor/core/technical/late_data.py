"""`late_data`: a device's readings come too late to be watched.

A reading that is older than ten minutes on arrival is only for the chart (`timebase`). A backlog
after an outage is like that and soon ends. A device, or a gateway before it, that is always late
leaves its vital signs unwatched while readings seem to come; `no_data` reports that they are not
watched, this alarm reports why.
"""

from typing import Final

from monitor.core.alarms.steps import Step
from monitor.core.state import State
from monitor.core.technical import hold
from monitor.core.vocabulary.events import Event
from monitor.core.vocabulary.reasons import Reason

TOLD_S: Final = 60.0
_STEP: Final = Step(TOLD_S, "low")


def notice(state: State, device: str, late: Reason | None, now: float) -> list[Event]:
    """Raise or end the alarm after a late reading (`late`: why), or an in-time one after it."""
    key = f"late_data:{device}"
    if not late:
        state.devices.catch_up(device)
        return [*state.alarms.release(key, now, Reason("in_time_again", {"device": device}))]
    since = state.devices.lag(device, now)
    if now - since < TOLD_S or state.devices.sources[device].clock.seems_behind is not None:
        return []  # `clock_skew` reports that its readings seem old, and why
    because = Reason("late_data", {"device": device, "late": late})
    return hold.hold(state, key, "late_data", _STEP, since, now, because, device=device)
