"""One person's requests in turn: who asks for much waits for himself alone.

A request is worked on until its answer begins; how long its reader then takes holds nobody up.
Reading is in turn for all browsers of a person, acting for each sign-in: an acknowledgement waits
neither for a report nor for what another screen sends slowly.
"""

import asyncio
from typing import Final

from msgspec import Struct, field
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from monitor.adapters.http.guard.sign_ins import Person
from monitor.adapters.http.guard.wall import READING

# A page asks for half a dozen things when it opens a session. The service works on one request at
# a time in any case; of the database's four readers two stay with everybody else.
READS_AT_ONCE: Final = 2
# While the database is at fault an act waits for it; the next should not wait for that one too.
ACTS_AT_ONCE: Final = 8

_Lane = tuple[str, str]  # a user, who reads; or a user's sign-in, by which he acts


class _Turn(Struct):
    """free: of this lane; users: requests that hold it or wait for it"""

    free: asyncio.Semaphore
    users: int = 0


class RequestTurns(Struct):
    """ASGI middleware inside of the wall, which says who asks."""

    app: ASGIApp
    _lanes: dict[_Lane, _Turn] = field(default_factory=dict)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        person = scope.get("state", {}).get("person")
        if scope["type"] != "http" or not isinstance(person, Person):
            await self.app(scope, receive, send)
            return
        reads = scope["method"] in READING
        lane = (person.name, "" if reads else person.sign_in)
        turn = self._lanes.get(lane)
        if turn is None:
            at_once = READS_AT_ONCE if reads else ACTS_AT_ONCE
            turn = self._lanes[lane] = _Turn(asyncio.Semaphore(at_once))
        turn.users += 1
        try:
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
