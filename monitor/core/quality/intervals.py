"""The intervals between beats that came with a heart rate, as evidence for it or against it.

A strap counts its rate from the intervals that it sends, over some seconds. So the last ten seconds
of them say, whatever its rate says, what the heart does, and that something beats at all.

On recordings a chest strap was never more than 20 % away from its own intervals, though every
second or third beat was ectopic: there the median alone is 45 % off, and the mean is not. A wrist
band (16 h) was more than 30 % away in 1.0 % of its readings, in bouts in which it went astray. A
rate that is doubled, or halved, or counts two beats for three is farther off.
"""

from itertools import pairwise
from typing import Final

from monitor.core.vocabulary.vitals import Observation

KEPT_S: Final = 10.0
SHORTEST_MS: Final = 200.0
LONGEST_MS: Final = 3000.0
FEWEST: Final = 3
NEWEST: Final = 5  # a heart that has just changed is told by these
CONTRADICTS: Final = 0.30
CONTRADICTS_BY: Final = 15.0  # and by more than this, /min
AGREES: Final = 0.15
FEWEST_ALIVE: Final = 4
# Neighbours in a living heart: of four in five, neither is shorter by more than this share.
SMOOTH: Final = 0.15
SMOOTH_OF: Final = 0.8
_MOST_KEPT: Final = 64

Beats = list[tuple[float, float]]


def hear(beats: Beats, observation: Observation, effective: float) -> list[float]:
    """Notes the intervals of a reading in `beats`, (time, ms). What is left of the last seconds."""
    if beats and effective < beats[-1][0]:
        return []  # overtaken
    for interval in observation.rr:
        if SHORTEST_MS <= interval <= LONGEST_MS:
            beats.append((effective, interval))
    oldest = effective - KEPT_S
    while beats and (beats[0][0] < oldest or len(beats) > _MOST_KEPT):
        del beats[0]
    return [interval for _, interval in beats]


def rates(intervals: list[float]) -> tuple[float, float]:
    """The lowest and the highest rate that they may stand for, /min.

    Ectopic beats and lost ones move a median and a mean apart, and a change of the heart is in the
    newest first. What lies between is no contradiction.
    """
    middles = (
        sum(intervals) / len(intervals),
        sorted(intervals)[len(intervals) // 2],
        sorted(intervals[-NEWEST:])[min(NEWEST, len(intervals)) // 2],
    )
    return 60_000.0 / max(middles), 60_000.0 / min(middles)


def contradiction(intervals: list[float], value: float) -> str:
    """Why the rate cannot be what they say; "": it can."""
    if len(intervals) < FEWEST:
        return ""
    if abs(value - 60_000.0 * len(intervals) / sum(intervals)) <= CONTRADICTS_BY:
        return ""  # as nearly always, and cheap
    low, high = rates(intervals)
    if low - max(CONTRADICTS_BY, CONTRADICTS * low) <= value:
        if value <= high + max(CONTRADICTS_BY, CONTRADICTS * high):
            return ""
        low = high
    return f"the intervals between its own beats make it {low:.0f}"


def alive(intervals: list[float], value: float) -> bool | None:
    """They vary, and the rate is theirs; None: there are too few of them.

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
    """Neighbours differ as little as in a heart in its rhythm; numbers from nothing do not."""
    pairs = list(pairwise(intervals))
    near = sum(min(pair) >= (1 - SMOOTH) * max(pair) for pair in pairs)
    return near >= SMOOTH_OF * len(pairs)
