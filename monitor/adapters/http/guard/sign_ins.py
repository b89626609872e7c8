"""Sign-ins: an opaque random token at the client, its SHA-256 on disk.

A copy of the database signs no one in, and a sign-in can be ended, which a signed cookie cannot.

A sign-in has an absolute end: twelve hours after its password was given, unless the operator
configures another time. After that it no longer allows acts. A page that watches an open session
continues to look on: a wall of running sessions must not sign itself out. It requests the password
when a user acts.
"""

import asyncio
import hashlib
import secrets
from contextlib import suppress
from typing import Final, Protocol, get_args

from msgspec import Struct

from monitor.adapters.http.errors import Conflict, Unavailable
from monitor.adapters.http.guard.accounts import Accounts
from monitor.adapters.store.questions.users import CHANGED, SignInToken, User
from monitor.adapters.store.tables.store_errors import StoreError
from monitor.core.vocabulary.reasons import Reason
from monitor.core.vocabulary.words import Role

RANK: Final[dict[str, int]] = {role: rank for rank, role in enumerate(get_args(Role))}

LASTS_S: Final = 12 * 3600.0
IDLE_S: Final = 12 * 3600.0
# After its end a page that watches may be away this long, as while the service restarts.
WATCHING_S: Final = 2 * 3600.0
# So that not every request costs a write.
PROLONG_AFTER_S: Final = 300.0
# Sign-ins of one user, in browsers and programs.
AT_MOST: Final = 32
TOKEN_BYTES: Final = 32
TOKEN_AT_MOST: Final = 200


class TooManyWatch(Conflict):
    """Every sign-in of this user belongs to a page that watches a session."""

    def __init__(self) -> None:
        super().__init__(Reason("sign_ins_watch", {"count": AT_MOST}))


class Person(Struct, frozen=True):
    """The signed-in person who makes a request. `sign_in`: hash of the token, useless to a thief.

    expires       real epoch seconds, unless it is used again
    acts_until    after this time the password is required before an act
    proven        `acts_until` has not passed
    must_change   no request but a new password is accepted
    """

    name: str
    role: str
    sign_in: str
    expires: float
    phone: str | None = None
    acts_until: float = 0.0
    proven: bool = True
    must_change: bool = False

    def may(self, role: Role) -> bool:
        return RANK.get(self.role, -1) >= RANK[role]

    def acts_as(self, role: Role) -> bool:
        """Whether this person may now do an act that needs this role."""
        return self.may(role) and self.proven and not self.must_change


class Pages(Protocol):
    """The open pages. The hub is one implementation."""

    def sign_ins(self) -> dict[str, bool]:
        """The sign-ins that have a page open -> whether one of those pages answers."""

    def users(self) -> dict[str, str]:
        """The same sign-ins -> name of the user."""

    def end_sign_in(self, sign_in: str) -> None:
        """Close the pages of a sign-in that has ended."""

    def appoint(self, sign_in: str, role: str) -> None:
        """Apply a changed role to the pages of this sign-in."""


class SignIns:
    """pages: the open pages; None: not known."""

    def __init__(
        self, accounts: Accounts, pages: Pages | None = None, lasts_s: float = LASTS_S
    ) -> None:
        self._accounts = accounts
        self._pages = pages
        self._lasts = lasts_s
        # When each was last used, as far as this process knows: finer than the stored times.
        self._used: dict[str, float] = {}
        self._opening = asyncio.Lock()

    async def open(self, user: User, *, known: bool = False) -> tuple[str, float]:
        """Open a sign-in; return its token, which is issued only here, and its expiry. Where there
        are too many, the one idle for longest is ended for it. known: the browser had signed this
        user in before. Raises TooManyWatch."""
        token = secrets.token_urlsafe(TOKEN_BYTES)
        async with self._opening:
            now = self._accounts.now()
            self._used = {s: at for s, at in self._used.items() if at + IDLE_S > now}
            idlest = await self._idlest(user)
            until = now + min(self._lasts, IDLE_S)
            await self._accounts.begin(_hash(token), user, until, idlest, known=known)
        for sign_in in idlest:
            self._used.pop(sign_in, None)
            if self._pages is not None:
                self._pages.end_sign_in(sign_in)
        return token, until

    def watching(self) -> frozenset[str]:
        """The sign-ins that have an open page which answers."""
        if self._pages is None:
            return frozenset()
        return frozenset(sign_in for sign_in, answers in self._pages.sign_ins().items() if answers)

    async def _idlest(self, user: User) -> list[str]:
        """The sign-ins that must end to make room for one more."""
        used = await self._accounts.sign_ins(user)
        over = len(used) + 1 - AT_MOST
        if over <= 0:
            return []
        watching = self.watching()
        free = [sign_in for sign_in in used if sign_in not in watching]
        if len(free) < over:
            self._accounts.trail.failed(user.name)
            raise TooManyWatch
        return sorted(free, key=lambda s: max(used[s], self._used.get(s, 0.0)))[:over]

    async def find(self, token: str, *, watches: bool = False) -> Person | None:
        """Find the person with this token. Use prolongs the sign-in; watches: it is for a live
        page."""
        if not token or len(token) > TOKEN_AT_MOST:
            return None
        return await self.look(_hash(token), used=True, watches=watches)

    async def look(self, sign_in: str, *, used: bool, watches: bool = False) -> Person | None:
        """Find the person signed in under this hash now. Raises StoreError."""
        token = await self._accounts.holder(sign_in)
        doubted = token is not None and token.proven_at < CHANGED and sign_in not in self.watching()
        if token is None or doubted:
            self._used.pop(sign_in, None)
            return None
        now = self._accounts.now()
        until = token.expires_at
        if used or watches:
            self._used[sign_in] = now
            until = await self._prolong(sign_in, token, now, watches=watches)
        user, end = token.user, token.proven_at + self._lasts
        return Person(
            user.name, user.role, sign_in, until, user.phone, end, now < end,
            user.reset_at is not None,
        )  # fmt: skip

    async def prove(self, sign_in: str) -> float:
        """Record that the password was given again; return until when the sign-in now allows
        acts."""
        end = self._accounts.now() + self._lasts
        await self._accounts.prove(sign_in, min(end, self._accounts.now() + IDLE_S))
        return end

    async def new_password(self, person: Person, password_hash: str) -> None:
        """Set a person's own new password, given at this sign-in, which continues."""
        until = self._accounts.now() + min(self._lasts, IDLE_S)
        watched = self.watching()
        await self._accounts.own_password(
            person.name, password_hash, person.sign_in, watched, until
        )
        await self.follow(person.name)

    async def close(self, sign_in: str) -> None:
        await self._accounts.end(sign_in)
        self._used.pop(sign_in, None)

    async def follow(self, user: str | None = None, *, open_now: bool = False) -> None:
        """Apply the present rights of sign-ins to their open pages (of one user; None: of all):
        pages of ended sign-ins are closed, and changed roles take effect. open_now: some session is
        open, so a page that answers is watching, and stays."""
        if self._pages is None:
            return
        whose, answering = self._pages.users(), self._pages.sign_ins()
        for sign_in, name in whose.items():
            if user not in (None, name):
                continue
            watches = open_now and answering.get(sign_in, False)
            # While the database does not answer, no page is closed: that is when a page is needed
            # most.
            with suppress(StoreError):
                used = user is None and answering.get(sign_in, False)
                person = await self.look(sign_in, used=used, watches=watches)
                if person is None:
                    self._pages.end_sign_in(sign_in)
                else:
                    self._pages.appoint(sign_in, person.role)

    async def _prolong(
        self, sign_in: str, token: SignInToken, now: float, *, watches: bool
    ) -> float:
        until = min(now + IDLE_S, token.proven_at + self._lasts)
        if watches:
            until = max(until, now + WATCHING_S)
        if until - token.expires_at < min(PROLONG_AFTER_S, self._lasts / 4):
            return max(until, token.expires_at)
        # The sign-in remains valid for a while: no one is locked out while the database takes no
        # writes.
        with suppress(Unavailable):
            await self._accounts.prolong(sign_in, until)
        return until


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
