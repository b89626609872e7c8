"""What is remembered of one device's clock, and of what it sent last.

Differences are our receipt less the device's clock, seconds: positive when it is behind, or when
the message waited.
"""

from typing import Final

from msgspec import Struct

from monitor.core.events import ClockStepped
from monitor.core.timebase import AGREE_S, LATE_S, RIGHT_S, TRUSTED_S, right, set_reason
from monitor.core.units_by_pace import Pace

WITNESSES: Final = 3
PROVEN_S: Final = 30.0  # so long must a stream keep the pace of our clock to prove an offset
APART_S: Final = 60.0  # of messages so far apart two are enough
STEADY_S: Final = 60.0
GUESSED_S: Final = 10.0
ERAS: Final = 16


class Message(Struct, frozen=True, kw_only=True, gc=False):
    """One message as far as clocks are concerned.

    told    the device's clock: as it published if it tells that, else as it measured
    age     of the reading by then, s
    """

    at: float
    device: str
    boot: str
    seq: int | None
    issued: float
    told: float
    age: float = 0.0


class Placed(Struct, frozen=True, gc=False):
    """When a reading was measured, and what that is worth.

    effective   by our clock, never after the receipt
    late        why it is history; "": it is not
    doubt       why it may raise and be drawn and nothing else; "": there is no doubt of its time
    step        the device's clock was set, and this message shows it
    """

    effective: float
    late: str = ""
    doubt: str = ""
    step: ClockStepped | None = None


class Era(Struct):
    """From this number of a boot on this was the offset. None: it never came to be known.

    after   the newest number of the boot that was before it: what lies between may be of either
    """

    boot: str
    began: int
    offset: float | None
    after: int | None = None


class Run(Struct):
    """Messages in a row with differences that are alike: a clock, or a wait that does not end.

    low, top    the smallest since it is steady; the largest of all
    since       receipt of the first since it is steady, `first`: its difference, `began`: its
                number; count: of messages since then
    stepped     it was told already that the clock was set
    queued      it went on where the device's clock had stopped: a queue does so, of whatever pace
    doubtful    of a device that does not tell its clock: these readings may be of now
    backward    the first of them was told to be of before the newest
    away        it began when the device or we had been away
    mixed       what came later fits it less, and does not come nearer: it may be two things at once
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

    @classmethod
    def of(cls, message: Message, *, stepped: bool = False, away: bool = False) -> "Run":
        offset = message.issued - message.told
        return cls(offset, offset, offset, message.issued, message.seq, stepped=stepped, away=away)

    def hear(self, message: Message) -> None:
        offset, span = message.issued - message.told, message.issued - self.since
        # Two in a hundred is no pace of a clock, nor of a network's jitter.
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
        """It keeps the pace of our clock."""
        span = issued - self.since
        return (self.count >= WITNESSES and span >= PROVEN_S) or (
            self.count > 1 and span >= APART_S
        )

    @property
    def drains(self) -> bool:
        """They came nearer and nearer: who does so had waited."""
        return self.top - self.low > AGREE_S


class DeviceClock(Struct, omit_defaults=True):
    """The offset of one device's clock, as far as it is known, s.

    offset      the smallest difference since the clock was last set; None: not known
    count       of messages that bear it out; `since`: receipt of the first
    calm        it is known well, and nothing speaks against it
    guess       what the very first message said, while no more is known
    sends       the device tells its own clock at publishing (`sent`)
    run         what may be another offset, or the first
    outage      the device or we were away, and nothing came since that tells how long it waited
    issued, told, boot, seq   of the newest message in order; `first`: the lowest number of its boot
    published   by our clock: not before this, the newest message of which that is known
    eras        of numbered messages: the offsets of late, the present one last
    boots       the boots before this one: the newest number of each
    strays      messages in a row that came after newer ones; `stray`: the number of the newest of
                them, `strayed`: receipt of the first
    stepped     when it was set last; `pace`: the unit of its numbers, while nothing else tells it
    """

    offset: float | None = None
    count: int = 0
    since: float = 0.0
    calm: bool = False
    guess: float | None = None
    sends: bool = False
    run: Run | None = None
    outage: bool = False
    issued: float = 0.0
    told: float | None = None
    boot: str = ""
    seq: int | None = None
    first: int = 0
    published: float | None = None
    eras: list[Era] = []
    boots: dict[str, int] = {}
    strays: int = 0
    stray: int = 0
    strayed: float = 0.0
    stepped: ClockStepped | None = None
    pace: Pace | None = None

    # --- what is known ----------------------------------------------------------------------

    @property
    def settled(self) -> bool:
        """It is known, and nothing is under way that may be another or a wait."""
        return self.offset is not None and self.run is None and not self.outage

    @property
    def borne_out(self) -> bool:
        """More than one message says so."""
        return self.count >= WITNESSES or (self.count > 1 and self.issued - self.since >= APART_S)

    @property
    def seems_behind(self) -> float | None:
        """A device that does not tell its clock is always as old as this: a clock, or a delay."""
        run = self.run
        if self.sends or run is None or run.doubtful or run.low <= RIGHT_S:
            return None
        steady = run.count >= WITNESSES and self.issued - run.since >= STEADY_S
        return run.low if steady else None

    @property
    def known(self) -> float | None:
        """For people: how far the clock is behind ours (negative: ahead); None: not known."""
        behind = self.seems_behind
        if behind is not None:
            return behind
        return self.offset if self.count >= WITNESSES else None

    @property
    def correction(self) -> float:
        """Seconds to add to the device's time to get ours."""
        offset = self.offset
        return 0.0 if offset is None or -TRUSTED_S <= offset <= TRUSTED_S else offset

    def may_have_waited(self, message: Message) -> float:
        """For how long at most, since a device publishes in order."""
        return message.issued - (-float("inf") if self.published is None else self.published)

    def in_order(self, message: Message) -> bool:
        """By its number it was certainly published after the newest one."""
        seq = message.seq
        if seq is None or self.told is None:
            return False
        if message.boot != self.boot:
            return message.boot not in self.boots
        return self.seq is not None and seq > self.seq

    def came_before(self, message: Message) -> Era | None:
        """It is delivered after newer ones: in which era it was sent. None: it is in order."""
        seq, told = message.seq, self.told
        if seq is None or told is None:
            return None
        present = message.boot == self.boot
        newest = self.seq if present else self.boots.get(message.boot)
        if newest is None or seq > newest or (present and not self.first <= seq < newest):
            return None
        if self._goes_on(message):
            return None
        eras = [era for era in self.eras if era.boot == message.boot]
        at = next((n for n in reversed(range(len(eras))) if eras[n].began <= seq), None)
        if at is None:
            return Era(message.boot, seq, None)
        if present and at == len(eras) - 1:
            # Sent after the newest, and its number is lower: the counter began anew.
            return None if message.told > told else eras[at]
        after = eras[at + 1].after if at + 1 < len(eras) else None
        return eras[at] if after is None or seq <= after else Era(message.boot, seq, None)

    def _goes_on(self, message: Message) -> bool:
        """Nothing but old numbers comes, upwards and for long: these are the present."""
        assert message.seq is not None
        if self.issued > self.strayed or message.seq < self.stray:
            self.strays, self.strayed = 0, message.issued
        self.stray = message.seq
        self.strays += 1
        return self.strays > WITNESSES and message.issued - self.strayed >= APART_S

    # --- what is learned --------------------------------------------------------------------

    def begin(self, offset: float, message: Message, count: int = 1) -> None:
        """This is the offset from now on."""
        proven = self.run if count > 1 else None
        since, began = message.issued, message.seq
        if proven is not None:
            since, began = proven.since, proven.began
        self.offset = offset
        self.count, self.since = count, since
        self.run, self.outage, self.guess = None, False, None
        self.calm = right(offset) or proven is not None
        self._note(message.boot, began)

    def wonder(self, message: Message, *, stepped: bool) -> None:
        """It was another, and whether it is this one will be seen."""
        self.offset, self.count, self.calm = None, 0, False
        self.run = Run.of(message, stepped=stepped)
        self._note(message.boot, message.seq)

    def forget(self) -> None:
        """What was learned by another way of telling the time is worth nothing."""
        self.offset = self.run = self.told = self.published = None
        self.count, self.calm, self.eras = 0, False, []

    def _note(self, boot: str, began: int | None) -> None:
        if began is not None:
            self.eras.append(Era(boot, began, self.offset, self.seq))
            del self.eras[:-ERAS]

    def bear_out(self, offset: float, issued: float) -> None:
        """One more message of the present offset."""
        assert self.offset is not None
        self.offset = min(self.offset, offset)
        self.count += 1
        self.run, self.outage = None, False
        if self.guess is not None and issued - self.since >= GUESSED_S:
            self.guess = None
        self.calm = right(self.offset) or (self.guess is None and self.count >= WITNESSES)

    def suspect(self, message: Message) -> Run:
        """A message that fits another offset than the one that is known."""
        self.calm = False
        if self.run is None:
            self.run = Run.of(message, away=self.outage)
        else:
            self.run.hear(message)
        return self.run

    def restarted(self, message: Message) -> bool:
        """It begins another boot. Numbers are of the new one from here on."""
        if message.boot == self.boot:
            return False
        if self.seq is not None:
            self.boots.pop(self.boot, None)
            self.boots[self.boot] = self.seq
            if len(self.boots) > ERAS:
                del self.boots[next(iter(self.boots))]
        self.boot, self.seq = message.boot, None
        if self.told is None:
            return False
        self._note(message.boot, message.seq)
        return True

    def follow(self, message: Message) -> None:
        """This is the newest message in order."""
        seq = message.seq
        if seq is not None:
            if self.seq is None or seq < self.seq:
                self.first = seq
                self._note(message.boot, message.seq)
            self.seq = seq
        self.issued, self.told = message.issued, message.told

    def step(self, was: float, offset: float, message: Message) -> ClockStepped:
        """The event that tells it."""
        reason = set_reason(message.device, was, offset)
        self.stepped = ClockStepped(
            at=message.at, device=message.device, by_s=was - offset, reason=reason
        )
        return self.stepped

    def went_away(self) -> None:
        """The device was away, or we were: what comes now may have waited."""
        self.outage, self.calm = True, False

    # --- where a reading is placed ------------------------------------------------------------

    @staticmethod
    def placed(
        message: Message, waited: float = 0.0, doubt: str = "", step: ClockStepped | None = None
    ) -> Placed:
        age = message.age + max(0.0, waited)
        late = f"measured {age / 60:.0f} min before it was received" if age > LATE_S else ""
        return Placed(message.issued - age, late, "" if late else doubt, step)
