"""What goes into an encounter: readings, faults, and the acts of people. The journal keeps each."""

from datetime import UTC, datetime
from typing import Literal

from msgspec import UNSET, Struct, UnsetType

from monitor.core.vocabulary.vitals import Observation
from monitor.core.vocabulary.words import FaultCondition, Mode, Priority


class Facts(Struct, frozen=True, kw_only=True):
    """What is known when a session is opened. No name, address or phone: only that they exist.

    devices    device id -> kind ("heart_rate", "cuff", "thermometer", "gateway")
    birth_year None: unknown. Age is taken at the opening, whole years.
    sitter     a sitter (chaperone) is named; `reachable`: address and phone are on file
    protocol   id of a protocol; the protocol itself is handed to `Encounter.open`
    users      device id -> which user of that shared cuff the patient is, where that was given
    """

    protocol: str
    mode: Mode = "real"
    birth_year: int | None = None
    risk_factors: tuple[str, ...] = ()
    devices: dict[str, str] = {}
    sitter: bool = False
    reachable: bool = False
    users: dict[str, int] = {}

    def age(self, at: float) -> int | None:
        """In years, as if the birthday of that calendar year (UTC) had passed; None: unknown."""
        if self.birth_year is None:
            return None
        return datetime.fromtimestamp(at, UTC).year - self.birth_year


class Override(Struct, frozen=True):
    """A clinician goes past a gate: who, why, and the prescriber who agreed (if one was asked).

    conditions   ids of those that it goes past, as its author saw them; unset: whatever is unmet
    """

    by: str
    reason: str
    authorised_by: str = ""
    conditions: tuple[str, ...] | UnsetType = UNSET


class Opened(Struct, frozen=True, tag="opened"):
    facts: Facts
    by: str = ""


class Observed(Struct, frozen=True, tag="observed"):
    observation: Observation


class DeviceStatus(Struct, frozen=True, tag="device_status"):
    device: str
    online: bool
    battery: int | None = None


class ServiceFault(Struct, frozen=True, tag="service_fault"):
    """The service cannot do its work, or, with `over`, can again.

    reason     why, as the end of a sentence
    since      when it began, if that was before it is told; None: now
    """

    condition: FaultCondition
    reason: str
    over: bool = False
    since: float | None = None


class DeviceFlooding(Struct, frozen=True, tag="device_flooding"):
    """A device sends far more than any real one, or, with `over`, no longer, and nothing waits.

    since      when it began, if that was before it is told; None: now
    dropped    with `over`: how many of its readings were dropped
    """

    device: str
    over: bool = False
    since: float | None = None
    dropped: int = 0


class Interrupted(Struct, frozen=True, tag="interrupted"):
    """The service did not run. since: the last moment that is on record; why: a phrase."""

    since: float
    until: float
    why: str


class DevicesChanged(Struct, frozen=True, tag="devices_changed"):
    """`add`: device id -> kind; `remove`: ids; `users`: added device -> the patient's user.

    reason  one is swapped for another, on the record as a correction; "": they come and go
    anew    the clock and the cuff's memory of those that are added begin anew: where they were
            since they last served this session, nobody knows
    """

    by: str
    add: dict[str, str] = {}
    remove: tuple[str, ...] = ()
    users: dict[str, int] = {}
    reason: str = ""
    anew: bool = False


class MeasuredNow(Struct, frozen=True, tag="measured_now"):
    """Somebody says that a cuff's record of unknown age was measured just now. key: of any row of
    that record (`Judged.key`)."""

    key: str
    by: str


class CuffUser(Struct, frozen=True, tag="cuff_user"):
    """Somebody says which user of a shared cuff the patient is."""

    device: str
    user: int
    by: str


class Dose(Struct, frozen=True, tag="dose"):
    """`at`: when it was taken; a dose after the first is a booster and restarts the clock."""

    at: float
    drug: str
    route: str
    amount_mg: float
    by: str
    override: Override | None = None


# What can be corrected of a session's facts.
Fact = Literal[
    "label", "birth_year", "risk_factors", "address", "phone", "sitter", "local_number", "time_zone"
]

# What stood there, or stands there now, as plain data.
Said = str | int | list[str] | dict[str, float | str] | None


class FactCorrected(Struct, frozen=True, kw_only=True, tag="correct_fact"):
    """Somebody says what is true of the person or of whom to reach.

    before      what stood there, which the core does not know of all
    sitter, reachable   as in `Facts`, from now on; None: as they were
    """

    fact: Fact
    before: Said
    after: Said
    by: str
    reason: str
    sitter: bool | None = None
    reachable: bool | None = None


class DoseCorrected(Struct, frozen=True, kw_only=True, tag="correct_dose"):
    """Somebody says how a recorded dose really was. number: counts from 1; None: as recorded."""

    number: int
    by: str
    reason: str
    at: float | None = None
    drug: str | None = None
    route: str | None = None
    amount_mg: float | None = None


class StruckOut(Struct, frozen=True, kw_only=True, tag="strike"):
    """Somebody strikes a typed reading out: it stays on the record and counts no longer.

    keys, values   vital sign -> its row (`Judged.key`), and what was typed
    effective      when it was measured, as it is on the record
    """

    keys: dict[str, str]
    values: dict[str, float]
    effective: float
    by: str
    reason: str


class Acknowledged(Struct, frozen=True, tag="acknowledge"):
    alarm_id: str
    by: str
    note: str = ""


class Symptom(Struct, frozen=True, tag="symptom"):
    symptom: str
    by: str


class Help(Struct, frozen=True, tag="help"):
    by: str


class Note(Struct, frozen=True, tag="note"):
    text: str
    by: str


class LimitChanged(Struct, frozen=True, tag="limit_changed"):
    """Somebody sets a stricter limit for this session. value None: takes it back.

    direction: "high" or "low"; absolute, in the vital sign's unit
    """

    vital: str
    direction: str
    priority: Priority
    value: float | None
    reason: str
    by: str


class Rebaselined(Struct, frozen=True, tag="rebaseline"):
    """Somebody takes the baseline again. vitals: of these vital signs; none: of all that can."""

    reason: str
    by: str
    vitals: tuple[str, ...] = ()


class Checked(Struct, frozen=True, tag="check"):
    """Somebody made one of the checks before the dose (see `checks`), or takes it back."""

    check: str
    by: str
    done: bool = True


class HandOver(Struct, frozen=True, tag="hand_over"):
    """Whoever supervises offers the session to somebody; `by` may be anybody who may act."""

    to: str
    by: str


class TakeOver(Struct, frozen=True, tag="take_over"):
    """Takes what was offered; without an offer, for a reason."""

    by: str
    reason: str = ""


class Contact(Struct, frozen=True, kw_only=True):
    """Somebody who can be told of alarms, without an address: the service knows where.

    after_s    how long after the beginning of a high alarm; `order` breaks ties
    user       told only of sessions that this user supervises; "": of all
    person     a browser is none, and cannot be relied on
    low        is told of low alarms too
    duty       stretches (since, until) on duty, epoch s; None: always
    quiet      stretches in which a low alarm is put on the record and not sent
    """

    id: int
    name: str
    after_s: float = 30.0
    order: int = 0
    user: str = ""
    person: bool = True
    low: bool = False
    duty: tuple[tuple[float, float], ...] | None = None
    quiet: tuple[tuple[float, float], ...] = ()


class ContactsChanged(Struct, frozen=True, tag="contacts"):
    """All who can be told from now on."""

    contacts: tuple[Contact, ...]


class Attended(Struct, frozen=True, tag="attended"):
    """Whether anybody watches who may act, at a page that is seen or can be heard.

    since      when the last one was gone, if that was before it is told; None: now
    """

    watched: bool
    since: float | None = None


class Rated(Struct, frozen=True, tag="rated"):
    """Somebody says whether an alarm was of use. Nothing follows from it but a figure."""

    alarm_id: str
    useful: bool
    by: str


class NoticeReported(Struct, frozen=True, tag="notice_report"):
    """What became of notices to a contact. why: of a failure, the end of a sentence."""

    alarm_id: str
    contact: int
    ok: bool
    why: str = ""


class NoticeDeclined(Struct, frozen=True, tag="notice_declined"):
    """A contact was told of an alarm and cannot take it up. by: who said so.

    kept_back  contacts that are told of nothing in this session's mode: it is not their turn
    """

    alarm_id: str
    contact: int
    by: str
    kept_back: tuple[int, ...] = ()


class AudioPause(Struct, frozen=True, tag="audio_pause"):
    seconds: float
    by: str


class Close(Struct, frozen=True, tag="close"):
    """alert: somebody looked whether the patient is awake and answers; None: nobody said."""

    by: str
    override: Override | None = None
    alert: bool | None = None


Input = (
    Opened
    | Observed
    | DeviceStatus
    | ServiceFault
    | DeviceFlooding
    | Interrupted
    | DevicesChanged
    | MeasuredNow
    | CuffUser
    | Dose
    | FactCorrected
    | DoseCorrected
    | StruckOut
    | Acknowledged
    | Symptom
    | Help
    | Note
    | LimitChanged
    | Rebaselined
    | Checked
    | HandOver
    | TakeOver
    | ContactsChanged
    | Attended
    | NoticeReported
    | NoticeDeclined
    | Rated
    | AudioPause
    | Close
)
