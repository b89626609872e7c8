"""The limit on a request's body: at most 64 KiB, within ten seconds, regardless of its headers.

The body is read completely before any other part of the app runs, so a route never meets half a
body. A body that is too long is read to its end (within reason) and discarded: if we closed the
connection while the client still writes, it would see a broken connection instead of the 413.
"""

import asyncio
from typing import Final

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from monitor.adapters.http.schema.answers import refusal

AT_MOST: Final = 64 * 1024
THROWN_AWAY_AT_MOST: Final = 4 * 1024 * 1024
PATIENCE_S: Final = 10.0

_HANG_UP: Final = {"Connection": "close"}


class BodyLimit:
    """ASGI middleware that enforces the body's size limit and timeout."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            async with asyncio.timeout(PATIENCE_S):
                body = await _body(scope, receive)
        except TimeoutError:
            await refusal(408, "The body did not arrive in time.", _HANG_UP)(scope, receive, send)
            return
        if isinstance(body, Response):
            await body(scope, receive, send)
        elif body is not None:
            await self._app(scope, _again(body, receive), send)


async def _body(scope: Scope, receive: Receive) -> bytes | Response | None:
    """Return the whole body, a refusal, or None if the client disconnected."""
    headers = Headers(scope=scope)
    too_long = refusal(413, f"The body is longer than {AT_MOST} bytes.", _HANG_UP)
    declared = headers.get("content-length", "0")
    if headers.get("expect") and declared.isdigit() and int(declared) > AT_MOST:
        return too_long  # the client waits for a 100 Continue before it sends
    chunks: list[bytes] = []
    size = 0
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        chunk = message.get("body", b"")
        size += len(chunk)
        more = message.get("more_body", False)
        if size <= AT_MOST:
            chunks.append(chunk)
        elif size > THROWN_AWAY_AT_MOST:
            break
    return b"".join(chunks) if size <= AT_MOST else too_long


def _again(body: bytes, receive: Receive) -> Receive:
    """Return a `receive` that delivers the body first."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return waiting.pop() if waiting else await receive()

    return replay
