"""`sequence_gap`: numbers of a device's readings that did not arrive.

A hole is waited for, since a device that keeps what was not confirmed sends it again. After
`WAIT_S` it is told; it ends when it is filled, or is passed as lost once the device has gone on for
as long again.
"""

from typing import Final

from monitor.core.arrivals import Boot
from monitor.core.conditions import Step
from monitor.core.events import Event
from monitor.core.state import Hole, State

WAIT_S: Final = 60.0
STEPS: Final = (Step(WAIT_S - 1, "low"),)
LOST_S: Final = 2 * WAIT_S


def notice(state: State, device: str, name: str, boot: Boot, now: float) -> list[Event]:
    """After a numbered reading of this boot was admitted."""
    hole = state.holes.get(device)
    if hole is not None:
        filled = hole.boot == name and _filled(boot, hole)
        if not filled and now - hole.since < LOST_S:
            return []
        del state.holes[device]
        state.passed[device] = (hole.boot, hole.last)
        words = f"Recorded as lost from device {device}: {_count(hole)}."
        if filled:
            words = f"Device {device} has sent what was missing: {_count(hole)}."
        return [*state.alarms.release(f"sequence_gap:{device}", now, words)]
    if len(boot.ranges) > 1:
        first, last = boot.ranges[-2][1] + 1, boot.ranges[-1][0] - 1
        passed = state.passed.get(device)
        if passed is None or passed[0] != name or first > passed[1]:
            state.holes[device] = Hole(name, first, last, now)
    return []


def reason(device: str, hole: Hole) -> str:
    numbers = f"number {hole.first}"
    if hole.first != hole.last:
        numbers = f"numbers {hole.first} to {hole.last}"
    return f"Missing from device {device}: {_count(hole)} ({numbers}). What was in them is unknown."


def _count(hole: Hole) -> str:
    count = hole.last - hole.first + 1
    return f"{count} reading{'s' * (count > 1)}"


def _filled(boot: Boot, hole: Hole) -> bool:
    return any(low <= hole.first and hole.last <= high for low, high in boot.ranges)
