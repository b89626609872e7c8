"""The state that is remembered of one device's clock.

Differences are our receipt less the device's clock, seconds: positive when it is behind, or when
the message waited.
"""

from typing import Final

from msgspec import Struct, field

from monitor.core.quality.clocks.clock_evidence import APART_S, WITNESSES, ClockMessage, Placed, Run
from monitor.core.quality.clocks.publishing_order import Order
from monitor.core.quality.clocks.timebase import RIGHT_S, TRUSTED_S, right, set_reason, too_old
from monitor.core.quality.clocks.units_by_pace import ClockPace
from monitor.core.vocabulary.events import ClockStepped
from monitor.core.vocabulary.reasons import Reason

STEADY_S: Final = 60.0
GUESSED_S: Final = 10.0
EASES_AFTER: Final = 32  # messages


class DeviceClock(Struct, omit_defaults=True):
    """The offset of one device's clock, as far as it is known, s.

    offset      the smallest difference since the clock was last set; None: not known
    count       of messages that bear it out; `since`: receipt of the first
    calm        it is known well, and no evidence is against it
    least       of a clock that is ahead by seconds: the smallest difference of the last `eased`
                messages
    guess       the difference of the very first message, while no more is known
    sends       the device sends its own clock at publishing (`sent`)
    run         a candidate for another offset, or for the first
    outage      the device or we were away, and no message since shows how long it waited; `away`:
                that is certain
    order       the messages that it published, and which of them is the newest
    published   by our clock: not before this, the newest message of which that is known
    waits       receipt of the first assumed to have waited, since one last bore the offset out
    stepped     when it was set last; `pace`: shows the unit of its numbers, if only the pace can
    """

    offset: float | None = None
    count: int = 0
    since: float = 0.0
    calm: bool = False
    least: float = 0.0
    eased: int = 0
    guess: float | None = None
    sends: bool = False
    run: Run | None = None
    outage: bool = False
    away: bool = False
    order: Order = field(default_factory=Order)
    published: float | None = None
    waits: float | None = None
    stepped: ClockStepped | None = None
    pace: ClockPace | None = None

    # --- what is known ----------------------------------------------------------------------

    @property
    def settled(self) -> bool:
        """Whether the offset is known, and there is no sign of another offset or of a wait."""
        return self.offset is not None and self.run is None and not self.outage

    @property
    def borne_out(self) -> bool:
        """Whether more than one message bears the offset out."""
        return self.count >= WITNESSES or (
            self.count > 1 and self.order.issued - self.since >= APART_S
        )

    @property
    def seems_behind(self) -> float | None:
        """The constant age of readings of a device that does not send its clock, s; else None.

        The cause is a clock that is behind, or a delay.
        """
        run = self.run
        if self.sends or run is None or run.doubtful or run.low <= RIGHT_S:
            return None
        steady = run.count >= WITNESSES and self.order.issued - run.since >= STEADY_S
        return run.low if steady else None

    @property
    def known(self) -> float | None:
        """For people: how far the clock is behind ours (negative: ahead); None: not known."""
        behind = self.seems_behind
        if behind is not None:
            return behind
        if self.offset is None or self.count < WITNESSES:
            return None
        in_doubt = self.run is not None and self.run.low - self.offset > RIGHT_S
        return None if in_doubt else self.offset

    @property
    def correction(self) -> float:
        """Seconds to add to the device's time to get ours."""
        offset = self.offset
        return 0.0 if offset is None or -TRUSTED_S <= offset <= TRUSTED_S else offset

    def may_have_waited(self, message: ClockMessage) -> float:
        """Return for how long it waited at most, since a device publishes in order."""
        return message.issued - (-float("inf") if self.published is None else self.published)

    # --- what is learned --------------------------------------------------------------------

    def begin(self, offset: float, message: ClockMessage, count: int = 1) -> None:
        """Use this offset from now on."""
        proven = self.run if count > 1 else None
        since, began = message.issued, message.seq
        if proven is not None:
            since, began = proven.since, proven.began
        self.offset = offset
        self.count, self.since = count, since
        self.run, self.guess, self.waits = None, None, None
        self.outage = self.away = False
        self.calm = right(offset) or proven is not None
        self.order.note(message.boot, began, offset)

    def wonder(self, message: ClockMessage, *, stepped: bool) -> None:
        """Give up the known offset; whether this message shows the new one is not known yet."""
        self.offset, self.count, self.calm = None, 0, False
        self.run, self.waits = Run.of(message, stepped=stepped), None
        self.order.note(message.boot, message.seq, None)

    def forget(self) -> None:
        """Discard all that was learned while the device stated its time in another way."""
        self.offset = self.run = self.published = None
        self.count, self.calm, self.order = 0, False, Order()

    def bear_out(self, offset: float, issued: float, *, drains: bool = False) -> None:
        """Count one more message of the present offset.

        drains: of a backlog; behind a clock that was set ahead it passes that offset on its way.
        """
        assert self.offset is not None
        self.offset = min(self.offset, offset)
        self.count += 1
        self.run, self.outage, self.away = None, False, False
        if not drains:
            self.waits = None
        if self.guess is not None and issued - self.since >= GUESSED_S:
            self.guess = None
        self.calm = right(self.offset) or (self.guess is None and self.count >= WITNESSES)

    def ease(self, difference: float) -> None:
        """Count one more message of a clock that is ahead by some seconds, and as good as right.

        One message that was dated a little ahead must not make all after it that much older. The
        offset eases no farther than to zero: otherwise the wait of a growing queue would pass for
        an offset.
        """
        self.least = min(self.least, difference) if self.eased else difference
        self.eased += 1
        if self.eased >= EASES_AFTER:
            self.offset, self.eased = min(0.0, self.least), 0

    def suspect(self, message: ClockMessage) -> Run:
        """Note a message that fits another offset than the known one."""
        self.calm = False
        if self.run is None:
            self.run = Run.of(message, away=self.away)
        else:
            self.run.hear(message)
        return self.run

    def step(self, was: float, offset: float, message: ClockMessage) -> ClockStepped:
        """Return the event that reports the step."""
        because = set_reason(message.device, was, offset)
        self.stepped = ClockStepped(
            at=message.at, device=message.device, by_s=was - offset, because=because
        )
        return self.stepped

    def went_away(self, *, surely: bool = True) -> None:
        """Note that the device or we were away, perhaps or surely: messages may have waited."""
        self.outage, self.calm = True, False
        self.away |= surely

    # --- where a reading is placed ------------------------------------------------------------

    @staticmethod
    def placed(
        message: ClockMessage, waited: float = 0.0, doubt: Reason | None = None,
        step: ClockStepped | None = None, unsure: float | None = None,
    ) -> Placed:  # fmt: skip
        age = message.age + max(0.0, waited)
        late = too_old(age)
        return Placed(message.issued - age, late, None if late else doubt, step, unsure)
