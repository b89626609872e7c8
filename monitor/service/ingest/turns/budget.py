"""The amount that one device may send before its readings wait for those of others.

Each budget is a token bucket that fills at a steady rate, by the service's clock. It decides which
device waits and which is reported as flooding; no reading is lost by it. The rates are about ten
times those of real devices: a strap sends one to four readings a second, a cuff a handful while it
inflates.
"""

from typing import Final

from msgspec import Struct

# How long a device is over budget after one of the costs that are known only afterwards.
AFTER_S: Final = 1.0


class BudgetRate(Struct, frozen=True):
    """`per_s` continuously, and up to `burst` in one moment."""

    per_s: float
    burst: float


class DeviceAllowance(Struct, frozen=True):
    """The limits of one device: on the readings (elements), messages and bytes that it sends, and
    on their effects: transitions of alarms, gaps in its numbers, new restart marks."""

    messages: BudgetRate
    bytes: BudgetRate
    elements: BudgetRate
    transitions: BudgetRate = BudgetRate(0.5, 30)
    gaps: BudgetRate = BudgetRate(3, 180)
    boots: BudgetRate = BudgetRate(1 / 6, 10)


def allowance(rate: float) -> DeviceAllowance:
    """Return the limits at this rate: readings a second, each of up to 1 KiB. A burst of ten
    seconds' worth is allowed."""
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
        """Return whether the bucket contains this amount. It is spent either way, down to an empty
        bucket: a device that wants more has had enough."""
        enough = self.holds(amount, now)
        self.spend(amount)
        return enough

    def holds(self, amount: float, now: float) -> bool:
        """Return whether the bucket contains this amount, without spending it."""
        rate = self._rate
        self._left = min(rate.burst, self._left + max(0.0, now - self._at) * rate.per_s)
        self._at = now
        return self._left >= amount

    def spend(self, amount: float) -> None:
        self._left = max(0.0, self._left - amount)


class Budget:
    """The budget of one device. over_at: when it last exceeded it; None: never."""

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
        """Charge a message that came. Return whether it is within the budget."""
        within = self._messages.take(1, now)
        within &= self._bytes.take(size, now)
        within &= self._elements.take(elements, now)
        within &= self._followed_at is None or now - self._followed_at >= AFTER_S
        if not within:
            self.over_at = now
        return within

    def numbered(self, boot: str, seq: int, now: float) -> None:
        """Charge the gap or the restart mark that a numbered reading shows."""
        if boot != self._boot:
            if self._boot is not None and not self._boots.take(1, now):
                self._followed_at = now
            self._boot = boot
        elif seq > self._seq + 1 and not self._gaps.take(1, now):
            self._followed_at = now
        self._seq = seq

    def followed(self, transitions: int, now: float) -> None:
        """Charge the transitions of alarms that followed from a reading."""
        if transitions and not self._transitions.take(transitions, now):
            self._followed_at = now
