"""What the event loop hands to the writer: plain data, cheap to make, one commit unit each."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from monitor.core.events import Event, Input

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
    """What could not be taken, and why. `excerpt` is cut to 512 bytes, `size` is the whole."""

    topic: str
    reason: str
    excerpt: bytes
    size: int
    device: str = ""
    format: str = ""


class Audited(Struct, frozen=True, kw_only=True):
    """Who did what to what. `detail`: a JSON object, for what the three words leave open."""

    user: str
    action: str
    object: str
    detail: str = "{}"


class Lost(Struct, frozen=True, kw_only=True, tag="lost"):
    """Numbers `first` to `last` of one boot of a device did not come in time and were passed."""

    at: float
    device: str
    boot: str
    first: int
    last: int


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
    lost: Sequence[Lost] = ()
