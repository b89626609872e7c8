"""The true course of a continuous vital sign, underneath its artefacts.

A monitor's stream is two things laid over each other: a course that changes as fast as a heart can,
and stretches of a few seconds in which the sensor shows something else (a movement, a doubled or
halved rate, a zero). Neither the size of a value nor one jump separates them, since a true
tachycardia may begin with a jump. Time does: a stretch that lasts at most `ARTEFACT_S` ends, and
the course continues where it was.

So the follower keeps to one *strand* of readings that fit each other. A reading that does not fit
is a *stray* (an outlier). Strays that fit each other are a *rival*, a candidate for the true
course. The follower changes to a rival, from the rival's first reading on, as soon as it has been
borne out for longer than an artefact lasts, or when the strand itself was not seen for long. In the
second case the rival with the most readings comes first, and if no rival has more than one, the
follower begins anew with the present reading.

The figures are engineering defaults. `docs/detection.md` shows their effect on recorded and on
generated streams.
"""

from typing import Final

from msgspec import Struct

ARTEFACT_S: Final = 5.0  # an artefact is assumed to last this long at most
TAKES_OVER_S: Final = 7.0  # a rival must be borne out for this long, and by this many readings
TAKES_OVER_COUNT: Final = 3
LOST_S: Final = 12.0  # a strand that was not seen for this long is gone
RIVALS: Final = 3  # at most
LEVEL_S: Final = 5.0  # the strand's level is the median over its last seconds
LEVEL_COUNT: Final = 32  # and over this many readings at most, however fast they come
# A reading fits within AGREES of the level, or within a step of the last reading; both widen with
# the time since then, at the pace at which a heart rate can move.
AGREES: Final = 15.0
STEPS: Final = 10.0
PER_SECOND: Final = 3.0
WIDENS_S: Final = 10.0
VOUCHED_GAP_S: Final = 6.0  # readings farther apart than this bear nothing out
MEMORY_S: Final = 8.0  # time constant of the share of readings that fit
SURE: Final = 0.7
UNKNOWN: Final = 0.5
_MOST_KEPT: Final = 64
# A source that is silent for this long no longer counts: its heart rate has expired by then.
HEARD_S: Final = 30.0


class Followed(Struct, frozen=True, array_like=True, gc=False):
    """One reading of the strand that is followed.

    effective, heard   measurement time and receipt, s
    value, level       as measured; and the median over the last `LEVEL_S`
    vouched            seconds since the strand's reading before, if no evidence was against it;
                       else 0
    clean              there is no doubt about the reading itself
    """

    effective: float
    heard: float
    value: float
    level: float
    vouched: float
    clean: bool


class Strand(Struct):
    """Readings that fit each other. strayed: others came since its newest."""

    recent: list[tuple[float, float]] = []
    level: float = 0.0
    strayed: bool = False

    @property
    def at(self) -> float:
        return self.recent[-1][0]

    def fits(self, value: float, effective: float) -> bool:
        at, last = self.recent[-1]
        wider = PER_SECOND * min(effective - at, WIDENS_S)
        return abs(value - self.level) <= AGREES + wider or abs(value - last) <= STEPS + wider

    def take(self, effective: float, heard: float, value: float, *, clean: bool) -> Followed:
        vouched = 0.0
        if self.recent:
            gap = effective - self.at
            vouched = gap if gap <= VOUCHED_GAP_S and not self.strayed else 0.0
        self.strayed = False
        recent = self.recent
        recent.append((effective, value))
        oldest = effective - LEVEL_S
        while recent[0][0] <= oldest or len(recent) > LEVEL_COUNT:
            del recent[0]
        self.level = _middle([v for _, v in recent])
        return Followed(effective, heard, value, self.level, vouched, clean)


class Rival(Struct):
    """Strays that fit each other, and the course that they would make."""

    strand: Strand
    course: list[Followed]

    @property
    def borne_out(self) -> bool:
        if len(self.course) < TAKES_OVER_COUNT:
            return False
        return sum(seen.vouched for seen in self.course) >= TAKES_OVER_S


class Follower(Struct):
    """The strand that is followed in one source's readings, and its rivals.

    agreement   the share of recent readings that fit the strand, 0 to 1
    last        measurement time of the newest reading
    """

    strand: Strand | None = None
    rivals: list[Rival] = []
    agreement: float = UNKNOWN
    last: float | None = None

    @property
    def sure(self) -> bool:
        """Whether the evidence is clean: all or nearly all recent readings fit the strand."""
        return self.agreement >= SURE

    @property
    def level(self) -> float | None:
        return None if self.strand is None else self.strand.level

    @property
    def at(self) -> float | None:
        """Measurement time of the newest reading that was followed."""
        return None if self.strand is None else self.strand.at

    def observe(
        self, effective: float, heard: float, value: float, *, clean: bool
    ) -> list[Followed]:
        """Return the readings that follow: empty (a stray), itself, or a rival's whole course."""
        weight = self._weigh(effective)
        strand = self.strand
        if strand is None:
            return self._begin(effective, heard, value, clean=clean)
        rival = self._nearest(value, effective)
        if strand.fits(value, effective) and (rival is None or not _nearer(value, rival, strand)):
            self.agreement += (1.0 - self.agreement) * weight
            if self.rivals:
                self.rivals = []
            return [strand.take(effective, heard, value, clean=clean)]
        self.agreement -= self.agreement * weight
        lost = effective - strand.at > LOST_S
        if rival is None and lost and all(len(r.course) == 1 for r in self.rivals):
            return self._begin(effective, heard, value, clean=clean)
        rival = self._join(rival, effective, heard, value, clean=clean)
        most = max(len(r.course) for r in self.rivals)
        if rival.borne_out or (lost and 1 < len(rival.course) == most):
            return self._take_over(rival)
        return []

    def _weigh(self, effective: float) -> float:
        """Return the weight of one reading in the agreement, by the time since the last one."""
        gap = 1.0 if self.last is None else max(0.0, effective - self.last)
        self.last = effective
        return gap / (gap + MEMORY_S)

    def _begin(
        self, effective: float, heard: float, value: float, *, clean: bool
    ) -> list[Followed]:
        self.strand, self.rivals = Strand(), []
        self.agreement = min(self.agreement, UNKNOWN)
        return [self.strand.take(effective, heard, value, clean=clean)]

    def _nearest(self, value: float, effective: float) -> Rival | None:
        if not self.rivals:
            return None
        fitting = [r for r in self.rivals if r.strand.fits(value, effective)]
        return min(fitting, key=lambda r: abs(value - r.strand.level), default=None)

    def _join(
        self, rival: Rival | None, effective: float, heard: float, value: float, *, clean: bool
    ) -> Rival:
        """Return the rival to which a stray belongs. To the strand and all others it is a stray."""
        for other in self.rivals:
            if other is not rival:
                other.strand.strayed = True
        assert self.strand is not None
        self.strand.strayed = True
        if rival is None:
            rival = Rival(Strand(), [])
            kept = [r for r in self.rivals if effective - r.strand.at <= LOST_S]
            kept.sort(key=lambda r: r.strand.at)
            self.rivals = [*kept[-RIVALS + 1 :], rival]
        rival.course.append(rival.strand.take(effective, heard, value, clean=clean))
        del rival.course[:-_MOST_KEPT]
        return rival

    def _take_over(self, rival: Rival) -> list[Followed]:
        """Make the rival the course, from its first reading on."""
        self.agreement = 1.0 if rival.borne_out else UNKNOWN
        self.strand, self.rivals = rival.strand, []
        return rival.course


def _middle(values: list[float]) -> float:
    """Return the median: `statistics.median` costs more in calls than in sorting, every time."""
    values.sort()
    half = len(values) // 2
    return values[half] if len(values) % 2 else (values[half - 1] + values[half]) / 2


def _nearer(value: float, rival: Rival, strand: Strand) -> bool:
    return abs(value - rival.strand.level) < abs(value - strand.level)


def beside(sources: dict[str, Follower], device: str, effective: float) -> dict[str, float]:
    """Return source -> level of all other sources that are not silent."""
    return {
        name: other.level
        for name, other in sources.items()
        if name != device and other.level is not None and effective - (other.at or 0.0) <= HEARD_S
    }
