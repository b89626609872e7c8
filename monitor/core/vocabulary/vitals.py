"""The vital signs with all their numbers, in one table, and one reading of them.

An `Observation` is what a device measured at one moment: one or more vital signs that belong
together (a cuff's systolic and diastolic judge each other) and the device's remarks about them.
Values are already in the unit of their vital sign; codecs convert.
"""

from typing import Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from monitor.core.vocabulary.profiles import (
    BaselineRule,
    ConfirmationRule,
    CourseRule,
    EpisodeRule,
    FreshnessRule,
    SilenceRule,
    StreamRule,
    TrendRule,
    VitalSign,
)

Vital = Literal["hr", "sbp", "dbp", "map", "temp"]
PRESSURES: Final[tuple[Vital, ...]] = ("sbp", "dbp", "map")
# What a heartbeat gives: skin contact, intervals between beats and a cuff's pulse are about it.
PULSE: Final[Vital] = "hr"

# --- the table ----------------------------------------------------------------------------------

_HEART_RATE: Final = VitalSign(
    code="hr", name="Heart rate", unit="/min", loinc="8867-4", low=25, high=240,
    # As fast as a heart can change. Engineering defaults; docs/detection.md shows their effect.
    stream=StreamRule(agrees=15, step=10, per_second=3),
    confirmation=ConfirmationRule(hysteresis=5, clear_after=30),
    freshness=FreshnessRule(stale_after=10, expires_after=30),
    silence=SilenceRule(
        watched_as="hr", name="Heart rate", steps=((30, "low"), (120, "medium")),
    ),
    # One every three seconds for half an hour has a median that is no worse than that of all. The
    # figures after the dose are engineering defaults.
    baseline=BaselineRule(apart=3, later_apart=15, wanted=60, later_wanted=20, spread_at_most=8),
    # The size comes from infusions, its spread is an engineering default (docs/clinical.md).
    course=CourseRule(size=5, spread=8, noise=10, slight=15),
    episode=EpisodeRule(sustained_after=300, near=5, farther=5),
    trend=TrendRule(span=300, steady=5),
)  # fmt: skip

_SYSTOLIC: Final = VitalSign(
    code="sbp", name="Systolic pressure", unit="mm[Hg]", loinc="8480-6", low=50, high=280,
    confirmation=ConfirmationRule(
        hysteresis=5, repeat_from=60, repeat_until=120, disputed_by=10, rising_after=600,
    ),
    freshness=FreshnessRule(expires_after=1800),
    # A pressure of 30 minutes ago is no longer shown. What is not shown is not watched: an alarm.
    silence=SilenceRule(watched_as="sbp", name="Blood pressure", steps=((1800, "low"),)),
    # A standard deviation above 8 requires more readings (docs/clinical.md), and so does a range
    # of twice as much.
    baseline=BaselineRule(counted_apart=60, wanted=3, spread_at_most=8, range_at_most=16),
    # Yale 2024, doi 10.1016/j.genhosppsych.2024.07.001: size and spread.
    course=CourseRule(size=16, spread=11.2, noise=10, slight=15),
    # Severe hypertension that persists for 15 min is treated as such in obstetrics (ACOG 767,
    # unconfirmed). Near: the tolerance of a validated cuff (error of at most 10 in 85 % of
    # readings, AAMI/ESH/ISO 2018).
    episode=EpisodeRule(sustained_after=900, near=10, farther=5),
    trend=TrendRule(span=2700, steady=8),
)  # fmt: skip

_DIASTOLIC: Final = replace(
    _SYSTOLIC, code="dbp", name="Diastolic pressure", loinc="8462-4", low=20, high=180,
    course=CourseRule(size=11, spread=8.45, noise=10, slight=10),
    trend=TrendRule(span=2700, steady=6),
)  # fmt: skip

_MEAN: Final = replace(
    _SYSTOLIC, code="map", name="Mean pressure", loinc="8478-0", low=20, high=280, course=None,
    trend=TrendRule(span=2700, steady=6),
)  # fmt: skip

_TEMPERATURE: Final = VitalSign(
    code="temp", name="Temperature", unit="Cel", loinc="8310-5", low=30, high=43, decimals=1,
    confirmation=ConfirmationRule(hysteresis=0.2, repeat_from=60, repeat_until=300),
    freshness=FreshnessRule(expires_after=1800),
    silence=SilenceRule(watched_as="temp", name="Temperature", steps=((1800, "low"),)),
    baseline=BaselineRule(wanted=2, spread_at_most=8),
    course=CourseRule(size=0.2, spread=0.2, noise=0.3, slight=0.5, shape="warmth"),
    episode=EpisodeRule(sustained_after=1800, near=0.3, farther=0.2),
    trend=TrendRule(span=2700, steady=0.3),
)  # fmt: skip

VITALS: Final[dict[str, VitalSign]] = {
    sign.code: sign for sign in (_HEART_RATE, _SYSTOLIC, _DIASTOLIC, _MEAN, _TEMPERATURE)
}

# --- a reading ----------------------------------------------------------------------------------

# A larger number is no measurement in any unit, and the record has no place for it.
BEYOND: Final = 1e30


# An interval between two beats outside these is none; straps also send 0 and gaps of minutes.
SHORTEST_MS: Final = 200.0
LONGEST_MS: Final = 3000.0


def is_measurable(value: float) -> bool:
    """Return whether the number can be a measurement at all, possible or not; NaN cannot."""
    return abs(value) < BEYOND


Flag = Literal[
    "movement", "cuff_loose", "irregular_pulse", "improper_position", "pulse_out_of_range"
]


class Observation(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One reading: the measurement of one device at one moment.

    issued     when we received it (seconds since the epoch, the service's clock)
    effective  the measurement time that the device states; None: not stated
    sent       the device's clock when it published; None: not stated
    device     its id; "" for a reading that a person typed
    boot, seq  the device's restart mark and running number; with device and vital sign its key
    values     vital sign -> value in that vital sign's unit; never empty unless `measuring`, or the
               device reports only a fault (`contact` False, a cuff flag with no value)
    pulse      a cuff's pulse rate /min: checks `hr`, is not a vital sign
    contact    False: the sensor reports no skin contact; None: it cannot detect contact
    flags      the cuff's doubts about its own reading
    by         who typed it, for a manual reading
    replayed   it came from the broker's store (retained): history, not life
    measuring  an inflating cuff (0x2A36): shows that a measurement runs, carries no value
    failed     vital signs that were sent as no number: that measurement failed, whole or in part
    rr         RR intervals that arrived with a heart rate, ms, oldest first
    record     a cuff's own record (0x2A35): it may be of now or from its memory
    stamp      when that record was made by the cuff's clock, s, zone and setting unknown
    user       which of its users the cuff names; None: no user, or the cuff does not know
    raw_t, raw_sent   `t` and `sent` as numbers whose unit (s, ms, us, ns) is not known yet
    """

    issued: float
    effective: float | None = None
    sent: float | None = None
    device: str = ""
    boot: str = ""
    seq: int | None = None
    values: dict[str, float] = {}
    pulse: float | None = None
    contact: bool | None = None
    flags: tuple[str, ...] = ()
    battery: int | None = None
    by: str = ""
    replayed: bool = False
    measuring: bool = False
    failed: tuple[Vital, ...] = ()
    rr: tuple[float, ...] = ()
    record: bool = False
    stamp: float | None = None
    user: int | None = None
    raw_t: float | None = None
    raw_sent: float | None = None


PROMISES: Final[dict[str, tuple[str, ...]]] = {
    "heart_rate": ("hr",),
    "cuff": ("sbp",),
    "thermometer": ("temp",),
    "gateway": (),
}


_WATCHED_AS: Final = {code: sign.silence.watched_as for code, sign in VITALS.items()}


def watched_as(vital: str) -> str:
    """Return the vital sign under which silence of `vital` is noticed: pressures come together.

    Anything that is no vital sign is returned as it is.
    """
    return _WATCHED_AS.get(vital, vital)
