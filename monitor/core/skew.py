"""`clock_skew`: a device's clock is wrong by more than latency explains.

Its readings are judged all the same, by corrected times (`timebase`), where they can be corrected;
what is told is that the device's own display and records are off, that a clock which was set anew
will jump, and that readings which seem old are not watched.
"""

from typing import Final

from monitor.core import technical
from monitor.core.conditions import Step
from monitor.core.events import Event
from monitor.core.state import State
from monitor.core.timebase import LATE_S, DeviceClock, span

TOLD_S: Final = 60.0
RIGHT_S: Final = 30.0


def notice(state: State, device: str, clock: DeviceClock, now: float) -> list[Event]:
    """After the clock was heard."""
    newest = clock.offsets[-1] if clock.offsets else 0.0
    key, stands = f"clock_skew:{device}", state.alarms.standing
    if clock.behind is None and abs(newest) <= RIGHT_S and key not in stands:
        return []
    offset = clock.settled
    standing = stands.get(key)
    if offset is None or (standing is None and abs(offset) <= TOLD_S):
        return []
    if abs(offset) <= RIGHT_S:
        words = f"The clock of device {device} is right again."
        return [*state.alarms.release(key, now, words)]
    if abs(offset) <= TOLD_S:
        return []
    far = abs(offset) > LATE_S and bool(state.doses)
    way = "behind" if offset > 0 else "ahead"
    reason = f"The clock of device {device} is {span(abs(offset))} {way}. {_what_follows(clock)}"
    step = Step(0.0, "medium" if far else "low")
    return technical.hold(state, key, "clock_skew", step, now, now, reason, device=device)


def _what_follows(clock: DeviceClock) -> str:
    if clock.behind is None or clock.sends:
        return "Its readings are placed by when they were received."
    if clock.behind > LATE_S:
        return "Its readings are taken for as old as they say: they are kept, and not watched."
    return "Its readings are taken for as old as they say."
