"""Accepting: many connections in one turn of a busy loop, and a pause without descriptors."""

import asyncio
import resource
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, cast

import uvloop

from monitor.adapters.acceptor import AT_ONCE, RETRY_S, Acceptor
from tests.parts import wait_until

CROWD: Final = 4 * AT_ONCE  # both ends are descriptors of this process


class Turns:
    """Counts the turns of the loop, as live pages and readings would make them."""

    def __init__(self) -> None:
        self.count = 0
        self._loop = asyncio.get_running_loop()
        self._next()

    def _next(self) -> None:
        self.count += 1
        self._handle = self._loop.call_soon(self._next)

    def end(self) -> None:
        self._handle.cancel()


class Line(asyncio.Protocol):
    """Says hello, and notes the turn in which it came to be."""

    def __init__(self, turns: Turns, made: list[int]) -> None:
        self._turns, self._made = turns, made

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        line = cast(asyncio.Transport, transport)  # uvloop's is none by class
        self._made.append(self._turns.count)
        line.write(b"hello")
        line.close()


async def _crowded() -> None:
    turns, made = Turns(), list[int]()
    sock = socket.create_server(("127.0.0.1", 0))
    acceptor = Acceptor(sock, lambda: Line(turns, made))
    crowd = [socket.create_connection(sock.getsockname(), 5) for _ in range(CROWD)]
    await wait_until(lambda: len(made) == CROWD, 10, "the whole crowd")
    assert made[-1] - made[0] <= 2 * CROWD / AT_ONCE
    for one in crowd:
        assert await asyncio.to_thread(one.recv, 5) == b"hello"
        one.close()
    acceptor.close()
    acceptor.close()
    turns.end()


def test_a_crowd_is_accepted_in_a_few_turns_of_a_busy_loop() -> None:
    """uvloop's own server needs a turn for each: a therapist's page waits behind the crowd."""
    for loop in (uvloop.new_event_loop, asyncio.new_event_loop):
        with asyncio.Runner(loop_factory=loop) as runner:
            runner.run(_crowded())


async def test_without_descriptors_it_pauses_and_goes_on() -> None:
    turns, made = Turns(), list[int]()
    sock = socket.create_server(("127.0.0.1", 0))
    acceptor = Acceptor(sock, lambda: Line(turns, made))
    loop = asyncio.get_running_loop()
    with socket.socket() as waiting:
        waiting.settimeout(RETRY_S + 5)
        with _no_descriptors():
            waiting.connect(sock.getsockname())
            began = loop.time()
            await wait_until(lambda: turns.count > 100)
            assert not made
        assert await asyncio.to_thread(waiting.recv, 5) == b"hello"
        assert loop.time() - began >= RETRY_S
    acceptor.close()
    turns.end()


async def test_one_that_left_at_once_costs_nothing() -> None:
    turns, made = Turns(), list[int]()
    sock = socket.create_server(("127.0.0.1", 0))
    acceptor = Acceptor(sock, lambda: Line(turns, made))
    for _ in range(20):
        with socket.create_connection(sock.getsockname()) as gone:
            gone.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")  # resets
    with socket.create_connection(sock.getsockname(), 5) as here:
        assert await asyncio.to_thread(here.recv, 5) == b"hello"
    acceptor.close()
    turns.end()


async def _closed_meanwhile() -> None:
    turns, made = Turns(), list[int]()
    sock = socket.create_server(("127.0.0.1", 0))

    def first() -> Line:
        acceptor.close()  # the others are accepted, and have no protocol yet
        return Line(turns, made)

    acceptor = Acceptor(sock, first)
    crowd = [socket.create_connection(sock.getsockname(), 5) for _ in range(8)]
    for one in crowd[1:]:
        assert await asyncio.to_thread(one.recv, 5) == b""
    for one in crowd:
        one.close()
    turns.end()


def test_closing_ends_the_connections_that_have_no_protocol_yet() -> None:
    for loop in (uvloop.new_event_loop, asyncio.new_event_loop):
        with asyncio.Runner(loop_factory=loop) as runner:
            runner.run(_closed_meanwhile())


@contextmanager
def _no_descriptors() -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with socket.socket() as highest:
        resource.setrlimit(resource.RLIMIT_NOFILE, (highest.fileno(), hard))
    # The number that is free again now is beyond the limit.
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
