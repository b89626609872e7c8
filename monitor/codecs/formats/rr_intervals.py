"""RR intervals: which of the values that a strap sends are believable."""

from collections.abc import Iterable

from monitor.core.vocabulary.vitals import LONGEST_MS, SHORTEST_MS


def believable(intervals: Iterable[float]) -> tuple[float, ...]:
    """Return the believable intervals, ms to 0.1. Straps also send 0 and gaps of minutes."""
    return tuple([round(ms, 1) for ms in intervals if SHORTEST_MS <= ms <= LONGEST_MS])
