"""Run the app with uvicorn inside the caller's task group.

By itself uvicorn would take over the process's signals and exit codes; here the service owns both.
"""

import asyncio
import contextlib
import errno
import socket
from collections.abc import Iterator
from functools import partial
from typing import Any, Final, cast

import uvicorn
from starlette.types import ASGIApp

from monitor.adapters.acceptor import AT_ONCE, QUEUE, Acceptor
from monitor.adapters.http.doors.descriptors import fit
from monitor.adapters.http.doors.doors import Doors
from monitor.adapters.http.doors.frames import MESSAGE_AT_MOST
from monitor.adapters.http.doors.lines import PageLine, RequestLine
from monitor.adapters.http.doors.named import Named

GRACE_S: Final = 1
PING_S: Final = 5.0
LOOK_S: Final = 1.0
# The settings that the error messages name.
HOST: Final = "DOSING_MONITOR_HTTP_HOST"
PORT: Final = "DOSING_MONITOR_HTTP_PORT"


class Occupied(OSError):
    """The address cannot be bound. The message names the address and the reason."""


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket; port 0 takes a free port (`.getsockname()[1]`). Raises Occupied.

    A client that connects from now on waits until `serve` runs.
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
        sock.listen(QUEUE)
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


async def serve(app: ASGIApp, sock: socket.socket, doors: Doors) -> None:
    """Serve until cancelled; then close every connection properly, within two seconds.

    doors   limits the connections; its total is lowered if this process may open fewer files
    """
    doors.fit(fit(doors.caps.connections, beside=2 * AT_ONCE + doors.caps.own))
    server = _Server(_config(app, doors))
    running = asyncio.create_task(server.serve(sockets=[sock]), name="uvicorn")
    looking = asyncio.create_task(_look(doors), name="doors")
    try:
        # A cancellation is not passed on: uvicorn must shut down by itself.
        await asyncio.wait([running, looking], return_when=asyncio.FIRST_COMPLETED)
    except asyncio.CancelledError:
        server.should_exit = True
        await asyncio.wait([running], timeout=2 * GRACE_S)
        raise
    finally:
        looking.cancel()
        running.cancel()
        ends = await asyncio.gather(looking, running, return_exceptions=True)
    for end in ends:
        if isinstance(end, Exception):
            raise end


async def _look(doors: Doors) -> None:
    """Check the deadlines of all connections every LOOK_S, for ever."""
    while True:
        await asyncio.sleep(LOOK_S)
        doors.look(doors.now())


def _config(app: ASGIApp, doors: Doors) -> uvicorn.Config:
    trusted = doors.proxies.named
    return uvicorn.Config(
        Named(app, doors) if trusted else app,
        http=cast(Any, partial(RequestLine, doors)),
        ws=cast(Any, partial(PageLine, doors)),
        ws_max_size=MESSAGE_AT_MOST,
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
        timeout_graceful_shutdown=GRACE_S,
    )


class _Server(uvicorn.Server):
    """uvicorn with our own `Acceptor` instead of the event loop's."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup([])
        self._acceptors = [Acceptor(sock, self._line) for sock in sockets or ()]

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for acceptor in self._acceptors:
            acceptor.close()
        await super().shutdown([])

    def _line(self) -> asyncio.Protocol:
        made = cast(Any, self.config.http_protocol_class)
        line: asyncio.Protocol = made(
            config=self.config, server_state=self.server_state, app_state=self.lifespan.state
        )
        return line

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
