"""Bluetooth characteristics as a bridge passes them on: checks common to all, and heart rate.

Layouts follow the Bluetooth SIG's characteristic definitions of 2011 (0x2A37, 0x2A35, 0x2A36); the
two of cuffs are in `cuff`. Bytes after those that the flags announce are ignored, unless they and
all before them spell a text, or show that the bytes were encoded as text (see `recoded`). Reserved
bits are refused: a device that sets them sends another layout.
"""

import struct
from typing import Final

from monitor.codecs.formats.bluetooth.announced import (
    CONTACT,
    CONTACT_KNOWN,
    INTERVALS,
    RESERVED,
    WIDE,
    rate_length,
)
from monitor.codecs.formats.bluetooth.recoded import refuse_recoded
from monitor.codecs.formats.bluetooth.texts import likeness, printable, text_in
from monitor.codecs.formats.decoded import Decoded, Origin, Undecodable
from monitor.codecs.formats.rr_intervals import believable
from monitor.core.vocabulary.vitals import Observation

# An attribute's value has at most 512 bytes (Bluetooth Core, Attribute Protocol).
MAX_ATTRIBUTE: Final = 512

# The highest rate in 8 bits
_HIGHEST_NARROW: Final = 0xFF
# The upper byte of an interval of 8 s, which is too long, and the first printable character
_TOO_LONG: Final = 0x20
# Flags that are white space if the payload is text
_LOOKS_BLANK: Final = frozenset(b"\t\n\v\f\r")


def heart_rate(payload: bytes, origin: Origin) -> Decoded:
    """Decode 0x2A37. A rate of 0 without contact remains a value: the core judges its meaning."""
    flags = payload[0] if payload else 0
    need = rate_length(flags)
    if len(payload) > need and not flags & RESERVED:
        refuse_recoded(payload, _fit)
    _refuse_text(payload, flags, need)
    if flags & RESERVED:
        raise reserved_bits(payload)
    rate = int.from_bytes(payload[1 : 3 if flags & WIDE else 2], "little")
    # A strap may announce intervals and have none at the moment. But if the rate is one that no
    # heart has, the packet was cut.
    check_length(payload, need + bool(flags & INTERVALS and rate > _HIGHEST_NARROW))
    contact = bool(flags & CONTACT) if flags & CONTACT_KNOWN else None
    observation = Observation(
        issued=origin.issued,
        device=origin.device,
        values={"hr": float(rate)},
        contact=contact,
        rr=_intervals(payload[need:]) if flags & INTERVALS else (),
        replayed=origin.replayed,
    )
    return Decoded([observation])


def check_length(payload: bytes, need: int) -> None:
    if not need <= len(payload) <= MAX_ATTRIBUTE:
        reason = f"{len(payload)} bytes, its flags announce {need}"
        raise Undecodable(reason, payload)


def reserved_bits(payload: bytes) -> Undecodable:
    reason = f"reserved bits are set in its flags ({payload[0]:#04x}): no layout is known for that"
    return Undecodable(reason, payload)


def said_to_be_text(text: str, payload: bytes) -> Undecodable:
    return Undecodable(likeness(text) or "text: publish the bytes", payload)


def _intervals(raw: bytes) -> tuple[float, ...]:
    """Return the whole intervals, sent in 1/1024 s. Half an interval at a cut end is dropped."""
    count = len(raw) // 2
    return believable([interval / 1.024 for interval in struct.unpack_from(f"<{count}H", raw)])


def _fit(packet: bytes) -> int:
    """Return how well the flags explain the length: 2 exactly, 1 with zeros behind, 0 not."""
    need = rate_length(packet[0])
    surplus = len(packet) - need
    if packet[0] & INTERVALS:
        return 0 if surplus % 2 else 2
    return (not surplus) + (not any(packet[need:]))


def _refuse_text(payload: bytes, flags: int, need: int) -> None:
    """Raise Undecodable if the payload is text; skip the check if it cannot be."""
    if not flags & RESERVED and flags not in _LOOKS_BLANK and flags != len(payload) - 1:
        if len(payload) == need:
            return
        if flags & INTERVALS:
            if len(payload) > need + 1 and min(payload[need + 1 :: 2]) >= _TOO_LONG:
                _refuse_text_of_intervals(payload)
            return
    if len(payload) == need and not flags & WIDE:
        # Text only if it has a known form: 3 bytes of a real packet may be printable too.
        text = payload.decode("ascii") if printable(payload) else None
        text = text if text is not None and likeness(text) is not None else None
    else:
        text = text_in(payload)
        # The end of a line alone is no evidence about the bytes before it.
        if text is None and printable(payload[1:]) and payload[need:].strip():
            text = payload[1:].decode("ascii")
    if text is not None:
        raise said_to_be_text(text, payload)


def _refuse_text_of_intervals(payload: bytes) -> None:
    """Raise Undecodable for text of a known form behind flags that announce intervals.

    The caller has checked that it makes no possible interval.
    """
    text = payload[1:].decode("ascii") if printable(payload[1:]) else ""
    if likeness(text) is not None:
        raise said_to_be_text(text, payload)
