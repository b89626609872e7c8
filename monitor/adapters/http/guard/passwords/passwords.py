"""Check and hash passwords with argon2: off the event loop, few at a time, in fair turns.

One check costs about a quarter of a second of a processor and 64 MiB. So only AT_ONCE run at a
time, on threads that give way to the readings. The others wait in a start-time fair queue: each
check begins, in units of checks, after the last one of its address and of its account, and the
earliest is next. A thousand checks of one address, or of one account from a thousand addresses,
line up one behind the other; a client with a single check is next. When too many wait, the last in
this order is refused; it comes from a source that sent the most.
"""

import asyncio
import os
import threading
from bisect import insort
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from functools import cache
from itertools import count
from typing import Final

from msgspec import Struct
from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError
from pwdlib.hashers.argon2 import Argon2Hasher

from monitor.adapters.http.errors import Busy

AT_ONCE: Final = 2
WAITING: Final = 40
# Of 19: uses the processor time that readings, pages and the database leave over.
NICENESS: Final = 10

_HASHER: Final = PasswordHash((Argon2Hasher(),))


class Asker(Struct, frozen=True):
    """The source of a password check or hash.

    network   the address, or the network that is one customer's
    account   name of the account that the check is about
    browser   the number of a browser that this user signed in from before; "": a stranger
    """

    network: str
    account: str
    browser: str = ""

    @property
    def sources(self) -> tuple[tuple[str, str], ...]:
        """The sources of this request; each has one share of the queue."""
        if self.browser:
            return ("browser", self.browser), ("known", self.account)
        return ("network", self.network), ("account", self.account)


# For new passwords of signed-in users, or of the holder of the first start's link.
OURSELVES: Final = Asker("", "", "the service itself")


class _Ticket(Struct, order=True):
    """A place in the queue: known browsers first, then by start, then by arrival."""

    stranger: bool
    start: float
    number: int

    # Never compared: the unique numbers decide first.
    admitted: asyncio.Future[None]


class FairLine:
    """A fair queue: `at_once` checks run, `waiting` more may wait their turn. One event loop.

    Work per check: logarithmic in `waiting`. Memory: proportional to `waiting`.
    """

    def __init__(self, at_once: int = AT_ONCE, waiting: int = WAITING) -> None:
        self._free = at_once
        self._at_once = at_once
        self._most = waiting
        self._line: list[_Ticket] = []
        self._numbers = count()
        # Where each source's next check begins, and how far the queue has advanced.
        self._begins: dict[tuple[str, str], float] = {}
        self._reached = 0.0

    @asynccontextmanager
    async def turn(self, asker: Asker) -> AsyncIterator[None]:
        """Wait for a turn. Raises Busy."""
        ticket = self._enter(asker)
        try:
            await ticket.admitted
        except asyncio.CancelledError:
            self._withdraw(ticket)
            raise
        try:
            yield
        finally:
            self._next()

    def _enter(self, asker: Asker) -> _Ticket:
        start = max(self._reached, *(self._begins.get(s, 0.0) for s in asker.sources))
        for source in asker.sources:
            self._begins[source] = start + 1
        admitted = asyncio.get_running_loop().create_future()
        ticket = _Ticket(not asker.browser, start, next(self._numbers), admitted)
        if self._free:
            self._free -= 1
            self._admit(ticket)
            return ticket
        insort(self._line, ticket)
        if len(self._line) > self._most:
            last = self._line.pop()
            if not last.admitted.done():
                last.admitted.set_exception(Busy())
        return ticket

    def _admit(self, ticket: _Ticket) -> None:
        self._reached = max(self._reached, ticket.start)
        ticket.admitted.set_result(None)

    def _next(self) -> None:
        while self._line and self._line[0].admitted.cancelled():
            self._line.pop(0)
        if self._line:
            self._admit(self._line.pop(0))
        else:
            self._free += 1
        if self._free == self._at_once:
            self._begins.clear()
        elif len(self._begins) > 4 * self._most:
            ahead = ((s, at) for s, at in self._begins.items() if at > self._reached)
            self._begins = dict(ahead)

    def _withdraw(self, ticket: _Ticket) -> None:
        """Withdraw a cancelled request, before its turn or in the moment in which the turn came."""
        if ticket in self._line:
            self._line.remove(ticket)
        elif not ticket.admitted.cancelled() and ticket.admitted.exception() is None:
            self._next()


class Passwords:
    """Hashes and checks passwords. `hash_now` is for commands without an event loop."""

    def __init__(self) -> None:
        self._line = FairLine()
        self._threads = ThreadPoolExecutor(AT_ONCE, "passwords", _give_way)

    @staticmethod
    def prepare() -> None:
        """Hash what the password of an unknown name is compared with: 0.2 s, best spent early."""
        _nobody()

    @staticmethod
    def hash_now(password: str) -> str:
        return _HASHER.hash(password)

    async def hash(self, password: str, asker: Asker = OURSELVES) -> str:
        """Return the password's hash. Raises Busy."""
        async with self._line.turn(asker):
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._threads, _HASHER.hash, password)

    async def matches(self, password: str, stored: str | None, asker: Asker = OURSELVES) -> bool:
        """Whether this is the password; `stored` None (no such user) takes as long.

        Raises Busy.
        """
        async with self._line.turn(asker):
            loop = asyncio.get_running_loop()
            right = await loop.run_in_executor(self._threads, _verify, password, stored)
        return right and stored is not None


def _give_way() -> None:
    # Linux has a priority per thread, which threads started from it inherit. Elsewhere the call has
    # no effect.
    with suppress(OSError, AttributeError):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)


@cache
def _nobody() -> str:
    return _HASHER.hash("nobody")


def _verify(password: str, stored: str | None) -> bool:
    nobody = _nobody()  # for every check, or the first unknown name would take longer
    try:
        return _HASHER.verify(password, stored or nobody)
    except UnknownHashError:
        return False
