"""The outbox: what the web asks of notices. The service implements it.

As with the desk (see `desk`): texts of what is raised reach the client word by word.
"""

from collections.abc import Sequence
from typing import Literal, Protocol

from msgspec import Struct

from monitor.adapters.store import NoticeRow
from monitor.adapters.store.questions.contacts import Wanted

LinkState = Literal["open", "used", "over", "expired", "changed"]


class Linked(Struct, frozen=True, kw_only=True):
    """What the link of a notice leads to, as it is now.

    state      open: it can be used; used: it was; over: its alarms wait for nobody any more;
               changed: it is of a test that went to other addresses than the contact has now
    encounter  of which session; "" of a test that belongs to none
    contact    the id of whom it was sent to; pin_hash: of that contact's PIN, None: it has none
    supervisor, phone   who supervises that session, and where to call that person; "": nobody
               does, no number is on file
    declined   who was told has said by this link that they cannot take it
    alarms     the ids of those that it is of
    """

    message: str
    purpose: Literal["alarm", "test"]
    state: LinkState
    encounter: str
    contact: int
    name: str
    pin_hash: str | None
    lines: tuple[str, ...]
    supervisor: str = ""
    phone: str = ""
    declined: bool = False
    alarms: frozenset[str] = frozenset()


class SeenAlarm(Struct, frozen=True, kw_only=True):
    """One alarm for whoever was told of it.

    priority   the worst it was; chip: "High, eased"
    since, state   "07:04:31", who has it or that nobody does
    own        the notice is of it
    """

    priority: str
    chip: str
    reason: str
    since: str
    state: str
    own: bool = False


class SeenValue(Struct, frozen=True):
    """name: "Heart rate"; value: "128 /min" or why there is none; note: how old it is, doubts."""

    name: str
    value: str
    note: str


class Whose(Struct, frozen=True, kw_only=True):
    """Whom it is about and where: for signed-in people only. "": not on file."""

    label: str
    address: str
    phone: str
    sitter: str
    local_number: str


class Seen(Struct, frozen=True, kw_only=True):
    """The session behind a notice at a moment. at: "07:06:12 (Europe/Lisbon), 28 November" """

    at: str
    alarms: tuple[SeenAlarm, ...]
    values: tuple[SeenValue, ...]
    whose: Whose | None = None


class NoticesPort(Protocol):
    def check(self, wanted: Wanted) -> None:
        """Raises Invalid: an address (named by its place, for it may hold a secret) that notices
        may not go to or that cannot be read, a time zone that does not exist."""

    def on_duty(self) -> frozenset[str]:
        """The users whose own contacts have a rota by which they are on duty now."""

    async def changed(self) -> None:
        """Contacts were changed on disk: every open session learns of it."""

    def signing_key(self, contact_id: int) -> bytes:
        """What webhooks to this contact are signed with."""

    async def test(
        self, contact_ids: Sequence[int] | None, encounter_id: str, *, by: str
    ) -> list[NoticeRow]:
        """Send a test notice to these contacts, or to all who would be told of this session, by
        every channel; answers what came of it after ten seconds at most. by: on the audit. Raises
        Unknown, and TooOften: nothing was sent."""

    @property
    def push_key(self) -> str:
        """What a browser subscribes with."""

    async def add_browser(self, user: str, endpoint: str, p256dh: str, auth: str) -> None:
        """This browser of this user is told from now on. Raises Invalid (`endpoint`), and the
        store's Owned: it is another user's."""

    async def drop_browser(self, user: str, endpoint: str) -> None:
        """It is not any more, if it was this user's."""

    async def linked(self, token: str, *, opened: bool) -> Linked:
        """What this link leads to. opened: somebody looks at it, put that down. Raises Unknown."""

    async def seen(self, linked: Linked, *, private: bool) -> Seen | None:
        """What whoever proved who they are is shown of its session; private: `whose` too. None:
        the session is closed, or it is of none."""

    def grant(self, linked: Linked) -> str:
        """Seals that the PIN of its contact was given just now; good for this link, a while."""

    def granted(self, linked: Linked, grant: str) -> bool:
        """Whether that was sealed here for this link and its contact's PIN, and is still good."""

    async def decline(self, linked: Linked, *, by: str) -> list[str]:
        """Who was told cannot take it: the next are told at once. Answers their names, none when
        nobody is left. Raises Refused: it waits for nobody any more."""

    async def use(self, linked: Linked, *, by: str) -> None:
        """Acknowledge what it is about, once. Raises Refused: it was used, is over or expired."""
