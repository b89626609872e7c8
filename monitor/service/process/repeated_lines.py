"""Repeated log lines: the first is written immediately, the others are counted.

One client must not fill the disk with log lines about itself. A line whose content was written
within the last `WITHIN_S` is counted; one line with the count follows when that time is over. If
lines of one event of one device or session differ, up to `LINES` of them are written in that time
and the rest are counted. Two exceptions: an error that differs is always written, and a critical
line is never held back.
"""

import threading
from collections.abc import Callable, MutableMapping
from typing import Any, Final

from msgspec import Struct

WITHIN_S: Final = 10.0
LINES: Final = 20
# Lines that are remembered. Beyond this the oldest is forgotten, after its count is written.
MOST: Final = 1_000
_ABOUT: Final = ("device", "encounter", "contact", "logger")

Line = MutableMapping[str, Any]


class _Seen(Struct):
    """A line that was written (`said`, without a time). again: how many later ones were not."""

    said: dict[str, Any]
    since: float
    passed: int = 0
    again: int = 0


class Repeats:
    """Counts repeated lines: call `passes` for each line, from any thread, `settle` from time to
    time, and `end` at the end.

    clock  seconds that run steadily
    write  writes a line with a count
    """

    def __init__(self, clock: Callable[[], float], write: Callable[[Line], None]) -> None:
        self._clock = clock
        self._write = write
        self._lock = threading.Lock()
        self._seen: dict[str, _Seen] = {}  # oldest first

    def passes(self, line: Line) -> bool:
        """Return whether this line is to be written. It has `event` and `level`, and no time."""
        with self._lock:
            now = self._clock()
            self._tell(self._over(now))
            level = line.get("level")
            if level == "critical":
                return True
            if (known := self._seen.get(repr(line))) is not None:
                known.again += 1
                return False
            if level != "error" and not self._one_of_few(line, now):
                return False
            self._seen[repr(line)] = _Seen(dict(line), now)
            self._tell(self._too_many())
            return True

    def settle(self) -> None:
        """Write the counts whose time is over."""
        with self._lock:
            self._tell(self._over(self._clock()))

    def end(self) -> None:
        """Write every count."""
        with self._lock:
            self._tell(list(self._seen))

    def _one_of_few(self, line: Line, now: float) -> bool:
        about = {key: line[key] for key in ("event", "level", *_ABOUT) if key in line}
        key = f"like {about!r}"
        kind = self._seen.get(key)
        if kind is None:
            kind = self._seen[key] = _Seen(about, now)
        if kind.passed >= LINES:
            kind.again += 1
            return False
        kind.passed += 1
        return True

    def _over(self, now: float) -> list[str]:
        found = []
        for key, seen in self._seen.items():
            if now - seen.since < WITHIN_S:
                break
            found.append(key)
        return found

    def _too_many(self) -> list[str]:
        over = len(self._seen) - MOST
        return [] if over <= 0 else list(self._seen)[:over]

    def _tell(self, keys: list[str]) -> None:
        for key in keys:
            seen = self._seen.pop(key)
            if seen.again:
                word = "different" if seen.passed else "again"
                self._write({**seen.said, word: seen.again, "within_s": WITHIN_S})
