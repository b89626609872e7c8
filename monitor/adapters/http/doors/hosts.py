"""Check the `Host` header against DNS rebinding.

A hostile page can point its own name at this machine (DNS rebinding): the browser then takes both
for one origin, and gives that page access to everything open to loopback or to this network. The
request still has that page's name as its `Host`. So the service answers only to names that no
outsider can point here: an address, which needs no look-up; a name without a dot and `.local`,
which no outsider can register; this machine's own name; and the names that the operator configures.
"""

import socket
from collections.abc import Callable, Iterable
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

import structlog
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from monitor.adapters.http.schema.answers import refusal

NAMED: Final = "DOSING_MONITOR_ORIGINS"
# For liveness and readiness checks under any name; the answers contain no personal data.
ANY_NAME: Final = frozenset({"/healthz", "/readyz"})
LOG_EVERY_S: Final = 60.0
_LONGEST: Final = 253

log = structlog.get_logger(__name__)


class Hosts:
    """ASGI middleware: 421 for a request to a foreign name. now: seconds."""

    def __init__(self, app: ASGIApp, names: frozenset[str], now: Callable[[], float]) -> None:
        self._app = app
        self._names = names
        self._now = now
        self._logged = -LOG_EVERY_S

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in {"http", "websocket"} and scope["path"] not in ANY_NAME:
            for host in filter(None, Headers(scope=scope).getlist("host")):
                if not ours(hostname(host), self._names):
                    self._tell(host)
                    await refusal(421, _sentence(host))(scope, receive, send)
                    return
        await self._app(scope, receive, send)

    def _tell(self, host: str) -> None:
        if not 0 <= self._now() - self._logged < LOG_EVERY_S:
            self._logged = self._now()
            log.warning("host_refused", host=host[:_LONGEST], do=f"if it is yours: {NAMED}")


def known_names(http_host: str, addresses: Iterable[str]) -> frozenset[str]:
    """Names of this machine, and those in `addresses` (scheme://host[:port], as configured)."""
    # As configured; asking a name server for more could delay the start.
    names = {http_host, socket.gethostname(), *map(hostname_of, addresses)}
    return frozenset(name.lower().rstrip(".") for name in names if name)


def ours(name: str, names: frozenset[str]) -> bool:
    if name in names or name.endswith((".localhost", ".local")):
        return True
    if name and "." not in name:
        return True
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def hostname(host: str) -> str:
    """The name in a `Host` header: lower case, without port, brackets and final dot; "" if
    absent."""
    return hostname_of(f"//{host}")


def hostname_of(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""


def _sentence(host: str) -> str:
    return (
        f"This service does not go by the name {host[:_LONGEST]}. If it should, its operator names "
        f"that address in {NAMED} (as http://name:port) or DOSING_MONITOR_PUBLIC_URL."
    )
