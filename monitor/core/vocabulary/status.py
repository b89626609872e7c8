"""The state of an encounter for late joiners. Times are epoch seconds; codecs write JSON."""

from typing import Literal

from msgspec import Struct

from monitor.core.vocabulary.events import Alarm, Baseline
from monitor.core.vocabulary.inputs import Dose
from monitor.core.vocabulary.reasons import NONE, Reason
from monitor.core.vocabulary.refusals import Unmet
from monitor.core.vocabulary.words import Mode, Phase

Freshness = Literal["fresh", "stale", "suspect", "missing"]
Trend = Literal["rising", "steady", "falling"]


class VitalStatus(Struct, frozen=True, kw_only=True):
    """The newest believed value of one vital sign and for how long it may be shown.

    value None (with every time None) and state "missing": no value ever came. After `expires_at`
    the state is "missing" too, but the last value stays here for the page to strike through.
    change: value minus baseline, None without a baseline. cause, because: why it is suspect, as a
    phrase or as data. typed: a person wrote it down; the state of the devices has no bearing on it.
    """

    value: float | None
    unit: str
    effective: float | None
    received: float | None
    age_s: float | None
    stale_at: float | None
    expires_at: float | None
    state: Freshness
    trend: Trend | None = None
    change: float | None = None
    cause: str = ""
    typed: bool = False
    because: Reason | None = None


class LimitStatus(Struct, frozen=True):
    """One limit in force, resolved to a number. direction: "high" or "low"; source: where it comes
    from."""

    condition: str
    priority: str
    vital: str
    direction: str
    value: float
    source: Reason


class NextCheck(Struct, frozen=True):
    """The next pressure reading that is wanted. reason: "schedule" or "confirm".

    asked   the cuffs were asked to measure: the reading is wanted by `due`, not at it
    """

    due: float
    overdue: bool
    reason: str
    asked: bool = False


class GateStatus(Struct, frozen=True):
    """The conditions of a gate that do not hold now; empty: it would open."""

    gate: Literal["hold", "booster", "discharge"]
    unmet: tuple[Unmet, ...]


class CheckStatus(Struct, frozen=True):
    """A check before the dose that was made: when, and by whom."""

    at: float
    by: str


class SupervisorStatus(Struct, frozen=True):
    """Who supervises and since when; offered_to: to whom the session is offered, or ""."""

    name: str
    since: float
    offered_to: str = ""


class UnknownAge(Struct, frozen=True, kw_only=True):
    """A cuff's newest record whose measurement time is unknown.

    key      names it in `MeasuredNow`
    values   vital sign -> value
    """

    key: str
    received: float
    values: dict[str, float]
    reason: str = ""
    because: Reason = NONE


class CuffStatus(Struct, frozen=True, kw_only=True):
    """The facts known about one cuff, apart from its readings.

    user, users    which of its users the patient is, None: not stated, and no reading was live yet;
                   all users that it has named in this session
    user_by        who stated it; "": it is the user of the first live reading
    failed_at, failed_reason, failed_because
                   when and why the newest measurement failed, as a sentence or as data; else empty
    unknown        its newest record, while its age is unknown
    stored_at, stored_reason, stored_because
                   when it last handed over readings from its memory, as a sentence or as data
    """

    user: int | None = None
    user_by: str = ""
    users: tuple[int, ...] = ()
    failed_at: float | None = None
    failed_reason: str = ""
    failed_because: Reason = NONE
    unknown: UnknownAge | None = None
    stored_at: float | None = None
    stored_reason: str = ""
    stored_because: Reason = NONE


class SensorStatus(Struct, frozen=True):
    """The state that a device reports of itself.

    battery           percent; None: not reported
    no_contact_since  since when it has had no skin contact, or a cuff has sat badly; None: it sits
                      well
    """

    battery: int | None = None
    no_contact_since: float | None = None


class ClockStep(Struct, frozen=True):
    """A device's clock was set: when, by how many seconds (ahead: positive), and the reason, as
    data or as a sentence."""

    at: float
    by_s: float
    reason: str = ""
    because: Reason = NONE


class Status(Struct, frozen=True, kw_only=True):
    """The status of one encounter.

    checks        only those that were made
    clocks        device -> s that its clock is behind ours (negative: ahead), None while that is
                  not known; contains every device of the session
    cuffs         devices that sent something of a cuff's own
    clock_steps   the newest step of each device whose clock was set in this session
    corrected     which doses were corrected, from 1
    corrections   how many there were, of anything
    sensors       devices that reported something of themselves
    """

    id: str
    protocol: str
    protocol_version: int = 0
    phase: Phase
    mode: Mode
    opened_at: float
    doses: tuple[Dose, ...] = ()
    corrected: tuple[int, ...] = ()
    corrections: int = 0
    dosed_at: float | None
    last_dose_at: float | None
    minutes_since_dose: float | None
    vitals: dict[str, VitalStatus]
    baseline: dict[str, Baseline]
    limits: tuple[LimitStatus, ...]
    alarms: tuple[Alarm, ...]
    next_check: NextCheck | None
    gates: tuple[GateStatus, ...]
    devices: dict[str, str]
    clocks: dict[str, float | None]
    checks: dict[str, CheckStatus]
    supervisor: SupervisorStatus | None
    phases: dict[str, float]
    cuffs: dict[str, CuffStatus] = {}
    clock_steps: dict[str, ClockStep] = {}
    sensors: dict[str, SensorStatus] = {}
    audio_paused_until: float | None = None
    closed_at: float | None = None
