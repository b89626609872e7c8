"""The outbox: what the web asks of notices. The service implements it.

As with the desk (see `desk`): texts of what is raised reach the client word by word.
"""

from collections.abc import Sequence
from typing import Literal, Protocol

from msgspec import Struct

from monitor.adapters.store import NoticeRow
from monitor.adapters.store.contacts import Wanted

LinkState = Literal["open", "used", "over", "expired", "changed"]


class Linked(Struct, frozen=True, kw_only=True):
    """What the link of a notice leads to, as it is now.

    state      open: it can be used; used: it was; over: its alarms wait for nobody any more;
               changed: it is of a test that went to other addresses than the contact has now
    encounter  of which session; "" of a test that belongs to none
    contact    the id of whom it was sent to; pin_hash: of that contact's PIN, None: it has none
    """

    message: str
    purpose: Literal["alarm", "test"]
    state: LinkState
    encounter: str
    contact: int
    name: str
    pin_hash: str | None
    lines: tuple[str, ...]


class Outbox(Protocol):
    def check(self, wanted: Wanted) -> None:
        """Raises Invalid: an address (named by its place, for it may hold a secret) that notices
        may not go to or that cannot be read, a time zone that does not exist."""

    async def changed(self) -> None:
        """Contacts were changed on disk: every open session learns of it."""

    def signing_key(self, contact_id: int) -> bytes:
        """What webhooks to this contact are signed with."""

    async def test(self, contact_ids: Sequence[int] | None, encounter_id: str) -> list[NoticeRow]:
        """Send a test notice to these contacts, or to all who would be told of this session, by
        every channel; answers what came of it after ten seconds at most. Raises Unknown."""

    @property
    def push_key(self) -> str:
        """What a browser subscribes with."""

    async def add_browser(self, user: str, endpoint: str, p256dh: str, auth: str) -> None:
        """This browser of this user is told from now on. Raises Invalid (`endpoint`)."""

    async def drop_browser(self, endpoint: str) -> None:
        """It is not any more."""

    async def linked(self, token: str, *, opened: bool) -> Linked:
        """What this link leads to. opened: somebody looks at it, put that down. Raises Unknown."""

    async def use(self, linked: Linked, *, by: str) -> None:
        """Acknowledge what it is about, once. Raises Refused: it was used, is over or expired."""
