"""The running numbers received in one count of a device, and the missing ones.

A device counts by one, unless its numbers were evenly spaced from the start: some count by two, or
by ten. The numbers between those are not missing.

A device may send its numbers in any order, the newest first too, so each is placed by bisection.
"""

from bisect import bisect_left, bisect_right
from operator import itemgetter
from typing import Any, Final

from msgspec import Struct

RANGES_REMEMBERED: Final = 512
SURE_OF_STEP: Final = 16  # numbers; with fewer, a step that does not last may have been losses
_LOW: Final[Any] = itemgetter(0)


class Numbers(Struct, omit_defaults=True):
    """The numbers received in one count.

    ranges  closed, ascending
    step    by how much it counts
    first   the number received first
    count   how many were received
    """

    ranges: list[list[int]] = []
    step: int = 1
    first: int = -1
    count: int = 0

    @property
    def low(self) -> int:
        return self.ranges[0][0]

    @property
    def high(self) -> int:
        return self.ranges[-1][1]

    @property
    def certain(self) -> list[list[int]]:
        """The numbers that certainly came. If few were evenly spaced, those between are unknown."""
        if self.step == 1 or self.count > SURE_OF_STEP:
            return self.ranges
        return [[n, n] for low, high in self.ranges for n in range(low, high + 1, self.step)]

    def has(self, seq: int) -> bool:
        low, high = self.ranges[-1] if self.ranges else (0, -1)
        if seq < low:  # nearly always the number is beyond the last
            at = self._place(seq)
            if not at:
                return False
            low, high = self.ranges[at - 1]
        return low <= seq <= high and not (seq - low) % self.step

    def lacks(self, seq: int) -> bool:
        """Return whether the number is missing between others."""
        return self.low < seq < self.high and not self.has(seq)

    def missing(self, first: int, last: int) -> int:
        """Return how many numbers from first to last have not come, in steps of the count."""
        missing = self._steps(first, last)
        for low, high in self.ranges[max(0, self._place(first) - 1) : self._place(last)]:
            missing -= max(0, self._steps(max(low, first), min(high, last)))
        return missing

    def lacks_any(self, first: int, last: int) -> bool:
        """Return whether any number from first to last is missing: else they are one range."""
        at = self._place(last)
        if at:
            low, high = self.ranges[at - 1]
            if self._steps(max(low, first), min(high, last)) == self._steps(first, last):
                return False
        return self._steps(first, last) > 0

    def _place(self, seq: int) -> int:
        """Return how many ranges begin at this number or below."""
        return bisect_right(self.ranges, seq, key=_LOW)

    def _steps(self, first: int, last: int) -> int:
        phase = self.low
        return (last - phase) // self.step - (first - 1 - phase) // self.step

    def gap_around(self, seq: int) -> tuple[int, int] | None:
        """Return the first and last number of the gap around this number; None: no gap."""
        at = self._place(seq)
        if not 0 < at < len(self.ranges):
            return None
        first, last = self.ranges[at - 1][1] + self.step, self.ranges[at][0] - self.step
        return (first, last) if first <= seq <= last else None

    def first_gap_after(self, settled: int) -> int:
        """Return the first number of the first gap that begins beyond this one; one must exist."""
        at = max(0, bisect_left(self.ranges, settled, key=_LOW) - 1)
        gaps = (high + self.step for _, high in self.ranges[at:])
        return next(first for first in gaps if first > settled)

    def add(self, seq: int) -> None:
        ranges = self.ranges
        self.count += 1
        if ranges and seq == ranges[-1][1] + self.step:
            ranges[-1][1] = seq
            return
        if not ranges:
            self.first = seq
        elif self.step > 1 and (seq - ranges[0][0]) % self.step:
            self._out_of_step()
        self._insert(seq)
        if self.count == 3:
            self._find_step(seq)

    def _insert(self, seq: int) -> None:
        ranges, step = self.ranges, self.step
        if len(ranges) >= RANGES_REMEMBERED:
            # It is so old that the store will know it by its key, should it come again.
            del ranges[0]
        at = self._place(seq)
        if at and seq <= ranges[at - 1][1] + step:
            at -= 1
            ranges[at][1] = max(ranges[at][1], seq)
        else:
            ranges.insert(at, [seq, seq])
        if at + 1 < len(ranges) and ranges[at + 1][0] <= ranges[at][1] + step:
            ranges[at][1] = max(ranges[at][1], ranges.pop(at + 1)[1])

    def _find_step(self, seq: int) -> None:
        """Adopt the step of three evenly spaced numbers from the start: no number is missing."""
        if len(self.ranges) != 3:
            return
        low, middle, high = (each[0] for each in self.ranges)
        if low == self.first and high == seq and high - middle == middle - low:
            self.step = high - middle
            self.ranges = [[low, high]]

    def _out_of_step(self) -> None:
        """Count by one after all. If there were few numbers, those between them were lost."""
        self.ranges = self.certain
        self.step = 1
