"""The numbers of one count of a device, as far as they are on disk (see device_acks.py).

Whatever the device sends, each number costs about as much as the first one did.
"""

from collections.abc import Sequence
from heapq import heapify, heappop, heappush
from itertools import takewhile
from typing import Final

from msgspec import Struct, field

from monitor.service.ingest.acks.gaps import Beyond

GAP_S: Final = 60.0
# A counter that is eight or sixteen bits wide, near its end: a new count then begins at 0.
TURNS: Final = (256, 65_536)
TURN_WITHIN: Final = 16
CONSTANT: Final = 3  # counts in a row of the same single number: it says nothing
MOST_PARTIAL: Final = 1024


class Line(Struct):
    """One count.

    upto    on disk without a gap, -1: nothing from the start on; ahead: what is beyond a gap
    first   the lowest number received; sent: the highest; heard: when the last was
    start   what such a count begins with, 0 or 1, as far as is known
    held    numbers received once more, with something new, and not on disk yet -> how often;
            `lowest`: a heap of them, and of some that are on disk by now
    capped  number and receipt of a reading below others: the device may count on from there
    parts   in how many messages it gives the vital signs of one number; come: of `sent`
    partial numbers of which fewer came -> receipt; `further`: the lowest of those for which there
            was no room, and the newest receipt of them
    watched when somebody looks whether its first gap has stood too long
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
        """Lower numbers than the first may come."""
        return self.upto < self.first

    @property
    def single(self) -> bool:
        return self.first == self.sent

    # --- received ---------------------------------------------------------------------------

    def moves_on(self, seq: int) -> bool:
        """A number beyond the others, or one delivered once more."""
        if seq > self.sent:
            if self.come < self.parts:
                self._lacks_parts(self.sent, self.heard)
            self.sent, self.capped, self.come = seq, None, 1
        return False

    def expect(self, seq: int, now: float) -> bool:
        """Something new under a number that is not beyond the others."""
        goes_up = self.first == self.start == seq - 1 and seq not in self.held
        if goes_up and self._unsure and seq not in self.ahead:
            self.upto = self.first - 1  # so nothing is left below
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
        """A number below all others: lower ones may follow, and have a minute from now."""
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
        """It is on the record that they are: no gap any more, if one begins there."""
        if self._has(first - 1) and not self._has(first):
            self.extend(first, last, now)

    @property
    def due(self) -> float | None:
        """When its first gap has stood too long; None: it has none."""
        return self.ahead.since[0] + GAP_S if self.ahead else None

    def give_up(self, now: float, most: int) -> list[tuple[int, int]]:
        """First and last number of gaps that have stood too long; they are passed."""
        # Below the first number before any other: a device may hand over no more than what is
        # confirmed makes room for, and begins to fill the next gap only then.
        unsure = self._unsure
        passed = self.ahead.overdue(self.upto, now - GAP_S, 1 if unsure else most)
        if passed:
            self.upto = passed[-1][1]
            self.join()
            if unsure and self.ahead:
                self.ahead.since[0] = now
        return passed

    # --- what may be told -------------------------------------------------------------------

    def known(self, now: float) -> tuple[int, bool]:
        """Up to where nothing can be lost; whether that moves by itself in a while."""
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
        """The first number of which a part may still come."""
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
    """A count of which this number came first. earlier: under the same word; others: of any.

    Unless a count begins with it, there may be lower ones, which the device sends later, or none:
    it was in use elsewhere. They are waited for like any gap, and nobody calls them lost.
    """
    zero = any(line.first == 0 for line in others) or any(
        0 < turn - line.sent <= TURN_WITHIN for line in earlier for turn in TURNS
    )
    start = 0 if zero else 1
    upto = -1 if seq > start else seq - 1
    return Line(upto=upto, first=seq, sent=seq, heard=now, start=start)


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
