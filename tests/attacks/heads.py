"""Bytes that strangers and signed-in users send to the page's port, piece by piece. Pure.

A piece is sent as a whole; a stream that ends leaves its connection open.
"""

import itertools
import json
import struct
import zlib
from collections.abc import Callable, Iterator
from typing import Final

from tests.attacks.target import Target

Pieces = Iterator[bytes]
Talk = Callable[[Target, int], Pieces]  # the connection's number, to change identity

BLOCK: Final = 65_536
HEALTH: Final = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
_MASK: Final = b"\0\0\0\0"
_TEXT, _CLOSE, _PING, _CONTINUED, _LAST, _PACKED = 0x1, 0x8, 0x9, 0x0, 0x80, 0x40


def endless_line(target: Target, number: int) -> Pieces:
    yield b"GET /"
    yield from itertools.repeat(b"a" * BLOCK)


def endless_header(target: Target, number: int) -> Pieces:
    yield b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Long: "
    yield from itertools.repeat(b"a" * BLOCK)


def huge_head(target: Target, number: int) -> Pieces:
    """Send whole requests with a megabyte of header fields each."""
    fields = b"".join(b"X-%d: %b\r\n" % (n, b"b" * 80) for n in range(11_000))
    yield from itertools.repeat(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n" + fields + b"\r\n")


def slow_head(target: Target, number: int) -> Pieces:
    yield b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    yield from itertools.repeat(b"X-Slow: b\r\n")


def slow_body(target: Target, number: int) -> Pieces:
    yield (
        b"POST /api/v1/login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        b"Content-Length: 60000\r\n\r\n"
    )
    yield from itertools.repeat(b" ")


def silence(target: Target, number: int) -> Pieces:
    return iter(())


def pipeline(target: Target, number: int) -> Pieces:
    return itertools.repeat(HEALTH * 200)


def health(target: Target, number: int) -> Pieces:
    yield HEALTH


def files(target: Target, number: int) -> Pieces:
    """Request a large file of the page, several times without a wait."""
    yield b"GET /vendor/uplot.js HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" * 8


def two_ways(target: Target, number: int) -> Pieces:
    """Send requests whose end two programs find at different places; the inner one is another."""
    inner = b"GET /readyz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    begin = b"POST /api/v1/login HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    length = b"Content-Length: %d\r\n"
    chunked = b"Transfer-Encoding: chunked\r\n"
    forms = (
        begin + length % 5 + chunked + b"\r\n0\r\n\r\n" + inner,
        begin + length % 5 + length % 50 + b"\r\n0\r\n\r\n" + inner,
        begin + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n" + inner,
        begin + b"Transfer-Encoding : chunked\r\n" + length % 5 + b"\r\n0\r\n\r\n" + inner,
        begin + b"Content-Length: +5\r\n\r\n0\r\n\r\n" + inner,
        begin + chunked + b"\r\n-1\r\n" + inner,
        b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade, HTTP2-Settings\r\n"
        b"Upgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n" + length % 9 + b"\r\n" + inner,
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + inner,
    )
    return itertools.cycle((forms[number % len(forms)],))


def nonsense(target: Target, number: int) -> Pieces:
    return itertools.repeat(b"\x16\x03\x01\x02\x00 no HTTP \r\n\r\n")


def half_connect(target: Target, number: int) -> Pieces:
    """Begin a CONNECT to the broker, and send a byte of it at a time."""
    yield b"\x10\xff\x7f\0\x04MQTT\x04\x02\xff\xff"
    yield from itertools.repeat(b"\0")


# --- signing in -----------------------------------------------------------------------------------


def guesses(target: Target, number: int) -> Pieces:
    for n in itertools.count():
        yield _login(target.name, f"guess {number} {n}")


def right_passwords(target: Target, number: int) -> Pieces:
    return itertools.repeat(_login(target.name, target.password))


def _login(name: str, password: str) -> bytes:
    body = json.dumps({"username": name, "password": password}).encode()
    return (
        b"POST /api/v1/login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        b"Content-Length: %d\r\n\r\n%b" % (len(body), body)
    )


# --- reading --------------------------------------------------------------------------------------

READ: Final = (
    "encounters?limit=1000", "encounters?state=closed&limit=1000", "encounters/{}",
    "encounters/{}/journal?limit=1000", "encounters/{}/observations?limit=1000",
    "encounters/{}/alarms?limit=1000", "encounters/{}/burden", "encounters/{}/expectation",
    "encounters/{}/episodes?limit=1000", "encounters/{}/notices", "burden?mode=test", "patients",
    "devices", "vocabulary",
)  # fmt: skip


def reads(target: Target, number: int) -> Pieces:
    """Read all routes open to a viewer in turn; each connection begins at another one."""
    for n in itertools.count(number):
        yield _read(target, READ[n % len(READ)])


def lists(target: Target, number: int) -> Pieces:
    """Request the largest answer again and again."""
    return itertools.repeat(_read(target, READ[0]))


def _read(target: Target, route: str) -> bytes:
    return (
        f"GET /api/v1/{route.format(target.encounter)} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Authorization: Bearer {target.token}\r\n\r\n"
    ).encode()


# --- a live page ----------------------------------------------------------------------------------


def seat(target: Target, number: int) -> Pieces:
    yield upgrade(target.token)


def seat_left(target: Target, number: int) -> Pieces:
    """Open a live connection, and close it as soon as the snapshot begins to arrive."""
    yield upgrade(target.token)
    yield frame(_LAST | _CLOSE, struct.pack("!H", 1000))


def pings(target: Target, number: int) -> Pieces:
    yield upgrade(target.token)
    yield from itertools.repeat(frame(_LAST | _PING, b"p" * 100) * 200)


def bytes_one_by_one(target: Target, number: int) -> Pieces:
    yield upgrade(target.token)
    yield from itertools.repeat(frame(_LAST | _TEXT, b"x") * 500)


def fragments(target: Target, number: int) -> Pieces:
    """Send a message whose last frame never comes."""
    yield upgrade(target.token)
    yield frame(_TEXT, b"x")
    yield from itertools.repeat(frame(_CONTINUED, b"") * 500)


def bombs(target: Target, number: int) -> Pieces:
    """Offer compression, and send messages of which a few bytes become 4 MB."""
    yield upgrade(target.token, "Sec-WebSocket-Extensions: permessage-deflate\r\n")
    packer = zlib.compressobj(wbits=-15)
    packed = packer.compress(bytes(4_000_000)) + packer.flush(zlib.Z_SYNC_FLUSH)[:-4]
    head = struct.pack("!BBH", _LAST | _PACKED | _TEXT, 0x80 | 126, len(packed))
    yield from itertools.repeat(head + _MASK + packed)


def upgrade(token: str, more: str = "") -> bytes:
    return (
        "GET /api/v1/live HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\n"
        f"Upgrade: websocket\r\nAuthorization: Bearer {token}\r\nSec-WebSocket-Version: 13\r\n"
        f"{more}Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    ).encode()


def frame(first: int, payload: bytes) -> bytes:
    """Return a client's frame; its mask is all zeros, which is valid."""
    assert len(payload) < 126
    return struct.pack("!BB", first, 0x80 | len(payload)) + _MASK + payload
