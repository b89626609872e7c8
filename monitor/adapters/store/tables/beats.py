"""RR intervals as stored: whole milliseconds, two bytes a beat, little-endian.

The text of a journal row keeps them as received. A heart rate of 72 with its beats costs two or
three bytes a second here. A strap's clock ticks in 1/1024 s, so that rounding does not affect any
measure computed from them.
"""

from collections.abc import Iterable
from struct import pack, unpack
from typing import Final

MOST_MS: Final = 0xFFFF


def packed(intervals_ms: Iterable[float]) -> bytes | None:
    """Encode RR intervals; None if there are none.

    A value that is no interval of this form (a NaN, a minute) is left out: otherwise the whole
    row would be lost, because it could not be made.
    """
    whole = [round(ms) for ms in intervals_ms if 0 < ms <= MOST_MS]
    return pack(f"<{len(whole)}H", *whole) if whole else None


def unpacked(stored: bytes | None) -> tuple[float, ...]:
    """Decode RR intervals to whole milliseconds, as floats like those of a verdict."""
    if not stored:
        return ()
    return tuple(float(ms) for ms in unpack(f"<{len(stored) // 2}H", stored))
