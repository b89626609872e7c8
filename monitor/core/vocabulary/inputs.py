"""Inputs of an encounter: readings, faults, and the acts of people. The journal keeps each.

The class of an act begins with the name of that act. The tag is its name in the journal, and never
changes.
"""

from datetime import UTC, datetime
from typing import Final, Literal

from msgspec import UNSET, Struct, UnsetType

from monitor.core.vocabulary.reasons import NONE, Reason
from monitor.core.vocabulary.vitals import Observation
from monitor.core.vocabulary.words import FaultCondition, Mode, Priority

# So long after the fact a person may record an act.
BACKDATED_S: Final = 1800.0


class Facts(Struct, frozen=True, kw_only=True):
    """The facts known when a session is opened. No name, address or phone: only that they exist.

    devices     device id -> kind ("heart_rate", "cuff", "thermometer", "gateway")
    birth_year  None: unknown. Age is taken at the opening, whole years.
    sitter      a sitter (chaperone) is named; `reachable`: address and phone are on file
    protocol    id of a protocol; the protocol itself is handed to `Encounter.open`
    users       device id -> which user of that shared cuff the patient is, where that was given
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
        """Age in years, as if that calendar year's birthday (UTC) had passed; None: unknown."""
        if self.birth_year is None:
            return None
        return datetime.fromtimestamp(at, UTC).year - self.birth_year


class Override(Struct, frozen=True):
    """A clinician's override of a gate: who, why, and the prescriber who agreed (if one was asked).

    conditions   ids of the conditions to override, as the author saw them; unset: all that are
                 unmet
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
    since      when it began, if that was before this report; None: now
    """

    condition: FaultCondition
    reason: str
    over: bool = False
    since: float | None = None


class DeviceFlooding(Struct, frozen=True, tag="device_flooding"):
    """A device sends far more than any real one; with `over`: no longer, and no reading of it
    waits.

    since      when it began, if that was before this report; None: now
    dropped    with `over`: how many of its readings were dropped
    """

    device: str
    over: bool = False
    since: float | None = None
    dropped: int = 0


class Interrupted(Struct, frozen=True, tag="interrupted"):
    """The service did not run. since: the last moment that is on record.

    why, because  a phrase, and its reason
    """

    since: float
    until: float
    why: str
    because: Reason = NONE


class ChangeDevices(Struct, frozen=True, tag="devices_changed"):
    """Devices are added to a session or removed from it.

    add     device id -> kind
    remove  device ids
    users   added device -> which of its users the patient is
    reason  a device is swapped for another, recorded as a correction; "": devices come and go
    anew    the clock and the cuff memory of the added devices begin anew, because it is unknown
            where the devices were since they last served this session
    """

    by: str
    add: dict[str, str] = {}
    remove: tuple[str, ...] = ()
    users: dict[str, int] = {}
    reason: str = ""
    anew: bool = False


class MeasuredNow(Struct, frozen=True, tag="measured_now"):
    """A person states that a cuff's record of unknown age was measured just now.

    key   of any row of that record (`Judged.key`)
    """

    key: str
    by: str


class CuffUser(Struct, frozen=True, tag="cuff_user"):
    """A person states which user of a shared cuff the patient is."""

    device: str
    user: int
    by: str


class Dose(Struct, frozen=True, tag="dose"):
    """A dose, taken at `at`; each after the first is a booster and restarts the clock."""

    at: float
    drug: str
    route: str
    amount_mg: float
    by: str
    override: Override | None = None


# The facts of a session that can be corrected.
Fact = Literal[
    "label", "birth_year", "risk_factors", "address", "phone", "sitter", "local_number", "time_zone"
]
# Limits and gates go by these.
DECIDING: Final[tuple[Fact, ...]] = ("birth_year", "risk_factors")

# The value of a fact before or after a correction, as plain data.
Said = str | int | list[str] | dict[str, float | str] | None


class CorrectFact(Struct, frozen=True, kw_only=True, tag="correct_fact"):
    """A correction of a fact about the patient or about the people to reach.

    before      the former value, since the core does not know all of them
    sitter, reachable   as in `Facts`, from now on; None: unchanged
    """

    fact: Fact
    before: Said
    after: Said
    by: str
    reason: str
    sitter: bool | None = None
    reachable: bool | None = None


class CorrectDose(Struct, frozen=True, kw_only=True, tag="correct_dose"):
    """A correction of a recorded dose. number: counts from 1; a field that is None: as recorded."""

    number: int
    by: str
    reason: str
    at: float | None = None
    drug: str | None = None
    route: str | None = None
    amount_mg: float | None = None


class CorrectReading(Struct, frozen=True, kw_only=True, tag="strike"):
    """A person strikes out a typed reading: it stays on the record and no longer counts.

    keys, values   vital sign -> its row (`Judged.key`), and the typed value
    effective      when it was measured, according to the record
    """

    keys: dict[str, str]
    values: dict[str, float]
    effective: float
    by: str
    reason: str


class Acknowledged(Struct, frozen=True, tag="acknowledge"):
    """A person acknowledges an alarm.

    by_link    by the link of a notice; an older version has it in the note only
    """

    alarm_id: str
    by: str
    note: str = ""
    by_link: bool = False


class Symptom(Struct, frozen=True, tag="symptom"):
    symptom: str
    by: str


class AskForHelp(Struct, frozen=True, tag="help"):
    by: str


class Note(Struct, frozen=True, tag="note"):
    text: str
    by: str


class LimitChanged(Struct, frozen=True, tag="limit_changed"):
    """A person sets a stricter limit for this session, or, with value None, takes it back.

    direction  "high" or "low"
    value      absolute, in the vital sign's unit
    """

    vital: str
    direction: str
    priority: Priority
    value: float | None
    reason: str
    by: str


class Rebaselined(Struct, frozen=True, tag="rebaseline"):
    """A person takes the baseline again. vitals: of these vital signs; empty: of all that can."""

    reason: str
    by: str
    vitals: tuple[str, ...] = ()


class Checked(Struct, frozen=True, tag="check"):
    """A person made one of the checks before the dose (see `acts.check`), or takes it back."""

    check: str
    by: str
    done: bool = True


class HandOver(Struct, frozen=True, tag="hand_over"):
    """The session is offered to another supervisor; `by` may be any person who may act."""

    to: str
    by: str


class TakeOver(Struct, frozen=True, tag="take_over"):
    """A person accepts an offered session; without an offer, for a reason."""

    by: str
    reason: str = ""


class Contact(Struct, frozen=True, kw_only=True):
    """A contact who can be notified of alarms, without an address: the service knows where.

    after_s    how long after the beginning of a high alarm; `order` breaks ties
    user       notified only of sessions that this user supervises; "": of all
    person     False: a browser, which cannot be relied on
    low        is notified of low alarms too
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
    """All contacts who can be notified from now on."""

    contacts: tuple[Contact, ...]


class Attended(Struct, frozen=True, tag="attended"):
    """Whether a person who may act watches, at a page that is visible or audible.

    since      when the last one left, if that was before this report; None: now
    """

    watched: bool
    since: float | None = None


class Rated(Struct, frozen=True, tag="rated"):
    """A person rates whether an alarm was of use. It affects only a figure."""

    alarm_id: str
    useful: bool
    by: str


class NoticeReported(Struct, frozen=True, tag="notice_report"):
    """The outcome of notices to a contact.

    why, because  of a failure, the end of a sentence, and its reason
    """

    alarm_id: str
    contact: int
    ok: bool
    why: str = ""
    because: Reason = NONE


class NoticeDeclined(Struct, frozen=True, tag="notice_declined"):
    """A contact who was notified of an alarm cannot take it up. by: who stated that.

    kept_back  contacts who receive no notices in this session's mode: it is not their turn
    """

    alarm_id: str
    contact: int
    by: str
    kept_back: tuple[int, ...] = ()


class AudioPause(Struct, frozen=True, tag="audio_pause"):
    seconds: float
    by: str


class Close(Struct, frozen=True, tag="close"):
    """The session is closed.

    alert  whether a person found the patient awake and answering; None: not stated
    """

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
    | ChangeDevices
    | MeasuredNow
    | CuffUser
    | Dose
    | CorrectFact
    | CorrectDose
    | CorrectReading
    | Acknowledged
    | Symptom
    | AskForHelp
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
