"""Signed-in sessions: an opaque random token at the client, its SHA-256 on disk.

A copy of the database signs nobody in, and a session can be ended, which a signed cookie cannot.
It ends twelve hours after it was last used. A page that is connected and answers its heartbeats
uses it: a wall of running sessions must not sign itself out.
"""

import hashlib
import secrets
from collections.abc import Callable
from typing import Final, Literal

from msgspec import Struct

from monitor.adapters.web.records import Accounts

Role = Literal["viewer", "therapist", "admin"]
RANK: Final[dict[str, int]] = {"viewer": 0, "therapist": 1, "admin": 2}

LIFETIME_S: Final = 12 * 3600.0
# Not every request may cost a write.
EXTEND_AFTER_S: Final = 300.0
TOKEN_BYTES: Final = 32
TOKEN_AT_MOST: Final = 200


class Person(Struct, frozen=True):
    """Who asks. `session` is the digest that names the sign-in, of no use to a thief."""

    name: str
    role: str
    session: str
    expires: float

    def may(self, role: Role) -> bool:
        return RANK.get(self.role, -1) >= RANK[role]


class Sessions:
    """`now` is real time, seconds since the epoch: a fast clock must not sign people out."""

    def __init__(self, accounts: Accounts, now: Callable[[], float]) -> None:
        self.now = now
        self._accounts = accounts

    async def open(self, user: str) -> tuple[str, float]:
        """A new session: its token, which is told once, and when it expires."""
        token = secrets.token_urlsafe(TOKEN_BYTES)
        now = self.now()
        await self._accounts.add_session(_digest(token), user, now, now + LIFETIME_S)
        return token, now + LIFETIME_S

    async def find(self, token: str) -> Person | None:
        """Who holds this token. Using it prolongs the session."""
        if not token or len(token) > TOKEN_AT_MOST:
            return None
        return await self.look(_digest(token), used=True)

    async def look(self, session: str, *, used: bool) -> Person | None:
        now = self.now()
        found = await self._accounts.session(session, now)
        if found is None or found.expires <= now:
            return None
        expires = found.expires
        if used and now + LIFETIME_S - expires >= EXTEND_AFTER_S:
            expires = now + LIFETIME_S
            await self._accounts.extend_session(session, expires)
        return Person(found.user, found.role, session, expires)

    async def close(self, session: str) -> None:
        await self._accounts.end_session(session)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
