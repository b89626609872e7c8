"""`t` and `sent` of a reading: ISO 8601, or a number since 1970 in s, ms, us or ns.

Nothing in a number says its unit, and devices use all four. It is the one that puts `sent`
(without it `t`) within a day of the receipt: neighbouring units are decades apart, so no two of
them can. Where none does, the device's clock shows no date of today (1970, 2036, an uptime), and
the number is handed on as it is: the core tells its unit by the pace at which it grows.
"""

from typing import Final

from msgspec import Struct

from monitor.codecs.numerals import numeral
from monitor.codecs.times import EARLIEST, LATEST, from_iso

DAY: Final = 86_400.0
# How far the two times of one reading may lie apart: longer than any device keeps readings.
APART: Final = 400 * DAY

# Units in a second: s, ms, us, ns
_PER_SECOND: Final = (1, 1_000, 1_000_000, 1_000_000_000)

Written = str | int | float | None
Number = int | float | None


class Moments(Struct, frozen=True):
    """Epoch seconds, or the number as it was sent where nothing tells its unit."""

    t: float | None = None
    sent: float | None = None
    raw_t: float | None = None
    raw_sent: float | None = None


def moments(t: Written, sent: Written, issued: float) -> Moments:
    """Both times of one reading that arrived at `issued`. ValueError with a sentence."""
    unit: int | None = None
    t_at, t_number = _read("t", t)
    sent_at, sent_number = _read("sent", sent)
    if sent_number is not None:
        unit = _unit(sent_number, issued, DAY)
        if unit is None and t_number is not None:
            unit = _shared(_unit(t_number, issued, DAY), sent_number, t_number)
        elif unit is None and t_at is not None:
            unit = _unit(sent_number, t_at, APART)
        sent_at = None if unit is None else sent_number / unit
    if t_number is not None:
        if sent_at is None:
            unit = _unit(t_number, issued, DAY)
        elif sent_number is None:
            unit = _unit(t_number, sent_at, APART)
        else:  # mostly in the same unit, but some gateways add a `sent` of their own making
            unit = _shared(unit, t_number, sent_number) or _unit(t_number, sent_at, APART)
        t_at = None if unit is None else t_number / unit
    return Moments(
        t_at,
        sent_at,
        None if t_number is None or t_at is not None else float(t_number),
        None if sent_number is None or sent_at is not None else float(sent_number),
    )


def _read(name: str, written: Written) -> tuple[float | None, Number]:
    """(epoch seconds, None) of a text, (None, number) of a number, also where it is text."""
    number = numeral(written) if isinstance(written, str) else written
    if isinstance(written, str) and number is None:
        try:
            return from_iso(written), None
        except ValueError as error:
            raise ValueError(f"{name}: {error}") from None
    # Compared before it is divided: an integer of 400 digits has no float.
    most = _PER_SECOND[-1]
    if number is not None and not EARLIEST * most <= number < LATEST * most:
        raise ValueError(f"{name}: a time outside the years 1 to 9999")
    return None, number


def _unit(number: float, near: float, within: float) -> int | None:
    """The unit that puts a number nearest to a moment, if that is near enough."""
    unit = min(_PER_SECOND, key=lambda unit: abs(number / unit - near))
    return unit if abs(number / unit - near) <= within else None


def _shared(unit: int | None, number: float, other: float) -> int | None:
    """The unit, if the two numbers are both in it."""
    if unit is None or abs(number - other) / unit > APART:
        return None
    return unit
