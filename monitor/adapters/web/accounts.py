"""Users and their sessions, as the routes ask for them. A session is known by its token's hash."""

import secrets
from collections.abc import Callable, Collection
from typing import Final, Literal

import msgspec
from msgspec import Struct

from monitor.adapters.store import Store, notices, people
from monitor.adapters.store.entry import Audited
from monitor.adapters.store.people import Token, User
from monitor.adapters.web.known import KnownBrowsers
from monitor.adapters.web.waiting import written

SIGNING: Final = "known browsers"

SignInAct = Literal[
    "signed_in", "sign_in_failed", "sign_in_slowed", "sign_in_turned_away", "signed_out",
    "password_confirmed", "password_changed", "password_reset",
]  # fmt: skip


class SignInFact(Struct, frozen=True):
    """What happened at the door. It holds no password and no token.

    user      whom it is about; as typed, where it failed
    address   where the request came from
    by        who did it, where that is another
    known     the browser had signed this user in before
    """

    act: SignInAct
    user: str
    address: str = ""
    by: str = ""
    known: bool = False


class Accounts:
    """`now` is real time: the service's own clock may run fast and would end sessions early.

    `happened` is the one way by which each sign-in, failure, end and change of a password is told;
    `listeners` hear of it, in order, once it is on disk.
    """

    def __init__(self, store: Store, now: Callable[[], float]) -> None:
        self.now: Final = now
        self.listeners: Final[list[Callable[[SignInFact], None]]] = []
        self._store = store
        self._known: KnownBrowsers | None = None

    def happened(self, fact: SignInFact) -> None:
        for listener in self.listeners:
            listener(fact)

    async def known_browsers(self) -> KnownBrowsers:
        """Raises Unavailable while the key cannot be read."""
        if self._known is None:
            made = self._store.write(notices.key, SIGNING, secrets.token_hex(32))
            self._known = KnownBrowsers((await written(made)).encode())
        return self._known

    async def user(self, name: str) -> User | None:
        return await self._store.read(people.user_named, name)

    async def users(self) -> list[User]:
        return await self._store.read(people.all_users)

    async def add_user(
        self, name: str, role: str, password_hash: str, by: str = "", phone: str | None = None
    ) -> User:
        """by: on the audit."""
        act = self._store.write(people.add_user, name, role, password_hash, self.now(), by, phone)
        return await written(act)

    async def any(self) -> bool:
        return await self._store.read(people.count_users) > 0

    async def change_user(
        self,
        name: str,
        role: str | None,
        password_hash: str | None,
        disabled: bool | None,
        by: str,
        *,
        reset: bool | None = None,
        watched: Collection[str] = (),
    ) -> User:
        """What is not None; see `people.change_user`. Raises the store's Missing and LastAdmin."""
        said = {"role": role, "password": password_hash and "changed", "disabled": disabled}
        detail = msgspec.json.encode({k: v for k, v in said.items() if v is not None}).decode()
        act = Audited(user=by, action="user_changed", object=name, detail=detail)
        change = self._store.write(
            people.alter_user, name, role=role, password_hash=password_hash, disabled=disabled,
            reset=reset, watched=watched, audited=act, at=self.now(),
        )  # fmt: skip
        return await written(change)

    async def set_phone(self, name: str, phone: str | None, *, by: str) -> User:
        """Where that person is called from now on; None: nowhere. Raises the store's Missing."""
        return await written(self._store.write(people.set_phone, name, phone, self.now(), by))

    async def own_password(
        self, name: str, password_hash: str, session: str, watched: Collection[str], until: float
    ) -> None:
        """A user's own new one, given at this session, which is good until then."""
        change = self._store.write(
            people.own_password, name, password_hash, session, watched, self.now(), until
        )
        await written(change)

    async def holder(self, token_hash: str) -> Token | None:
        """The valid session of this name."""
        return await self._store.read(people.token, token_hash, self.now())

    async def sign_ins(self, user: User) -> dict[str, float]:
        """The valid sessions of a user: hash -> when it was last used."""
        return await self._store.read(people.used_tokens, user.id, self.now())

    async def begin(
        self, token_hash: str, user: User, until: float, instead: Collection[str] = ()
    ) -> None:
        """A new session, in place of those `instead`; those that expired go."""
        now = self.now()
        await written(self._store.write(people.drop_expired_tokens, now))
        act = self._store.write(people.add_token, token_hash, user.id, now, until, instead)
        await written(act)

    async def prolong(self, token_hash: str, until: float) -> None:
        await written(self._store.write(people.use_token, token_hash, self.now(), until))

    async def prove(self, token_hash: str, until: float) -> None:
        """The password was given again."""
        await written(self._store.write(people.prove_token, token_hash, self.now(), until))

    async def end(self, token_hash: str) -> None:
        await written(self._store.write(people.drop_token, token_hash))
