"""When a child process of ours must end: at SIGTERM, or when its parent is gone."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Iterator


@contextlib.contextmanager
def told_to_end(*, leashed: bool = True) -> Iterator[asyncio.Event]:
    """Yield an event that is set at SIGTERM and, if leashed, when standard input ends.

    The parent process has the other end of that pipe, so that a parent that was killed leaves no
    process behind.
    """
    loop = asyncio.get_running_loop()
    over = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, over.set)
    if leashed:
        loop.add_reader(sys.stdin.fileno(), _at_end_of_input, over)
    try:
        yield over
    finally:
        if leashed:
            loop.remove_reader(sys.stdin.fileno())


def _at_end_of_input(over: asyncio.Event) -> None:
    with contextlib.suppress(OSError):
        if os.read(sys.stdin.fileno(), 1024):
            return
    over.set()
