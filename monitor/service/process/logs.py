"""Structured logs on standard error: ids and counts, never a value, a name or a secret.

Whoever watches over people does not end because nobody can write down that it does: a line that a
full disk or a reader that is gone does not take is dropped and counted. The first line that goes
through again is preceded by how many were dropped. Lines that repeat are counted lines (`repeats`).
"""

import atexit
import io
import logging
import os
import time
from typing import Any, Final, TextIO, cast

import structlog

from monitor.service.process.repeated_lines import Line, Repeats

STANDARD_ERROR: Final = 2
DROPPED: Final = '{"lines": %d, "event": "log_lines_dropped", "level": "warning"}\n'


class Lines(io.TextIOBase):
    """A text stream to a file descriptor whose `write` raises no OSError.

    Unbuffered: what stayed in a buffer would come out long after, and end the process with an
    error if the descriptor is still as bad when it stops.
    """

    def __init__(self, descriptor: int) -> None:
        super().__init__()
        self._descriptor = descriptor
        self._dropped = 0
        self._cut = False  # the last thing written is a part of a line

    def writable(self) -> bool:
        return True

    def write(self, text: str, /) -> int:
        before = "\n" * self._cut + (DROPPED % self._dropped if self._dropped else "")
        if self._put(before) and self._put(text):
            self._dropped = 0
        else:
            self._dropped += 1
        return len(text)

    def _put(self, text: str) -> bool:
        left = text.encode(errors="backslashreplace")
        while left:
            try:
                written = os.write(self._descriptor, left)
            except OSError:
                return False
            left = left[written:]
            self._cut = bool(left)
        return True


_stamp: Final = structlog.processors.TimeStamper(fmt="iso")
_render: Final = structlog.processors.JSONRenderer()


class Counted(logging.Filter):
    """The same for what libraries log: a client can have those write lines too."""

    def __init__(self, repeats: Repeats) -> None:
        super().__init__()
        self._repeats = repeats

    def filter(self, record: logging.LogRecord) -> bool:
        level = record.levelname.lower()
        said = {"event": record.getMessage(), "level": level, "logger": record.name}
        if record.exc_info and record.exc_info[0] is not None:
            said["exception"] = record.exc_info[0].__name__
        return self._repeats.passes(said)


def counted(lines: TextIO) -> Repeats:
    """Repeats of lines that go to `lines`; what is not told yet is told at the end."""

    def write(line: Line) -> None:
        lines.write(f"{_render(None, '', _stamp(None, '', line))!s}\n")

    repeats = Repeats(time.monotonic, write)
    atexit.register(repeats.end)
    return repeats


def settle() -> None:
    """Tell the counts of repeated lines whose time is over. Called once a second."""
    if _repeats:
        _repeats[0].settle()


_repeats: Final[list[Repeats]] = []


def configure(*, quiet: bool = False) -> None:
    """quiet: warnings and worse only, for commands that a person reads."""
    level = logging.WARNING if quiet else logging.INFO
    lines = cast("TextIO", Lines(STANDARD_ERROR))
    repeats = counted(lines)
    _repeats[:] = [repeats]

    def once(_logger: Any, _method: str, line: Line) -> Line:
        if not repeats.passes(line):
            raise structlog.DropEvent
        return line

    logging.basicConfig(level=logging.WARNING, stream=lines, format="%(name)s %(message)s")
    for handler in logging.getLogger().handlers:
        handler.addFilter(Counted(repeats))
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.format_exc_info,
            once,
            _stamp,
            _render,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        # In one write: the lines of two threads do not get into one another.
        logger_factory=structlog.WriteLoggerFactory(lines),
        cache_logger_on_first_use=True,
    )
