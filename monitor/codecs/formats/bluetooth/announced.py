"""The flags of a Bluetooth measurement: the length that they announce, and whether it fits."""

from typing import Final

# Bits 5 to 7 of the flags of 0x2A35, 0x2A36 and 0x2A37: no definition gives them a meaning.
RESERVED: Final = 0xE0

# Bits of byte 0 of a heart rate measurement
WIDE, CONTACT, CONTACT_KNOWN, ENERGY, INTERVALS = 0x01, 0x02, 0x04, 0x08, 0x10
# Bits of byte 0 of a pressure measurement
KPA, TIME, PULSE, USER, STATUS = 0x01, 0x02, 0x04, 0x08, 0x10


def rate_length(flags: int) -> int:
    """Return the number of bytes of 0x2A37 before the RR intervals."""
    return 2 + bool(flags & WIDE) + 2 * bool(flags & ENERGY)


def pressure_length(flags: int) -> int:
    """Return the number of bytes of 0x2A35 or 0x2A36."""
    time, user = 7 * bool(flags & TIME), bool(flags & USER)
    return 7 + time + 2 * bool(flags & PULSE) + user + 2 * bool(flags & STATUS)


def like_a_packet(data: bytes) -> bool:
    """Can these bytes be one of the measurements that are read here, by flags and length?"""
    if len(data) < 2:
        return False
    flags = data[0]
    if not flags & RESERVED:
        rest = len(data) - rate_length(flags)
        if rest == 0 or (flags & INTERVALS and rest > 0 and rest % 2 == 0):
            return True
    surplus = len(data) - pressure_length(flags)
    return surplus in (0, 1) and flags & RESERVED in (0, 0x40)
