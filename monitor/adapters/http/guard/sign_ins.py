"""Sign-ins: an opaque random token at the client, its SHA-256 on disk.

A copy of the database signs nobody in, and a sign-in can be ended, which a signed cookie cannot.

A sign-in has an absolute end, twelve hours after its password was given unless the operator says
otherwise. From then on it acts no more. A page that watches an open session goes on looking: a
wall of running sessions must not sign itself out. It asks for the password once somebody acts.
"""

import asyncio
import hashlib
import secrets
from contextlib import suppress
from typing import Final, Literal, Protocol

from msgspec import Struct

from monitor.adapters.http.errors import Conflict, Unavailable
from monitor.adapters.http.guard.accounts import Accounts
from monitor.adapters.store.questions.users import CHANGED, SignInToken, User
from monitor.adapters.store.tables.errors import StoreError

Role = Literal["viewer", "therapist", "admin"]
RANK: Final[dict[str, int]] = {"viewer": 0, "therapist": 1, "admin": 2}

LASTS_S: Final = 12 * 3600.0
IDLE_S: Final = 12 * 3600.0
# Past its end a page that watches may be away for so long, as while the service is started again.
WATCHING_S: Final = 2 * 3600.0
# Not every request may cost a write.
PROLONG_AFTER_S: Final = 300.0
# Browsers and programs of one user.
AT_MOST: Final = 32
TOKEN_BYTES: Final = 32
TOKEN_AT_MOST: Final = 200


class TooManyWatch(Conflict):
    """Every sign-in of this user belongs to a page that watches a session."""

    def __init__(self) -> None:
        super().__init__(
            f"You are signed in at {AT_MOST} pages that watch sessions. Sign out at one of them."
        )


class Person(Struct, frozen=True):
    """Who asks. `sign_in` is the hash that names it, of no use to a thief.

    expires       real epoch seconds, unless it is used again
    acts_until    when the password is asked for before the next act
    proven        that is not over yet
    must_change   nothing but a new password is taken
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
        """May do now what needs this role."""
        return self.may(role) and self.proven and not self.must_change


class Pages(Protocol):
    """What is known of open pages. The hub is one."""

    def sign_ins(self) -> dict[str, bool]:
        """The sign-ins that have a page open -> whether one of those pages answers."""

    def users(self) -> dict[str, str]:
        """The same sign-ins -> whose."""

    def end_sign_in(self, sign_in: str) -> None:
        """It is over: its pages are closed."""

    def appoint(self, sign_in: str, role: str) -> None:
        """From now on whoever signed in so has this role."""


class SignIns:
    """pages: which of them are open; none where nobody says."""

    def __init__(
        self, accounts: Accounts, pages: Pages | None = None, lasts_s: float = LASTS_S
    ) -> None:
        self._accounts = accounts
        self._pages = pages
        self._lasts = lasts_s
        # When each was last used, as far as this process knows: finer than what is written.
        self._used: dict[str, float] = {}
        self._opening = asyncio.Lock()

    async def open(self, user: User, *, known: bool = False) -> tuple[str, float]:
        """A new sign-in: its token, which is told once, and when it expires. The one that was idle
        for longest goes for it where there are too many. known: the browser had signed this user in
        before. Raises TooManyWatch."""
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
        """The sign-ins that have a page open which answers."""
        if self._pages is None:
            return frozenset()
        return frozenset(sign_in for sign_in, answers in self._pages.sign_ins().items() if answers)

    async def _idlest(self, user: User) -> list[str]:
        """Those that must go for one more."""
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
        """Who holds this token. Using it prolongs the sign-in; watches: it is for a live page."""
        if not token or len(token) > TOKEN_AT_MOST:
            return None
        return await self.look(_hash(token), used=True, watches=watches)

    async def look(self, sign_in: str, *, used: bool, watches: bool = False) -> Person | None:
        """Who is signed in under this hash now. Raises StoreError."""
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
        """The password was given again: until when it acts now."""
        end = self._accounts.now() + self._lasts
        await self._accounts.prove(sign_in, min(end, self._accounts.now() + IDLE_S))
        return end

    async def new_password(self, person: Person, password_hash: str) -> None:
        """A person's own, given at this sign-in, which goes on."""
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
        """Open pages (of one user; None: of all) go by what their sign-in may now: those that are
        over are closed, and a role that changed applies. open_now: some session is open, so that a
        page which answers is watching, and stays."""
        if self._pages is None:
            return
        whose, answering = self._pages.users(), self._pages.sign_ins()
        for sign_in, name in whose.items():
            if user not in (None, name):
                continue
            watches = open_now and answering.get(sign_in, False)
            # While the database does not answer nobody is sent away: that is when a page is
            # needed most.
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
        # It is good for a while as it is: nobody is kept out while nothing can be written.
        with suppress(Unavailable):
            await self._accounts.prolong(sign_in, until)
        return until


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
