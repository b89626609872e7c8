"""Raw sockets at the port: which requests are refused, with which words, and never reach the app.

On both event loops: the service runs on uvloop, which has transports of its own.
"""

import asyncio
import gc
import inspect
import json
import socket
import weakref
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final

import pytest
import uvloop
from msgspec import Struct
from prometheus_client import CollectorRegistry
from starlette.types import Receive, Scope, Send

from monitor.adapters.http import Caps, Doors, listen, serve
from monitor.adapters.http.doors.body_limit import BodyLimit
from monitor.adapters.http.doors.lines import (
    AHEAD_AT_MOST,
    BODY_S,
    CLOSING_S,
    FRAMING_AT_MOST,
    HEAD_AT_MOST,
    HEAD_S,
    HEADERS_AT_MOST,
    LINGER_S,
    NO_LINGERING,
    UNTAKEN_S,
    RequestLine,
)
from tests.parts import wait_until

LINE: Final = b"GET / HTTP/1.1\r\n"
GET: Final = LINE + b"Host: x\r\n\r\n"
POST: Final = b"POST / HTTP/1.1\r\nHost: x\r\n"
CHUNKED: Final = POST + b"Transfer-Encoding: chunked\r\n\r\n"
UPGRADE: Final = b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
KEY: Final = b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
LARGE: Final = 8_000_000


class Echo:
    """Answers with the names of the headers and the body's length.

    /large: a large body; /wait: answers once `go` is set.
    """

    def __init__(self) -> None:
        self.seen: list[Scope] = []
        self.go = asyncio.Event()
        self.gone = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.seen.append(scope)
        body = (await receive()).get("body", b"")
        if scope["path"] == "/wait":
            await self.go.wait()
        # After the body, so that data behind it would appear here.
        names = [name.decode() for name, _ in scope["headers"]]
        told = {"path": scope["path"], "names": names, "body": len(body)}
        answer = b"x" * LARGE if scope["path"] == "/large" else json.dumps(told).encode()
        head = [(b"content-length", str(len(answer)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": head})
        await send({"type": "http.response.body", "body": answer})
        self.gone += 1


class Place(Struct):
    """A server with these doors, and the app behind them."""

    port: int
    doors: Doors
    echo: Echo
    registry: CollectorRegistry
    peers: list["Peer"]

    async def connect(self, *sent: bytes) -> "Peer":
        peer = Peer(*await asyncio.open_connection("127.0.0.1", self.port))
        self.peers.append(peer)
        for piece in sent:
            peer.writer.write(piece)
        return peer

    def later(self, seconds: float) -> None:
        self.doors.look(self.doors.now() + seconds)

    @property
    def open(self) -> float:
        return self.registry.get_sample_value("dosing_monitor_http_connections") or 0.0

    def refused(self, reason: str) -> float:
        name = "dosing_monitor_http_refused_total"
        return self.registry.get_sample_value(name, {"reason": reason}) or 0.0


class Peer:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def status(self) -> int:
        """Return the status of the next answer; 0: no answer, the connection has ended."""
        try:
            async with asyncio.timeout(5):
                head = await self.reader.readuntil(b"\r\n\r\n")
        except (asyncio.IncompleteReadError, ConnectionError):
            return 0
        self.head = head.decode().lower()
        length = int(self.head.partition("content-length: ")[2].partition("\r")[0] or 0)
        self.body = json.loads(await self.reader.readexactly(length) or b"null")
        return int(head.split()[1])

    async def over(self) -> bool:
        """Return True if the service ends the connection without a further answer."""
        try:
            async with asyncio.timeout(5):
                return await self.reader.read(1) == b""
        except ConnectionError:
            return True


@asynccontextmanager
async def serving(caps: Caps, trusted: Sequence[str]) -> AsyncIterator[Place]:
    registry = CollectorRegistry()
    doors, echo = Doors(asyncio.get_running_loop().time, caps, trusted, registry), Echo()
    sock = listen("127.0.0.1", 0)
    task = asyncio.create_task(serve(BodyLimit(echo), sock, doors))
    place = Place(sock.getsockname()[1], doors, echo, registry, [])
    try:
        yield place
    finally:
        echo.go.set()
        for peer in place.peers:
            peer.writer.transport.abort()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@pytest.fixture(params=[asyncio.new_event_loop, uvloop.new_event_loop], ids=["asyncio", "uvloop"])
def new_loop(request: pytest.FixtureRequest) -> Callable[[], asyncio.AbstractEventLoop]:
    found: Callable[[], asyncio.AbstractEventLoop] = request.param
    return found


def at_the_door(
    caps: Caps | None = None, trusted: Sequence[str] = ()
) -> Callable[[Callable[..., Coroutine[Any, Any, None]]], Callable[..., None]]:
    """Give the test its `place`, on each event loop."""

    def decorate(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
        def on_a_loop(new_loop: Callable[[], asyncio.AbstractEventLoop], **given: Any) -> None:
            async def all_of_it() -> None:
                async with serving(caps or Caps(), trusted) as place:
                    await test(place, **given)

            with asyncio.Runner(loop_factory=new_loop) as runner:
                runner.run(all_of_it())

        wanted = list(inspect.signature(test).parameters.values())[1:]
        loop = inspect.Parameter("new_loop", inspect.Parameter.POSITIONAL_OR_KEYWORD)
        on_a_loop.__signature__ = inspect.Signature([loop, *wanted])  # type: ignore[attr-defined]
        on_a_loop.__doc__ = test.__doc__
        return on_a_loop

    return decorate


def headers(count: int) -> bytes:
    return b"".join(b"x-%d: 1\r\n" % n for n in range(count))


FULL_HEAD: Final = b"A: " + b"a" * (HEAD_AT_MOST - len(LINE) - 7) + b"\r\n\r\n"

# case -> the bytes sent, the status of the answer (0: no answer, the connection ends)
HEADS: Final[dict[str, tuple[bytes, int]]] = {
    "a request": (GET, 200),
    "a head of just 32 KiB": (LINE + FULL_HEAD, 200),
    "a head of a little more": (LINE + b"B: " + b"b" * 50 + b"\r\n" + FULL_HEAD, 431),
    "a first line without an end": (b"GET /" + b"a" * 1_000_000, 431),
    "a header without an end": (LINE + b"A: " + b"a" * 1_000_000, 431),
    "a name without an end": (LINE + b"a" * 1_000_000, 431),
    "blank lines without an end": (b"\r\n" * 500_000, 431),
    "blanks without an end": (LINE + b"A:" + b" " * 1_000_000, 431),
    "100 headers": (LINE + headers(HEADERS_AT_MOST) + b"\r\n", 200),
    "101 headers": (LINE + headers(HEADERS_AT_MOST + 1) + b"\r\n", 431),
    "headers without an end": (LINE + headers(100_000), 431),
    "TLS at the wrong port": (b"\x16\x03\x01\x02\x00\x01\x00" + b"\0" * 500, 400),
    "another protocol": (b"SSH-2.0-OpenSSH_9.0\r\n", 400),
    "HTTP/2": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
    "a length and chunks": (
        POST + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        400,
    ),
    "chunks and a length": (
        POST + b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n",
        400,
    ),
    "two lengths": (POST + b"Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcde", 400),
    "a list of lengths": (POST + b"Content-Length: 4, 4\r\n\r\nabcd", 400),
    "a signed length": (POST + b"Content-Length: +4\r\n\r\nabcd", 400),
    "a negative length": (POST + b"Content-Length: -1\r\n\r\n", 400),
    "a huge length": (POST + b"Content-Length: " + b"9" * 40 + b"\r\n\r\n", 400),
    "chunked, but not last": (POST + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n", 400),
    "almost chunked": (POST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 400),
    "a blank before the colon": (LINE + b"Host : x\r\n\r\n", 400),
    "a folded header": (LINE + b"A: b\r\n c\r\nTransfer-Encoding\r\n : chunked\r\n\r\n", 400),
    "a bare line feed": (LINE + b"A: b\nContent-Length: 40\r\n\r\n", 400),
    "a bare carriage return": (LINE + b"A: b\rContent-Length: 40\r\n\r\n", 400),
    "a zero byte": (LINE + b"A: b\0c\r\n\r\n", 400),
    "a target that is none": (b"GET http://[ HTTP/1.1\r\nHost: x\r\n\r\n", 400),
    "a tunnel": (b"CONNECT example.org:443 HTTP/1.1\r\nHost: example.org\r\n\r\n", 400),
    "a chunk that is too long to be": (CHUNKED + b"F" * 20 + b"\r\n", 400),
    "a chunk that is no number": (CHUNKED + b"zz\r\n", 400),
    "extensions without an end": (CHUNKED + b"1;" + b"a" * 1_000_000, 400),
    "trailers without an end": (CHUNKED + b"0\r\n" + headers(100_000), 400),
    "chunks of a byte": (CHUNKED + b"1\r\nx\r\n" * 100_000, 400),
    "a page by POST": (POST + UPGRADE + KEY + b"\r\n", 400),
    "a page whose header the WebSocket dislikes": (
        LINE + UPGRADE + KEY + b"A: " + b"a" * 9000 + b"\r\n\r\n",
        400,
    ),
}


@at_the_door()
async def test_what_is_no_proper_request_is_refused_in_words_and_others_go_on(place: Place) -> None:
    found = {}
    for what, (sent, _) in HEADS.items():
        before = place.echo.gone
        peer = await place.connect(sent)
        found[what] = status = await peer.status()
        if status >= 400:
            assert peer.body["detail"][-1] == "."
            assert "connection: close" in peer.head
            assert place.echo.gone == before, what
        other = await place.connect(GET)
        assert await other.status() == 200, what
    assert found == {what: expected for what, (_, expected) in HEADS.items()}
    place.later(LINGER_S)  # it begins to close
    place.later(HEAD_S)
    place.later(HEAD_S + LINGER_S)
    place.later(HEAD_S + CLOSING_S)
    await wait_until(lambda: place.open == 0)


@at_the_door()
async def test_one_byte_at_a_time_counts_as_much(place: Place) -> None:
    peer = await place.connect(LINE + b"A: ")
    for _ in range(HEAD_AT_MOST // 100 + 1):
        peer.writer.write(b"a" * 100)
        await asyncio.sleep(0)
        await peer.writer.drain()
    assert await peer.status() == 431


@at_the_door()
async def test_trailers_are_no_headers(place: Place) -> None:
    peer = await place.connect(
        CHUNKED + b"1\r\nx\r\n0\r\nAuthorization: Bearer x\r\nOrigin: y\r\n\r\n"
    )
    assert await peer.status() == 200
    assert peer.body == {"path": "/", "names": ["host", "transfer-encoding"], "body": 1}


@at_the_door()
async def test_a_few_requests_ahead_are_answered_in_order(place: Place) -> None:
    peer = await place.connect(
        b"".join(GET.replace(b"/ ", b"/%d " % n) for n in range(AHEAD_AT_MOST))
    )
    for number in range(AHEAD_AT_MOST):
        assert await peer.status() == 200
        assert peer.body["path"] == f"/{number}"


@at_the_door()
async def test_many_requests_ahead_are_not_kept(place: Place) -> None:
    peer = await place.connect(GET.replace(b"/ ", b"/wait ") + GET * 10_000)
    await wait_until(lambda: place.refused("ahead") == 1)
    place.later(LINGER_S)
    place.later(2 * LINGER_S)
    place.echo.go.set()
    assert await peer.status() == 200  # the first request
    assert await peer.over()
    assert len(place.echo.seen) == 1


@at_the_door()
async def test_nothing_is_answered_after_the_last_request(place: Place) -> None:
    peer = await place.connect(LINE + b"Connection: close\r\n\r\n" + GET)
    assert await peer.status() == 200
    assert await peer.over()
    assert len(place.echo.seen) == 1


@pytest.mark.parametrize("sent", [b"", b"GET", LINE + b"A: b\r\n", b"\r\n"])
@at_the_door()
async def test_a_head_that_does_not_come_to_its_end_is_over_after_ten_seconds(
    place: Place, sent: bytes
) -> None:
    peer = await place.connect(sent)
    await wait_until(lambda: place.open == 1)
    place.later(HEAD_S - 1)
    peer.writer.write(b"G")  # a byte now and then gains no time
    await peer.writer.drain()
    place.later(HEAD_S)
    assert await peer.status() == 408
    assert "10 seconds" in peer.body["detail"]


@at_the_door()
async def test_the_second_head_of_a_connection_has_the_same_time(place: Place) -> None:
    peer = await place.connect(GET)
    assert await peer.status() == 200
    peer.writer.write(b"GET /")
    await peer.writer.drain()

    async def late() -> bool:
        place.later(HEAD_S)
        return place.refused("late") == 1

    await wait_until(late)
    assert await peer.status() == 408


@at_the_door()
async def test_an_answer_takes_the_time_that_it_takes(place: Place) -> None:
    peer = await place.connect(GET.replace(b"/ ", b"/wait "))
    await wait_until(lambda: place.echo.seen)
    place.later(10 * HEAD_S)
    place.echo.go.set()
    assert await peer.status() == 200
    place.later(0)
    peer.writer.write(GET)
    assert await peer.status() == 200


@at_the_door()
async def test_a_body_that_does_not_come_to_its_end_is_over(place: Place) -> None:
    peer = await place.connect(POST + b"Content-Length: 9\r\n\r\nx")
    await wait_until(lambda: place.open == 1)
    place.later(BODY_S)
    assert await peer.over()
    assert place.refused("late") == 1


@at_the_door()
async def test_who_does_not_take_an_answer_is_let_go_at_once_and_for_good(place: Place) -> None:
    peer = await place.connect(GET.replace(b"/ ", b"/large "))
    peer.writer.transport.pause_reading()  # type: ignore[attr-defined]
    await wait_until(lambda: place.echo.gone)

    async def gone() -> bool:
        place.later(UNTAKEN_S)
        return place.open == 0

    await wait_until(gone)
    assert place.refused("untaken") == 1


@at_the_door()
async def test_who_left_with_a_question_gets_no_work_and_an_act_that_came_whole_is_done(
    place: Place,
) -> None:
    question, act = GET.replace(b"/ ", b"/api/v1/encounters "), b"Content-Length: 0\r\n\r\n"
    for sent in [question] * 8 + [POST.replace(b"/ ", b"/api/v1/alarms ") + act] * 4 + [GET] * 2:
        # Without a pause of this loop: request and end wait for the service together.
        with socket.create_connection(("127.0.0.1", place.port)) as peer:
            peer.sendall(sent)
    await wait_until(lambda: place.open == 0 and len(place.echo.seen) >= 6)
    assert await (await place.connect(question)).status() == 200, "one who stays"
    paths = [scope["path"] for scope in place.echo.seen]
    assert paths == ["/api/v1/alarms"] * 4 + ["/"] * 2 + ["/api/v1/encounters"]


@at_the_door()
async def test_nothing_is_kept_of_who_resets_the_connection_behind_an_answer(place: Place) -> None:
    peer = await place.connect(GET)
    assert await peer.status() == 200
    (kept,) = [weakref.ref(one) for one in gc.get_objects() if isinstance(one, RequestLine)]
    peer.writer.get_extra_info("socket").setsockopt(
        socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGERING
    )
    peer.writer.transport.abort()
    await wait_until(lambda: place.open == 0, 2)
    # uvicorn's timer, which would hold it, ends after five seconds.
    await wait_until(lambda: gc.collect() >= 0 and kept() is None, 2, "it is forgotten")


@at_the_door()
async def test_closing_does_not_wait_for_who_does_not_read(place: Place) -> None:
    peer = await place.connect(LINE.replace(b"/ ", b"/large ") + b"Connection: close\r\n\r\n")
    peer.writer.transport.pause_reading()  # type: ignore[attr-defined]
    await wait_until(lambda: place.echo.gone)
    place.later(0)
    assert place.open == 1
    place.later(CLOSING_S)
    await wait_until(lambda: place.open == 0)


SMALL: Final = Caps(connections=4, per_address=3, own=1)


@at_the_door(SMALL)
async def test_a_newcomer_takes_the_place_of_who_has_waited_longest(place: Place) -> None:
    waiting = [await place.connect(b"GET") for _ in range(3)]
    await wait_until(lambda: place.open == 3)
    newcomer = await place.connect(GET)
    assert await newcomer.status() == 200
    assert await waiting[0].status() == 503
    assert "retry-after: 5" in waiting[0].head
    assert place.refused("made room") == 1
    waiting[1].writer.write(b" / HTTP/1.1\r\n\r\n")
    assert await waiting[1].status() == 200


@at_the_door(Caps(connections=3, per_address=9, own=1))
async def test_when_all_are_taken_the_oldest_of_all_makes_room(place: Place) -> None:
    waiting = [await place.connect(b"GET") for _ in range(3)]
    await wait_until(lambda: place.open == 3)
    assert await (await place.connect(GET)).status() == 200
    assert await waiting[0].status() == 503


@at_the_door(Caps(connections=2, per_address=9, own=1))
async def test_this_machine_s_own_health_check_has_a_place_kept(place: Place) -> None:
    for _ in range(2):
        await place.connect(GET.replace(b"/ ", b"/wait "))
    await wait_until(lambda: len(place.echo.seen) == 2)
    assert await (await place.connect(GET)).status() == 200


@at_the_door(SMALL)
async def test_nobody_who_is_served_makes_room(place: Place) -> None:
    served = [await place.connect(GET.replace(b"/ ", b"/wait ")) for _ in range(3)]
    await wait_until(lambda: len(place.echo.seen) == 3)
    newcomer = await place.connect()
    assert await newcomer.status() == 503
    assert "retry-after: 5" in newcomer.head
    assert "Close pages" in newcomer.body["detail"]
    assert place.refused("full") == 1
    place.echo.go.set()
    assert [await peer.status() for peer in served] == [200] * 3


@at_the_door(SMALL, trusted=["127.0.0.0/8"])
async def test_behind_a_proxy_those_count_whom_it_names(place: Place) -> None:
    async def ask(address: str) -> Peer:
        head = b"GET /wait HTTP/1.1\r\nX-Forwarded-For: " + address.encode() + b"\r\n\r\n"
        return await place.connect(head)

    place.doors.fit(100)
    served = [await ask("203.0.113.9") for _ in range(3)]
    await wait_until(lambda: len(place.echo.seen) == 3)
    refused = await ask("203.0.113.9")
    assert await refused.status() == 503
    assert "from this address" in refused.body["detail"]
    served.append(await ask("203.0.113.10"))
    served += [await ask("2001:db8::1"), await ask("2001:db8::2"), await ask("2001:db8::3")]
    await wait_until(lambda: len(place.echo.seen) == 7)
    assert await (await ask("2001:db8:0:0:ffff::1")).status() == 503  # of the same network
    place.echo.go.set()
    assert [await peer.status() for peer in served] == [200] * 7
    again = await ask("203.0.113.9")
    assert await again.status() == 200


def test_the_limits_are_those_of_the_manual() -> None:
    assert (HEAD_AT_MOST, FRAMING_AT_MOST) == (32 * 1024, 16 * 1024)
    assert Caps() == Caps(connections=1536, per_address=256, own=16)
