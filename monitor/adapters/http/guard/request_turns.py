"""Limit the concurrent requests of one person or address, so that they delay no other's.

A request counts until its answer begins; a slow reader of the answer delays no other request. Reads
share one limit for all browsers of a person, acts have one per sign-in: an acknowledgement waits
neither for a report nor for an act that another screen sends slowly. Reads before a sign-in, such
as the files of the page, share one limit per address: a few thousand pipelined ones wait for each
other. A read whose client has gone leaves the queue: otherwise a client that asks and hangs up,
again and again, lets it grow without limit. An act is done even then: its person has pressed the
button.
"""

import asyncio
from typing import Final

from msgspec import Struct, field
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from monitor.adapters.http.guard.request_guard import READING
from monitor.adapters.http.guard.sign_ins import Person

# A page sends half a dozen requests when it opens a session. The service works on one request at a
# time in any case; two of the database's four readers remain for other users.
READS_AT_ONCE: Final = 2
# While the database is at fault an act waits for it; the next act should not wait for that one too.
ACTS_AT_ONCE: Final = 8
# A browser loads a page's files on six connections. Sign-ins have turns of their own.
STRANGERS_AT_ONCE: Final = 8

_Lane = tuple[str, str]  # a user, for reads; a user's sign-in, for acts; or "" and an address


class _Turn(Struct):
    """free: semaphore of this lane; users: requests that hold it or wait for it"""

    free: asyncio.Semaphore
    users: int = 0


class RequestTurns(Struct):
    """ASGI middleware inside `RequestGuard`, which identifies the person."""

    app: ASGIApp
    _lanes: dict[_Lane, _Turn] = field(default_factory=dict)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        found = _lane(scope)
        if found is None:
            await self.app(scope, receive, send)
            return
        lane, at_once = found
        turn = self._lanes.get(lane)
        if turn is None:
            turn = self._lanes[lane] = _Turn(asyncio.Semaphore(at_once))
        turn.users += 1
        try:
            if scope["method"] in READING:
                stays = await _acquired(turn.free, receive)
                if stays is None:
                    return
                receive = stays
            else:
                await turn.free.acquire()
            await self._worked_on(turn, scope, receive, send)
        finally:
            turn.users -= 1
            if not turn.users:
                del self._lanes[lane]

    async def _worked_on(self, turn: _Turn, scope: Scope, receive: Receive, send: Send) -> None:
        holds = True

        def release() -> None:
            nonlocal holds
            if holds:
                holds = False
                turn.free.release()

        async def sending(message: Message) -> None:
            release()
            await send(message)

        try:
            await self.app(scope, receive, sending)
        finally:
            release()


async def _acquired(free: asyncio.Semaphore, receive: Receive) -> Receive | None:
    """Wait for the turn. Return the `receive` to go on with; None: the client has gone."""
    if not free.locked():
        await free.acquire()
        return receive
    heard: list[Message] = []

    async def watch(patience: asyncio.Timeout) -> None:
        while not heard or heard[-1]["type"] != "http.disconnect":
            heard.append(await receive())
        patience.reschedule(0)

    try:
        async with asyncio.timeout(None) as patience:
            watching = asyncio.create_task(watch(patience))
            try:
                await free.acquire()  # nothing may be awaited behind it: the turn would be lost
            finally:
                watching.cancel()
    except TimeoutError:
        return None

    async def again() -> Message:
        return heard.pop(0) if heard else await receive()

    return again


def _lane(scope: Scope) -> tuple[_Lane, int] | None:
    """Return the lane of a request and its limit; None: it waits for no other."""
    if scope["type"] != "http":
        return None
    person, reads = scope.get("state", {}).get("person"), scope["method"] in READING
    if isinstance(person, Person):
        if reads:
            return (person.name, ""), READS_AT_ONCE
        return (person.name, person.sign_in), ACTS_AT_ONCE
    if not reads or not scope.get("client"):
        return None
    return ("", scope["client"][0]), STRANGERS_AT_ONCE
