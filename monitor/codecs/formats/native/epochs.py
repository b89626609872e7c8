"""`t` and `sent` of a reading: ISO 8601, or a number since 1970 in s, ms, us or ns.

A number does not show its unit, and devices use all four. The unit is the one that puts `sent`
(without it `t`) within a day of the receipt: neighbouring units are decades apart, so no two of
them can. If no unit does, the device's clock does not show today's date (1970, 2036, an uptime),
and the number is passed on unchanged: the core finds its unit from the rate at which it grows.
"""

from typing import Final

from msgspec import Struct

from monitor.codecs.formats.native.numerals import numeral
from monitor.codecs.times import EARLIEST, LATEST, from_iso

DAY: Final = 86_400.0
# The longest time between the two times of one reading: longer than any device keeps readings.
APART: Final = 400 * DAY

# Units in a second: s, ms, us, ns
_PER_SECOND: Final = (1, 1_000, 1_000_000, 1_000_000_000)

Written = str | int | float | None
Number = int | float | None


class Moments(Struct, frozen=True):
    """Both times of a reading: epoch seconds, or the number as sent if its unit is unknown."""

    t: float | None = None
    sent: float | None = None
    raw_t: float | None = None
    raw_sent: float | None = None


def moments(t: Written, sent: Written, issued: float) -> Moments:
    """Return both times of one reading that arrived at `issued`. ValueError gives the reason."""
    t_at, t_number = _read("t", t)
    sent_at, sent_number = _read("sent", sent)
    if sent_number is not None:
        sent_at = _near(sent_number, issued, DAY)
        if sent_at is None:
            measured = t_at if t_number is None else _near(t_number, issued, DAY)
            sent_at = None if measured is None else _near(sent_number, measured, APART)
    if t_number is not None:
        # Mostly in the unit of `sent`, but some gateways add their own `sent`.
        t_at = _near(t_number, issued, DAY) if sent_at is None else _near(t_number, sent_at, APART)
    return Moments(
        t_at,
        sent_at,
        None if t_number is None or t_at is not None else float(t_number),
        None if sent_number is None or sent_at is not None else float(sent_number),
    )


def _read(name: str, written: Written) -> tuple[float | None, Number]:
    """Return (epoch seconds, None) of a text, (None, number) of a number, also if it is text.

    1970 to the second is not a time: firmware writes it if its clock was never set.
    """
    at, number = _written(name, written)
    return (None, None) if 0 in (at, number) else (at, number)


def _written(name: str, written: Written) -> tuple[float | None, Number]:
    number: Number
    if isinstance(written, str):
        # A dash after the year: most texts are dates, for which the number check can be skipped.
        number = None if written[4:5] == "-" else numeral(written)
        if number is None:
            try:
                return from_iso(written), None
            except ValueError as error:
                raise ValueError(f"{name}: {error}") from None
    else:
        number = written
    # Compared before it is divided: an integer of 400 digits has no float.
    most = _PER_SECOND[-1]
    if number is not None and not EARLIEST * most <= number < LATEST * most:
        raise ValueError(f"{name}: a time outside the years 1 to 9999")
    return None, number


def _near(number: float, moment: float, within: float) -> float | None:
    """Return the number, s, in the unit that puts it nearest to `moment`, if near enough."""
    found = None
    for unit in _PER_SECOND:
        at = number / unit
        apart = abs(at - moment)
        if apart <= within:
            found, within = at, apart
    return found
