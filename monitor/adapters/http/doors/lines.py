"""uvicorn's two protocols with limits below the application: no part of a request is believed
before its head is complete, and no peer may make the service keep, parse or await more than this.

uvicorn's HTTP has no limit on a head, and joins it anew with every piece that arrives: work that
grows with the square of the length. It also has no deadline before the first answer. Its parser
reports where a head ends and a body begins; this module counts the bytes fed to it, in steps.
"""

import asyncio
import logging
import socket
import struct
from functools import partial
from typing import Any, Final

import msgspec
from msgspec import Struct
from uvicorn._types import ASGI3Application, ASGISendEvent
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from monitor.adapters.http.doors.doors import Doors
from monitor.adapters.http.doors.frames import Frames, Misused
from monitor.adapters.live.seat import MISUSED

HEAD_AT_MOST: Final = 32 * 1024
HEADERS_AT_MOST: Final = 100
# The framing of a chunked body: chunk lengths, extensions, trailers.
FRAMING_AT_MOST: Final = 16 * 1024
# No browser sends the next request before it has the answer; some proxies send a few.
AHEAD_AT_MOST: Final = 8
# Requests that change nothing: when the client is gone, there is nobody to answer.
QUESTIONS: Final = ("GET", "HEAD")
HEAD_S: Final = 10.0
# The application times a body out after ten seconds and answers 408; this is for bodies that it
# never sees.
BODY_S: Final = 15.0
# The timeout of an answer of which the peer reads no byte.
UNTAKEN_S: Final = 20.0
CLOSING_S: Final = 5.0
# For this long, and up to this many bytes, a refused peer may continue to send, lest the refusal is
# lost on its way.
LINGER_S: Final = 1.0
LINGER_BYTES: Final = 1024 * 1024
# Bytes fed to the parser per step: a limit may be exceeded by at most this much.
STEP: Final = 4096
# By default the system would buffer megabytes for a slow page: minutes of old states, which no
# newest-state slot could take back. This much is a few seconds' worth.
UNDER_WAY_BYTES: Final = 64 * 1024
# SO_LINGER on, for zero seconds: the system, too, discards unread data.
NO_LINGERING: Final = struct.pack("ii", 1, 0)

# A peer that sends nonsense, or leaves in the middle, is counted and not logged: a line each would
# fill the disk. Our own faults have a traceback.
_QUIET: Final = logging.getLogger("uvicorn.error.peers")
_QUIET.addFilter(lambda record: bool(record.exc_info))


class HeadRefusal(Struct, frozen=True):
    """The answer that refuses a head. `reason`: label of its counter; `detail`: for the peer."""

    status: int
    phrase: str
    reason: str
    detail: str
    retry_s: int = 0

    def __bytes__(self) -> bytes:
        body = msgspec.json.encode({"detail": self.detail})
        retry = f"retry-after: {self.retry_s}\r\n" if self.retry_s else ""
        head = (
            f"HTTP/1.1 {self.status} {self.phrase}\r\ncontent-type: application/json\r\n"
            f"content-length: {len(body)}\r\n{retry}connection: close\r\n\r\n"
        )
        return head.encode() + body


NOT_HTTP: Final = HeadRefusal(400, "Bad Request", "malformed", "This is not an HTTP request.")
TOO_LARGE: Final = HeadRefusal(
    431,
    "Request Header Fields Too Large",
    "head",
    f"The request's first line and headers are longer than {HEAD_AT_MOST // 1024} KiB. Send fewer "
    "or shorter ones; deleting this site's cookies helps.",
)
TOO_MANY: Final = HeadRefusal(
    431,
    "Request Header Fields Too Large",
    "head",
    f"The request has more than {HEADERS_AT_MOST} headers. Send fewer.",
)
TOO_LATE: Final = HeadRefusal(
    408,
    "Request Timeout",
    "late",
    f"The request's first line and headers did not come within {HEAD_S:g} seconds. Send it again.",
)
TOO_CHOPPED: Final = HeadRefusal(
    400,
    "Bad Request",
    "framing",
    f"What stands around the body's chunks is longer than {FRAMING_AT_MOST // 1024} KiB. Send "
    "larger chunks, without extensions.",
)
TOO_MUCH_AHEAD: Final = HeadRefusal(
    400, "Bad Request", "ahead", "Wait for an answer before you send the next requests."
)
NO_ROOM: Final = HeadRefusal(
    503,
    "Service Unavailable",
    "full",
    "Too many connections are open. Close pages that nobody looks at, or try again in a moment.",
    retry_s=5,
)


class _Refused(Exception):
    """Raised in a callback of the parser, to stop the parser."""


def cut(transport: asyncio.Transport) -> None:
    """Abort the connection and discard its unsent data: closing waits for a peer that may never
    read."""
    _set(transport, socket.SO_LINGER, NO_LINGERING)
    transport.abort()


def _set(transport: asyncio.Transport, option: int, value: int | bytes) -> None:
    sock = transport.get_extra_info("socket")
    if sock is not None and sock.fileno() >= 0:
        sock.setsockopt(socket.SOL_SOCKET, option, value)


class _Ending:
    """Timeout of a connection that is closing."""

    def __init__(self) -> None:
        self._since: float | None = None

    def overdue(self, now: float, patience: float) -> bool:
        if self._since is None:
            self._since = now
        return now - self._since >= patience


class _Flow(FlowControl):
    """Flow control that leaves a closing transport alone, since uvloop's raises then."""

    def pause_reading(self) -> None:
        if not self._transport.is_closing():
            super().pause_reading()

    def resume_reading(self) -> None:
        if not self._transport.is_closing():
            super().resume_reading()


class RequestLine(HttpToolsProtocol):
    """One HTTP connection.

    owed   since when the peer owes the rest of a head or body; None: it does not
    """

    def __init__(self, doors: Doors, **uvicorn: Any) -> None:
        super().__init__(**uvicorn)
        self.logger = _QUIET
        self._doors = doors
        self._in_head = True
        self._fed = 0  # of the present head, or around the present body
        self._size = 0  # of the present head's fields
        self._owed: float | None = None
        self._untaken: float | None = None
        self._refusal: HeadRefusal | None = None
        self._thrown = 0
        self._upgraded = False
        self._served: RequestResponseCycle | None = None
        self._held: bytes | None = None  # bytes received before its turn
        self._ending = _Ending()

    # --- from the transport ---

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        super()._start_asgi_task(cycle, partial(self._while_here, cycle, app))

    async def _while_here(
        self,
        cycle: RequestResponseCycle,
        app: ASGI3Application,
        scope: Any,
        receive: Any,
        send: Any,
    ) -> None:
        """Answer a question only if its client is still there; an act that came whole is done.

        The few answers outside the API cost nothing, and a program that ends its side with its
        request (`nc`) still gets them.
        """
        if scope["method"] in QUESTIONS and scope["path"].startswith("/api/"):
            # That a client left with its request is seen at the next look at the socket.
            await asyncio.sleep(0)
            if self.transport.is_closing():
                cycle.disconnected = True
                return
        await app(scope, receive, send)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)  # type: ignore[arg-type]  # uvloop's is none by class
        self.flow = _Flow(self.transport)
        self._owed = self._doors.now()
        if not self._doors.enter(self, self.client[0] if self.client else ""):
            self._refusal = NO_ROOM
            self.transport.write(bytes(NO_ROOM))
            self.transport.close()
            return
        patience = self._doors.patience(self)
        if patience:
            self._held = b""
            self.loop.call_later(patience, self._read_on)

    def _read_on(self) -> None:
        held, self._held = self._held, None
        if held and not self.transport.is_closing():
            self.transport.resume_reading()
            self.data_received(held)

    def connection_lost(self, exc: Exception | None) -> None:
        self._doors.leave(self)
        # uvicorn cancels this timer only if the peer has not reset the connection: else all of it
        # would stay in memory for seconds.
        self._unset_keepalive_if_required()
        self.pipeline.clear()
        if self._served is not None:
            # uvicorn notifies the newest request, which need not be the one that is being answered.
            self._served.disconnected = True
            self._served.message_event.set()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._held is not None:
            self._held += data
            self.transport.pause_reading()
            return
        for start in range(0, len(data), STEP):
            if self._refusal is not None:
                self._throw_away(len(data) - start)
                return
            if self._upgraded or self.transport.is_closing():
                return
            self._feed(data[start : start + STEP])

    def _feed(self, piece: bytes) -> None:
        self._fed += len(piece)  # restarts at 0 where a head or body ends in the piece
        super().data_received(piece)
        if self._refusal is not None or self._upgraded:
            return
        if not self._in_head:
            if self._fed > FRAMING_AT_MOST:
                self._refuse(TOO_CHOPPED)
        elif self._fed:
            if self._owed is None:  # blank lines, which begin no request
                self._owed = self._doors.now()
            if self._fed > HEAD_AT_MOST:
                self._refuse(TOO_LARGE)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._untaken = self._doors.now()
        self._doors.waits(self)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._untaken = None
        if self._answering() and not self._owed:
            self._doors.works(self)

    # --- from the parser ---

    def on_message_begin(self) -> None:
        super().on_message_begin()
        if self._owed is None:
            self._owed = self._doors.now()

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self._in_head:
            return  # a trailer after the body: ignored, it is not a header
        self._size += len(name) + len(value) + 4
        if len(self.headers) >= HEADERS_AT_MOST:
            self._stop(TOO_MANY)
        if self._size + len(self.url) > HEAD_AT_MOST:
            self._stop(TOO_LARGE)
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        if self._size + len(self.url) > HEAD_AT_MOST:
            self._stop(TOO_LARGE)
        if len(self.pipeline) >= AHEAD_AT_MOST:
            self._stop(TOO_MUCH_AHEAD)
        super().on_headers_complete()
        if not self.pipeline:
            self._served = self.cycle
        self._in_head = False
        self._fed = self._size = 0
        self._owed = self._doors.now()

    def on_body(self, body: bytes) -> None:
        self._fed -= len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._in_head = True
        self._fed = self._size = 0
        self._owed = None
        self._doors.works(self)

    def _stop(self, refusal: HeadRefusal) -> None:
        """Refuse from within a parser callback. uvicorn answers through `send_400_response`."""
        self._refuse(refusal)
        raise _Refused

    # --- to the application and back ---

    def on_response_complete(self) -> None:
        if self._refusal is not None:
            self.transport.close()
            return
        if self.pipeline:
            self._served = self.pipeline[-1][0]
        super().on_response_complete()
        if not self._answering():
            self._doors.waits(self)

    def handle_websocket_upgrade(self) -> None:
        self._upgraded = True
        super().handle_websocket_upgrade()
        page = self.transport.get_protocol()
        assert isinstance(page, PageLine)
        self._doors.hand_over(self, page)

    def send_400_response(self, msg: str) -> None:
        self._refuse(NOT_HTTP)

    def _answering(self) -> bool:
        cycle: Any = self.cycle  # None before the first request
        return cycle is not None and not cycle.response_complete

    def _refuse(self, refusal: HeadRefusal) -> None:
        """Send the refusal, discard the peer's input for a moment, and close."""
        if self._refusal is not None or self.transport.is_closing():
            return
        self._refusal = refusal
        self._doors.refused(refusal.reason)
        self._doors.blame(self)
        self._unset_keepalive_if_required()
        if self._answering():
            if self._in_head or self.pipeline or self.cycle.response_started:
                # The refusal would be taken for the rest of an earlier request's answer.
                self.pipeline.clear()
                return
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        self.flow.resume_reading()
        self.transport.write(bytes(refusal))
        if self.transport.can_write_eof():
            self.transport.write_eof()

    def _throw_away(self, count: int) -> None:
        self._thrown += count
        if self._thrown > LINGER_BYTES:
            cut(self.transport)

    # --- from the doors ---

    def make_room(self) -> None:
        if self._owed is not None and self._refusal is None and not self._answering():
            self.transport.write(bytes(NO_ROOM))
        self._refusal = NO_ROOM
        if self.transport.get_write_buffer_size():
            cut(self.transport)
        else:
            self.transport.close()

    def look(self, now: float) -> None:
        if self.transport.is_closing():
            if self._ending.overdue(now, CLOSING_S):
                cut(self.transport)
        elif self._refusal is not None and not self._answering():
            if self._ending.overdue(now, LINGER_S):
                cut(self.transport)
        elif self._untaken is not None and now - self._untaken >= UNTAKEN_S:
            self._doors.refused("untaken")
            cut(self.transport)
        elif self._owed is not None:
            self._ask_for_the_rest(now - self._owed)

    def _ask_for_the_rest(self, owed_s: float) -> None:
        if self._in_head:
            if owed_s >= HEAD_S:
                self._refuse(TOO_LATE)
        elif owed_s >= BODY_S:
            self._doors.refused("late")
            cut(self.transport)


class PageLine(WebSocketsSansIOProtocol):
    """One live page's connection: the send buffer is small, a reader that has stopped is cut off,
    and a peer that sends more than a page does is closed with 1008."""

    def __init__(self, doors: Doors, **uvicorn: Any) -> None:
        super().__init__(**uvicorn)
        self.logger = _QUIET
        self.conn.logger = _QUIET
        self._doors = doors
        self._made = self._doors.now()
        self._frames = Frames(self._made)
        self._misused = False
        self._ending = _Ending()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        _set(self.transport, socket.SO_SNDBUF, UNDER_WAY_BYTES)

    def connection_lost(self, exc: Exception | None) -> None:
        self._doors.leave(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._misused:
            return
        if self.handshake_initiated:
            if not self.handshake_complete:  # no peer may send yet, and the library is not ready
                cut(self.transport)
                return
            try:
                self._frames.take(data, self._doors.now())
            except Misused as reason:
                self._send_away(str(reason))
                return
        super().data_received(data)
        if not self.handshake_initiated:
            # The library has its own view of heads, and rejects one silently.
            self._misused = True
            self._doors.refused("malformed")
            self.transport.write(bytes(NOT_HTTP))
            self.transport.close()

    def _send_away(self, reason: str) -> None:
        self._misused = True
        self._doors.refused("frames")
        self._doors.blame(self)
        if not self.handshake_complete or self.close_sent or self.transport.is_closing():
            cut(self.transport)
            return
        self.conn.fail(MISUSED, reason)
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        self.queue.put_nowait({"type": "websocket.disconnect", "code": MISUSED, "reason": reason})

    async def send(self, message: ASGISendEvent) -> None:
        if message["type"] == "websocket.http.response.start":
            self._doors.blame(self)
        await super().send(message)

    async def run_asgi(self) -> None:
        await super().run_asgi()
        if not self.writable.is_set():
            cut(self.transport)

    def make_room(self) -> None:
        raise AssertionError("a live page makes room for nobody")

    def look(self, now: float) -> None:
        if self.transport.is_closing():
            # Closing waits until all data is written, which for a peer that does not read is never.
            if self._ending.overdue(now, CLOSING_S):
                cut(self.transport)
        elif not self.handshake_complete and now - self._made >= HEAD_S:
            cut(self.transport)
