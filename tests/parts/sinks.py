"""Receivers of notices: a real SMTP server and a real HTTP server, each on loopback.

Both keep each message with its time of receipt. The HTTP one behaves by path: /ok accepts it,
/broken answers 500, /hang never answers, /moved redirects to /ok, and /gate answers only once
`open_gate` was called; /slow sends its answer a few bytes a second, for twelve seconds.
"""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import Message
from email.parser import BytesParser
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any, Final

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from msgspec import Struct

from tests.parts.ports import free_port

PARSER: Final = BytesParser(policy=default)


class Got(Struct, frozen=True):
    """A received request. at: monotonic seconds; answered: the sender got an answer immediately."""

    at: float
    path: str
    headers: dict[str, str]
    body: bytes
    answered: bool = True

    @property
    def json(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found


class HttpSink:
    def __init__(self, port: int = 0) -> None:
        self.got: list[Got] = []
        self._gate = Event()
        self._over = Event()
        sink = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
                sink._answer(self, body)

            def do_GET(self) -> None:
                sink._answer(self, b"")

            def log_message(self, *_: object) -> None:
                """Log no request."""

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._server.daemon_threads = True
        self.port: int = self._server.server_address[1]
        self._thread = Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def url(self, path: str = "ok", scheme: str = "json") -> str:
        return f"{scheme}://127.0.0.1:{self.port}/{path}"

    def at(self, path: str) -> list[Got]:
        """Return the requests to this path that were answered."""
        return [got for got in self.got if got.path == f"/{path}" and got.answered]

    def open_gate(self) -> None:
        self._gate.set()

    def close(self) -> None:
        self._over.set()
        self._gate.set()
        self._server.shutdown()
        self._server.server_close()

    def _slowly(self, request: BaseHTTPRequestHandler) -> None:
        """Answer without a long silence, and not completely within twelve seconds."""
        for piece in (b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n", b"X-C: d\r\n", b"X-E: f\r\n"):
            request.wfile.write(piece)
            self._over.wait(3)
        request.wfile.write(b"Content-Length: 0\r\n\r\n")

    def _answer(self, request: BaseHTTPRequestHandler, body: bytes) -> None:
        path, now = request.path.rstrip("/"), time.monotonic()
        headers = {name.lower(): value for name, value in request.headers.items()}
        shut = path == "/gate" and not self._gate.is_set()
        answered = path != "/hang" and not shut
        self.got.append(Got(now, path, headers, body, answered))
        if path == "/hang":
            self._over.wait()
        if shut:
            self._gate.wait()
        status = {"/broken": 500, "/moved": 307}.get(path, 200)
        if path == "/slow":
            self._slowly(request)
            return
        request.send_response(status)
        if status == 307:
            request.send_header("Location", "/ok")
        request.send_header("Content-Length", "0")
        request.end_headers()


class Mail(Struct, frozen=True):
    at: float
    message: Message
    to: tuple[str, ...]

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])

    @property
    def text(self) -> str:
        """All readable text in it."""
        parts = [part for part in self.message.walk() if not part.is_multipart()]
        bodies = [part.get_payload(decode=True) for part in parts]
        return "\n".join(body.decode() for body in bodies if isinstance(body, bytes))


class _Keeper:
    """A mailbox. refusals: the number of messages that get 451 first."""

    def __init__(self) -> None:
        self.got: list[Mail] = []
        self.refusals = 0

    async def handle_DATA(  # noqa: N802 - the server's name for it
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        if self.refusals:
            self.refusals -= 1
            return "451 try again later"
        content = envelope.content
        assert isinstance(content, bytes)
        mail = Mail(time.monotonic(), PARSER.parsebytes(content), tuple(envelope.rcpt_tos))
        self.got.append(mail)
        return "250 taken"


class MailSink:
    def __init__(self) -> None:
        self._keeper = _Keeper()
        self.port = free_port()
        self._controller = Controller(self._keeper, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    @property
    def got(self) -> list[Mail]:
        return self._keeper.got

    def refuse(self, times: int) -> None:
        self._keeper.refusals = times

    def url(self, to: str = "oncall@clinic.example") -> str:
        return f"mailto://127.0.0.1:{self.port}?from=monitor@clinic.example&to={to}"

    def close(self) -> None:
        self._controller.stop()


@contextmanager
def sinks() -> Iterator[tuple[HttpSink, MailSink]]:
    http, mail = HttpSink(), MailSink()
    try:
        yield http, mail
    finally:
        mail.close()
        http.close()
