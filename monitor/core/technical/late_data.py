"""`late_data`: a device's readings come too late to be watched.

What is older than ten minutes when it arrives fills the chart and decides nothing (`timebase`). A
backlog after an outage is of that kind and soon over. A device, or a gateway before it, that is
late all the time leaves its vital signs unwatched while readings seem to come; `no_data` says that
nothing is watched, this says why.
"""

from typing import Final

from monitor.core.alarms.steps import Step
from monitor.core.state import State
from monitor.core.technical import hold
from monitor.core.vocabulary.events import Event

TOLD_S: Final = 60.0
_STEP: Final = Step(TOLD_S, "low")


def notice(state: State, device: str, late: str, now: float) -> list[Event]:
    """After a reading that is late (`late`: why), or of a device whose last one was."""
    key = f"late_data:{device}"
    if not late:
        del state.lagging[device]
        words = f"Readings of device {device} come in time again."
        return [*state.alarms.release(key, now, words)]
    since = state.lagging.setdefault(device, now)
    if now - since < TOLD_S or state.sources[device].clock.seems_behind is not None:
        return []  # `clock_skew` says that its readings seem old, and why
    reason = (
        f"Readings of device {device} come late, the newest {late}. They are kept, and not watched."
    )
    return hold.hold(state, key, "late_data", _STEP, since, now, reason, device=device)
