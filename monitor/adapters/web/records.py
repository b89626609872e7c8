"""What the web asks of the store: who may sign in, and listings of what is on disk.

The store implements both protocols. Rows come wire-ready. A name that is not there answers None
or an empty page; what exists already raises `Exists`; a database that does not answer raises
`Unavailable`. The texts of both reach the client.
"""

from typing import Any, Protocol

from msgspec import Struct

Json = dict[str, Any]


class Exists(Exception):
    """A row of that key is there already."""


class Unavailable(Exception):
    """A part that is needed does not work at the moment. Nothing was changed."""


class Page(Struct, frozen=True):
    """A slice of a listing. `count`: of the whole listing; `next`: cursor, None at the end."""

    items: list[Json]
    count: int
    next: str | None = None


class Account(Struct, frozen=True):
    name: str
    role: str
    password_hash: str


class SignIn(Struct, frozen=True):
    """An open session: who, with which role now, until when (epoch seconds, real time)."""

    user: str
    role: str
    expires: float


class Accounts(Protocol):
    """Users and their sessions. A session is kept under the SHA-256 of its token."""

    async def account(self, name: str) -> Account | None: ...

    async def accounts(self) -> list[Account]:
        """By name."""

    async def add_account(self, name: str, role: str, password_hash: str) -> None:
        """Raises Exists."""

    async def add_session(self, digest: str, user: str, now: float, expires: float) -> None: ...

    async def session(self, digest: str, now: float) -> SignIn | None:
        """None: no such session, expired, or its user is gone."""

    async def extend_session(self, digest: str, expires: float) -> None: ...

    async def end_session(self, digest: str) -> None: ...


class Records(Protocol):
    """Listings, and the facts that are no session's."""

    async def add_patient(
        self, label: str, birth_year: int | None, risk_factors: tuple[str, ...]
    ) -> str:
        """Answers its id. Raises Exists: the label is taken."""

    async def patients(self, limit: int, after: str | None) -> Page: ...

    async def devices(self, limit: int, after: str | None) -> Page: ...

    async def add_contact(
        self, name: str, urls: tuple[str, ...], order: int, after_s: float
    ) -> str: ...

    async def contacts(self, limit: int, after: str | None) -> Page: ...

    async def observations(
        self,
        encounter_id: str,
        *,
        vital: str | None,
        state: str | None,
        since: float | None,
        until: float | None,
        limit: int,
        after: str | None,
    ) -> Page: ...

    async def alarms(self, encounter_id: str, limit: int, after: str | None) -> Page: ...

    async def episodes(self, encounter_id: str, limit: int, after: str | None) -> Page: ...

    async def journal(self, encounter_id: str, limit: int, after: str | None) -> Page: ...

    async def quarantine(self, limit: int, after: str | None) -> Page: ...
