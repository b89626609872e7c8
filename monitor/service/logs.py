"""Structured logs on standard error: ids and counts, never a value, a name or a secret.

Whoever watches over people does not end because nobody can write down that it does: a line that a
full disk or a reader that is gone does not take is dropped and counted. The first line that goes
through again is preceded by how many were dropped.
"""

import io
import logging
import os
from typing import Final, TextIO, cast

import structlog

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


def configure(*, quiet: bool = False) -> None:
    """quiet: warnings and worse only, for commands that a person reads."""
    level = logging.WARNING if quiet else logging.INFO
    lines = Lines(STANDARD_ERROR)
    logging.basicConfig(level=logging.WARNING, stream=lines, format="%(name)s %(message)s")
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        # In one write: the lines of two threads do not get into one another.
        logger_factory=structlog.WriteLoggerFactory(cast("TextIO", lines)),
        cache_logger_on_first_use=True,
    )
