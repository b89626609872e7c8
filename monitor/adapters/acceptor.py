"""Accept connections, many of them in one turn of the event loop.

uvloop's own server accepts one connection per turn, and so its pace is that of the loop: a few
hundred a second while live pages and readings keep the loop busy. A crowd that connects faster
fills the queue of the system, and everyone else waits behind it for many seconds.
"""

import asyncio
import contextlib
import socket
from collections.abc import Callable
from functools import partial
from typing import Final

import structlog

# A connection costs about 0.1 ms, so that a turn takes a few milliseconds longer at most.
AT_ONCE: Final = 64
# Linux's default maximum of connections that wait in the system. Beyond it a connection is not even
# refused, and every client alike retries after 1, 3 and 7 seconds.
QUEUE: Final = 4096
RETRY_S: Final = 1.0

log = structlog.get_logger(__name__)


class Acceptor:
    """Accepts on a bound socket until `close`; `made` returns a protocol for each connection.

    When it cannot accept, as without free descriptors, it pauses for a second, and logs that:
    trying again in each turn of the loop would take all its time.
    """

    def __init__(self, sock: socket.socket, made: Callable[[], asyncio.BaseProtocol]) -> None:
        self._sock = sock
        self._made = made
        self._loop = asyncio.get_running_loop()
        self._beginning: set[asyncio.Task[None]] = set()
        self._retry: asyncio.TimerHandle | None = None
        sock.setblocking(False)
        sock.listen(QUEUE)
        self._loop.add_reader(sock, self._accept)

    def close(self) -> None:
        """Stop listening, and end connections that have no protocol yet; the others stay open. May
        be called again."""
        if self._retry is not None:
            self._retry.cancel()
        for task in self._beginning:
            task.cancel()
        if self._sock.fileno() >= 0:
            self._loop.remove_reader(self._sock)
            self._sock.close()

    def _accept(self) -> None:
        for _ in range(AT_ONCE):
            try:
                connection, _address = self._sock.accept()
            except (BlockingIOError, InterruptedError):
                return
            except ConnectionAbortedError:
                continue
            except OSError as error:  # mostly: no free descriptor
                self._pause(error)
                return
            task = self._loop.create_task(self._begin(connection))
            self._beginning.add(task)
            task.add_done_callback(partial(self._begun, connection))

    async def _begin(self, connection: socket.socket) -> None:
        connection.setblocking(False)
        with contextlib.suppress(OSError):  # it is gone already
            await self._loop.connect_accepted_socket(self._made, connection)
            return
        connection.close()

    def _begun(self, connection: socket.socket, task: asyncio.Task[None]) -> None:
        self._beginning.discard(task)
        if task.cancelled():  # perhaps before its first step
            connection.close()

    def _pause(self, error: OSError) -> None:
        log.warning("accepting_paused", reason=error.strerror, seconds=RETRY_S)
        self._loop.remove_reader(self._sock)
        self._retry = self._loop.call_later(
            RETRY_S, self._loop.add_reader, self._sock, self._accept
        )
