"""The schedule of pressure readings: when the next one is due.

Minutes count from the last dose. A reading satisfies a check if it is at most five minutes (or half
the gap before the check) early. After the last check the last gap repeats, for as long as the
session is open. A check that was due when a further dose was taken stays due until a reading comes:
a dose is not a measurement. Before the dose a reading is due at the opening and every five minutes
until the protocol's number of readings is reached, and so are the repeats of a reading that would
block the dose.
"""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from monitor.core.protocol.protocol import Protocol

EARLY_S: Final = 300.0
BEFORE_DOSE_EVERY_S: Final = 300.0
MEASURING_S: Final = 60.0  # the longest measurement of an inflating cuff
PAUSE_S: Final = 10.0  # a longer gap between signs of inflation means that the cuff stopped


class Owed(Struct, frozen=True):
    """A reading that was due and had not come when a further dose was taken.

    due       when it fell due
    since     earliest measurement time of a reading that satisfies it
    dosed_at  the dose that it counts from
    """

    due: float
    since: float
    dosed_at: float


class Schedule(Struct):
    """The position of the encounter in the protocol's list of readings.

    check      index of the next unsatisfied check after the last dose
    asked      when the cuffs were last asked for a reading of the schedule, or an extra one
    measuring  start of the newest measurement of which a cuff sent signs of inflation (receipt)
    inflating  receipt of the newest such sign
    held_from  start of the measurement that held `bp_overdue` back since the last reading;
               no other may
    last       measurement time of the newest believed pressure
    began      value of `check` when the checks began
    known_at   when the dose was recorded; None: unknown
    owed       reading due from the schedule before a further dose; paid: it has come
    """

    check: int = 0
    asked: float | None = None
    measuring: float | None = None
    inflating: float | None = None
    held_from: float | None = None
    last: float | None = None
    began: int = 0
    known_at: float | None = None
    owed: Owed | None = None
    paid: bool = False

    def due(self, protocol: Protocol, dosed_at: float) -> float:
        owed = self.unpaid
        return self.planned(protocol, dosed_at) if owed is None else owed.due

    def planned(self, protocol: Protocol, dosed_at: float) -> float:
        """Return the next time on the list of the last dose, without readings owed from before."""
        return dosed_at + 60 * _minute(protocol, self.check)

    @property
    def unpaid(self) -> Owed | None:
        return None if self.paid else self.owed

    def take(self, protocol: Protocol, dosed_at: float | None, effective: float) -> None:
        """Take a believed pressure reading."""
        self.measuring = self.inflating = self.held_from = None
        self._take(protocol, dosed_at, effective)

    def take_anew(self, protocol: Protocol, dosed_at: float | None, taken: Sequence[float]) -> None:
        """Start again from the readings that count by now. taken: their measurement times."""
        before, newest = self.last, max(taken, default=None)
        self.check, self.last, self.paid = self.began, None, False
        for effective in taken:
            self._take(protocol, dosed_at, effective)
        if newest is not None and (before is None or newest > before):
            self.measuring = self.inflating = self.held_from = None

    def _take(self, protocol: Protocol, dosed_at: float | None, effective: float) -> None:
        if self.last is None or effective > self.last:
            self.last = effective
        self.paid |= self.owed is not None and effective >= self.owed.since
        if dosed_at is None or effective < dosed_at:
            return
        while effective >= self.planned(protocol, dosed_at) - _early(protocol, self.check):
            self.check += 1

    def ask(self, at: float) -> None:
        """The cuffs are asked for the reading that is due."""
        self.asked = at

    def hold_back(self, began: float) -> None:
        """A measurement that began then holds `bp_overdue` back."""
        self.held_from = began

    def fail(self) -> None:
        """A measurement failed: what it held back falls due, and no other holds it back."""
        self.measuring = self.inflating = None
        self.held_from = 0.0  # long ago

    def inflates(self, now: float) -> None:
        """Note a sign of an inflating cuff. After a pause or `MEASURING_S` a measurement begins."""
        begins = self.inflating is None or now - self.inflating > PAUSE_S
        if begins or self.measuring is None or now - self.measuring > MEASURING_S:
            self.measuring = now
        self.inflating = now

    def restart(
        self, protocol: Protocol, dosed_at: float, now: float, before: float | None = None
    ) -> None:
        """Begin the checks of a dose. Those that fell due before the dose was recorded are skipped.

        before: when the previous dose was taken; None: it is the first
        """
        if before is not None and self.due(protocol, before) <= now:
            self.owed = self.unpaid or self._owes(protocol, before)
            self.paid = False
        self.asked, self.known_at = None, now
        self._begin(protocol, dosed_at, now)

    def _owes(self, protocol: Protocol, dosed_at: float) -> Owed:
        due = self.planned(protocol, dosed_at)
        return Owed(due, due - _early(protocol, self.check), dosed_at)

    def correct(self, protocol: Protocol, before: float, dosed_at: float) -> None:
        """Restart the checks for a corrected time of the dose.

        Checks that fell due before the dose was recorded are skipped, as for a new dose;
        `take_anew` then applies the readings.
        """
        known = self.known_at
        if known is None:  # derive it from the checks that were skipped then
            known = before if self.began == 0 else before + 60 * _minute(protocol, self.began - 1)
        self._begin(protocol, dosed_at, max(known, dosed_at))

    def _begin(self, protocol: Protocol, dosed_at: float, known: float) -> None:
        self.check = 0
        while self.planned(protocol, dosed_at) < known:
            self.check += 1
        self.began = self.check


def _minute(protocol: Protocol, check: int) -> float:
    minutes = protocol.bp_minutes
    if check < len(minutes):
        return minutes[check]
    gap = minutes[-1] - minutes[-2] if len(minutes) > 1 else minutes[-1]
    return minutes[-1] + gap * (check - len(minutes) + 1)


def _early(protocol: Protocol, check: int) -> float:
    before = _minute(protocol, check - 1) if check else 0.0
    return min(EARLY_S, 60 * (_minute(protocol, check) - before) / 2)
