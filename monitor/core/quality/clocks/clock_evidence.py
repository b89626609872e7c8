"""One message, and a run of messages, as evidence about a device's clock.

Differences are our receipt less the device's clock, s.
"""

from typing import Final

from msgspec import Struct

from monitor.core.quality.clocks.timebase import AGREE_S
from monitor.core.vocabulary.events import ClockStepped
from monitor.core.vocabulary.reasons import Reason

WITNESSES: Final = 3
STREAMS: Final = 8  # this many, each within seconds of the one before, are a stream
PROVEN_S: Final = 30.0  # a stream must keep our clock's pace this long to prove an offset
APART_S: Final = 60.0  # of messages this far apart two are enough


class ClockMessage(Struct, frozen=True, kw_only=True, gc=False):
    """The times of one message.

    told    the device's clock: as it published if it sends that, else as it measured
    age     of the reading at that time, s
    """

    at: float
    device: str
    boot: str
    seq: int | None
    issued: float
    told: float
    age: float = 0.0

    @property
    def offset(self) -> float:
        """Our receipt less the device's clock."""
        return self.issued - self.told


class Placed(Struct, frozen=True, gc=False):
    """When a reading was measured, and how far that can be trusted.

    effective   by our clock, never after the receipt
    late        why it is history; None: it is not
    doubt       why it may only raise alarms and be drawn; None: there is no doubt about its time
    step        the device's clock was set, and this message shows it
    unsure      it also shows that those received since then may be older than was assumed
    """

    effective: float
    late: Reason | None = None
    doubt: Reason | None = None
    step: ClockStepped | None = None
    unsure: float | None = None


class Run(Struct):
    """Messages in a row with similar differences: a clock's offset, or a wait that does not end.

    low, top    the smallest since it is steady; the largest of all
    since       receipt of the first since it is steady, `first`: its difference, `began`: its
                number; count: of messages since then
    stepped     it was already reported that the clock was set
    queued      it continued where the device's clock had stopped, as a queue does at any pace
    doubtful    of a device that does not send its clock: these readings may be of now
    backward    the first of them was dated before the newest
    away        it began when the device or we had been away
    mixed       later messages fit it less, and do not come nearer: it may have two causes at once
    close       how many were sent within seconds of the one before; jump: by how much the device's
                clock advanced at most from one message to the next. A stream has no pauses
    """

    low: float
    top: float
    first: float
    since: float
    began: int | None = None
    count: int = 1
    stepped: bool = False
    queued: bool = False
    doubtful: bool = False
    backward: bool = False
    away: bool = False
    mixed: bool = False
    close: int = 0
    jump: float = 0.0

    @classmethod
    def of(cls, message: ClockMessage, *, stepped: bool = False, away: bool = False) -> "Run":
        offset = message.offset
        return cls(offset, offset, offset, message.issued, message.seq, stepped=stepped, away=away)

    def hear(self, message: ClockMessage) -> None:
        offset, span = message.offset, message.issued - self.since
        # Neither a clock's drift nor a network's jitter makes it fall by two in a hundred.
        falls = min(AGREE_S, max(1.0, span / 50))
        if offset < self.first - falls or offset > self.low + AGREE_S:
            self.mixed |= offset > self.low
            self.low = self.first = offset
            self.since, self.began, self.count = message.issued, message.seq, 1
        else:
            self.low = min(self.low, offset)
            self.count += 1
        self.top = max(self.top, offset)

    def proves(self, issued: float) -> bool:
        """Return whether it kept the pace of our clock for long enough."""
        span = issued - self.since
        return (self.count >= WITNESSES and span >= PROVEN_S) or (
            self.count > 1 and span >= APART_S
        )

    @property
    def streams(self) -> bool:
        return self.close >= STREAMS

    @property
    def drains(self) -> bool:
        """Whether the messages came nearer and nearer: then they had waited."""
        return self.top - self.low > AGREE_S
