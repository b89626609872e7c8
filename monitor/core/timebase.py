"""Two clocks: the device's, and ours.

A device's clock may be wrong by seconds or years, and a message may be old. What tells the two
apart is the smallest difference between our receipt and the device's clock that was seen lately,
and more than once: delay only ever adds to it. A reading's corrected time is its own time plus
that offset, and never after its receipt.

A clock that is behind is harder to tell from a message that was under way for long. But delayed
messages catch up, or arrive together: a difference that stays the same for a minute of receipts is
a clock. Readings are placed by it only where the device tells its clock (`sent`). Of one that does
not nobody knows that its readings are of now, and what may be old must not end an alarm.
"""

from typing import Final

from msgspec import Struct

from monitor.core.vitals import Observation

WINDOW: Final = 32
TRUSTED_S: Final = 2.0  # an offset this small is latency; the device's own time is better
WITNESSES: Final = 3  # differences that must agree, as far as there are so many
AGREE_S: Final = 5.0
LATE_S: Final = 600.0
FUTURE_S: Final = 120.0
BEHIND_S: Final = 60.0  # less than this may well be a way to go
STEADY_S: Final = 60.0


class Lag(Struct):
    """Differences in a row that are alike, s: from low to high; since: receipt of the first."""

    low: float
    high: float
    since: float
    count: int = 1


class DeviceClock(Struct):
    """Recent receipt-minus-device-clock differences of one device, seconds, newest last.

    sends     it tells its own clock at publishing (`sent`)
    quiet     no difference was ever anything but 0
    lag       the newest differences that are alike and large; behind: the clock is, by so much
    """

    offsets: list[float] = []
    sends: bool = False
    quiet: bool = True
    lag: Lag | None = None
    behind: float | None = None

    def hear(self, observation: Observation) -> None:
        if observation.sent is not None:
            if not self.sends:
                self.sends, self.offsets = True, []
                self.lag = self.behind = None
            offset = observation.issued - observation.sent
            self._keep(offset)
        elif observation.effective is not None and not self.sends:
            # Without `sent` an old reading and a slow clock look alike at first. Only a clock that
            # runs ahead betrays itself; old readings are taken as old.
            offset = observation.issued - observation.effective
            self._keep(min(0.0, offset))
        else:
            return
        if not observation.replayed:
            self._compare(offset, observation.issued)

    def _compare(self, offset: float, issued: float) -> None:
        """Does the device lag behind, and always by the same?"""
        lag = self.lag
        if offset <= BEHIND_S:
            if lag is not None:  # as there is whenever it is known to be behind
                self.lag = self.behind = None
            return
        if self.behind is not None and offset < self.behind - AGREE_S:
            self.behind = None
        if lag is None or max(lag.high, offset) - min(lag.low, offset) > AGREE_S:
            self.lag = Lag(offset, offset, issued)
            return
        lag.low, lag.high = min(lag.low, offset), max(lag.high, offset)
        lag.count += 1
        if lag.count >= WITNESSES and issued - lag.since >= STEADY_S:
            self.behind = lag.low

    def _keep(self, offset: float) -> None:
        if offset:
            self.quiet = False
        elif self.quiet and len(self.offsets) >= WINDOW:
            return  # one more of the same, as nearly always
        self.offsets.append(offset)
        del self.offsets[:-WINDOW]

    @property
    def offset(self) -> float:
        """Seconds to add to the device's time to get ours; 0 while it is within latency."""
        if self.behind is not None and self.sends:
            return self.behind
        if self.quiet:
            return 0.0
        offset = self._agreed()
        return offset if abs(offset) > TRUSTED_S else 0.0

    def _agreed(self) -> float:
        """The smallest difference that others bear out; one wild time must not move the clock."""
        if not self.offsets:
            return 0.0
        agreed = self._borne_out(min(WITNESSES, len(self.offsets)))
        return self.offsets[-1] if agreed is None else agreed

    def _borne_out(self, wanted: int) -> float | None:
        ordered = sorted(self.offsets)
        for first in range(len(ordered) - wanted + 1):
            if ordered[first + wanted - 1] - ordered[first] <= AGREE_S:
                return ordered[first]
        return None

    @property
    def settled(self) -> float | None:
        """The offset that is certain; None while readings are too few, or do not agree.

        A clock that runs ahead is certain at once, since no way to go makes a message early.
        """
        if self.behind is not None:
            return self.behind
        newest = self.offsets[-WITNESSES:]
        if len(newest) < WITNESSES or max(newest) - min(newest) > AGREE_S:
            return None
        offset = min(newest)
        return None if offset > BEHIND_S else offset

    def corrected(self, observation: Observation) -> float:
        if observation.effective is None:
            return observation.issued
        return min(observation.effective + self.offset, observation.issued)


def heard(effective: float, issued: float) -> float:
    """When a reading was heard, for timers: its receipt, less what is mere latency.

    So that a timer and a reading that meet on the same second meet alike live and in a replay.
    """
    return effective if issued - effective <= TRUSTED_S else issued


def lateness(observation: Observation, effective: float) -> str:
    """Why this reading is history and not life; "" when it is life."""
    if observation.replayed:
        return "replayed by the broker (retained): history"
    age = observation.issued - effective
    if age > LATE_S:
        return f"measured {age / 60:.0f} min before it was received"
    return ""


def clock_doubt(observation: Observation) -> str:
    """A reading dated into the future by a device that does not tell its clock: what to say."""
    if observation.effective is None or observation.sent is not None:
        return ""
    ahead = observation.effective - observation.issued
    if ahead <= FUTURE_S:
        return ""
    return f"the device dates it {span(ahead)} ahead; the time of receipt is used"


def span(seconds: float) -> str:
    """So long, in words."""
    if seconds < 7200:
        return f"{seconds / 60:.0f} min"
    if seconds < 172_800:
        return f"{seconds / 3600:.0f} h"
    return f"{seconds / 86_400:.0f} days"
