"""Passwords: argon2, off the event loop, never many at once.

One check costs about a quarter of a second of a processor and 64 MiB. So few run at a time, and
when too many wait the next is turned away rather than queued: a flood of sign-ins must not take
the machine from the readings.
"""

import asyncio
from typing import Final

from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError
from pwdlib.hashers.argon2 import Argon2Hasher

AT_ONCE: Final = 2
WAITING: Final = 20

_HASHER: Final = PasswordHash((Argon2Hasher(),))


class Busy(Exception):
    """Too many checks wait already. Ours; the client may try again in a moment."""


class Passwords:
    """Hashes and checks. `hash_now` is for commands without an event loop."""

    def __init__(self) -> None:
        self._turn = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0
        self._nobody = ""

    @staticmethod
    def hash_now(password: str) -> str:
        return _HASHER.hash(password)

    async def hash(self, password: str) -> str:
        async with self._turn:
            return await asyncio.to_thread(_HASHER.hash, password)

    async def matches(self, password: str, stored: str | None) -> bool:
        """Whether this is the password; `stored` None (nobody of that name) takes as long.

        Raises Busy.
        """
        if self._waiting >= WAITING:
            raise Busy
        self._waiting += 1
        try:
            if not self._nobody:  # for everybody, or the first unknown name would take longer
                self._nobody = await self.hash("nobody")
            async with self._turn:
                right = await asyncio.to_thread(_verify, password, stored or self._nobody)
        finally:
            self._waiting -= 1
        return right and stored is not None


def _verify(password: str, stored: str) -> bool:
    try:
        return _HASHER.verify(password, stored)
    except UnknownHashError:
        return False
