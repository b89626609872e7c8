"""Runs the app with uvicorn inside somebody else's task group.

uvicorn alone would take over the process's signals and exit codes; here the service owns both.
"""

import asyncio
import contextlib
import errno
import socket
import struct
from collections.abc import Iterator, Sequence
from typing import Final

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

GRACE_S: Final = 1
PING_S: Final = 5.0
CLIENT_MESSAGE_BYTES: Final = 4096
BACKLOG: Final = 512
# Who is to mend it knows the address by these.
HOST: Final = "DOSING_MONITOR_HTTP_HOST"
PORT: Final = "DOSING_MONITOR_HTTP_PORT"
# The system would keep megabytes under way for a slow page: minutes of old states, which no
# newest-state slot could take back. This much is a few seconds' worth.
UNDER_WAY_BYTES: Final = 64 * 1024
# On, for zero seconds: the system, too, throws away what nobody takes.
NO_LINGERING: Final = struct.pack("ii", 1, 0)


class Occupied(OSError):
    """The address cannot be had. The message says which and why."""


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes a free one (`.getsockname()[1]`). Raises Occupied.

    Whoever connects from now on waits until `serve` runs.
    """
    try:
        family, kind, proto, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except socket.gaierror:
        raise Occupied(
            f"The HTTP host {host} is not an address of this machine; name one in {HOST}."
        ) from None
    sock = socket.socket(family, kind, proto)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(address)
        sock.listen(BACKLOG)
    except OSError as error:
        sock.close()
        raise Occupied(_why(host, port, error)) from None
    sock.setblocking(False)
    return sock


def _why(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} on {host} is in use by another program; choose another in {PORT}."
    if error.errno == errno.EACCES:
        return f"Port {port} may not be used without privileges; choose one above 1023 in {PORT}."
    return f"The service cannot listen on {host} port {port}: {error.strerror}."


async def serve(app: ASGIApp, sock: socket.socket, *, trusted: Sequence[str] = ()) -> None:
    """Serve until cancelled; then say goodbye to every connection, within two seconds.

    trusted   proxies, by address or network, whose X-Forwarded-For and -Proto are believed
    """
    server = _Server(_config(app, trusted))
    running = asyncio.create_task(server.serve(sockets=[sock]), name="uvicorn")
    try:
        # Shielded: uvicorn must wind up by itself, a cancellation would cut its answers off.
        await asyncio.shield(running)
    except asyncio.CancelledError:
        server.should_exit = True
        await asyncio.wait([running], timeout=2 * GRACE_S)
        running.cancel()
        raise


def _config(app: ASGIApp, trusted: Sequence[str]) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http="httptools",
        ws=_PatientNoMore,
        ws_max_size=CLIENT_MESSAGE_BYTES,
        ws_ping_interval=PING_S,
        ws_ping_timeout=PING_S,
        ws_per_message_deflate=False,
        lifespan="off",
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=bool(trusted),
        forwarded_allow_ips=list(trusted),
        backlog=BACKLOG,
        timeout_graceful_shutdown=GRACE_S,
    )


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class _PatientNoMore(WebSocketsSansIOProtocol):
    """uvicorn's WebSocket, but little is kept under way, and a reader that has stopped is cut off.

    Closing a transport waits until its buffer is written out, which for a peer that does not read
    is never: the connection and its memory would stay for good.
    """

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._set(socket.SO_SNDBUF, UNDER_WAY_BYTES)

    async def run_asgi(self) -> None:
        await super().run_asgi()
        if self.writable.is_set():
            self.loop.call_later(self.close_timeout, self.transport.abort)
        else:
            self._set(socket.SO_LINGER, NO_LINGERING)
            self.transport.abort()

    def _set(self, option: int, value: int | bytes) -> None:
        sock = self.transport.get_extra_info("socket")
        if sock is not None:
            sock.setsockopt(socket.SOL_SOCKET, option, value)
