"""The unit of a device's times that are near no present date, by their pace against our clock.

An uptime in milliseconds looks like epoch seconds of some year, and nanoseconds like no date at
all. But from whichever origin a clock counts, a second of ours is a second of it, so two messages
reveal the unit.
"""

from typing import Final

from msgspec import Struct

UNITS: Final = (1.0, 1e3, 1e6, 1e9)
APART_S: Final = 2.0
WITHIN: Final = 2.0


class ClockPace(Struct):
    """Numbers of one device against receipts.

    issued, raw   of the message that the next one is compared with
    unit          numbers in a second; None: not known yet
    against       another unit that the newest comparison gave: twice in a row it is accepted
    """

    issued: float
    raw: float
    unit: float | None = None
    against: float | None = None

    def hear(self, issued: float, raw: float) -> None:
        apart = issued - self.issued
        if apart < APART_S:
            return
        found = _unit((raw - self.raw) / apart)
        self.issued, self.raw = issued, raw
        if found is None or found == self.unit:
            self.against = None
        elif self.unit is None or found == self.against:
            self.unit, self.against = found, None
        else:
            self.against = found


def _unit(pace: float) -> float | None:
    return next((unit for unit in UNITS if unit / WITHIN <= pace <= unit * WITHIN), None)
