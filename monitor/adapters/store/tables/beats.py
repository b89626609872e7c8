"""RR intervals as they are stored: whole milliseconds, two bytes a beat, little-endian.

The text of a journal row keeps them as they came. A heart rate of 72 with its beats costs two or
three bytes a second here; a strap's own clock ticks in 1/1024 s, so that rounding loses nothing
that anybody measures with it.
"""

from collections.abc import Iterable
from struct import pack, unpack
from typing import Final

MOST_MS: Final = 0xFFFF


def packed(intervals_ms: Iterable[float]) -> bytes | None:
    """None: there are none. What is no interval of this form (a NaN, a minute) is left out:
    a row that cannot be made would be lost whole."""
    whole = [round(ms) for ms in intervals_ms if 0 < ms <= MOST_MS]
    return pack(f"<{len(whole)}H", *whole) if whole else None


def unpacked(stored: bytes | None) -> tuple[float, ...]:
    """Whole milliseconds, as the floats that a verdict holds."""
    if not stored:
        return ()
    return tuple(float(ms) for ms in unpack(f"<{len(stored) // 2}H", stored))
