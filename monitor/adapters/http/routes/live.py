"""/api/v1/live: one connection, one seat, one task that sends and one that receives."""

import asyncio
import contextlib
from collections.abc import Callable
from typing import Final

import structlog
from fastapi import APIRouter, Request
from starlette.responses import Response
from starlette.types import Message
from starlette.websockets import WebSocket, WebSocketDisconnect

from monitor.adapters.http.guard.headers import where
from monitor.adapters.http.guard.request_guard import Guarded, role, who
from monitor.adapters.http.guard.sign_ins import Person, SignIns
from monitor.adapters.http.schema import responses
from monitor.adapters.http.schema.answers import WHEN_THERE_IS_ROOM, answer, api_router, because
from monitor.adapters.http.schema.responses import says
from monitor.adapters.live.hub import Full, Hub
from monitor.adapters.live.seat import FELL_BEHIND, MISUSED, Seat

SEND_S: Final = 2.0
# A page on a slow line may need longer for a large snapshot: this many bytes per second.
SLOWEST_BYTES_S: Final = 50_000
LEFT: Final = 1000
CHECK_SIGN_INS_S: Final = 10.0

# Exceptions of sending to a page that has gone, depending on how far it had gone.
GONE: Final = (OSError, RuntimeError, WebSocketDisconnect)

log = structlog.get_logger(__name__)


def routes(hub: Hub, watches: Callable[[Person], None]) -> APIRouter:
    """watches: called with the person before the open sessions are shown to them."""
    router = api_router()

    @router.websocket("/live")
    async def live(socket: WebSocket) -> None:
        person = socket.state.person
        assert isinstance(person, Person)
        try:
            seat = hub.join(person.sign_in, person.name, person.role)
        except Full as why:
            await socket.send_denial_response(because(503, why.because, WHEN_THERE_IS_ROOM))
            return
        try:
            watches(person)
            await socket.accept()
            await _serve(socket, seat)
        finally:
            hub.leave(seat)

    return router


def seats(hub: Hub) -> APIRouter:
    """A route to check for a seat: a browser hides from its page why a WebSocket was refused."""
    router = api_router("operation", route_class=Guarded)

    @router.get("/seat", openapi_extra=role("viewer"), responses=says(responses.SeatFree))
    async def seat(request: Request) -> Response:
        """Check whether the live WebSocket has a seat for you now; 503 gives the reason and the
        remedy."""
        person = who(request)
        try:
            hub.look_for_seat(person.sign_in, person.name, person.role)
        except Full as why:
            return because(503, why.because, WHEN_THERE_IS_ROOM)
        return answer({"free": True})

    return router


async def _serve(socket: WebSocket, seat: Seat) -> None:
    listening = asyncio.create_task(_listen(socket, seat), name="live listen")
    listening.add_done_callback(lambda _: seat.end(LEFT, "left"))
    try:
        await _send(socket, seat)
    finally:
        listening.cancel()
        (fault,) = await asyncio.gather(listening, return_exceptions=True)
    if isinstance(fault, Exception):
        log.error("listening to a page failed", **where(fault))
    if seat.ending is not None and seat.ending.code != LEFT:
        # A page that does not read, or has left meanwhile, cannot even receive the close frame.
        with contextlib.suppress(*GONE):
            async with asyncio.timeout(SEND_S):
                await socket.close(seat.ending.code, seat.ending.reason)


async def _send(socket: WebSocket, seat: Seat) -> None:
    """Send the seat's messages until it is ended. A page that does not take a message in time ends
    it."""
    patience = SEND_S
    try:
        async for text in seat.messages():
            message: Message = {"type": "websocket.send", "text": text}
            async with asyncio.timeout(patience):
                await socket.send(message)
            # A send returns when the line has room for the next: that waits for this one.
            patience = SEND_S + len(text) / SLOWEST_BYTES_S
    except TimeoutError:
        seat.end(FELL_BEHIND, "too slow, connect again")
    except GONE:
        seat.end(LEFT, "left")


async def _listen(socket: WebSocket, seat: Seat) -> None:
    while True:
        message = await socket.receive()
        if message["type"] == "websocket.disconnect":
            if message.get("code") == MISUSED:  # from the layer below: it sent too much to be read
                seat.end(MISUSED, "sent too much")
            return
        seat.hear(message.get("text") or message.get("bytes") or b"")


async def watch_sign_ins(
    sign_ins: SignIns, anything_open: Callable[[], bool], every: float = CHECK_SIGN_INS_S
) -> None:
    """Close the pages of sign-ins that expired or were ended elsewhere, and apply roles that were
    changed elsewhere. For ever."""
    while True:
        await asyncio.sleep(every)
        await sign_ins.follow(open_now=anything_open())
