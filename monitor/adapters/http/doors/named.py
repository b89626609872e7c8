"""Limits for clients behind a trusted proxy: each address has the limit of a direct client.

A proxy's connections carry requests of many people in turn, so the count is of active work:
requests that are being answered, and live pages.
"""

from collections import Counter
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

from monitor.adapters.http.doors.doors import Doors, line
from monitor.adapters.http.schema.answers import WHEN_THERE_IS_ROOM, because
from monitor.core.vocabulary.reasons import Reason

CROWDED: Final = Reason("address_crowded")


class Named:
    """ASGI middleware, outside of all others except the one that reads the proxy's headers."""

    def __init__(self, app: ASGIApp, doors: Doors) -> None:
        self._app = app
        self._doors = doors
        self._under_way: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        host = (scope.get("client") or ("",))[0]
        if host in self._doors.proxies:  # the proxy's own request, or it names no client
            await self._app(scope, receive, send)
            return
        address = line(host)
        if self._under_way[address] >= self._doors.caps.per_address:
            self._doors.refused("full")
            await because(503, CROWDED, WHEN_THERE_IS_ROOM)(scope, receive, send)
            return
        self._under_way[address] += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._under_way[address] -= 1
            if not self._under_way[address]:
                del self._under_way[address]
