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

TOLD_S: Final = 60.0
_STEP: Final = Step(TOLD_S, "low")


def notice(state: State, device: str, late: str, now: float) -> list[Event]:
    """Raise or end the alarm after a late reading (`late`: why), or an in-time one after it."""
    key = f"late_data:{device}"
    if not late:
        state.devices.catch_up(device)
        words = f"Readings of device {device} come in time again."
        return [*state.alarms.release(key, now, words)]
    since = state.devices.lag(device, now)
    if now - since < TOLD_S or state.devices.sources[device].clock.seems_behind is not None:
        return []  # `clock_skew` reports that its readings seem old, and why
    reason = (
        f"Readings of device {device} come late, the newest {late}. They are kept, and not watched."
    )
    return hold.hold(state, key, "late_data", _STEP, since, now, reason, device=device)
