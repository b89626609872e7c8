"""Attackers of the page's port: many raw sockets in one loop that never waits for any of them."""

import contextlib
import errno
import functools
import resource
import selectors
import socket
import struct
import time
from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from tests.attacks.heads import Pieces, Talk
from tests.attacks.target import ELSEWHERE, Did, Going, Hand, Target

AT_ONCE: Final = 64  # new connections before the loop serves the others again
LITTLE: Final = 4_096
RESET: Final = struct.pack("ii", 1, 0)
MANY_ADDRESSES: Final = tuple(f"127.0.1.{n}" for n in range(1, 251))


class Manner(Struct, frozen=True, kw_only=True):
    """How an attacker uses its connections.

    connections  how many are open at a time; one that ends is replaced
    every        s between the pieces of a connection; 0: as fast as they are accepted
    asks         the next piece is sent when the one before was answered
    deaf         it never reads
    hasty        it hangs up as soon as it is connected
    leaves       it resets the connection as soon as its first piece is sent, or answered (`asks`)
    half         it ends its direction behind its last piece, and stays
    broker       it connects to the broker's port
    sources      source addresses, in turn
    """

    connections: int = 1
    every: float = 0.0
    asks: bool = False
    deaf: bool = False
    hasty: bool = False
    leaves: bool = False
    half: bool = False
    broker: bool = False
    sources: Sequence[str] = (ELSEWHERE,)


class _One:
    """One connection and the bytes that it has yet to send."""

    def __init__(self, line: socket.socket, pieces: Pieces) -> None:
        self.line = line
        self.pieces = pieces
        self.left = memoryview(b"")
        self.due = 0.0
        self.waits = False
        self.ended = False
        self.connected = False


def crowd(talk: Talk, **manner: object) -> Hand:
    return functools.partial(_crowd, talk=talk, manner=Manner(**manner))  # type: ignore[arg-type]


def _crowd(target: Target, going: Going, *, talk: Talk, manner: Manner) -> Did:
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return _Crowd(target, talk, manner).run(going)


class _Crowd:
    def __init__(self, target: Target, talk: Talk, manner: Manner) -> None:
        self._target = target
        self._talk = talk
        self._manner = manner
        self._all: dict[int, _One] = {}
        self._selector = selectors.DefaultSelector()
        self._number = 0
        self.did: Did = {"connections": 0, "closed": 0, "refused": 0, "sent_bytes": 0}

    def run(self, going: Going) -> Did:
        while going():
            for _ in range(min(AT_ONCE, self._manner.connections - len(self._all))):
                self._begin()
            now = time.monotonic()
            for one in list(self._all.values()) if self._manner.every else ():
                if one.due <= now:
                    self._listen_to(one, writing=True)
            for key, events in self._selector.select(0.02):
                self._serve(key.data, events, now)
        for one in list(self._all.values()):
            self._end(one)
        return self.did

    def _begin(self) -> None:
        line = socket.socket()
        line.setblocking(False)
        if self._manner.deaf:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, LITTLE)
        sources = self._manner.sources
        # Without this the system chooses the port before it knows the peer, and the ports run out.
        line.setsockopt(socket.IPPROTO_IP, getattr(socket, "IP_BIND_ADDRESS_NO_PORT", 24), 1)
        with contextlib.suppress(OSError):
            line.bind((sources[self._number % len(sources)], 0))
        port = self._target.mqtt if self._manner.broker else self._target.http
        code = line.connect_ex(("127.0.0.1", port))
        if code not in (0, errno.EINPROGRESS):
            self.did["refused"] += 1
            line.close()
            return
        one = _One(line, self._talk(self._target, self._number))
        self._number += 1
        self._all[line.fileno()] = one
        self._selector.register(line, selectors.EVENT_READ | selectors.EVENT_WRITE, one)

    def _serve(self, one: _One, events: int, now: float) -> None:
        try:
            if events & selectors.EVENT_READ:
                self._read(one)
            if events & selectors.EVENT_WRITE:
                self._write(one, now)
        except BlockingIOError:
            pass
        except OSError:
            self.did["refused" if not one.connected else "closed"] += 1
            self._end(one)

    def _read(self, one: _One) -> None:
        if self._manner.deaf and one.connected:
            # Only check whether the connection is still open.
            self._listen_to(one, writing=not one.ended and not one.waits)
            return
        data = one.line.recv(BIG)
        if not data:
            raise ConnectionResetError
        if data.startswith(b"HTTP/1.1 "):
            status = data[9:12].decode("ascii", "replace")
            self.did[status] = self.did.get(status, 0) + 1
        if one.waits and self._manner.leaves:
            self._end(one)
        elif one.waits:
            one.waits = False
            self._listen_to(one, writing=True)

    def _write(self, one: _One, now: float) -> None:
        if not one.connected:
            one.connected = True
            self.did["connections"] += 1
            if self._manner.hasty:
                self._end(one)
                return
        if not one.left:
            piece = next(one.pieces, None)
            one.ended = piece is None
            one.left = memoryview(piece or b"")
        if one.left:
            count = one.line.send(one.left)
            self.did["sent_bytes"] += count
            one.left = one.left[count:]
        if not one.left:
            one.waits = self._manner.asks
            one.due = now + self._manner.every
            if one.ended and self._manner.half:
                one.line.shutdown(socket.SHUT_WR)
            if self._manner.leaves and not one.waits:
                self._end(one)
            elif one.waits or one.ended or self._manner.every:
                self._listen_to(one, writing=False)

    def _listen_to(self, one: _One, *, writing: bool) -> None:
        if one.ended:
            writing = False
        events = 0 if self._manner.deaf and one.connected else selectors.EVENT_READ
        events |= selectors.EVENT_WRITE if writing else 0
        known = self._selector.get_map().get(one.line.fileno())
        if events and known is None:
            self._selector.register(one.line, events, one)
        elif events:
            self._selector.modify(one.line, events, one)
        elif known is not None:
            self._selector.unregister(one.line)

    def _end(self, one: _One) -> None:
        self._all.pop(one.line.fileno(), None)
        if one.line.fileno() in self._selector.get_map():
            self._selector.unregister(one.line)
        if self._manner.leaves:
            with contextlib.suppress(OSError):
                one.line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        one.line.close()


BIG: Final = 262_144
