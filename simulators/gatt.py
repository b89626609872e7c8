"""Bluetooth characteristics as straps and cuffs send them: bytes, written by the specification.

Heart Rate Measurement (0x2A37), Blood Pressure Measurement (0x2A35) and Intermediate Cuff Pressure
(0x2A36), pressures in mmHg. One layout is in no specification: `pressure_unannounced`, of a cuff
that sends its user without announcing it.
"""

import struct
from datetime import UTC, datetime
from typing import Final

from msgspec import Struct

NO_NUMBER: Final = 0x07FF
UNKNOWN_USER: Final = 0xFF
INTERVALS_PER_S: Final = 1024
MOST_INTERVALS: Final = 9

_WIDE, _CONTACT, _CONTACT_KNOWN, _INTERVALS = 0x01, 0x02, 0x04, 0x10
_TIME, _PULSE, _USER, _STATUS, _RESERVED = 0x02, 0x04, 0x08, 0x10, 0x40

STATUS_BITS: Final = {
    "movement": 0x01,
    "cuff_loose": 0x02,
    "irregular_pulse": 0x04,
    "improper_position": 0x20,
}


class Record(Struct, frozen=True, kw_only=True):
    """One measurement of a cuff.

    sbp, dbp, map   mmHg; None: no number
    pulse           /min; None: it counts none
    stamp           the time of its clock, epoch seconds as if that clock were UTC; None: no clock
    user            index of the user; None: it has only one
    status          bits of the measurement status; None: it sends no status
    """

    sbp: float | None
    dbp: float | None
    map: float | None = None
    pulse: float | None = None
    stamp: float | None = None
    user: int | None = None
    status: int | None = None


def sfloat(value: float | None) -> int:
    """Return 16 bits: whole numbers exactly, others to a tenth; ValueError beyond that range."""
    if value is None:
        return NO_NUMBER
    exponent, mantissa = (0, int(value)) if float(value).is_integer() else (-1, round(value * 10))
    if not -2046 < mantissa < 2046:
        raise ValueError(f"{value} does not fit into 12 bits")
    return (exponent & 0xF) << 12 | (mantissa & 0xFFF)


def pressure(record: Record) -> bytes:
    """Encode 0x2A35, a finished measurement."""
    flags = (
        _TIME * (record.stamp is not None)
        | _PULSE * (record.pulse is not None)
        | _USER * (record.user is not None)
        | _STATUS * (record.status is not None)
    )
    parts = [_pressures(flags, record)]
    if record.stamp is not None:
        parts.append(_time(record.stamp))
    if record.pulse is not None:
        parts.append(struct.pack("<H", sfloat(record.pulse)))
    if record.user is not None:
        parts.append(bytes([record.user]))
    if record.status is not None:
        parts.append(struct.pack("<H", record.status))
    return b"".join(parts)


def pressure_unannounced(record: Record) -> bytes:
    """Encode 0x2A35 as a cuff does that sets a reserved bit and, after the time, writes its pulse
    high byte first, a user byte that no flag announces, and its status high byte first."""
    head = _pressures(_TIME | _PULSE | _STATUS | _RESERVED, record)
    rest = struct.pack(">HBH", sfloat(record.pulse), record.user or 0, record.status or 0)
    return head + _time(record.stamp or 0.0) + rest


def inflating(mmhg: float) -> bytes:
    """Encode 0x2A36: the present pressure in the cuff; the other two fields are no numbers."""
    return struct.pack("<BHHH", 0, sfloat(mmhg), NO_NUMBER, NO_NUMBER)


def heart_rate(
    rate: int, contact: bool | None = None, intervals_ms: tuple[float, ...] = ()
) -> bytes:
    """Encode 0x2A37. contact None: not detected by the strap; intervals: RR, ms, oldest first."""
    flags = _WIDE * (rate > 0xFF) | _INTERVALS * bool(intervals_ms)
    if contact is not None:
        flags |= _CONTACT_KNOWN | _CONTACT * contact
    told = [round(ms * INTERVALS_PER_S / 1000) for ms in intervals_ms[-MOST_INTERVALS:]]
    return struct.pack(f"<B{'H' if rate > 0xFF else 'B'}{len(told)}H", flags, rate, *told)


def _pressures(flags: int, record: Record) -> bytes:
    return struct.pack("<B3H", flags, *map(sfloat, (record.sbp, record.dbp, record.map)))


def _time(stamp: float) -> bytes:
    t = datetime.fromtimestamp(int(stamp), UTC)
    return struct.pack("<H5B", t.year, t.month, t.day, t.hour, t.minute, t.second)
