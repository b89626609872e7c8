"""The turnstile before a broker of our own as a process: `python -m monitor.service.turnstile`.

On loopback. Ends when its standard input does: whoever started it holds the other end of that pipe.
"""

import argparse
import asyncio
import contextlib
import os
import signal
import sys
import time
from typing import Final

import uvloop

from monitor.adapters import descriptors
from monitor.adapters.turnstile import Pace, Turnstile

BESIDE: Final = 64  # open files that are no client's


async def serve(port: int, turnstile: Turnstile) -> None:
    """Until standard input ends or SIGTERM comes. Raises OSError."""
    loop = asyncio.get_running_loop()
    over = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, over.set)
    loop.add_reader(sys.stdin.fileno(), _until_end_of_input, over)
    server = await turnstile.serve(port)
    await over.wait()
    loop.remove_reader(sys.stdin.fileno())
    server.close()
    turnstile.hang_up()


def _until_end_of_input(over: asyncio.Event) -> None:
    with contextlib.suppress(OSError):
        if os.read(sys.stdin.fileno(), 1024):
            return
    over.set()


def main() -> int:
    """Exit status 0 when told to stop, 1 when it cannot listen."""
    usual = Pace()
    parser = argparse.ArgumentParser(prog="python -m monitor.service.turnstile")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--broker", type=int, required=True, help="the broker's own port")
    parser.add_argument("--packets", type=float, default=usual.packets)
    parser.add_argument("--bytes", type=float, default=usual.bytes)
    parser.add_argument("--clients", type=float, default=usual.clients)
    given = parser.parse_args()
    pace = Pace(given.packets, given.bytes, given.clients)
    # Each client takes two: towards it, and towards the broker.
    turnstile = Turnstile(
        time.monotonic, given.broker, pace, (descriptors.raise_limit() - BESIDE) // 2
    )
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(serve(given.port, turnstile))
    except OSError as error:
        sys.stdout.write(f"ERROR: the turnstile cannot listen on port {given.port}: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
