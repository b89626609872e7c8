"""What devices are told of what is on disk: everything up to this number.

A device keeps what is not confirmed and sends it again, so a number confirmed too early is a
reading lost. Only committed numbers are added, and a gap holds the confirmation back until it is
filled, or has stood for a minute: then it is recorded as lost and passed.

A device may use its numbers again (see `monitor.core.quality.arrivals.count_names`) and take
"everything up to" at its word all the same, for whatever it holds of any count. So it is told the
least that holds for every count that is going on, and of others no more than up to what they lack.
What cannot be known holds the confirmation back for a minute: first of all, whether a count of
which 57 came first has lower numbers. A device may hand them over with the newest first, so each
lower one begins that minute anew; one that was in use elsewhere has none that are ours, and nothing
is recorded as lost.
"""

from collections.abc import Callable, Iterator, Sequence
from heapq import heapify, heappop, heappush
from typing import Final

from msgspec import Struct

from monitor.adapters.store import Lost
from monitor.core.quality.arrivals.count_names import counter_of, name_of, word_of
from monitor.service.ingest.acks.confirmed_numbers import GAP_S, Line, begin, least

__all__ = ["GAP_S", "Acks", "Confirmation"]

WORDS_REMEMBERED: Final = 16
LINES_REMEMBERED: Final = 10
# Each is a row on the record: of one device no more at a time, and the rest the next time.
MOST_PASSED: Final = 64
ROOM: Final = 256

# Is what is missing from the first to the last number of this device's count a loss?
Missing = Callable[[str, str, int, int], bool]


class Confirmation(Struct, frozen=True):
    """`boot`: the device's own word for it, "" when it has none."""

    device: str
    boot: str
    seq: int


class _Word(Struct):
    """One restart mark of one device. lines: key of a count -> it, oldest first; newest: of each
    counter, the count of its newest reading; unclear: receipt of one that an earlier count went
    on with, or a new one of which the beginning did not come."""

    lines: dict[str, Line] = {}
    newest: dict[str, str] = {}
    unclear: float | None = None
    told: int | None = None


class Acks:
    def __init__(self) -> None:
        self._devices: dict[str, dict[str, _Word]] = {}
        self._due: dict[tuple[str, str], None] = {}
        self._held_back: dict[tuple[str, str], None] = {}
        self._gaps: list[tuple[float, str, str]] = []  # a heap: when a gap of which count is due
        self._room = ROOM
        self._now = 0.0

    def restore(
        self, device: str, key: str, ranges: Sequence[Sequence[int]], now: float,
        heard: float | None = None, first: int = -1,
    ) -> None:  # fmt: skip
        """What was on disk when the process began. heard: when that count was heard last; first:
        the number that came first of it."""
        if not ranges:
            return
        line = self._begin(device, key, max(first, ranges[0][0]), now)
        line.sent, line.heard = ranges[-1][1], now if heard is None else heard
        for low, high in ranges:
            line.extend(low, high, now)
        self._watch(device, key, line)
        self._due[device, word_of(key)] = None

    def passed(self, lost: Lost, now: float) -> None:
        """The last process gave these up: they are not waited for, or recorded, once more."""
        word = self._devices.get(lost.device, {}).get(word_of(lost.boot))
        for key, line in {} if word is None else word.lines.items():
            if name_of(key) == lost.boot:
                line.lost(lost.first, lost.last, now)

    def expect(self, device: str, key: str, seq: int, now: float, *, new: bool) -> bool:
        """It was received and is not on disk yet. new: it is no duplicate. To be handed back with
        `add`: whether that number had been received before."""
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
        """This number is on disk; once more means that the device did not hear us."""
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
        """Give up gaps that have stood too long. What is not `missing` is passed without a word."""
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
            passed = line.give_up(now, most) if most else []
            left[device] = most - len(passed)
            for first, last in passed:
                self._due[device, word_of(key)] = None
                # Below a count's lowest number there may be none.
                known = first if first > line.first else line.first + 1
                if known <= last and (missing is None or missing(device, key, known, last)):
                    boot = name_of(key)
                    yield Lost(at=now, device=device, boot=boot, first=known, last=last)
        for device, key, line in looked:
            self._watch(device, key, line)

    def take(self) -> list[Confirmation]:
        """What to tell now; each is told once until something new is committed."""
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
        """Look at it again when its first gap has stood too long."""
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
        """What holds for all counters under a word; whether more will in a while."""
        if known.unclear is not None and self._now - known.unclear < GAP_S:
            return None, True
        counters: dict[str, list[Line]] = {}
        for key, line in known.lines.items():
            counters.setdefault(counter_of(key), []).append(line)
        found = [least(lines, self._now) for lines in counters.values()]
        later = any(more for _, more in found)
        bounds = [seq for seq, _ in found if seq is not None]
        return (min(bounds) if len(bounds) == len(found) else None), later
