"""The vital signs, and one reading of them.

An `Observation` is what a device measured at one moment: one or more vital signs that belong
together (a cuff's systolic and diastolic judge each other) and the device's remarks about them.
Values are already in the unit of their vital sign; codecs convert.
"""

from typing import Final, Literal

from msgspec import Struct

Vital = Literal["hr", "sbp", "dbp", "map", "temp"]
PRESSURES: Final[tuple[Vital, ...]] = ("sbp", "dbp", "map")


class VitalSign(Struct, frozen=True):
    """The fixed properties of one vital sign.

    `low` and `high` bound what a living person's monitor can truthfully report; outside them a
    value is impossible and rejected (docs/clinical.md).
    """

    code: Vital
    name: str
    unit: str
    loinc: str
    low: float
    high: float
    decimals: int = 0


VITALS: Final[dict[str, VitalSign]] = {
    v.code: v
    for v in (
        VitalSign("hr", "Heart rate", "/min", "8867-4", 25, 240),
        VitalSign("sbp", "Systolic pressure", "mm[Hg]", "8480-6", 50, 280),
        VitalSign("dbp", "Diastolic pressure", "mm[Hg]", "8462-4", 20, 180),
        VitalSign("map", "Mean pressure", "mm[Hg]", "8478-0", 20, 280),
        VitalSign("temp", "Temperature", "Cel", "8310-5", 30, 43, decimals=1),
    )
}

# A larger number is no measurement in any unit, and the record has no place for it.
BEYOND: Final = 1e30


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


def watched_as(vital: str) -> str:
    """Return the vital sign under which silence of `vital` is noticed: pressures come together."""
    return "sbp" if vital in ("sbp", "dbp", "map") else vital
