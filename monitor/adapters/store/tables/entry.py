"""What the event loop hands to the writer: plain data, cheap to make, one commit unit each."""

from collections.abc import Sequence
from typing import Final, Literal

from msgspec import Struct, field

from monitor.adapters.store.tables.audits import ORIGIN
from monitor.core.vocabulary.events import Event
from monitor.core.vocabulary.inputs import Input
from monitor.core.vocabulary.words import Kind, Priority

EXCERPT_BYTES: Final = 512


class Opening(Struct, frozen=True, kw_only=True):
    """What the record of an encounter needs besides its `Opened` input.

    protocol   the protocol as JSON, kept as it is today
    emergency  address, phone and the like as JSON; None: nothing is on file
    """

    patient_id: str
    protocol: str
    emergency: str | None = None


class Quarantined(Struct, frozen=True, kw_only=True):
    """What could not be taken, and why. `excerpt` is cut to 512 bytes, `size` is the whole.

    lane    a registered device, whose quota this takes; "": nobody that we know
    count   how many it stands for: elements of one message that were refused for the same reason
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
    """Who did what to what. `detail`: a JSON object, for what the three words leave open. origin:
    from where, see `audits`; by itself that of the request in which it is made."""

    user: str
    action: str
    object: str
    detail: str = "{}"
    origin: str = field(default_factory=ORIGIN.get)


class Lost(Struct, frozen=True, kw_only=True, tag="lost"):
    """Numbers `first` to `last` of one boot of a device did not come in time and were passed; with
    a reason, they came and were dropped, or may have been."""

    at: float
    device: str
    boot: str
    first: int
    last: int
    reason: str = ""


class Dropped(Struct, frozen=True, kw_only=True, tag="dropped"):
    """So many readings of a device came from `since` to `until` and were dropped, for a reason.

    They had no numbers, or were in messages that were not read: then it is what those seemed to
    hold.
    """

    at: float
    device: str
    count: int
    since: float
    until: float
    reason: str


NoticeState = Literal["queued", "sent", "retrying", "failed", "cancelled"]
# Those that are still to be sent.
WAITING: Final[tuple[NoticeState, ...]] = ("queued", "retrying")


class NoticeRow(Struct, frozen=True, kw_only=True):
    """One notice on one channel of one contact: what waits to be sent, or what became of it.

    id         never given twice: whoever receives it twice can tell
    message    what was sent together: all alarms of one moment, to one contact
    name, channel   of the contact; the address's scheme, and its `place` in the contact's list
    round      1: told of this alarm for the first time since it began or worsened
    purpose    "alarm"; "test": somebody tries whether it arrives
    at         of the last change; sent_at: when the channel took it; delivered_at: when the
               receiver's own system said that it has it (webhooks)
    began, priority_since, called_at   as the decision has them (see `core.events.Notice`)
    addresses  of a test: a mark of those that the contact had
    seen_at, acknowledged_at   its link was opened, or used to acknowledge (of a test: confirm)
    declined_at   who was told said by its link that they cannot take it
    """

    id: str
    message: str
    encounter: str
    alarm: str
    contact: int
    name: str
    channel: str
    place: int
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
    addresses: str = ""
    began: Priority | None = None
    priority_since: float | None = None
    called_at: float | None = None


class Entry(Struct):
    """Everything here is on disk together, or not at all.

    encounter_id  "": about no encounter (then there is no input, event, snapshot or opening)
    at            when it happened, the service's clock
    input         what came in; None: time passed, and `events` fell due
    events        what was decided, in order
    token         handed back once the commit is on disk; None: nobody asks
    snapshot      the encounter's state after this entry
    opening       given once, with the `Opened` input
    lost          what the record has to say beside the encounter, which was not asked
    notices       in their newest state
    origin        from where it was asked for, on the audit; the store fills it in
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
