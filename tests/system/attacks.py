"""One bad client of the HTTP door, as a program: `python -m tests.system.attacks NAME PORT TOKEN`.

Until it is killed, it sends at full speed or keeps open every connection that it gets. It connects
from another address than the well-behaved clients.
"""

import contextlib
import itertools
import select
import socket
import sys
import time
from collections.abc import Callable, Iterator
from typing import Final

from tests.attacks.heads import frame, upgrade
from tests.attacks.target import ELSEWHERE

LINE: Final = b"GET / HTTP/1.1\r\n"
GET: Final = LINE + b"Host: x\r\n\r\n"
POST: Final = b"POST /api/v1/login HTTP/1.1\r\nHost: x\r\n"
CHUNKED: Final = POST + b"Transfer-Encoding: chunked\r\n\r\n"
AT_ONCE: Final = 600  # connections that `hold` keeps open
IN_A_ROW: Final = 64 * 1024

# Bytes of one connection: the beginning, and the part that it then repeats without end.
FLOODS: Final[dict[str, tuple[bytes, bytes]]] = {
    "a first line without an end": (b"GET /", b"a" * IN_A_ROW),
    "a header without an end": (LINE + b"A: ", b"a" * IN_A_ROW),
    "headers without an end": (LINE, b"a: b\r\n" * 10_000),
    "blank lines": (b"", b"\r\n" * 30_000),
    "requests ahead": (b"", GET * 1500),
    "extensions without an end": (CHUNKED + b"1;", b"a" * IN_A_ROW),
    "chunks of a byte": (CHUNKED, b"1\r\nx\r\n" * 10_000),
    "trailers without an end": (CHUNKED + b"0\r\n", b"a: b\r\n" * 10_000),
    "a body without an end": (CHUNKED, b"10000\r\n" + b"x" * 0x10000 + b"\r\n"),
    "nonsense": (b"", b"\x16\x03\x01" * 20_000),
}
# Bytes that each of many connections sends once before it waits.
HELD: Final[dict[str, bytes]] = {
    "silence": b"",
    "half a head": LINE + b"A: b",
    "half a body": POST + b"Content-Length: 100\r\n\r\nx",
    "answers that nobody reads": (b"GET /vendor/uplot.js HTTP/1.1\r\nHost: x\r\n\r\n") * 8,
}
# Frames that a live page repeats without end.
FRAMES: Final[dict[str, bytes]] = {
    "pings": frame(0x89, b"x" * 125),
    "empty messages": frame(0x81, b""),
    "messages of a byte": frame(0x81, b"x"),
    "empty pieces": frame(0x00, b""),
}
SEATS: Final = "every seat"
COMINGS: Final = "connections that come and go"
NAMES: Final = (*FLOODS, *HELD, *FRAMES, SEATS, COMINGS)


class Bad:
    def __init__(self, port: int, token: str) -> None:
        self._port = port
        self._token = token

    def line(self) -> socket.socket:
        sock = socket.socket()
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((ELSEWHERE, 0))
        sock.connect(("127.0.0.1", self._port))
        return sock

    def page(self) -> socket.socket:
        sock = self.line()
        sock.sendall(upgrade(self._token))
        return sock

    def flood(self, begin: Callable[[], socket.socket], first: bytes, then: bytes) -> None:
        """Send without end over three connections; replace each one that the service closes."""
        lines: dict[socket.socket, Iterator[bytes]] = {}
        while True:
            while len(lines) < 3:
                sock = begin()
                sock.setblocking(False)
                lines[sock] = itertools.chain([first], itertools.repeat(then))
            readable, writable, _ = select.select(lines, lines, [], 1)
            for sock in {*readable, *writable}:
                with contextlib.suppress(BlockingIOError):
                    try:
                        if sock in readable and not sock.recv(65536):
                            raise ConnectionError
                        if sock in writable:
                            sock.sendall(next(lines[sock]))
                    except BlockingIOError:
                        continue
                    except OSError:
                        sock.close()
                        del lines[sock]

    def hold(self, begin: Callable[[], socket.socket], first: bytes) -> None:
        """Keep as many connections open as the service allows; replace those that it closes."""
        held: list[socket.socket] = []
        while True:
            for _ in range(20):
                with contextlib.suppress(OSError):
                    sock = begin()
                    sock.sendall(first)
                    held.append(sock)
            while len(held) > AT_ONCE:
                held.pop(0).close()
            time.sleep(0.01)

    def come_and_go(self) -> None:
        while True:
            with contextlib.suppress(OSError):
                self.line().close()


def main(name: str, port: str, token: str) -> None:
    bad = Bad(int(port), token)
    if name in FLOODS:
        bad.flood(bad.line, *FLOODS[name])
    elif name in HELD:
        bad.hold(bad.line, HELD[name])
    elif name in FRAMES:
        bad.flood(bad.page, b"", FRAMES[name] * 500)
    elif name == SEATS:
        bad.hold(bad.page, b"")
    else:
        bad.come_and_go()


if __name__ == "__main__":
    main(*sys.argv[1:])
