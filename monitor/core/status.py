"""The state of an encounter for whoever joins late. Times are epoch seconds; codecs write JSON."""

from typing import Literal

from msgspec import Struct

from monitor.core.events import Alarm, Baseline, Mode, Phase, Unmet

Freshness = Literal["fresh", "stale", "suspect", "missing"]
Trend = Literal["rising", "steady", "falling"]


class VitalStatus(Struct, frozen=True, kw_only=True):
    """The newest believed value of one vital sign and for how long it may be shown.

    value None (with every time None) and state "missing": nothing ever came. After `expires_at`
    the state is "missing" too, but the last value stays here for the page to strike through.
    change: value minus baseline, None without a baseline. cause: why it is suspect.
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


class LimitStatus(Struct, frozen=True):
    """One limit in force, resolved to a number. direction: "high" or "low"."""

    condition: str
    priority: str
    vital: str
    direction: str
    value: float
    source: str


class NextCheck(Struct, frozen=True):
    """The next pressure reading that the protocol wants. reason: "schedule" or "confirm"."""

    due: float
    overdue: bool
    reason: str


class GateStatus(Struct, frozen=True):
    """Which conditions of a gate do not hold now; empty: it would open."""

    gate: Literal["hold", "booster", "discharge"]
    unmet: tuple[Unmet, ...]


class CheckStatus(Struct, frozen=True):
    """A check before the dose that was made: when, and by whom."""

    at: float
    by: str


class SupervisorStatus(Struct, frozen=True):
    """Who supervises and since when; offered_to: to whom it is offered, "" to nobody."""

    name: str
    since: float
    offered_to: str = ""


class Status(Struct, frozen=True, kw_only=True):
    """checks: of those that were made only; clocks: device -> s that its clock is behind ours
    (negative: ahead), None while that is not known; every device of the session is there.
    """

    id: str
    protocol: str
    phase: Phase
    mode: Mode
    opened_at: float
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
    audio_paused_until: float | None = None
    closed_at: float | None = None
