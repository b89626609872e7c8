"""The numbers on disk beyond the first gap of one count, in bounded memory (see
confirmed_numbers.py).

A device may send its numbers in any order and with any gaps. So numbers beyond a gap are found by
bisection, and at most `MOST_RANGES` ranges of them are remembered. Beyond that the highest are
forgotten: their numbers are not confirmed until they come again, and if they do not, they are
recorded as lost although they are on disk. To forget the lowest would confirm numbers that never
came.
"""

from bisect import bisect_right
from itertools import takewhile
from typing import Final

from msgspec import Struct

MOST_RANGES: Final = 4096


class Beyond(Struct):
    """Ranges of numbers without a gap, ascending: from `lows` to `highs`.

    since   when the gap before each was first seen; later for the first, where that is renewed
    """

    lows: list[int] = []
    highs: list[int] = []
    since: list[float] = []

    def __bool__(self) -> bool:
        return bool(self.lows)

    def __contains__(self, seq: int) -> bool:
        at = bisect_right(self.lows, seq)
        return at > 0 and seq <= self.highs[at - 1]

    def add(self, low: int, high: int, now: float) -> None:
        lows, highs = self.lows, self.highs
        at = bisect_right(lows, low)
        if at and low <= highs[at - 1] + 1:
            at -= 1
            highs[at] = max(highs[at], high)
        else:
            # In front of other ranges it splits a gap that was seen before.
            self.since.insert(at, self.since[at] if at < len(lows) else now)
            lows.insert(at, low)
            highs.insert(at, high)
        after = bisect_right(lows, highs[at] + 1)
        if after > at + 1:
            highs[at] = max(highs[at], highs[after - 1])
            self._drop(at + 1, after)
        if len(lows) > MOST_RANGES:
            self._drop(MOST_RANGES, len(lows))

    def joined(self, upto: int) -> int:
        """Return up to which number there is no gap, if there is no gap up to `upto`."""
        count = bisect_right(self.lows, upto + 1)
        if count:
            upto = max(upto, self.highs[count - 1])
            self._drop(0, count)
        return upto

    def overdue(self, upto: int, before: float, most: int) -> list[tuple[int, int]]:
        """Return first and last number of each gap beyond `upto` that was seen by `before`, at most
        `most` gaps. They are passed: the range after the last has no gap in front of it."""
        old = list(takewhile(lambda at: at <= before, self.since[:most]))
        starts = [upto, *self.highs[: len(old)]]
        return [(start + 1, low - 1) for start, low, _ in zip(starts, self.lows, old, strict=False)]

    def forget_lowest(self, most: int) -> None:
        """Keep only the `most` highest ranges."""
        self._drop(0, max(0, len(self.lows) - most))

    def _drop(self, first: int, last: int) -> None:
        for row in (self.lows, self.highs, self.since):
            del row[first:last]
