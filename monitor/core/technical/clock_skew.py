"""`clock_skew`: a device's clock is wrong by more than latency explains.

Its readings are judged all the same, by corrected times (`timebase`) if they can be corrected. The
alarm reports that the device's own display and records are off, that its times will jump when its
clock is set, and that the age of readings which seem old is unknown. A clock that was set right
counts as right from the first message that shows it.
"""

from typing import Final

from monitor.core.alarms.steps import Step
from monitor.core.quality.clocks.device_clock import DeviceClock
from monitor.core.quality.clocks.timebase import LATE_S
from monitor.core.state import State
from monitor.core.technical import hold
from monitor.core.vocabulary.events import ClockStepped, Event
from monitor.core.vocabulary.reasons import Reason

TOLD_S: Final = 60.0
RIGHT_S: Final = 30.0


def notice(
    state: State, device: str, clock: DeviceClock, step: ClockStepped | None, now: float
) -> list[Event]:
    """Raise or end the alarm after a message with the clock's time. step: the clock was set."""
    offset = clock.offset
    if offset is not None and -RIGHT_S <= offset <= RIGHT_S and clock.run is None:
        return _right(state, device, step, now) if state.alarms.standing else []
    behind = clock.seems_behind
    if behind is None:
        if offset is None or not clock.settled or not clock.borne_out:
            return []
    else:
        offset = behind
    if abs(offset) <= TOLD_S:
        return []
    far = abs(offset) > LATE_S and bool(state.session.doses)
    placed = "received" if behind is None else "unknown" if behind > LATE_S else "as_old"
    because = Reason("clock_skew", {"device": device, "behind_s": offset, "placed": placed})
    priority = Step(0.0, "medium" if far else "low")
    key = f"clock_skew:{device}"
    return hold.hold(state, key, "clock_skew", priority, now, now, because, device=device)


def _right(state: State, device: str, step: ClockStepped | None, now: float) -> list[Event]:
    why = Reason("clock_right", {"device": device}) if step is None else step.because
    return [*state.alarms.release(f"clock_skew:{device}", now, why)]
