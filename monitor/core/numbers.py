"""The running numbers that came in one count of a device, and which of them are missing.

A device counts by one, unless its numbers were evenly apart from the start: some count by two, or
by ten. What is between those is not missing.
"""

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from msgspec import Struct

RANGES_REMEMBERED: Final = 512
SURE_OF_STEP: Final = 16  # numbers; before, a step that does not last may have been losses


class Numbers(Struct, omit_defaults=True):
    """ranges: closed, ascending; step: by how much it counts; first: the number received first;
    count: how many were received.
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

    def has(self, seq: int) -> bool:
        for low, high in reversed(self.ranges):  # nearly always it is beyond the last
            if seq >= low:
                return seq <= high and not (seq - low) % self.step
        return False

    def lacks(self, seq: int) -> bool:
        """It is one of those that are missing between others."""
        return self.low < seq < self.high and not self.has(seq)

    def missing(self, first: int, last: int) -> int:
        """How many of first to last have not come, as it counts."""
        missing = self._steps(first, last)
        for low, high in self.ranges:
            missing -= max(0, self._steps(max(low, first), min(high, last)))
        return missing

    def _steps(self, first: int, last: int) -> int:
        phase = self.low
        return (last - phase) // self.step - (first - 1 - phase) // self.step

    def gaps(self) -> Iterator[tuple[int, int]]:
        """First and last number of what is missing, ascending."""
        for (_, before), (after, _) in pairwise(self.ranges):
            yield before + self.step, after - self.step

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
        ranges = self.ranges
        ranges.append([seq, seq])
        if len(ranges) > RANGES_REMEMBERED:
            # So long ago that the store will know it by its key, should it come again.
            del ranges[0]
        if len(ranges) < 2 or ranges[-2][1] + self.step < seq:
            return
        ranges.sort()
        merged = [ranges[0]]
        for low, high in ranges[1:]:
            if low <= merged[-1][1] + self.step:
                merged[-1][1] = max(merged[-1][1], high)
            else:
                merged.append([low, high])
        self.ranges = merged

    def _find_step(self, seq: int) -> None:
        """Three numbers, evenly apart, from the start: it counts so, and none is missing."""
        if len(self.ranges) != 3:
            return
        low, middle, high = (each[0] for each in self.ranges)
        if low == self.first and high == seq and high - middle == middle - low:
            self.step = high - middle
            self.ranges = [[low, high]]

    def _out_of_step(self) -> None:
        """It counts by one after all. Were there few, then those between them were lost."""
        if self.count <= SURE_OF_STEP:
            came = [n for low, high in self.ranges for n in range(low, high + 1, self.step)]
            self.ranges = [[n, n] for n in came]
        self.step = 1
