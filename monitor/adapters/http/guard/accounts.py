"""Users and their sign-ins, for the routes; a sign-in is identified by its token's hash."""

import secrets
from collections.abc import Callable, Collection
from typing import Final

from prometheus_client import CollectorRegistry

from monitor.adapters.http.guard.passwords.known import KnownBrowsers
from monitor.adapters.http.guard.trail import Trail
from monitor.adapters.http.waiting import written
from monitor.adapters.store import Store
from monitor.adapters.store.questions import notices, users
from monitor.adapters.store.questions.users import SignInToken, User

SIGNING: Final = "known browsers"


class Accounts:
    """`now` is real time: the service's own clock may run fast and would end sign-ins early.

    Each act's audit row is in the act's own commit; a failed attempt has no commit and goes to
    `trail`.
    """

    def __init__(
        self, store: Store, now: Callable[[], float], registry: CollectorRegistry | None = None
    ) -> None:
        self.now: Final = now
        self._store = store
        self._known: KnownBrowsers | None = None
        self.trail: Final = Trail(store, now, registry)

    async def known_browsers(self) -> KnownBrowsers:
        """Raises Unavailable while the key cannot be read."""
        if self._known is None:
            made = self._store.write(notices.key, SIGNING, secrets.token_hex(32))
            self._known = KnownBrowsers((await written(made)).encode())
        return self._known

    async def user(self, name: str) -> User | None:
        return await self._store.read(users.user_named, name)

    async def users(self) -> list[User]:
        return await self._store.read(users.all_users)

    async def add_user(
        self, name: str, role: str, password_hash: str, by: str = "", phone: str | None = None
    ) -> User:
        """Add a user. by: for the audit."""
        act = self._store.write(users.add_user, name, role, password_hash, self.now(), by, phone)
        return await written(act)

    async def any(self) -> bool:
        return await self._store.read(users.count_users) > 0

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
        """Change the arguments that are not None; see `users.change_user`. Raises the store's
        Missing and LastAdmin."""
        change = self._store.write(
            users.alter_user, name, role=role, password_hash=password_hash, disabled=disabled,
            reset=reset, watched=watched, at=self.now(), by=by,
        )  # fmt: skip
        changed = await written(change)
        if password_hash is not None:
            self.trail.counted("password_changed")
        elif reset:
            self.trail.counted("password_reset")
        return changed

    async def set_phone(self, name: str, phone: str | None, *, by: str) -> User:
        """Set the number under which that person is called; None: no number. Raises the store's
        Missing."""
        return await written(self._store.write(users.set_phone, name, phone, self.now(), by))

    async def own_password(
        self, name: str, password_hash: str, sign_in: str, watched: Collection[str], until: float
    ) -> None:
        """Set a user's own new password, given at the sign-in `sign_in`, which is then valid until
        `until`."""
        change = self._store.write(
            users.own_password, name, password_hash, sign_in, watched, self.now(), until
        )
        await written(change)
        self.trail.counted("password_changed")

    async def holder(self, token_hash: str) -> SignInToken | None:
        """Return the valid sign-in with this token hash."""
        return await self._store.read(users.token, token_hash, self.now())

    async def sign_ins(self, user: User) -> dict[str, float]:
        """The valid sign-ins of a user: hash -> when it was last used."""
        return await self._store.read(users.used_tokens, user.id, self.now())

    async def begin(
        self, token_hash: str, user: User, until: float, instead: Collection[str] = (),
        *, known: bool = False,
    ) -> None:  # fmt: skip
        """Store a new sign-in in place of those in `instead`, and remove expired ones. known: the
        browser had signed this user in before."""
        now = self.now()
        await written(self._store.write(users.drop_expired_tokens, now))
        act = self._store.write(
            users.add_token, token_hash, user.id, now, until, user.name, instead, known=known
        )
        await written(act)
        self.trail.counted("signed_in")

    async def prolong(self, token_hash: str, until: float) -> None:
        await written(self._store.write(users.use_token, token_hash, self.now(), until))

    async def prove(self, token_hash: str, until: float) -> None:
        """Record that the user has given the password again."""
        await written(self._store.write(users.prove_token, token_hash, self.now(), until))
        self.trail.counted("password_confirmed")

    async def end(self, token_hash: str) -> None:
        await written(self._store.write(users.drop_token, token_hash, self.now()))
        self.trail.counted("signed_out")
