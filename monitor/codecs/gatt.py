"""Bluetooth characteristics as a bridge passes them on: heart rate, cuff, inflating cuff.

Layouts after the Bluetooth SIG's characteristic definitions of 2011 (0x2A37, 0x2A35, 0x2A36);
later revisions append fields, so bytes after those that the flags announce are passed over.

A time stamp in them is a cuff's local time in an unknown zone, from a clock that nobody set: it is
read past and claims nothing, the receipt counts. So a cuff that sends what it has stored is taken
at its arrival; a bridge that knows better sends the native format with a `t`.
"""

import struct
from typing import Final

from monitor.codecs.decoded import Decoded, Undecodable, excerpt
from monitor.codecs.units import from_kpa
from monitor.core.vitals import Observation

# An attribute's value has at most 512 bytes (Bluetooth Core, Attribute Protocol).
MAX_ATTRIBUTE: Final = 512

# Bits of byte 0 of a heart rate measurement
_WIDE, _CONTACT_KNOWN, _CONTACT, _ENERGY, _INTERVALS = 0x01, 0x04, 0x02, 0x08, 0x10
# Bits of byte 0 of a pressure measurement, and how many bytes each announces
_KPA, _TIME, _PULSE, _USER, _STATUS = 0x01, 0x02, 0x04, 0x08, 0x10
# Bits of the measurement status of a pressure; bits 3 and 4 are the pulse range
_FLAG_BITS: Final = (
    (0x01, "movement"),
    (0x02, "cuff_loose"),
    (0x04, "irregular_pulse"),
    (0x08, "pulse_out_of_range"),
    (0x10, "pulse_out_of_range"),
    (0x20, "improper_position"),
)


def sfloat(raw: int) -> float | None:
    """An IEEE 11073 SFLOAT: 4 bits of exponent, 12 of mantissa; None where it is no number.

    The five mantissas around the sign change mean NaN, not at this resolution, infinity and
    reserved. They are told by the mantissa alone, whatever the exponent: 2047 mmHg from a cuff
    that failed would be the worst reading of the day.
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


def heart_rate(payload: bytes, device: str, issued: float, replayed: bool) -> Decoded:
    """0x2A37. A rate of 0 without contact stays a value: what it means is the core's business."""
    _check_length(payload, 2)
    flags = payload[0]
    need = 2 + bool(flags & _WIDE) + 2 * bool(flags & _ENERGY)
    _check_length(payload, need + 2 * bool(flags & _INTERVALS))
    if flags & _INTERVALS and (len(payload) - need) % 2:
        raise Undecodable("half an RR interval at its end", payload)
    rate = int.from_bytes(payload[1 : 3 if flags & _WIDE else 2], "little")
    contact = bool(flags & _CONTACT) if flags & _CONTACT_KNOWN else None
    observation = Observation(
        issued=issued,
        device=device,
        values={"hr": float(rate)},
        contact=contact,
        replayed=replayed,
    )
    return Decoded([observation])


def blood_pressure(payload: bytes, device: str, issued: float, replayed: bool) -> Decoded:
    """0x2A35. A field that is no number is absent; flags may come without any value."""
    flags = payload[0] if payload else 0
    at_pulse = 7 + 7 * bool(flags & _TIME)
    at_user = at_pulse + 2 * bool(flags & _PULSE)
    at_status = at_user + bool(flags & _USER)
    _check_length(payload, at_status + 2 * bool(flags & _STATUS))
    values: dict[str, float] = {}
    for code, raw in zip(
        ("sbp", "dbp", "map"), struct.unpack_from("<HHH", payload, 1), strict=True
    ):
        value = sfloat(raw)
        if value is not None:
            values[code] = from_kpa(value) if flags & _KPA else value
    words = _flag_words(payload[at_status]) if flags & _STATUS else ()
    if not values and not words:
        return Decoded(refused=[("no pressure in it, and no cause for that", excerpt(payload))])
    observation = Observation(
        issued=issued,
        device=device,
        values=values,
        pulse=sfloat(_uint16(payload, at_pulse)) if flags & _PULSE else None,
        flags=words,
        replayed=replayed,
    )
    return Decoded([observation])


def cuff_pressure(payload: bytes, device: str, issued: float, replayed: bool) -> Decoded:
    """0x2A36, the pressure in an inflating cuff: shows that it measures, is never a reading."""
    flags = payload[0] if payload else 0
    need = 7 + 7 * bool(flags & _TIME) + 2 * bool(flags & _PULSE) + bool(flags & _USER)
    _check_length(payload, need + 2 * bool(flags & _STATUS))
    observation = Observation(issued=issued, device=device, measuring=True, replayed=replayed)
    return Decoded([observation])


def _flag_words(status: int) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for bit, word in _FLAG_BITS if status & bit))


def _uint16(payload: bytes, at: int) -> int:
    return int.from_bytes(payload[at : at + 2], "little")


def _check_length(payload: bytes, need: int) -> None:
    if not need <= len(payload) <= MAX_ATTRIBUTE:
        reason = f"{len(payload)} bytes, its flags announce {need}"
        raise Undecodable(reason, payload)
