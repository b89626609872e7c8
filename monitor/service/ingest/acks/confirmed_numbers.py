"""The sequence numbers of one count of a device that are on disk (see device_acks.py).

In any order in which a device may send them, each number costs about as much as the first.
"""

from collections.abc import Sequence
from heapq import heapify, heappop, heappush
from itertools import takewhile
from typing import Final

from msgspec import Struct, field

from monitor.service.ingest.acks.gaps import Beyond

GAP_S: Final = 60.0
# The size of a counter of eight or sixteen bits: after a count that came near it, one begins at 0.
TURNS: Final = (256, 65_536)
TURN_WITHIN: Final = 16
CONSTANT: Final = 3  # consecutive counts of the same single number: it carries no information
MOST_PARTIAL: Final = 1024


class Line(Struct):
    """One count.

    upto    on disk without a gap, -1: not even the start is; ahead: the numbers beyond a gap
    first   the lowest number received; sent: the highest; heard: time of the newest receipt
    start   the first number of such a count, 0 or 1, as far as is known
    held    numbers received again, with new content, and not on disk yet -> how often;
            `lowest`: a heap of them, and of some that are on disk by now
    capped  number and receipt of a reading below others, from which the device may continue
    parts   in how many messages it sends the vital signs of one number; come: of `sent`
    partial numbers of which fewer came -> receipt; `further`: the lowest of those for which there
            was no room, and the newest receipt of them
    watched time of the check whether its first gap is too old
    """

    upto: int
    first: int
    sent: int
    heard: float
    start: int = 1
    ahead: Beyond = field(default_factory=Beyond)
    held: dict[int, int] = {}
    lowest: list[int] = []
    capped: tuple[int, float] | None = None
    parts: int = 1
    come: int = 1
    partial: dict[int, float] = {}
    further: tuple[int, float] | None = None
    watched: float | None = None

    @property
    def _unsure(self) -> bool:
        """Whether numbers lower than the first may come."""
        return self.upto < self.first

    @property
    def single(self) -> bool:
        return self.first == self.sent

    # --- received ---------------------------------------------------------------------------

    def moves_on(self, seq: int) -> bool:
        """Note a number beyond the others, or a redelivered one. Return False: it is not held."""
        if seq > self.sent:
            if self.come < self.parts:
                self._lacks_parts(self.sent, self.heard)
            self.sent, self.capped, self.come = seq, None, 1
        return False

    def expect(self, seq: int, now: float) -> bool:
        """Note new content under a number that is not beyond the others. Return True: it is
        held."""
        goes_up = self.first == self.start == seq - 1 and seq not in self.held
        if goes_up and self._unsure and seq not in self.ahead:
            self.upto = self.first - 1  # so there are no lower numbers left
            self.join()
        self._hold(seq)
        self._goes_down(seq, now)
        if seq == self.sent:
            self.come += 1
            self.parts = max(self.parts, self.come)
        elif self.partial.pop(seq, None) is None and self._has(seq):
            self.capped = (seq, now)
        return True

    def _goes_down(self, seq: int, now: float) -> None:
        """Note a number below all others: lower ones may follow within a minute from now."""
        if seq >= self.first:
            return
        if self.upto >= self.first:
            self.ahead.add(self.first, self.upto, now)
        if self.ahead:
            self.ahead.since[0] = now
        self.first, self.upto = seq, -1

    def _lacks_parts(self, seq: int, at: float) -> None:
        if len(self.partial) < MOST_PARTIAL:
            self.partial[seq] = at
        else:
            self.further = (seq if self.further is None else self.further[0], at)

    def _has(self, seq: int) -> bool:
        return seq <= self.upto or seq in self.ahead

    def _hold(self, seq: int) -> None:
        times = self.held.get(seq, 0)
        self.held[seq] = times + 1
        if not times:
            heappush(self.lowest, seq)
            if len(self.lowest) > 2 * len(self.held) + 16:
                self.lowest = list(self.held)
                heapify(self.lowest)

    def release(self, seq: int) -> None:
        left = self.held.pop(seq, 0) - 1
        if left > 0:
            self.held[seq] = left

    # --- on disk ----------------------------------------------------------------------------

    def add(self, seq: int, now: float) -> None:
        self.extend(seq, seq, now)

    def extend(self, low: int, high: int, now: float) -> None:
        self.sent = max(self.sent, high)
        self._goes_down(low, now)
        if low == self.upto + 1:
            self.upto = high
            self.join()
        elif low > self.upto:
            self.ahead.add(low, high, now)

    def join(self) -> None:
        self.upto = self.ahead.joined(self.upto)

    def lost(self, first: int, last: int, now: float) -> None:
        """Close the gap that begins there, if one does: its numbers are recorded as lost."""
        if self._has(first - 1) and not self._has(first):
            self.extend(first, last, now)

    @property
    def due(self) -> float | None:
        """The time from which its first gap is too old; None: it has no gap."""
        return self.ahead.since[0] + GAP_S if self.ahead else None

    def give_up(self, now: float, most: int) -> list[tuple[int, int]]:
        """Pass the gaps that are too old. Return the first and last number of each."""
        # The gap below the first number comes before any other: a device may hand over only as much
        # as confirmations make room for, and begins to fill the next gap only then.
        unsure = self._unsure
        given_up = self.ahead.overdue(self.upto, now - GAP_S, 1 if unsure else most)
        if given_up:
            self.upto = given_up[-1][1]
            self.join()
            if unsure and self.ahead:
                self.ahead.since[0] = now
        return given_up

    # --- confirmed ----------------------------------------------------------------------------

    def known(self, now: float) -> tuple[int, bool]:
        """Return up to which number no reading can be lost, and whether it may rise with time
        alone."""
        bound, later = self.upto, False
        while self.lowest and self.lowest[0] not in self.held:
            heappop(self.lowest)
        if self.lowest:
            bound = min(bound, self.lowest[0] - 1)
        if self.capped is not None and now - self.capped[1] < GAP_S:
            bound, later = min(bound, self.capped[0]), True
        if self.partial or self.further is not None:
            lacking = self._lacking(now)
            if lacking is not None:
                bound, later = min(bound, lacking - 1), True
        if self.come < self.parts and bound == self.sent and now - self.heard < GAP_S:
            bound, later = self.sent - 1, True
        return bound, later

    def _lacking(self, now: float) -> int | None:
        """Return the first number of which a part may still come."""
        aged = [n for n, _ in takewhile(lambda row: now - row[1] >= GAP_S, self.partial.items())]
        for seq in aged:
            del self.partial[seq]
        self.parts = max(1, self.parts - len(aged))
        if self.further is not None and now - self.further[1] >= GAP_S:
            self.further = None
        if self.partial:
            return next(iter(self.partial))
        return None if self.further is None else self.further[0]


def begin(seq: int, now: float, earlier: Sequence[Line], others: Sequence[Line]) -> Line:
    """Begin a count of which this number came first. earlier: counts under the same word; others:
    under any word.

    Unless counts begin with this number, the device may send lower ones later, or may have used
    them elsewhere. They are awaited like any gap, but are not recorded as lost.
    """
    zero = any(line.first == 0 for line in others) or any(
        0 < turn - line.sent <= TURN_WITHIN for line in earlier for turn in TURNS
    )
    start = 0 if zero else 1
    upto = -1 if seq > start else seq - 1
    return Line(upto=upto, first=seq, sent=seq, heard=now, start=start)


def least(lines: Sequence[Line], now: float) -> tuple[int | None, bool]:
    """Return the number that is safe to confirm for all counts of one counter (oldest first), and
    whether it may rise with time alone."""
    if len(lines) == 1:
        bound, later = lines[0].known(now)
        return (bound if bound >= lines[0].first else None), later
    newest = lines[-CONSTANT:]
    if len(newest) == CONSTANT and all(n.single and n.first == newest[0].first for n in newest):
        return None, False
    heard = max(line.heard for line in lines)
    bounds, later = [], False
    for line in lines:
        bound, more = line.known(now)
        if line.heard > heard - GAP_S:  # else all gaps in it have been given up as well
            if bound < line.first:
                return None, True
            bounds.append(bound)
            later |= more
    return min(bounds), later
