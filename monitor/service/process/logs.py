"""Structured logs on standard error: ids and counts, never a value, a name or a secret.

A service that watches over people must not end because its log cannot be written: a line that a
full disk or a closed reader does not accept is dropped and counted. The next line that is written
is preceded by the number of dropped lines. Repeated lines are counted (see `repeated_lines`).
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

    Unbuffered: text in a buffer would be written much later, and would end the process with an
    error if the descriptor still fails when the process stops.
    """

    def __init__(self, descriptor: int) -> None:
        super().__init__()
        self._descriptor = descriptor
        self._dropped = 0
        self._cut = False  # the last write ended within a line

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
    """Count repeated log lines of libraries too: a client can cause those as well."""

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
    """Return a counter of repeated lines that writes to `lines`; at exit it writes open counts."""

    def write(line: Line) -> None:
        lines.write(f"{_render(None, '', _stamp(None, '', line))!s}\n")

    repeats = Repeats(time.monotonic, write)
    atexit.register(repeats.end)
    return repeats


def settle() -> None:
    """Write the counts of repeated lines whose time is over. Called once a second."""
    if _repeats:
        _repeats[0].settle()


_repeats: Final[list[Repeats]] = []


def configure(*, quiet: bool = False) -> None:
    """Set up the logs. quiet: warnings and worse only, for commands that a person reads."""
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
        # One write per line: the lines of two threads do not mix.
        logger_factory=structlog.WriteLoggerFactory(lines),
        cache_logger_on_first_use=True,
    )
