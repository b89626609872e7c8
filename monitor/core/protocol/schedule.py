"""When the next pressure reading is wanted, and when one is overdue.

Minutes count from the last dose. A reading satisfies a check when it comes up to five minutes
(or half the gap before it) early. After the last check the last gap repeats, for as long as the
session is open. One that was due when a further dose was taken stays due until a reading comes: a
dose measures nothing. Before the dose a reading is wanted at the opening and every five minutes
until the protocol's number of them is in, and the repeats of one that would hold the dose.
"""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from monitor.core.protocol.protocol import Protocol

EARLY_S: Final = 300.0
BEFORE_DOSE_EVERY_S: Final = 300.0
MEASURING_S: Final = 60.0  # what an inflating cuff takes at most
PAUSE_S: Final = 10.0  # between signs of an inflating cuff that are farther apart, it stopped


class Owed(Struct, frozen=True):
    """A reading that was due and had not come when a further dose was taken.

    due       when it fell due
    since     from when on a reading satisfies it (measurement time)
    dosed_at  the dose that it counts from
    """

    due: float
    since: float
    dosed_at: float


class Schedule(Struct):
    """Where in the protocol's list of readings the encounter is.

    check      index of the next unsatisfied check after the last dose
    asked      when the cuffs were last asked for a reading of the schedule, or an extra one
    measuring  when the newest measurement that a cuff was heard inflating for began (receipt)
    inflating  when it was heard last
    held_from  beginning of the measurement that held `bp_overdue` back since the last reading;
               no other may
    last       measurement time of the newest believed pressure
    began      what `check` was when the checks began
    known_at   when somebody recorded the dose; None: it is not remembered
    owed       of the schedule before a further dose; paid: the reading has come
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
        """The next on the list of the last dose, whatever is owed from before it."""
        return dosed_at + 60 * _minute(protocol, self.check)

    @property
    def unpaid(self) -> Owed | None:
        return None if self.paid else self.owed

    def take(self, protocol: Protocol, dosed_at: float | None, effective: float) -> None:
        """A believed pressure reading came."""
        self.measuring = self.inflating = self.held_from = None
        self._take(protocol, dosed_at, effective)

    def take_anew(self, protocol: Protocol, dosed_at: float | None, taken: Sequence[float]) -> None:
        """These are the readings that count, as is known by now; taken: measurement times."""
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

    def inflates(self, now: float) -> None:
        """A sign of a cuff that measures; after a pause, or too long, it is another measurement."""
        begins = self.inflating is None or now - self.inflating > PAUSE_S
        if begins or self.measuring is None or now - self.measuring > MEASURING_S:
            self.measuring = now
        self.inflating = now

    def restart(
        self, protocol: Protocol, dosed_at: float, now: float, before: float | None = None
    ) -> None:
        """A dose: its checks begin. Those that fell due before anybody knew of it are passed.

        before: when the dose before it was taken; None: there was none
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
        """The dose was at another time than was said. Only what fell due before anybody knew of it
        is passed, as it would have been; which readings satisfy the rest, `take_anew` says."""
        known = self.known_at
        if known is None:  # as late as the checks that were passed then say
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
