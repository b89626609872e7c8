"""What goes into an encounter and what comes out: the vocabulary of the journal.

An *input* is a fact from outside, an *event* is a decision. Both are plain data with a tag, so
that a journal row can be read back years later. `at` is when the decision fell due, which
depends on the inputs alone and never on how often anybody asked.
"""

from typing import Literal

from msgspec import UNSET, Struct, UnsetType

from monitor.core.vitals import Observation

Mode = Literal["real", "test", "demo"]
Phase = Literal["preparation", "baseline", "onset", "peak", "recovery", "closed"]
Priority = Literal["low", "medium", "high"]
Presence = Literal["off", "on", "latched", "acknowledged"]
Kind = Literal["physiological", "technical"]
FaultCondition = Literal[
    "broker_lost", "storage_fault", "notice_failed", "broker_contested", "broker_open"
]
Verdict = Literal["accepted", "suspect", "rejected", "late"]
# "corrected": a reading in it was struck out; "left": the session was closed while it lasted.
Stage = Literal["opened", "higher", "sustained", "ended", "returned", "corrected", "left"]
Change = Literal[
    "raised", "escalated", "deescalated", "latched", "cleared", "acknowledged", "ended"
]


# --- facts that open an encounter -------------------------------------------------------------


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


# --- inputs -------------------------------------------------------------------------------------


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


# --- decisions ----------------------------------------------------------------------------------


class Judged(Struct, frozen=True, kw_only=True, tag="judged"):
    """One vital sign of one reading, with what was thought of it. A row of `observations`.

    effective  when it was measured, corrected by the device's clock offset, never after `issued`
    measured   the device's own claim, uncorrected; None: it made none
    key        unique within the encounter: device, boot, seq, vital (or device, t, vital)
    reason     "" when accepted
    rr         of a heart rate: the RR intervals that arrived with it, ms, oldest first
    user       of a cuff's record: which of its users it names
    """

    at: float
    vital: str
    value: float
    effective: float
    issued: float
    measured: float | None
    device: str
    boot: str
    seq: int | None
    source: Literal["device", "manual"]
    state: Verdict
    reason: str
    key: str
    rr: tuple[float, ...] = ()
    user: int | None = None


class Rejudged(Struct, frozen=True, kw_only=True, tag="rejudged"):
    """What was thought of readings on the record has changed, because more is known by now.

    keys       of the rows (`Judged.key`), all of one measurement
    effective  when it was measured, as it is known now
    reason     "" when accepted
    """

    at: float
    keys: tuple[str, ...]
    state: Verdict
    reason: str
    effective: float


class MeasurementFailed(Struct, frozen=True, kw_only=True, tag="measurement_failed"):
    """A cuff measured and failed. cause: what it says of that, "" for nothing; count: in a row;
    half: one of the two pressures came all the same."""

    at: float
    device: str
    effective: float
    cause: str
    count: int
    half: bool = False


class ClockStepped(Struct, frozen=True, kw_only=True, tag="clock_stepped"):
    """A device's clock was set. by_s: so far, seconds, ahead when positive; reason: a sentence."""

    at: float
    device: str
    by_s: float
    reason: str


class NumberReused(Struct, frozen=True, kw_only=True, tag="number_reused"):
    """A device sent a number a second time with other content; it was judged as a new reading."""

    at: float
    device: str
    boot: str
    seq: int
    reason: str


class UserTaken(Struct, frozen=True, kw_only=True, tag="user_taken"):
    """From now on the patient is this user of a shared cuff. by: who said so, "" for nobody: it is
    the user of the first live reading."""

    at: float
    device: str
    user: int
    by: str = ""


class Duplicate(Struct, frozen=True, tag="duplicate"):
    """A reading that is already on the record came again: counted, never a confirmation.

    noted   something of it is remembered, so that it has to be on the record itself: what follows
            could not be decided again without it
    """

    at: float
    device: str
    boot: str
    seq: int | None
    noted: bool = False


class Alarm(Struct, kw_only=True):
    """One condition's one occurrence. Mutable inside the core; events carry copies.

    onset      when the condition began (the first reading beyond the limit, corrected time)
    raised_at  when the signal first came on
    value      the newest value while the condition stands; extreme: the farthest
    limit      the limit of the present priority; `source`: where that limit comes from
    data_lost_at   it stands unseen: receipt of the newest reading that was believed; None: seen
    began          the priority at which it came on; None: an older version did not say
    priority_since, worst_since   when it came to its present priority, and to its worst; of the one
                   at which it came on its onset; None: not known
    called_at      when it last called for a person: came on, came on again, or worsened
    struck         the value of the typed reading that it rested on and that was struck out
    """

    id: str
    condition: str
    kind: Kind
    priority: Priority
    presence: Presence
    onset: float
    raised_at: float
    vital: str | None = None
    device: str | None = None
    value: float | None = None
    limit: float | None = None
    source: str = ""
    extreme: float | None = None
    extreme_at: float | None = None
    worst: Priority = "low"
    provisional: bool = False
    data_lost_at: float | None = None
    cleared_at: float | None = None
    acknowledged_at: float | None = None
    acknowledged_by: str | None = None
    reason: str = ""
    began: Priority | None = None
    priority_since: float | None = None
    worst_since: float | None = None
    called_at: float | None = None
    struck: float | None = None


class AlarmChanged(Struct, frozen=True, tag="alarm"):
    at: float
    transition: Change
    alarm: Alarm


class Blinded(Struct, frozen=True, tag="blinded"):
    """A standing alarm's readings have stopped or come again: `alarm.data_lost_at` says which.

    No transition: neither its signal nor its priority moves.
    """

    at: float
    alarm: Alarm


class Retold(Blinded, frozen=True, tag="retold"):
    """The sentence of an alarm is another, and nothing else of it: one more dose was taken, so it
    names the one that it counts from.
    """


class Episode(Struct, kw_only=True):
    """A transient elevation as a record. Times are corrected measurement times.

    onset, peak_at, end   end is None while it lasts; only a return ends it, never missing data
    limit, baseline       what it was judged against; baseline None: there was none
    over_s, area          seconds beyond the limit; value-over-limit integrated, unit * s
    dosed_at              the last dose before the onset; None: there was none yet
    returned_at           near the baseline again, at the end or later; None: not, or none is known
    sustained             so long beyond the limit that it is no transient any more
    holes, hole_s         stretches inside it of which nothing is known; their seconds together
    unwatched_s           seconds of it in which nobody watched, whatever is known of them now
    """

    number: int
    vital: str
    onset: float
    peak_at: float
    peak: float
    limit: float
    baseline: float | None = None
    end: float | None = None
    over_s: float = 0.0
    area: float = 0.0
    dosed_at: float | None = None
    returned_at: float | None = None
    sustained: bool = False
    holes: int = 0
    hole_s: float = 0.0
    unwatched_s: float = 0.0


class EpisodeChanged(Struct, frozen=True, tag="episode"):
    """An episode as it is after a change; `returned` comes with its end or after it."""

    at: float
    episode: Episode
    change: Stage = "opened"


class PhaseChanged(Struct, frozen=True, tag="phase"):
    at: float
    phase: Phase


class Baseline(Struct, frozen=True):
    """Centre and spread of one vital sign before the dose. `grade`: good, fair or poor."""

    value: float
    spread: float
    count: int
    grade: Literal["good", "fair", "poor"]


class DoseRecorded(Struct, frozen=True, tag="dosed"):
    """`first`: it froze the baseline; a booster restarts the protocol's clock only."""

    at: float
    dose: Dose
    first: bool
    baseline: dict[str, Baseline]
    unmet: tuple[str, ...] = ()


class Corrected(Struct, frozen=True, kw_only=True, tag="corrected"):
    """What was on the record and what is true: both stay there, with who said so and why.

    what      a `Fact`, "dose", "reading" or "device"
    number    of a dose; None: of anything else
    follows   what is judged anew from now on, and what stands: sentences
    """

    at: float
    what: str
    before: Said
    after: Said
    by: str
    reason: str
    follows: str
    number: int | None = None


class LimitMoved(Struct, frozen=True, tag="limit_moved"):
    """The limit in force of a condition at a priority, before and after; None: there was none."""

    at: float
    condition: str
    priority: Priority
    before: float | None
    after: float | None
    by: str
    reason: str


class BaselineMoved(Struct, frozen=True, tag="baseline_moved"):
    """The baseline was taken again: of the vital signs that it concerns, before and after."""

    at: float
    before: dict[str, Baseline]
    after: dict[str, Baseline]
    by: str
    reason: str


class Unwatched(Struct, frozen=True, tag="unwatched"):
    """This session was not monitored from `since` to `until`."""

    at: float
    since: float
    until: float
    why: str


class Commanded(Struct, frozen=True, tag="command"):
    """Ask the cuffs of this encounter to measure; `by`: no later than."""

    at: float
    reason: Literal["scheduled", "confirm"]
    by: float
    devices: tuple[str, ...]
    command: Literal["measure_bp"] = "measure_bp"


class Notice(Struct, frozen=True, kw_only=True, tag="notice"):
    """Somebody is to be told of an alarm.

    number     counts the notices of an encounter
    round      1: told of it for the first time since it began or worsened
    suppressed why it stays on the record only; "": it is sent
    began, priority_since   as the alarm has them (see `Alarm`)
    called_at  when it last called for a person anew: worse, or still there; None: only at first
    """

    at: float
    number: int
    alarm_id: str
    contact: int
    round: int
    priority: Priority
    kind: Kind
    onset: float
    suppressed: str = ""
    began: Priority | None = None
    priority_since: float | None = None
    called_at: float | None = None


class Closed(Struct, frozen=True, tag="closed"):
    at: float
    by: str
    unmet: tuple[str, ...] = ()
    override: Override | None = None
    alert: bool | None = None


Event = (
    Judged
    | Rejudged
    | MeasurementFailed
    | ClockStepped
    | NumberReused
    | UserTaken
    | Duplicate
    | AlarmChanged
    | Blinded
    | Retold
    | EpisodeChanged
    | PhaseChanged
    | DoseRecorded
    | Corrected
    | LimitMoved
    | BaselineMoved
    | Unwatched
    | Commanded
    | Notice
    | Closed
)


# --- what a refused act says --------------------------------------------------------------------


class Unmet(Struct, frozen=True):
    """One condition of a gate that does not hold: a stable id and a sentence."""

    id: str
    text: str


class Refused(Exception):
    """The caller asked for something that this encounter cannot do now. Nothing was changed."""


class GateRefused(Refused):
    """A gate is shut. `unmet` lists every condition that does not hold; an override opens it."""

    def __init__(self, gate: str, unmet: tuple[Unmet, ...]) -> None:
        self.gate = gate
        self.unmet = unmet
        super().__init__(f"{gate}: " + " ".join(u.text for u in unmet))
