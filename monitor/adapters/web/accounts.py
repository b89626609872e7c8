"""Users and their sessions, as the routes ask for them. A session is known by its token's hash."""

from collections.abc import Callable
from typing import Final

import msgspec

from monitor.adapters.store import Store, people
from monitor.adapters.store.entry import Audited
from monitor.adapters.store.people import User
from monitor.adapters.web.trail import Trail
from monitor.adapters.web.waiting import written


class Accounts:
    """`now` is real time: the service's own clock may run fast and would end sessions early."""

    def __init__(self, store: Store, now: Callable[[], float]) -> None:
        self.now: Final = now
        self._store = store
        self.trail: Final = Trail(store, now)

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
    ) -> User:
        """What is not None. Raises the store's Missing and LastAdmin."""
        said = {"role": role, "password": password_hash and "changed", "disabled": disabled}
        detail = msgspec.json.encode({k: v for k, v in said.items() if v is not None}).decode()
        act = Audited(user=by, action="user_changed", object=name, detail=detail)
        change = self._store.write(
            people.alter_user, name, role=role, password_hash=password_hash, disabled=disabled,
            audited=act, at=self.now(),
        )  # fmt: skip
        return await written(change)

    async def set_phone(self, name: str, phone: str | None, *, by: str) -> User:
        """Where that person is called from now on; None: nowhere. Raises the store's Missing."""
        return await written(self._store.write(people.set_phone, name, phone, self.now(), by))

    async def holder(self, token_hash: str) -> User | None:
        """Whose valid session it is."""
        return await self._store.read(people.token_user, token_hash, self.now())

    async def begin(self, token_hash: str, user: User, lifetime_s: float) -> None:
        """A new session; those that expired go."""
        now = self.now()
        await written(self._store.write(people.drop_expired_tokens, now))
        ends = now + lifetime_s
        act = self._store.write(people.add_token, token_hash, user.id, now, ends, user.name)
        await written(act)

    async def prolong(self, token_hash: str, lifetime_s: float) -> None:
        now = self.now()
        await written(self._store.write(people.use_token, token_hash, now, now + lifetime_s))

    async def end(self, token_hash: str) -> None:
        await written(self._store.write(people.drop_token, token_hash, self.now()))
