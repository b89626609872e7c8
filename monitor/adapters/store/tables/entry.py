"""Entries, which the event loop hands to the writer: plain data, cheap to make, committed whole."""

from collections.abc import Sequence
from typing import Final, Literal

from msgspec import Struct, field

from monitor.adapters.store.tables.audits import ORIGIN
from monitor.core.vocabulary.events import Event
from monitor.core.vocabulary.inputs import Input
from monitor.core.vocabulary.reasons import NONE, Reason
from monitor.core.vocabulary.words import Kind, Priority

EXCERPT_BYTES: Final = 512


class Opening(Struct, frozen=True, kw_only=True):
    """The facts that an encounter's record needs besides its `Opened` input.

    protocol   the protocol as JSON, kept as it was when the encounter was opened
    emergency  address, phone and the like as JSON; None: not on file
    """

    patient_id: str
    protocol: str
    emergency: str | None = None


class Quarantined(Struct, frozen=True, kw_only=True):
    """Input that could not be taken, with the reason.

    excerpt  cut to 512 bytes; `size` is the size of the whole
    lane     the registered device whose quota it uses; "": no known device
    count    number of elements of one message that were refused for the same reason
    """

    topic: str
    reason: str
    excerpt: bytes
    size: int
    device: str = ""
    format: str = ""
    lane: str = ""
    count: int = 1


class Audited(Struct, frozen=True, kw_only=True):
    """A row of the audit: who did which act to which object.

    detail  a JSON object, for facts beyond these three
    origin  the client's address, see `audits`; by default that of the present request
    """

    user: str
    action: str
    object: str
    detail: str = "{}"
    origin: str = field(default_factory=ORIGIN.get)


class Lost(Struct, frozen=True, kw_only=True, tag="lost"):
    """A gap: numbers `first` to `last` of one boot of a device did not arrive in time.

    With a reason, they arrived and were dropped, or may have been.
    """

    at: float
    device: str
    boot: str
    first: int
    last: int
    reason: str = ""


class Dropped(Struct, frozen=True, kw_only=True, tag="dropped"):
    """Readings of a device that arrived from `since` to `until` and were dropped, for `reason`.

    They had no numbers, or were in messages that were not read; `count` is then the number of
    readings that those messages seemed to contain.
    """

    at: float
    device: str
    count: int
    since: float
    until: float
    reason: str


NoticeState = Literal["queued", "sent", "retrying", "failed", "cancelled"]
# The states of a notice that is still to be sent.
WAITING: Final[tuple[NoticeState, ...]] = ("queued", "retrying")


class NoticeRow(Struct, frozen=True, kw_only=True):
    """One notice on one channel of one contact, waiting to be sent or with its outcome.

    id         unique, so that a receiver recognizes a notice that it receives twice
    message    groups the notices sent together: all alarms of one moment, to one contact
    name, channel   of the contact; the address's scheme
    channel_index   of the address in the contact's list
    round      1: the contact's first notice of this alarm since it began or worsened
    purpose    "alarm"; "test": a user tests whether it arrives
    at         of the last change; sent_at: when the channel took it; delivered_at: when the
               receiver's own system confirmed the receipt (webhooks)
    began, priority_since, called_at   as the decision has them (see `core.events.Notice`)
    detail, because   why it is in its state, as the end of a sentence and as data
    addresses  of a test: a mark of the addresses that the contact had
    seen_at, acknowledged_at   its link was opened, or used to acknowledge (of a test: confirm)
    declined_at   when the contact declined through its link: cannot take the alarm up
    """

    id: str
    message: str
    encounter: str
    alarm: str
    contact: int
    name: str
    channel: str
    channel_index: int = field(name="place")
    priority: Priority
    kind: Kind
    onset: float
    queued_at: float
    at: float
    round: int = 1
    purpose: Literal["alarm", "test"] = "alarm"
    state: NoticeState = "queued"
    attempts: int = 0
    sent_at: float | None = None
    delivered_at: float | None = None
    seen_at: float | None = None
    acknowledged_at: float | None = None
    declined_at: float | None = None
    detail: str = ""
    because: Reason = NONE
    addresses: str = ""
    began: Priority | None = None
    priority_since: float | None = None
    called_at: float | None = None


class Entry(Struct):
    """One unit of the record: all its parts are on disk together, or no part is.

    encounter_id  "": about no encounter (then there is no input, event, snapshot or opening)
    at            when it happened, the service's clock
    input         the input received; None: time passed, and `events` fell due
    events        the decisions, in order
    token         handed back once the commit is on disk; None: no confirmation wanted
    snapshot      the encounter's state after this entry
    opening       given once, with the `Opened` input
    lost          losses for the record that did not pass through the encounter
    notices       in their newest state
    origin        the client's address for the audit; the store fills it in
    """

    encounter_id: str
    at: float
    input: Input | None = None
    events: Sequence[Event] = ()
    token: object | None = None
    snapshot: bytes | None = None
    opening: Opening | None = None
    quarantined: Sequence[Quarantined] = ()
    audited: Sequence[Audited] = ()
    lost: Sequence[Lost | Dropped] = ()
    notices: Sequence[NoticeRow] = ()
    origin: str = ""
