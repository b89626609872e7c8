"""RR intervals as evidence for or against the heart rate that they came with.

A strap counts its rate from the intervals that it sends, over some seconds. So the intervals of the
last ten seconds show, whichever rate it sends, how the heart beats, and that something beats.

On recordings a chest strap was never more than 20 % away from its own intervals, though every
second or third beat was ectopic: there the median alone is 45 % off, and the mean is not. A wrist
band (16 h) was more than 30 % away in 1.0 % of its readings, in bouts in which it went astray. A
rate that is doubled, or halved, or counts two beats for three is farther off.
"""

from itertools import pairwise
from typing import Final

from monitor.core.vocabulary.reasons import Reason
from monitor.core.vocabulary.vitals import LONGEST_MS, SHORTEST_MS, Observation

KEPT_S: Final = 10.0
FEWEST: Final = 3
NEWEST: Final = 5  # these show a heart rate that has just changed
CONTRADICTS: Final = 0.30
CONTRADICTS_BY: Final = 15.0  # and by more than this, /min
AGREES: Final = 0.15
FEWEST_ALIVE: Final = 4
# Neighbouring intervals of a living heart: in four of five pairs neither is shorter than the other
# by more than this share.
SMOOTH: Final = 0.15
SMOOTH_OF: Final = 0.8
_MOST_KEPT: Final = 64

Beats = list[tuple[float, float]]


def hear(beats: Beats, observation: Observation, effective: float) -> list[float]:
    """Add the intervals of a reading to `beats`, (time, ms); return those of the last seconds."""
    if beats and effective < beats[-1][0]:
        return []  # overtaken by a newer reading
    for interval in observation.rr:
        if SHORTEST_MS <= interval <= LONGEST_MS:
            beats.append((effective, interval))
    oldest = effective - KEPT_S
    while beats and (beats[0][0] < oldest or len(beats) > _MOST_KEPT):
        del beats[0]
    return [interval for _, interval in beats]


def rates(intervals: list[float]) -> tuple[float, float]:
    """Return the lowest and the highest rate that the intervals may mean, /min.

    Ectopic beats and lost ones move a median and a mean apart, and a change of the heart shows
    first in the newest intervals. A rate between the two is no contradiction.
    """
    middles = (
        sum(intervals) / len(intervals),
        sorted(intervals)[len(intervals) // 2],
        sorted(intervals[-NEWEST:])[min(NEWEST, len(intervals)) // 2],
    )
    return 60_000.0 / max(middles), 60_000.0 / min(middles)


def contradiction(intervals: list[float], value: float) -> Reason | None:
    """Return why the intervals contradict the rate; None: they do not."""
    if len(intervals) < FEWEST:
        return None
    if abs(value - 60_000.0 * len(intervals) / sum(intervals)) <= CONTRADICTS_BY:
        return None  # nearly always, and cheap
    low, high = rates(intervals)
    if low - max(CONTRADICTS_BY, CONTRADICTS * low) <= value:
        if value <= high + max(CONTRADICTS_BY, CONTRADICTS * high):
            return None
        low = high
    return Reason("own_beats", {"rate": low})


def alive(intervals: list[float], value: float) -> bool | None:
    """Return whether the intervals vary and agree with the rate; None: there are too few of them.

    A message that is repeated repeats its intervals.
    """
    if len(intervals) < FEWEST_ALIVE:
        return None
    low, high = rates(intervals)
    if not (1 - AGREES) * low <= value <= (1 + AGREES) * high:
        return False
    return not any(
        intervals[after:] == intervals[:-after] for after in range(1, len(intervals) // 2 + 1)
    )


def smooth(intervals: list[float]) -> bool:
    """Return whether neighbours differ as little as in a heart in its rhythm; noise does not."""
    pairs = list(pairwise(intervals))
    near = sum(min(pair) >= (1 - SMOOTH) * max(pair) for pair in pairs)
    return near >= SMOOTH_OF * len(pairs)
