"""Signed-in sessions: an opaque random token at the client, its SHA-256 on disk.

A copy of the database signs nobody in, and a session can be ended, which a signed cookie cannot.
It ends twelve hours after it was last used. A page that is connected and answers its heartbeats
uses it: a wall of running sessions must not sign itself out.
"""

import hashlib
import secrets
from contextlib import suppress
from typing import Final, Literal

from msgspec import Struct

from monitor.adapters.store.people import User
from monitor.adapters.web.accounts import Accounts
from monitor.adapters.web.errors import Unavailable

Role = Literal["viewer", "therapist", "admin"]
RANK: Final[dict[str, int]] = {"viewer": 0, "therapist": 1, "admin": 2}

LIFETIME_S: Final = 12 * 3600.0
# Not every request may cost a write.
PROLONG_AFTER_S: Final = 300.0
TOKEN_BYTES: Final = 32
TOKEN_AT_MOST: Final = 200


class Person(Struct, frozen=True):
    """Who asks. `session` is the hash that names the sign-in, of no use to a thief.

    expires: real epoch seconds, unless it is used again.
    """

    name: str
    role: str
    session: str
    expires: float
    phone: str | None = None

    def may(self, role: Role) -> bool:
        return RANK.get(self.role, -1) >= RANK[role]


class Sessions:
    def __init__(self, accounts: Accounts, lifetime_s: float = LIFETIME_S) -> None:
        self._accounts = accounts
        self._lifetime = lifetime_s
        # When each session was last prolonged, as far as this process knows.
        self._prolonged: dict[str, float] = {}

    async def open(self, user: User) -> tuple[str, float]:
        """A new session: its token, which is told once, and when it expires."""
        token = secrets.token_urlsafe(TOKEN_BYTES)
        await self._accounts.begin(_hash(token), user, self._lifetime)
        now = self._accounts.now()
        self._prolonged = {
            session: at for session, at in self._prolonged.items() if at + self._lifetime > now
        }
        self._prolonged[_hash(token)] = now
        return token, now + self._lifetime

    async def find(self, token: str) -> Person | None:
        """Who holds this token. Using it prolongs the session."""
        if not token or len(token) > TOKEN_AT_MOST:
            return None
        return await self.look(_hash(token), used=True)

    async def look(self, session: str, *, used: bool) -> Person | None:
        """Who is signed in under this hash now. Raises StoreError."""
        user = await self._accounts.holder(session)
        if user is None:
            self._prolonged.pop(session, None)
            return None
        if used:
            await self._prolong(session)
        expires = self._prolonged.get(session, self._accounts.now()) + self._lifetime
        return Person(user.name, user.role, session, expires, user.phone)

    async def close(self, session: str) -> None:
        await self._accounts.end(session)
        self._prolonged.pop(session, None)

    async def _prolong(self, session: str) -> None:
        now = self._accounts.now()
        last = self._prolonged.get(session)
        if last is not None and now - last < min(PROLONG_AFTER_S, self._lifetime / 4):
            return
        self._prolonged[session] = now
        # It is good for hours as it is: nobody is kept out while nothing can be written.
        with suppress(Unavailable):
            await self._accounts.prolong(session, self._lifetime)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
