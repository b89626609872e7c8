"""Ends the process when its event loop hangs: half a monitor would look like a whole one.

A loop that is blocked cannot notice it, so a thread looks. It says in the log where the loop hangs,
and ends the process with status 1; whoever supervises it starts it again. Should the interpreter
itself be held so that no thread of ours runs, `faulthandler` does the same a little later.
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
MISSED_MOST: Final = 10  # looks in a row, one a second, between which the loop did not turn
HELD_S: Final = 30.0
DEEPEST: Final = 12  # calls of the stack that are logged, the innermost

log = structlog.get_logger(__name__)


class Watchdog:
    """`run()` in the event loop that is to be watched."""

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
        """Counts looks and not seconds: a machine that slept was not blocked."""
        seen, missed = 0, 0
        while not self._over.wait(BEAT_S):
            missed = missed + 1 if self._beats == seen else 0
            seen = self._beats
            if missed >= self._missed_most:
                self._end(missed)

    def _end(self, missed: int) -> None:
        frame = sys._current_frames().get(self._watched)  # noqa: SLF001 - there is no other way
        log.critical("event_loop_blocked", seconds=missed * BEAT_S, stack=_stack(frame))
        # Not sys.exit: that ends this thread, and the loop's would hang on.
        os._exit(1)


def _stack(frame: FrameType | None) -> list[str]:
    """Where it hangs, the innermost call last: file, line and function, no values."""
    calls = traceback.extract_stack(frame)[-DEEPEST:] if frame is not None else []
    return [f"{call.filename}:{call.lineno} {call.name}" for call in calls]
