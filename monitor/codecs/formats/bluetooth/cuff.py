"""The Bluetooth messages of a cuff: its record of a measurement, and the pressure as it inflates.

The time stamp of a record is the cuff's local time in an unknown zone, from a clock that mostly was
never set. It is passed on unchanged: the core compares it with other stamps of the same cuff, and
decides whether the record is current or from the cuff's memory.
"""

import struct
from datetime import UTC, datetime
from typing import Final

from monitor.codecs.formats.bluetooth.announced import (
    KPA,
    PULSE,
    RESERVED,
    STATUS,
    TIME,
    pressure_length,
)
from monitor.codecs.formats.bluetooth.gatt import check_length, reserved_bits, said_to_be_text
from monitor.codecs.formats.bluetooth.quirks import layout
from monitor.codecs.formats.bluetooth.recoded import refuse_recoded
from monitor.codecs.formats.bluetooth.texts import printable, text_in
from monitor.codecs.formats.decoded import Decoded, Origin
from monitor.codecs.formats.units import from_kpa, pulse_in_range
from monitor.core.vocabulary.vitals import Observation, Vital

# Bits of the measurement status of a pressure; bits 3 and 4 are the pulse range
_FLAG_BITS: Final = (
    (0x01, "movement"),
    (0x02, "cuff_loose"),
    (0x04, "irregular_pulse"),
    (0x08, "pulse_out_of_range"),
    (0x10, "pulse_out_of_range"),
    (0x20, "improper_position"),
)
# The value of a user byte for an unknown user
_NOBODY: Final = 255


def sfloat(raw: int) -> float | None:
    """Return the value of an IEEE 11073 SFLOAT (4 bits exponent, 12 mantissa); None: no number.

    The five mantissas around the sign change mean NaN, not at this resolution, infinity and
    reserved. The mantissa alone decides, with any exponent: 2047 mmHg from a cuff that failed would
    be the worst reading of the day.
    """
    mantissa, exponent = raw & 0x0FFF, raw >> 12
    if 0x07FE <= mantissa <= 0x0802:
        return None
    if mantissa & 0x0800:
        mantissa -= 0x1000
    if exponent & 0x8:
        # Divided, not multiplied by 0.1: 1440 tenths are 144.0 and not 144.00000000000003.
        return float(mantissa / 10 ** (0x10 - exponent))
    return float(mantissa * 10**exponent)


def blood_pressure(payload: bytes, origin: Origin) -> Decoded:
    """Decode 0x2A35. A systolic or diastolic that is no number failed; if both, all of it did."""
    flags = _checked(payload)
    found = layout(flags, len(payload) - pressure_length(flags), origin.model)
    if found is None:
        raise reserved_bits(payload)
    order = ">" if found.swapped else "<"
    pulse, user, status = None, None, 0
    at = 14 if flags & TIME else 7
    if flags & PULSE:
        pulse = sfloat(struct.unpack_from(f"{order}H", payload, at)[0])
        at += 2
    if found.user:
        user = None if payload[at] == _NOBODY else payload[at]
        at += 1
    if flags & STATUS:
        status = struct.unpack_from(f"{order}H", payload, at)[0]
    values, failed = _pressures(payload, flags)
    observation = Observation(
        issued=origin.issued,
        device=origin.device,
        values=values,
        failed=failed,
        pulse=pulse_in_range(pulse),
        flags=tuple(dict.fromkeys(word for bit, word in _FLAG_BITS if status & bit)),
        replayed=origin.replayed,
        record=True,
        stamp=_stamp(payload) if flags & TIME else None,
        user=user,
    )
    return Decoded([observation])


def cuff_pressure(payload: bytes, origin: Origin) -> Decoded:
    """Decode 0x2A36, the pressure in an inflating cuff: it shows that the cuff measures, and is
    never a reading."""
    flags = _checked(payload)
    if layout(flags, len(payload) - pressure_length(flags), origin.model) is None:
        raise reserved_bits(payload)
    observation = Observation(
        issued=origin.issued, device=origin.device, measuring=True, replayed=origin.replayed
    )
    return Decoded([observation])


def _checked(payload: bytes) -> int:
    """Return the flags of a pressure measurement, after a check that it is one."""
    flags = payload[0] if payload else 0
    need = pressure_length(flags)
    # No real pressure consists of printable bytes alone.
    text = payload[1:].decode("ascii") if len(payload) > 2 and printable(payload[1:]) else None
    if flags & RESERVED or len(payload) != need:
        if len(payload) > need and flags < 0x80:
            refuse_recoded(payload, _fit)
        text = text_in(payload) or text
    if text is not None:
        raise said_to_be_text(text, payload)
    check_length(payload, need)
    return flags


def _fit(packet: bytes) -> int:
    """Return how well the flags explain the length: 2 exactly, 1 by a quirk, 0 not."""
    flags = packet[0]
    surplus = len(packet) - pressure_length(flags)
    found = layout(flags, surplus, "")
    if found is None:
        return 0
    return int(found.user) if surplus else 2


def _pressures(payload: bytes, flags: int) -> tuple[dict[str, float], tuple[Vital, ...]]:
    """Return (vital sign -> mmHg, those that failed). A mean needs a systolic or diastolic."""
    systolic, diastolic, mean = map(sfloat, struct.unpack_from("<HHH", payload, 1))
    read: dict[Vital, float | None] = {"sbp": systolic, "dbp": diastolic}
    failed = tuple(vital for vital, value in read.items() if value is None)
    if len(failed) < len(read):
        read["map"] = mean
    values: dict[str, float] = {}
    for vital, value in read.items():
        if value is not None:
            values[vital] = from_kpa(value) if flags & KPA else value
    return values, failed


def _stamp(payload: bytes) -> float | None:
    """Return the local time as if it were UTC, s; None: a part is unknown (0), or not a date."""
    year, month, day, hour, minute, second = struct.unpack_from("<HBBBBB", payload, 7)
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC).timestamp()
    except ValueError:
        return None
