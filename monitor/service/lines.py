"""The numbers of one count of a device, as far as they are on disk (see acks.py)."""

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct

GAP_S: Final = 60.0
# A counter that is eight or sixteen bits wide, near its end: a new count then begins at 0.
TURNS: Final = (256, 65_536)
TURN_WITHIN: Final = 16
CONSTANT: Final = 3  # counts in a row of the same single number: it says nothing


class Range(Struct):
    """Numbers `low` to `high` beyond a gap; `since`: when the gap before them was first seen."""

    low: int
    high: int
    since: float


class Line(Struct):
    """One count.

    upto    on disk without a gap; ahead: what is beyond one
    first   the number received first; sent: the highest received; heard: when the last was
    held    numbers received once more, with something new, and not on disk yet -> how often
    capped  number and receipt of a reading below others: the device may count on from there
    parts   in how many messages it gives the vital signs of one number; come: of `sent`
    partial numbers of which fewer came -> receipt
    """

    upto: int
    first: int
    sent: int
    heard: float
    ahead: list[Range] = []
    held: dict[int, int] = {}
    capped: tuple[int, float] | None = None
    parts: int = 1
    come: int = 1
    partial: dict[int, float] = {}

    @property
    def single(self) -> bool:
        return self.first == self.sent

    # --- received ---------------------------------------------------------------------------

    def moves_on(self, seq: int) -> bool:
        """A number beyond the others, or one delivered once more."""
        if seq > self.sent:
            if self.come < self.parts:
                self.partial[self.sent] = self.heard
            self.sent, self.capped, self.come = seq, None, 1
        return False

    def expect(self, seq: int, now: float) -> bool:
        """Something new under a number that is not beyond the others."""
        self.held[seq] = self.held.get(seq, 0) + 1
        if seq == self.sent:
            self.come += 1
            self.parts = max(self.parts, self.come)
        elif self.partial.pop(seq, None) is None and self._has(seq):
            self.capped = (seq, now)
        return True

    def _has(self, seq: int) -> bool:
        return seq <= self.upto or any(r.low <= seq <= r.high for r in self.ahead)

    def release(self, seq: int) -> None:
        left = self.held.pop(seq, 0) - 1
        if left > 0:
            self.held[seq] = left

    # --- on disk ----------------------------------------------------------------------------

    def add(self, seq: int, now: float) -> None:
        self.extend(seq, seq, now)

    def extend(self, low: int, high: int, now: float) -> None:
        self.sent = max(self.sent, high)
        if low == self.upto + 1:
            self.upto = high
            self.join()
        elif low > self.upto:
            _insert(self.ahead, low, high, now)

    def join(self) -> None:
        while self.ahead and self.ahead[0].low <= self.upto + 1:
            self.upto = max(self.upto, self.ahead.pop(0).high)

    def give_up(self, now: float) -> Iterator[tuple[int, int]]:
        """First and last number of gaps that have stood too long; they are passed."""
        while self.ahead and now - self.ahead[0].since >= GAP_S:
            first, beyond = self.upto + 1, self.ahead.pop(0)
            self.upto = beyond.high
            yield first, beyond.low - 1

    # --- what may be told -------------------------------------------------------------------

    def known(self, now: float) -> tuple[int, bool]:
        """Up to where nothing can be lost; whether that moves by itself in a while."""
        bound, later = min([self.upto, *(seq - 1 for seq in self.held)]), False
        if self.capped is not None and now - self.capped[1] < GAP_S:
            bound, later = min(bound, self.capped[0]), True
        for seq, at in list(self.partial.items()):
            if now - at < GAP_S:
                bound, later = min(bound, seq - 1), True
                break
            del self.partial[seq]
            self.parts = max(1, self.parts - 1)
        if self.come < self.parts and bound == self.sent and now - self.heard < GAP_S:
            bound, later = self.sent - 1, True
        return bound, later


def begin(seq: int, now: float, earlier: Sequence[Line], others: Sequence[Line]) -> Line:
    """A count of which this number came first. earlier: under the same word; others: of any.

    What came before the first count's first number is not ours. A later count began while we
    listened: what it may have sent before is waited for.
    """
    zero = any(line.first == 0 for line in others) or any(
        0 < turn - line.sent <= TURN_WITHIN for line in earlier for turn in TURNS
    )
    doubt = bool(others) and seq >= (1 if zero else 2)
    return Line(upto=-1 if doubt else seq - 1, first=seq, sent=seq, heard=now)


def least(lines: Sequence[Line], now: float) -> tuple[int | None, bool]:
    """What may be told of all counts of one counter, oldest first; whether more may in a while."""
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


def _insert(ranges: list[Range], low: int, high: int, now: float) -> None:
    at = len(ranges)  # nearly always it is beyond the last
    while at and low < ranges[at - 1].low:
        at -= 1
    before = ranges[at - 1] if at else None
    if before is not None and low <= before.high + 1:
        before.high = max(before.high, high)
    else:
        # In front of others it splits a gap that was seen before.
        before = Range(low, high, ranges[at].since if at < len(ranges) else now)
        ranges.insert(at, before)
        at += 1
    if at < len(ranges) and ranges[at].low <= before.high + 1:
        before.high = ranges.pop(at).high
