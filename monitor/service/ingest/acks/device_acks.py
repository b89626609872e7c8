"""Confirmations to devices: all readings up to this sequence number are on disk.

A device keeps unconfirmed readings and sends them again, so a number confirmed too early is a lost
reading. Only committed numbers are added, and a gap delays the confirmation until it is filled or
is a minute old: then it is recorded as lost and passed.

A device may use its numbers again, in a new count (see
`monitor.core.vocabulary.count_names`), and yet apply "all up to n" literally to the readings
that it keeps of any count. So the confirmed number is the least that is true of every active count,
and is not beyond the missing numbers of other counts. An unknown delays the confirmation for a
minute: above all, whether a count whose number 57 came first has lower numbers. A device may send
them newest first, so each lower number restarts that minute; a device that was in use elsewhere has
no lower numbers for us, and then no reading is recorded as lost.
"""

from collections.abc import Callable, Iterator, Sequence
from heapq import heapify, heappop, heappush
from typing import Final

from msgspec import Struct

from monitor.adapters.store import Lost
from monitor.core.vocabulary.count_names import counter_of, name_of, word_of
from monitor.service.ingest.acks.confirmed_numbers import GAP_S, Line, begin, least

__all__ = ["GAP_S", "Acks", "Confirmation"]

WORDS_REMEMBERED: Final = 16
LINES_REMEMBERED: Final = 10
# Each is a row on the record: of one device at most this many at a time, the rest the next time.
MOST_PASSED: Final = 64
ROOM: Final = 256

# device, key of a count, first and last missing number -> are these numbers a loss?
Missing = Callable[[str, str, int, int], bool]


class Confirmation(Struct, frozen=True):
    """All readings up to `seq` are on disk. `boot`: the device's own restart mark, "" without."""

    device: str
    boot: str
    seq: int


class _Word(Struct):
    """One restart mark of one device.

    lines    key of a count -> the count, oldest first
    newest   counter -> the count of its newest reading
    unclear  receipt of a reading that continued an earlier count, or that began a new one without
             its first number
    told     the number that was confirmed last
    """

    lines: dict[str, Line] = {}
    newest: dict[str, str] = {}
    unclear: float | None = None
    told: int | None = None


class Acks:
    def __init__(self) -> None:
        self._devices: dict[str, dict[str, _Word]] = {}
        self._due: dict[tuple[str, str], None] = {}
        self._held_back: dict[tuple[str, str], None] = {}
        self._gaps: list[tuple[float, str, str]] = []  # a heap: due time of a gap, device, count
        self._room = ROOM
        self._now = 0.0

    def restore(
        self, device: str, key: str, ranges: Sequence[Sequence[int]], now: float,
        heard: float | None = None, first: int = -1,
    ) -> None:  # fmt: skip
        """Restore the numbers that were on disk when the process began. heard: last receipt in
        that count; first: the number of it that came first."""
        if not ranges:
            return
        line = self._begin(device, key, max(first, ranges[0][0]), now)
        line.sent, line.heard = ranges[-1][1], now if heard is None else heard
        for low, high in ranges:
            line.extend(low, high, now)
        self._watch(device, key, line)
        self._due[device, word_of(key)] = None

    def lost(self, lost: Lost, now: float) -> None:
        """Mark numbers that the last process gave up: they are not awaited or recorded again."""
        word = self._devices.get(lost.device, {}).get(word_of(lost.boot))
        for key, line in {} if word is None else word.lines.items():
            if name_of(key) == lost.boot:
                line.lost(lost.first, lost.last, now)

    def expect(self, device: str, key: str, seq: int, now: float, *, new: bool) -> bool:
        """Note a number that was received and is not on disk yet. new: it is no duplicate. Return
        whether that number was received before, which `add` needs."""
        self._now = max(self._now, now)
        line = self._line(device, key)
        if line is None:
            if new:
                self._begin(device, key, seq, now)
            return False
        if new and len((known := self._devices[device][word_of(key)]).lines) > 1:
            counter = counter_of(key)
            if known.newest.get(counter, key) != key:
                known.unclear = now
            known.newest[counter] = key
        held = line.expect(seq, now) if seq <= line.sent and new else line.moves_on(seq)
        line.heard = now
        return held

    def add(self, device: str, key: str, seq: int, now: float, *, held: bool = False) -> None:
        """Note that this number is on disk. If it is repeated, the device missed our
        confirmation."""
        self._now = max(self._now, now)
        line = self._line(device, key)
        if line is None:
            line = self._begin(device, key, seq, now)
        if held:
            line.release(seq)
        line.add(seq, now)
        if line.ahead and line.watched is None:
            self._watch(device, key, line)
        self._due[device, word_of(key)] = None

    def pass_gaps(self, now: float, missing: Missing | None = None) -> Iterator[Lost]:
        """Give up gaps that are too old; yield them as lost if they are `missing`."""
        self._now = max(self._now, now)
        left: dict[str, int] = {}
        looked: list[tuple[str, str, Line]] = []
        while self._gaps and self._gaps[0][0] <= now:
            due, device, key = heappop(self._gaps)
            line = self._line(device, key)
            if line is None or line.watched != due:
                continue  # of a count that is forgotten
            looked.append((device, key, line))
            most = left.get(device, MOST_PASSED)
            given_up = line.give_up(now, most) if most else []
            left[device] = most - len(given_up)
            for first, last in given_up:
                self._due[device, word_of(key)] = None
                # There may be no numbers below the lowest of a count.
                known = first if first > line.first else line.first + 1
                if known <= last and (missing is None or missing(device, key, known, last)):
                    boot = name_of(key)
                    yield Lost(at=now, device=device, boot=boot, first=known, last=last)
        for device, key, line in looked:
            self._watch(device, key, line)

    def take(self) -> list[Confirmation]:
        """Return the confirmations to send now; each is sent once until another number is
        committed."""
        due, self._due = self._due, {}
        waiting, self._held_back = self._held_back, {}
        found = []
        for device, word in dict.fromkeys([*due, *waiting]):
            known = self._devices.get(device, {}).get(word)
            if known is None:
                continue
            seq, later = self._least(known)
            if later:
                self._held_back[device, word] = None
            if seq is not None and ((device, word) in due or seq != known.told):
                known.told = seq
                found.append(Confirmation(device, word, seq))
        return found

    def forget(self, device: str) -> None:
        self._devices.pop(device, None)
        for known in (self._due, self._held_back):
            for key in [key for key in known if key[0] == device]:
                del known[key]

    # --- parts of it ------------------------------------------------------------------------

    def _watch(self, device: str, key: str, line: Line) -> None:
        """Schedule a check of this count for the time when its first gap is too old."""
        line.watched = line.due
        if line.watched is not None:
            heappush(self._gaps, (line.watched, device, key))
            if len(self._gaps) > self._room:
                self._gaps = [entry for entry in self._gaps if self._watches(*entry)]
                heapify(self._gaps)
                self._room = 2 * len(self._gaps) + ROOM

    def _watches(self, due: float, device: str, key: str) -> bool:
        line = self._line(device, key)
        return line is not None and line.watched == due

    def _line(self, device: str, key: str) -> Line | None:
        words = self._devices.get(device)
        known = None if words is None else words.get(word_of(key))
        return None if known is None else known.lines.get(key)

    def _begin(self, device: str, key: str, seq: int, now: float) -> Line:
        words = self._devices.setdefault(device, {})
        known = words.setdefault(word_of(key), _Word())
        others = [line for word in words.values() for line in word.lines.values()]
        line = known.lines[key] = begin(seq, now, list(known.lines.values()), others)
        known.newest[counter_of(key)] = key
        while len(known.lines) > LINES_REMEMBERED:
            del known.lines[next(iter(known.lines))]
        while len(words) > WORDS_REMEMBERED:
            del words[next(iter(words))]
        return line

    def _least(self, known: _Word) -> tuple[int | None, bool]:
        """Return the number that is safe to confirm for all counters under a word, and whether it
        may rise with time alone."""
        if known.unclear is not None and self._now - known.unclear < GAP_S:
            return None, True
        counters: dict[str, list[Line]] = {}
        for key, line in known.lines.items():
            counters.setdefault(counter_of(key), []).append(line)
        found = [least(lines, self._now) for lines in counters.values()]
        later = any(more for _, more in found)
        bounds = [seq for seq, _ in found if seq is not None]
        return (min(bounds) if len(bounds) == len(found) else None), later
