"""What devices are told of what is on disk: everything up to this number.

A device keeps what is not confirmed and sends it again, so a number confirmed too early is a
reading lost. Only committed numbers are added, and a gap holds the confirmation back until it is
filled, or has stood for a minute: then it is recorded as lost and passed.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct

GAP_S: Final = 60.0


class Confirmation(Struct, frozen=True):
    """`boot`: the device's own word for it, "" when it has none."""

    device: str
    boot: str
    seq: int


class Lost(Struct, frozen=True):
    """Numbers that never came: `first` to `last`."""

    device: str
    boot: str
    first: int
    last: int


class _Line(Struct):
    """Numbers of one boot of one device. `upto`: confirmed; `ahead`: ranges beyond a gap."""

    upto: int
    ahead: list[list[int]] = []
    gap_since: float = 0.0


class Acks:
    def __init__(self) -> None:
        self._lines: dict[tuple[str, str], _Line] = {}
        self._due: dict[tuple[str, str], None] = {}

    def restore(self, device: str, boot: str, ranges: Sequence[Sequence[int]], now: float) -> None:
        """What was on disk when the process began."""
        if ranges:
            ahead = [list(r) for r in ranges[1:]]
            self._lines[device, boot] = _Line(ranges[0][1], ahead, now)
            self._due[device, boot] = None

    def add(self, device: str, boot: str, seq: int, now: float) -> None:
        """This number is on disk; once more means that the device did not hear us."""
        key = (device, boot)
        self._due[key] = None
        line = self._lines.get(key)
        if line is None:
            self._lines[key] = _Line(seq)
        elif seq == line.upto + 1:
            line.upto = seq
            _join(line, now)
        elif seq > line.upto:
            if not line.ahead:
                line.gap_since = now
            _insert(line.ahead, seq)

    def pass_gaps(self, now: float) -> Iterator[Lost]:
        """Give up gaps that have stood too long."""
        for (device, boot), line in self._lines.items():
            if line.ahead and now - line.gap_since >= GAP_S:
                first, (low, high) = line.upto + 1, line.ahead.pop(0)
                line.upto = high
                _join(line, now)
                self._due[device, boot] = None
                yield Lost(device, boot, first, low - 1)

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


def _join(line: _Line, now: float) -> None:
    while line.ahead and line.ahead[0][0] <= line.upto + 1:
        line.upto = max(line.upto, line.ahead.pop(0)[1])
        line.gap_since = now


def _insert(ranges: list[list[int]], seq: int) -> None:
    if ranges[-1:] and ranges[-1][1] + 1 == seq:
        ranges[-1][1] = seq
        return
    ranges.append([seq, seq])
    ranges.sort()
    merged = [ranges[0]]
    for low, high in ranges[1:]:
        if low <= merged[-1][1] + 1:
            merged[-1][1] = max(merged[-1][1], high)
        else:
            merged.append([low, high])
    ranges[:] = merged
