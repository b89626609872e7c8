"""`sequence_gap`: numbers of a device's readings that did not arrive, and numbers used twice.

A hole first waits, since a device that stores unconfirmed readings sends them again. After `WAIT_S`
it raises the alarm; it ends when it is filled, or counts as lost once the device has continued for
as long again. All numbers missing at one time are one hole, even if they form several gaps.
"""

from typing import Final

from monitor.core.alarms.steps import Step, reached
from monitor.core.quality.arrivals.apart import split
from monitor.core.quality.arrivals.arrivals import Arrivals
from monitor.core.quality.arrivals.counts import Boot
from monitor.core.state import State
from monitor.core.state.devices import Hole
from monitor.core.technical.hold import hold_since
from monitor.core.vocabulary.events import Event, NumberReused
from monitor.core.vocabulary.reasons import Reason

WAIT_S: Final = 60.0
STEPS: Final = (Step(WAIT_S - 1, "low"),)
LOST_S: Final = 2 * WAIT_S


def notice(state: State, device: str, arrivals: Arrivals, now: float) -> list[Event]:
    """Look for, keep or end a hole after a new numbered reading."""
    events: list[Event] = _reused(arrivals, device, now) if arrivals.reused is not None else []
    key, boots = arrivals.filed, arrivals.boots
    known = state.devices.known.get(device)
    hole = None if known is None else known.hole
    if hole is not None:
        lacking = _lacks_any(hole, boots)
        if lacking and state.devices.flooding_since(device) is not None:
            return events  # it may be among the readings that wait to be judged
        if lacking and now - hole.since < LOST_S:
            return events
        events += _end(state, device, hole, boots, now)
    boot = boots[key]
    if len(boot.ranges) > 1:
        _look(state, device, key, boot, now)
    return events


def _reused(arrivals: Arrivals, device: str, now: float) -> list[Event]:
    reused, arrivals.reused = arrivals.reused, None
    assert reused is not None
    code = "number_constant" if reused.always else "number_reused"
    because = Reason(code, {"device": device, "seq": reused.seq})
    told = NumberReused(at=now, device=device, boot=reused.boot, seq=reused.seq, because=because)
    return [told]


def _end(state: State, device: str, hole: Hole, boots: dict[str, Boot], now: float) -> list[Event]:
    """End a hole: it is filled, or lost, or was not one."""
    state.devices.set_hole(device, None)
    boot, missing = boots.get(hole.boot), _missing(hole, boots)
    why = Reason("numbers_lost", {"device": device, "count": missing})
    if not missing:
        why = Reason("numbers_found", {"device": device})
    if boot is not None:
        if not missing and boot.step > 1:
            why = Reason("counts_by", {"device": device, "step": boot.step})
        else:
            boot.settled = max(hole.last, hole.last if boot.settled is None else boot.settled)
    return [*state.alarms.release(f"sequence_gap:{device}", now, why)]


def _look(state: State, device: str, key: str, boot: Boot, now: float) -> None:
    """Open a hole if there is a gap beyond the settled numbers."""
    settled = boot.ranges[0][1] if boot.settled is None else boot.settled
    begins, ends = boot.ranges[-2][1] + boot.step, boot.ranges[-1][0] - boot.step
    if begins <= settled or not is_loss(boot, begins, ends):
        return
    state.devices.set_hole(device, Hole(key, boot.first_gap_after(settled), ends, now))


def is_loss(boot: Boot, first: int, last: int) -> bool:
    """Return whether the numbers missing from first to last are a loss, as far as is known.

    Not if a slow sensor has sent only two numbers, since it may count in steps; nor if the vital
    signs before and after the gap differ, since each may have a counter of its own.
    """
    if boot.count == 2 and boot.at - boot.begun >= WAIT_S:
        return False
    return boot.lacks_any(first, last) and not split(boot, first, last)


def _because(device: str, hole: Hole, boots: dict[str, Boot]) -> Reason:
    return Reason("numbers_missing", {
        "device": device, "count": _missing(hole, boots), "first": hole.first, "last": hole.last,
    })  # fmt: skip


def _lacks_any(hole: Hole, boots: dict[str, Boot]) -> bool:
    boot = boots.get(hole.boot)
    return boot is None or boot.lacks_any(hole.first, hole.last)


def _missing(hole: Hole, boots: dict[str, Boot]) -> int:
    """Return how many of its numbers are still missing."""
    boot = boots.get(hole.boot)
    if boot is None:
        return hole.last - hole.first + 1
    return boot.missing(hole.first, hole.last)


def timers(state: State) -> list[tuple[tuple[Step, ...], float]]:
    return [(STEPS, hole.since) for _, hole in _awaited(state)]


def _awaited(state: State) -> list[tuple[str, Hole]]:
    """What is missing of a device that floods may be among what waits to be judged."""
    flooding = {device for device, _ in state.devices.flooding()}
    return [(device, hole) for device, hole in state.devices.holes() if device not in flooding]


def fall_due(state: State, at: float) -> list[Event]:
    """Raise the holes that have lasted long enough."""
    events: list[Event] = []
    for device, hole in _awaited(state):
        step = reached(STEPS, hole.since, at)
        if step is not None:
            because = _because(device, hole, state.devices.sources[device].arrivals.boots)
            events += hold_since(
                state, "sequence_gap", step, hole.since, at, because, device=device
            )
    return events
