"""The rule for continuous vital signs once more, over whole arrays, as the docstrings tell it.

A crossing begins with a reading beyond the limit. It is held to be so

- with a reading beyond the limit, `delay` after the first one (measurement time), or
- `delay` and a second of grace after a reading beyond it was heard, if since then no clean reading
  inside the limit came (a timer: silence cannot hold an alarm back), or
- as soon as a higher priority is held.

Before that one clean reading inside by the hysteresis ends it. After that such readings must go on
for `clear_after`, measurement time, with nothing beyond the limit or undecided among them. Readings
that are suspect may be beyond a limit, and are nothing otherwise.
"""

from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

Times = NDArray[np.float64]
Mask = NDArray[np.bool_]

GRACE_S: Final = 1.0
LATENCY_S: Final = (
    2.0  # a receipt this close behind the measurement is latency: heard when measured
)
HYSTERESIS: Final = 5.0
CLEAR_AFTER_S: Final = 30.0


class Stream(Struct, frozen=True):
    """Readings of one vital sign in order: when measured, when received, value, beyond doubt?"""

    measured: Times
    received: Times
    values: Times
    clean: Mask

    @property
    def heard(self) -> Times:
        late = self.received - self.measured > LATENCY_S
        return np.where(late, self.received, self.measured)


class Limit(Struct, frozen=True):
    """rank: 1 low, 2 medium, 3 high; side: +1 for a high limit, -1 for a low one."""

    rank: int
    value: float
    delay: float
    side: int


class Held(Struct, frozen=True):
    """From when until when a limit's crossing was held; `inf`: it still is."""

    since: float
    until: float


def steps(stream: Stream, limits: list[Limit], end: float) -> list[tuple[float, int]]:
    """(time, highest rank held from then on), a row for each time at which it changes."""
    spans: list[tuple[int, Held]] = []
    for limit in sorted(limits, key=lambda one: -one.rank):
        above = np.array(sorted(held.since for _, held in spans))
        spans += [(limit.rank, held) for held in _spans(stream, limit, above)]
    marks = sorted({t for _, held in spans for t in (held.since, held.until) if t <= end})
    ranks = [
        max((rank for rank, held in spans if held.since <= t < held.until), default=0)
        for t in marks
    ]
    before = [0, *ranks]
    return [(t, rank) for t, rank, was in zip(marks, ranks, before, strict=False) if rank != was]


def _spans(stream: Stream, limit: Limit, above: Times) -> list[Held]:
    """above: when higher priorities began to be held."""
    # Mirrored, a low limit is a high one: only "at the limit" differs.
    height = limit.side * (stream.values - limit.value)
    beyond = height >= 0 if limit.side > 0 else height > 0
    inside = stream.clean & (height <= -HYSTERESIS)
    undecided = stream.clean & ~beyond & ~inside
    spans, at = [], 0
    while (first := _next(beyond, at)) is not None:
        ends = _next(inside, first)
        held = _held_from(stream, limit, beyond, undecided, first, ends, above)
        if held is None:
            if ends is None:
                break
            at = ends + 1
            continue
        cleared = _cleared(stream, inside, beyond | undecided, held)
        spans.append(Held(held, np.inf if cleared is None else float(stream.received[cleared])))
        if cleared is None:
            break
        at = cleared + 1
    return spans


def _next(mask: Mask, since: int) -> int | None:
    found = np.flatnonzero(mask[since:])
    return since + int(found[0]) if found.size else None


def _held_from(
    stream: Stream, limit: Limit, beyond: Mask, undecided: Mask, first: int, ends: int | None,
    above: Times,
) -> float | None:  # fmt: skip
    """When the crossing that began with reading `first` is held; None: it never was."""
    last = len(beyond) if ends is None else ends
    over = np.inf if ends is None else float(stream.received[ends])
    span = slice(first, last)
    long_enough = beyond[span] & (stream.measured[span] - stream.measured[first] >= limit.delay)
    moments = list(stream.received[span][long_enough][:1])
    moments += _timers(stream, limit, beyond, undecided, first, last, over)
    begun = float(stream.received[first])
    moments += list(above[(above >= begun) & (above <= over)][:1])
    return min((float(m) for m in moments), default=None)


def _timers(
    stream: Stream, limit: Limit, beyond: Mask, undecided: Mask, first: int, last: int, over: float
) -> list[float]:
    """Timers that ran out: begun by a reading beyond, the first or one after an undecided one."""
    told = first + np.flatnonzero((beyond | undecided)[first:last])
    begins = beyond[told] & np.concatenate(([True], undecided[told[:-1]]))
    out = []
    for start in told[begins]:
        due = float(stream.heard[start]) + limit.delay + GRACE_S
        stopped = _next(undecided, int(start))
        stop = over if stopped is None else min(over, float(stream.received[stopped]))
        if due <= stop:
            # It may be overdue already when the reading arrives; then it is decided there.
            out.append(max(due, float(stream.received[start])))
    return out


def _cleared(stream: Stream, inside: Mask, breaks: Mask, held: float) -> int | None:
    """The reading that ends it: inside for long enough, without a break, since it was held."""
    index = np.arange(len(inside))
    # Held by a timer at the very receipt of a reading, that reading comes after.
    counted = inside & (stream.received >= held)
    last_break = np.maximum.accumulate(np.where(breaks, index, -1))
    places = np.flatnonzero(counted)
    if not places.size:
        return None
    begins = places[np.searchsorted(places, last_break[places] + 1)]
    enough = stream.measured[places] - stream.measured[begins] >= CLEAR_AFTER_S
    return int(places[enough][0]) if enough.any() else None
