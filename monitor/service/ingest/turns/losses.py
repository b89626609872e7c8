"""The readings of a device that were dropped because it sent too many, until they are recorded.

A dropped number is recorded once, in a range. Readings that have no number or were never read are
recorded as a count, with the period in which they came. Recorded ranges are remembered for a while,
so that `acks`, which passes them as a gap a minute later, does not record them again.
"""

from collections.abc import Iterator
from typing import Final

from monitor.adapters.store import Dropped, Lost
from monitor.service.ingest.acks.gaps import Beyond

OVER_BUDGET: Final = "over budget"
RANGES: Final = 256  # of one device until the next record; readings beyond them are counted


class Losses:
    """The dropped readings of one device. total: readings dropped since the flood began."""

    def __init__(self, device: str) -> None:
        self.device = device
        self._ranges: dict[str, list[list[int]]] = {}
        self._open = 0
        self._unknown = 0
        self._since = self._until = 0.0
        self._told: dict[str, Beyond] = {}
        self.total = 0
        self.unread_at: float | None = None

    def number(self, boot: str, seq: int, came: float) -> None:
        """Note a dropped reading whose number is known."""
        self.total += 1
        ranges = self._ranges.setdefault(boot, [])
        if ranges and ranges[-1][0] <= seq <= ranges[-1][1] + 1:
            ranges[-1][1] = max(seq, ranges[-1][1])
        elif self._open < RANGES:
            ranges.append([seq, seq])
            self._open += 1
        else:
            self.total -= 1
            self.unknown(1, came)

    def unknown(self, readings: int, came: float) -> None:
        """Note dropped readings without a number, or in a message that was not read."""
        self.total += readings
        self._since = min(self._since, came) if self._unknown else came
        self._until = max(self._until, came) if self._unknown else came
        self._unknown += readings
        self.unread_at = came

    def take(self, now: float) -> list[Lost | Dropped]:
        """Return the losses to record now."""
        found: list[Lost | Dropped] = []
        for boot, ranges in self._ranges.items():
            told = self._told.setdefault(boot, Beyond())
            for first, last in ranges:
                found.append(
                    Lost(
                        at=now, device=self.device, boot=boot, first=first, last=last,
                        reason=OVER_BUDGET,
                    )
                )  # fmt: skip
                told.add(first, last, now)
            told.forget_lowest(RANGES)
        if self._unknown:
            found.append(
                Dropped(
                    at=now, device=self.device, count=self._unknown, since=self._since,
                    until=self._until, reason=OVER_BUDGET,
                )
            )  # fmt: skip
        self._ranges, self._open, self._unknown = {}, 0, 0
        for boot in list(self._told)[:-16]:
            del self._told[boot]
        return found

    def untold(self, boot: str, first: int, last: int) -> Iterator[tuple[int, int]]:
        """Yield the ranges of these numbers that are not recorded as dropped."""
        told = self._told.get(boot) or Beyond()
        for low, high in zip(told.lows, told.highs, strict=True):
            if high < first or low > last:
                continue
            if low > first:
                yield first, low - 1
            first = max(first, high + 1)
        if first <= last:
            yield first, last
