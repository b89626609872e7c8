"""`sequence_gap`: numbers of a device's readings that did not arrive.

A hole is waited for, since a device that keeps what was not confirmed sends it again. After
`WAIT_S` it is told; it ends when it is filled, or is passed as lost once the device has gone on for
as long again. What is missing at one time is one hole, however many gaps it is made of.
"""

from itertools import pairwise
from typing import Final

from monitor.core.arrivals import Boot
from monitor.core.conditions import Step
from monitor.core.events import Event
from monitor.core.state import Hole, State

WAIT_S: Final = 60.0
STEPS: Final = (Step(WAIT_S - 1, "low"),)
LOST_S: Final = 2 * WAIT_S


def notice(state: State, device: str, name: str, boots: dict[str, Boot], now: float) -> list[Event]:
    """After a numbered reading of this boot was admitted."""
    events: list[Event] = []
    hole = state.holes.get(device)
    if hole is not None:
        missing = _missing(hole, boots)
        if missing and now - hole.since < LOST_S:
            return []
        del state.holes[device]
        state.passed[device] = (hole.boot, hole.last)
        words = f"Recorded as lost from device {device}: {_count(missing)}."
        if not missing:
            words = f"Device {device} has sent what was missing."
        events += state.alarms.release(f"sequence_gap:{device}", now, words)
    boot = boots[name]
    if len(boot.ranges) > 1:
        _look(state, device, name, boot, now)
    return events


def _look(state: State, device: str, name: str, boot: Boot, now: float) -> None:
    """Is there a gap beyond what is settled?"""
    passed = state.passed.get(device)
    settled = passed[1] if passed is not None and passed[0] == name else boot.ranges[0][1]
    if boot.ranges[-2][1] + 1 <= settled:
        return
    first = next(low[1] + 1 for low, _ in pairwise(boot.ranges) if low[1] + 1 > settled)
    state.holes[device] = Hole(name, first, boot.ranges[-1][0] - 1, now)


def reason(device: str, hole: Hole, boots: dict[str, Boot]) -> str:
    missing = _missing(hole, boots)
    numbers = f"numbers {hole.first} to {hole.last}"
    if hole.first == hole.last:
        numbers = f"number {hole.first}"
    elif missing < hole.last - hole.first + 1:
        numbers = f"between numbers {hole.first} and {hole.last}"
    return (
        f"Missing from device {device}: {_count(missing)} ({numbers}). What was in them is unknown."
    )


def _missing(hole: Hole, boots: dict[str, Boot]) -> int:
    """How many of its numbers have still not come."""
    missing = hole.last - hole.first + 1
    boot = boots.get(hole.boot)
    for low, high in [] if boot is None else boot.ranges:
        missing -= max(0, min(high, hole.last) - max(low, hole.first) + 1)
    return missing


def _count(missing: int) -> str:
    return f"{missing} reading{'s' * (missing > 1)}"
