"""The protocol by which the routes use notices. The service implements it.

As with the desk (see `desk`), the texts of exceptions reach the client word by word.
"""

from collections.abc import Sequence
from typing import Literal, Protocol

from msgspec import Struct

from monitor.adapters.store import NoticeRow
from monitor.adapters.store.questions.contacts import Wanted

LinkState = Literal["open", "used", "over", "expired", "changed"]


class Linked(Struct, frozen=True, kw_only=True):
    """The target of a notice's link, in its present state.

    state      open: it can be used; used: it was; over: its alarms no longer wait for a person;
               expired: its time has passed; changed: its test went to other addresses than the
               contact has now
    encounter  id of the session; "" for a test that belongs to no session
    contact    id of the contact that received it; pin_hash: of that contact's PIN, None: no PIN
    supervisor, phone   the session's supervisor, and the number to call that person; "": no
               supervisor, no number is on file
    declined   the contact has answered by this link that they cannot take it
    alarms     the ids of the notice's alarms
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
    """One alarm, as shown to the contact who was notified of it.

    priority   the worst it was; chip: "High, eased"
    since, state   "07:04:31", who has taken it or that no one has
    own        the notice is about this alarm
    """

    priority: str
    chip: str
    reason: str
    since: str
    state: str
    own: bool = False


class SeenValue(Struct, frozen=True):
    """name: "Heart rate"; value: "128 /min" or why there is no value; note: its age, doubts."""

    name: str
    value: str
    note: str


class Whose(Struct, frozen=True, kw_only=True):
    """The patient's label and whereabouts: for signed-in people only. "": not on file."""

    label: str
    address: str
    phone: str
    sitter: str
    local_number: str


class Seen(Struct, frozen=True, kw_only=True):
    """The session behind a notice at a moment. at: as "07:06:12 (Europe/Lisbon), 28 November"."""

    at: str
    alarms: tuple[SeenAlarm, ...]
    values: tuple[SeenValue, ...]
    whose: Whose | None = None


class NoticesPort(Protocol):
    def check(self, wanted: Wanted) -> None:
        """Check a contact. Raises Invalid for an address that notices may not go to or that cannot
        be read (named by its place, for it may contain a secret), and for a time zone that does not
        exist."""

    def on_duty(self) -> frozenset[str]:
        """The users whose own contacts have a rota by which they are on duty now."""

    async def changed(self) -> None:
        """Inform every open session that the stored contacts have changed."""

    def signing_key(self, contact_id: int) -> bytes:
        """The key that signs webhooks to this contact."""

    async def test(
        self, contact_ids: Sequence[int] | None, encounter_id: str, *, by: str
    ) -> list[NoticeRow]:
        """Send a test notice to these contacts, or to all who would be notified of this session, by
        every channel; return the result after at most twelve seconds. by: on the audit. Raises
        Unknown, and TooOften: no notice was sent."""

    @property
    def push_key(self) -> str:
        """The public key with which a browser subscribes."""

    async def add_browser(self, user: str, endpoint: str, p256dh: str, auth: str) -> None:
        """Notify this browser of this user from now on. Raises Invalid (`endpoint`), and the
        store's Owned if it belongs to another user."""

    async def drop_browser(self, user: str, endpoint: str) -> None:
        """Stop notifying this browser, if it belonged to this user."""

    async def linked(self, token: str, *, opened: bool) -> Linked:
        """Find the notice of this link. opened: a person opens it, so record that. Raises
        Unknown."""

    async def seen(self, linked: Linked, *, private: bool) -> Seen | None:
        """Return the view of the session for a person whose identity is proved; private: `whose`
        too. None: the session is closed, or the notice belongs to no session."""

    def grant(self, linked: Linked) -> str:
        """Return a sealed proof that the contact's PIN was given just now; valid for this link for
        a while."""

    def granted(self, linked: Linked, grant: str) -> bool:
        """Whether the grant was sealed here for this link and its contact's PIN, and is still
        valid."""

    async def decline(self, linked: Linked, *, by: str) -> list[str]:
        """Decline for the notified contact: the next contacts are notified immediately. Return
        their names, an empty list if no contact is left. Raises Refused if no alarm of the notice
        waits for a person any more."""

    async def use(self, linked: Linked, *, by: str) -> None:
        """Acknowledge the notice's alarms, once. Raises Refused if the link was used, is over or
        expired."""
