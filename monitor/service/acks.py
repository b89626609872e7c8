"""What devices are told of what is on disk: everything up to this number.

A device keeps what is not confirmed and sends it again, so a number confirmed too early is a
reading lost. Only committed numbers are added, and a gap holds the confirmation back until it is
filled, or has stood for a minute: then it is recorded as lost and passed.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct

from monitor.adapters.store import Lost

GAP_S: Final = 60.0


class Confirmation(Struct, frozen=True):
    """`boot`: the device's own word for it, "" when it has none."""

    device: str
    boot: str
    seq: int


class _Range(Struct):
    """Numbers `low` to `high` beyond a gap; `since`: when the gap before them was first seen."""

    low: int
    high: int
    since: float


class _Line(Struct):
    """Numbers of one boot of one device. `upto`: confirmed; `ahead`: what came beyond a gap."""

    upto: int
    ahead: list[_Range] = []


class Acks:
    def __init__(self) -> None:
        self._lines: dict[tuple[str, str], _Line] = {}
        self._due: dict[tuple[str, str], None] = {}

    def restore(self, device: str, boot: str, ranges: Sequence[Sequence[int]], now: float) -> None:
        """What was on disk when the process began."""
        if ranges:
            ahead = [_Range(low, high, now) for low, high in ranges[1:]]
            self._lines[device, boot] = _Line(ranges[0][1], ahead)
            self._due[device, boot] = None

    def passed(self, lost: Lost) -> None:
        """The last process gave these up: they are not waited for, or recorded, once more."""
        line = self._lines.get((lost.device, lost.boot))
        if line is not None and line.upto == lost.first - 1:
            line.upto = lost.last
            _join(line)

    def add(self, device: str, boot: str, seq: int, now: float) -> None:
        """This number is on disk; once more means that the device did not hear us."""
        key = (device, boot)
        self._due[key] = None
        line = self._lines.get(key)
        if line is None:
            self._lines[key] = _Line(seq)
        elif seq == line.upto + 1:
            line.upto = seq
            _join(line)
        elif seq > line.upto:
            _insert(line.ahead, seq, now)

    def pass_gaps(self, now: float) -> Iterator[Lost]:
        """Give up gaps that have stood too long."""
        for (device, boot), line in self._lines.items():
            while line.ahead and now - line.ahead[0].since >= GAP_S:
                first, beyond = line.upto + 1, line.ahead.pop(0)
                line.upto = beyond.high
                self._due[device, boot] = None
                yield Lost(at=now, device=device, boot=boot, first=first, last=beyond.low - 1)

    def take(self) -> list[Confirmation]:
        """What to tell now; each is told once until something new is committed."""
        due, self._due = self._due, {}
        return [
            Confirmation(
                device, "" if boot.startswith("~") else boot, self._lines[device, boot].upto
            )
            for device, boot in due
        ]

    def forget(self, device: str) -> None:
        for key in [k for k in self._lines if k[0] == device]:
            del self._lines[key]
            self._due.pop(key, None)


def _join(line: _Line) -> None:
    while line.ahead and line.ahead[0].low <= line.upto + 1:
        line.upto = max(line.upto, line.ahead.pop(0).high)


def _insert(ranges: list[_Range], seq: int, now: float) -> None:
    at = len(ranges)  # nearly always it is beyond the last
    while at and seq < ranges[at - 1].low:
        at -= 1
    before = ranges[at - 1] if at else None
    if before is not None and seq <= before.high + 1:
        before.high = max(before.high, seq)
    else:
        # In front of others it splits a gap that was seen before.
        before = _Range(seq, seq, ranges[at].since if at < len(ranges) else now)
        ranges.insert(at, before)
        at += 1
    if at < len(ranges) and ranges[at].low <= before.high + 1:
        before.high = ranges.pop(at).high
