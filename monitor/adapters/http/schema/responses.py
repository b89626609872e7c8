"""Schemas of the responses, for the OpenAPI document and for the tests that check responses.

No code here runs when a route responds: `codecs.contract` and `rows` make the bodies, and
validating each status again would cost as much as making it.
"""

from datetime import datetime
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict

from monitor.core.vocabulary.profiles import Direction
from monitor.core.vocabulary.status import Freshness, Trend
from monitor.core.vocabulary.vitals import Vital
from monitor.core.vocabulary.words import Kind, Mode, Phase, Presence, Priority, Verdict

_MEANS: Final = {200: "As asked", 201: "Created", 503: "Not now"}


def says(model: type[BaseModel], status: int = 200) -> dict[int | str, dict[str, Any]]:
    """The `responses` argument of a route."""
    return {status: {"model": model, "description": _MEANS[status]}}


class Answer(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class Listing(Answer):
    """A page of a listing. `count`: of all rows; `next`: the cursor of the next page."""

    count: int
    next: str | None


class Nothing(Answer):
    pass


# --- people ---------------------------------------------------------------------------------------


class SignedIn(Answer):
    token: str
    user: str
    role: str
    expires: datetime
    must_change_password: bool


class Confirmed(Answer):
    acts_until: datetime


class ServiceFacts(Answer):
    version: str
    sites: list[str]
    device_identity: bool
    speed: float
    links_stay_here: bool = False


class Me(Answer):
    user: str
    role: str
    expires: datetime
    acts_until: datetime
    must_change_password: bool
    phone: str | None
    service: ServiceFacts


class UserResponse(Answer):
    username: str
    role: str
    disabled: bool
    phone: str | None
    must_change_password: bool


class Users(Listing):
    items: list[UserResponse]


class Taker(Answer):
    """A user who may take a session over. `here`: an open page of that person responds; `audible`:
    alarms can be heard at one."""

    username: str
    role: str
    here: bool
    audible: bool
    on_duty: bool


class Takers(Listing):
    items: list[Taker]


# --- the clinic -----------------------------------------------------------------------------------


class CreatedId(Answer):
    id: str


class PatientResponse(Answer):
    id: str
    label: str
    birth_year: int | None
    risk_factors: list[str]
    created_at: datetime


class Patients(Listing):
    items: list[PatientResponse]


class Word(Answer):
    id: str
    text: str


class Vocabulary(Answer):
    risk_factors: list[Word]
    symptoms: list[Word]
    checks: list[Word]


class ProtocolRow(Answer):
    """A protocol. Further fields contain its phases, schedule, gates and limits."""

    model_config = ConfigDict(extra="allow")

    id: str
    name: str
    source: str


class Protocols(Listing):
    items: list[ProtocolRow]


class DeviceResponse(Answer):
    id: str
    kind: str
    site: str
    user: int | None
    model: str | None
    created_at: datetime
    active: bool
    deactivated_at: datetime | None


class Devices(Listing):
    items: list[DeviceResponse]


class BrokerAccount(Answer):
    """MQTT credentials. User name and password are null if devices need no credentials."""

    username: str | None
    password: str | None
    topic: str


class Registered(Answer):
    id: str
    kind: str
    site: str
    mqtt: BrokerAccount


class QuarantineItem(Answer):
    """A message that was not accepted. `count`: the number of its elements that this row
    represents; one of them is shown."""

    id: int
    at: datetime
    topic: str
    device: str | None
    format: str | None
    reason: str
    excerpt: str
    size: int
    count: int


class DroppedOf(Answer):
    """Rows of one device that were not kept; `device` null: of all unknown clients together."""

    device: str | None
    count: int
    since: datetime
    at: datetime


class DroppedReadings(Answer):
    """`count`: all rows that were ever dropped; `devices`: the devices that lost rows most
    recently."""

    count: int
    devices: list[DroppedOf]


class Quarantine(Listing):
    items: list[QuarantineItem]
    dropped: DroppedReadings


class AuditEntry(Answer):
    """One entry of the audit. `origin`: the client's address, or the machine's account that ran the
    command. `detail`: the values before (`before`) and after (`after`), and a reason if one was
    given."""

    id: int
    at: datetime
    by: str
    action: str
    object: str
    origin: str | None
    detail: dict[str, Any]


class Audit(Listing):
    items: list[AuditEntry]


class ShiftOf(Answer):
    days: list[str]
    begins: str
    ends: str


class ContactResponse(Answer):
    """A contact. `signing_key`: of webhooks to this contact; `confirmed_at`: when a person last
    confirmed that a test notice had arrived."""

    id: str
    name: str
    urls: list[str]
    order: int
    after_s: float
    user: str | None
    zone: str
    rota: list[ShiftOf]
    quiet: list[ShiftOf]
    low: bool
    simulated: bool
    has_pin: bool
    confirmed_at: datetime | None
    signing_key: str


class Contacts(Listing):
    items: list[ContactResponse]


# --- sessions -------------------------------------------------------------------------------------


class OpenedEncounter(Answer):
    id: str
    phase: Phase


class Because(Answer):
    """A reason as data. `code` names the case; a fact is a value, a word of a closed list, a name,
    a typed text, or a further reason."""

    code: str
    facts: dict[str, Any]


class VitalNow(Answer):
    value: float | None
    unit: str
    effective: datetime | None
    received: datetime | None
    age_s: float | None
    stale_at: datetime | None
    expires_at: datetime | None
    state: Freshness
    trend: Trend | None
    change: float | None
    cause: str
    because: Because | None = None
    typed: bool = False


class BaselineOf(Answer):
    value: float
    spread: float
    count: int
    grade: Literal["good", "fair", "poor"]


class LimitInForce(Answer):
    condition: str
    priority: Priority
    vital: Vital
    direction: Literal["high", "low"]
    value: float
    source: str
    source_because: Because


class AlarmResponse(Answer):
    """An alarm. `because`: its reason as data, and `source_because` where its limit comes from;
    absent if an older version recorded it. `bare_reason`: the reason without who acknowledged the
    alarm; absent if it names nobody."""

    id: str
    encounter_id: str
    condition: str
    kind: Kind
    priority: Priority
    presence: Presence
    vital: Vital | None
    device: str | None
    value: float | None
    limit: float | None
    source: str
    extreme: float | None
    extreme_at: datetime | None
    worst: Priority
    provisional: bool
    data_lost_at: datetime | None
    onset: datetime
    raised_at: datetime
    cleared_at: datetime | None
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    reason: str
    began: Priority | None
    priority_since: datetime | None
    worst_since: datetime | None
    called_at: datetime | None
    struck: float | None = None
    because: Because | None = None
    source_because: Because | None = None
    bare_reason: str | None = None


class Alarms(Listing):
    items: list[AlarmResponse]


class Check(Answer):
    """The next pressure check. `asked`: the cuffs were asked to measure by `due`; otherwise a
    reading is wanted at `due`."""

    due: datetime
    overdue: bool
    reason: str
    asked: bool = False


class Condition(Answer):
    """One condition of a gate that does not hold."""

    id: str
    text: str
    because: Because


class GateNow(Answer):
    gate: Literal["hold", "booster", "discharge"]
    unmet: list[Condition]


class Supervision(Answer):
    watching: int
    visible: int
    audible: int


class CheckResponse(Answer):
    at: datetime
    by: str


class SupervisorResponse(Answer):
    """The supervisor. `offered_to`: the user to whom the session is offered, until that person
    takes it."""

    name: str
    since: datetime
    offered_to: str | None


class NoticeResponse(Answer):
    """One notice on one channel of one contact. `round`: 2 or more if the contact was notified
    before; `because`: `detail` as data."""

    id: str
    message: str
    alarm: str | None
    purpose: Literal["alarm", "test"]
    contact: str
    contact_id: int
    channel: str
    priority: str
    round: int
    state: Literal["queued", "sent", "retrying", "failed", "cancelled"]
    at: datetime
    attempts: int
    detail: str
    because: Because | None = None
    queued_at: datetime
    sent_at: datetime | None
    delivered_at: datetime | None
    seen_at: datetime | None
    acknowledged_at: datetime | None
    declined_at: datetime | None


class ContactOf(Answer):
    """A contact who would be notified of this session, without addresses."""

    id: int
    name: str
    after_s: float
    on_duty: bool
    confirmed_at: datetime | None


class NextNotice(Answer):
    alarm: str
    contact: str
    at: datetime


class UnknownAgeResponse(Answer):
    """A cuff's record of unknown age. `key`: identifies it in `POST
    /encounters/{encounter_id}/measured-now`."""

    key: str
    received: datetime
    values: dict[Vital, float]
    reason: str
    because: Because | None = None


class CuffResponse(Answer):
    """A cuff. `user`: which of its users the patient is; `user_by` null: taken from the first live
    reading. `unknown`: its newest record, while the time of its measurement is unknown."""

    user: int | None
    user_by: str | None
    users: list[int]
    failed_at: datetime | None
    failed_reason: str
    unknown: UnknownAgeResponse | None
    stored_at: datetime | None
    stored_reason: str
    failed_because: Because | None = None
    stored_because: Because | None = None


class Sensor(Answer):
    """A device's own report. `battery`: percent; `no_contact_since`: since when it has had no skin
    contact, or a cuff has sat badly."""

    battery: int | None
    no_contact_since: datetime | None


class ClockStepResponse(Answer):
    """A device's clock was set, by `by_s` seconds (ahead: positive)."""

    at: datetime
    by_s: float
    reason: str
    because: Because | None = None


class GivenDose(Answer):
    """A dose as it is known now; `corrected`: it was recorded differently."""

    corrected: bool

    at: datetime
    drug: str
    route: str
    amount_mg: float


class FactsNow(Answer):
    """The known facts about the patient, for this session."""

    birth_year: int | None
    risk_factors: list[str]


class StatusResponse(Answer):
    """A session. `code`: its name in notices; `notices`: of its present alarms, and tests;
    `nobody_left`: alarms that a contact has declined, with no further contact to notify;
    `contacts_known`: false for a moment after a session was opened, while an empty `contacts` means
    nothing."""

    id: str
    code: str
    contacts: list[ContactOf]
    contacts_known: bool = True
    notices: list[NoticeResponse]
    next_notice: NextNotice | None
    nobody_left: list[str]
    patient: str
    patient_label: str
    protocol: str
    protocol_version: int | None
    phase: Phase
    mode: Mode
    opened_at: datetime
    doses: list[GivenDose]
    corrections: int
    dosed_at: datetime | None
    last_dose_at: datetime | None
    minutes_since_dose: float | None
    vitals: dict[Vital, VitalNow]
    baseline: dict[Vital, BaselineOf]
    limits: list[LimitInForce]
    alarms: list[AlarmResponse]
    next_check: Check | None
    gates: list[GateNow]
    devices: dict[str, str]
    clocks: dict[str, float | None]
    cuffs: dict[str, CuffResponse]
    clock_steps: dict[str, ClockStepResponse]
    sensors: dict[str, Sensor] = {}
    checks: dict[str, CheckResponse]
    supervisor: SupervisorResponse | None
    phases: dict[str, datetime]
    audio_paused_until: datetime | None
    closed_at: datetime | None
    supervision: Supervision | None
    emergency: dict[str, str]
    facts: FactsNow


class Expectation(Answer):
    """`since`: the first dose; `upper`: a value for each `step_s` from then on."""

    since: datetime | None
    step_s: float
    upper: dict[Vital, list[float]]


class Statuses(Listing):
    items: list[StatusResponse]


# --- records of a session -------------------------------------------------------------------------


class ObservationResponse(Answer):
    """One stored value. `measured`: the time by the device's own clock; `effective`: the same,
    corrected. `rr_ms`: the RR intervals that came with a heart rate; `user`: the cuff's user that
    it names; `because`: the reason as data; each is omitted if absent."""

    id: int
    vital: Vital
    value: float
    unit: str
    effective: datetime
    issued: datetime
    measured: datetime | None
    device: str | None
    boot: str | None
    seq: int | None
    source: Literal["device", "manual"]
    state: Verdict
    reason: str
    rr_ms: list[int] | None = None
    user: int | None = None
    because: Because | None = None


class Observations(Listing):
    items: list[ObservationResponse]


class EpisodeResponse(Answer):
    id: str
    encounter_id: str
    number: int
    vital: Vital
    direction: Direction
    unit: str
    onset: datetime
    peak_at: datetime
    peak: float
    end: datetime | None
    limit: float
    baseline: float | None
    over_s: float
    area: float
    dosed_at: datetime | None
    onset_min: float | None
    peak_min: float | None
    duration_s: float | None
    returned_at: datetime | None
    return_min: float | None
    course: Literal["transient", "sustained"]
    holes: int
    hole_s: float
    unwatched_s: float


class Episodes(Listing):
    items: list[EpisodeResponse]


class JournalLine(Answer):
    """One line of the journal. Times in `body` are epoch seconds. `brief`: the reason of an alarm
    without how long something lasted; absent if it does not say that."""

    id: int
    at: datetime
    side: Literal["input", "event", "reading", "record"]
    type: str
    body: dict[str, Any]
    brief: str | None = None


class Journal(Listing):
    items: list[JournalLine]


class NoticeList(Listing):
    items: list[NoticeResponse]


# --- operation ------------------------------------------------------------------------------------


class Health(Answer):
    """`following`: the clock stays still until a simulator moves it."""

    status: Literal["ok"]
    time: datetime
    speed: float
    following: bool = False


class SeatFree(Answer):
    free: Literal[True]


class PartState(Answer):
    ready: bool
    text: str
    canary_s: float | None = None
    loop_lag_s: float | None = None
    refused: int | None = None
    held: int | None = None
    at_risk: int | None = None
    window: int | None = None


class Readiness(Answer):
    status: Literal["ready", "not ready"]
    parts: dict[str, PartState]
    warnings: list[str]
    detail: str = ""


class PingState(Answer):
    wanted: bool
    ok: bool
    detail: str
    answered_s: float | None


class SelfTest(Answer):
    """Result of a self-test. `steps`: seconds from hop to hop; `total_s` null: the test reading did
    not arrive. `loop_lag_s`: the worst delay of the service's event loop in the last half minute or
    minute."""

    ok: bool
    detail: str
    at: datetime | None
    total_s: float | None
    loop_lag_s: float
    steps: dict[str, float]
    ping: PingState
    warnings: list[str]


class AlarmBurden(Answer):
    """Figures on alarm burden, see `core/alarms/burden`. `ratings`: of one session, alarm ->
    useful."""

    sessions: int
    hours: float
    alarms: dict[str, int]
    per_hour: float | None
    answered: int
    median_s: float | None
    longest_s: float | None
    in_alarm_s: float
    blind_s: float
    unattended_s: float
    useful: int
    rated: int
    ratings: dict[str, bool] | None = None


class PushKey(Answer):
    key: str
