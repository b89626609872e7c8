"""What one device may send before its readings wait for those of others.

Each budget is a bucket that fills at a steady rate, by the service's clock. It says who waits and
who is told to send too much; nothing is lost by it. The rates are about ten times what real devices
send: a strap tells one to four readings a second, a cuff a handful while it inflates.
"""

from typing import Final

from msgspec import Struct

# How long a device is out of budget after one of the costs that are known only afterwards.
AFTER_S: Final = 1.0


class BudgetRate(Struct, frozen=True):
    """per_s, and as much more at once as `burst`."""

    per_s: float
    burst: float


class DeviceAllowance(Struct, frozen=True):
    """What one device may send: readings (elements), messages, bytes; and what may follow from it:
    transitions of alarms, gaps in its numbers, new restart marks."""

    messages: BudgetRate
    bytes: BudgetRate
    elements: BudgetRate
    transitions: BudgetRate = BudgetRate(0.5, 30)
    gaps: BudgetRate = BudgetRate(3, 180)
    boots: BudgetRate = BudgetRate(1 / 6, 10)


def allowance(rate: float) -> DeviceAllowance:
    """rate: readings a second, each of up to 1 KiB. For a moment ten seconds' worth may come."""
    readings = BudgetRate(rate, 10 * rate)
    return DeviceAllowance(
        messages=readings, elements=readings, bytes=BudgetRate(1024 * rate, 10 * 1024 * rate)
    )


class Bucket:
    def __init__(self, rate: BudgetRate, now: float) -> None:
        self._rate = rate
        self._left = rate.burst
        self._at = now

    def take(self, amount: float, now: float) -> bool:
        """Is there so much? What there is is gone either way: who asks for more has had enough."""
        enough = self.holds(amount, now)
        self.spend(amount)
        return enough

    def holds(self, amount: float, now: float) -> bool:
        """Is there so much? It stays there."""
        rate = self._rate
        self._left = min(rate.burst, self._left + max(0.0, now - self._at) * rate.per_s)
        self._at = now
        return self._left >= amount

    def spend(self, amount: float) -> None:
        self._left = max(0.0, self._left - amount)


class Budget:
    """One device's. over_at: when it was last found out of it; None: never."""

    def __init__(self, may: DeviceAllowance, now: float) -> None:
        self._messages = Bucket(may.messages, now)
        self._bytes = Bucket(may.bytes, now)
        self._elements = Bucket(may.elements, now)
        self._transitions = Bucket(may.transitions, now)
        self._gaps = Bucket(may.gaps, now)
        self._boots = Bucket(may.boots, now)
        self._followed_at: float | None = None
        self._boot: str | None = None
        self._seq = 0
        self.over_at: float | None = None

    def arrived(self, size: int, elements: int, now: float) -> bool:
        """A message came: is it within the budget?"""
        within = self._messages.take(1, now)
        within &= self._bytes.take(size, now)
        within &= self._elements.take(elements, now)
        within &= self._followed_at is None or now - self._followed_at >= AFTER_S
        if not within:
            self.over_at = now
        return within

    def numbered(self, boot: str, seq: int, now: float) -> None:
        """A reading with a number was read."""
        if boot != self._boot:
            if self._boot is not None and not self._boots.take(1, now):
                self._followed_at = now
            self._boot = boot
        elif seq > self._seq + 1 and not self._gaps.take(1, now):
            self._followed_at = now
        self._seq = seq

    def followed(self, transitions: int, now: float) -> None:
        """So many transitions of alarms followed from a reading."""
        if transitions and not self._transitions.take(transitions, now):
            self._followed_at = now
