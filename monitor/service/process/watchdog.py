"""End the process when its event loop hangs: half a monitor would look like a whole one.

A blocked loop cannot notice that it is blocked, so a thread checks. It logs where the loop hangs
and ends the process with status 1; the supervisor of the process starts it again. If the
interpreter itself is blocked so that no thread of ours runs, `faulthandler` does the same a little
later.
"""

import asyncio
import faulthandler
import os
import sys
import threading
import traceback
from types import FrameType
from typing import Final

import structlog

BEAT_S: Final = 1.0
MISSED_MOST: Final = 10  # consecutive checks, one a second, without a turn of the loop
HELD_S: Final = 30.0
DEEPEST: Final = 12  # innermost calls of the stack, which are logged

log = structlog.get_logger(__name__)


class Watchdog:
    """A watchdog for the event loop in which its `run()` runs."""

    def __init__(self, missed_most: int = MISSED_MOST) -> None:
        self._missed_most = missed_most
        self._beats = 0
        self._over = threading.Event()
        self._watched = 0

    async def run(self) -> None:
        self._watched = threading.get_ident()
        looking = threading.Thread(target=self._look, name="watchdog", daemon=True)
        looking.start()
        try:
            while True:
                self._beats += 1
                faulthandler.dump_traceback_later(HELD_S, exit=True)
                await asyncio.sleep(BEAT_S)
        finally:
            faulthandler.cancel_dump_traceback_later()
            self._over.set()

    def _look(self) -> None:
        """Count checks and not seconds: a machine that slept was not blocked."""
        seen, missed = 0, 0
        while not self._over.wait(BEAT_S):
            missed = missed + 1 if self._beats == seen else 0
            seen = self._beats
            if missed >= self._missed_most:
                self._end(missed)

    def _end(self, missed: int) -> None:
        frame = sys._current_frames().get(self._watched)  # noqa: SLF001 - there is no other way
        log.critical("event_loop_blocked", seconds=missed * BEAT_S, stack=_stack(frame))
        # Not sys.exit: it ends this thread only, and the loop's thread would still hang.
        os._exit(1)


def _stack(frame: FrameType | None) -> list[str]:
    """Return where it hangs, the innermost call last: file, line and function, no values."""
    calls = traceback.extract_stack(frame)[-DEEPEST:] if frame is not None else []
    return [f"{call.filename}:{call.lineno} {call.name}" for call in calls]
