"""The true course of a continuous vital sign, underneath its artefacts.

A monitor's stream is two things laid over each other: a course that changes as fast as a heart can,
and stretches of a few seconds in which the sensor shows something else (a movement, a doubled or
halved rate, a zero). Neither the size of a value nor one jump separates them, since a true
tachycardia may begin with a jump. Time does: a stretch that lasts at most `ARTEFACT_S` ends, and
the course continues where it was.

So the follower keeps to one *segment* of readings that fit each other. A reading that does not fit
is an *outlier*. Outliers that fit each other are a *candidate* for the true course. The follower
changes to a candidate, from the candidate's first reading on, as soon as it has been borne out for
longer than an artefact lasts, or when the segment itself was not seen for long. In the second case
the candidate with the most readings comes first, and if no candidate has more than one, the
follower begins anew with the present reading.

The figures, and those of `StreamRule`, are engineering defaults. `docs/detection.md` shows their
effect on recorded and on generated streams.
"""

from typing import Final

from msgspec import Struct

from monitor.core.vocabulary.profiles import StreamRule

ARTEFACT_S: Final = 5.0  # an artefact is assumed to last this long at most
TAKES_OVER_S: Final = 7.0  # a candidate must be borne out for this long, and by this many readings
TAKES_OVER_COUNT: Final = 3
LOST_S: Final = 12.0  # a segment that was not seen for this long is gone
CANDIDATES: Final = 3  # at most
LEVEL_S: Final = 5.0  # the segment's level is the median over its last seconds
LEVEL_COUNT: Final = 32  # and over this many readings at most, however fast they come
WIDENS_S: Final = 10.0  # what fits widens for so long after the last reading
BORNE_OUT_GAP_S: Final = 6.0  # readings farther apart than this bear nothing out
MEMORY_S: Final = 8.0  # time constant of the share of readings that fit
SURE: Final = 0.7
UNKNOWN: Final = 0.5
_MOST_KEPT: Final = 64
# A source that is silent for this long no longer counts: its heart rate has expired by then.
PRESENT_S: Final = 30.0


class Followed(Struct, frozen=True, array_like=True, gc=False):
    """One reading of the segment that is followed.

    effective          measurement time, s; counted_from: where timers start
    value, level       as measured; and the median over the last `LEVEL_S`
    borne_out_s        seconds since the segment's reading before, if no evidence was against it;
                       else 0
    clean              there is no doubt about the reading itself
    """

    effective: float
    counted_from: float
    value: float
    level: float
    borne_out_s: float
    clean: bool


class Segment(Struct):
    """Readings that fit each other. interrupted: others came since its newest."""

    recent: list[tuple[float, float]] = []
    level: float = 0.0
    interrupted: bool = False

    @property
    def at(self) -> float:
        return self.recent[-1][0]

    def fits(self, value: float, effective: float, rule: StreamRule) -> bool:
        at, last = self.recent[-1]
        wider = rule.per_second * min(effective - at, WIDENS_S)
        return (
            abs(value - self.level) <= rule.agrees + wider or abs(value - last) <= rule.step + wider
        )

    def take(self, effective: float, counted_from: float, value: float, *, clean: bool) -> Followed:
        borne_out_s = 0.0
        if self.recent:
            gap = effective - self.at
            borne_out_s = gap if gap <= BORNE_OUT_GAP_S and not self.interrupted else 0.0
        self.interrupted = False
        recent = self.recent
        recent.append((effective, value))
        oldest = effective - LEVEL_S
        while recent[0][0] <= oldest or len(recent) > LEVEL_COUNT:
            del recent[0]
        self.level = _middle([v for _, v in recent])
        return Followed(effective, counted_from, value, self.level, borne_out_s, clean)


class Candidate(Struct):
    """Outliers that fit each other, and the course that they would make."""

    segment: Segment
    course: list[Followed]

    @property
    def borne_out(self) -> bool:
        if len(self.course) < TAKES_OVER_COUNT:
            return False
        return sum(seen.borne_out_s for seen in self.course) >= TAKES_OVER_S


class Follower(Struct):
    """The segment that is followed in one source's readings, and its candidates.

    agreement   the share of recent readings that fit the segment, 0 to 1
    last        measurement time of the newest reading
    """

    segment: Segment | None = None
    candidates: list[Candidate] = []
    agreement: float = UNKNOWN
    last: float | None = None

    @property
    def sure(self) -> bool:
        """Whether the evidence is clean: all or nearly all recent readings fit the segment."""
        return self.agreement >= SURE

    @property
    def level(self) -> float | None:
        return None if self.segment is None else self.segment.level

    @property
    def at(self) -> float | None:
        """Measurement time of the newest reading that was followed."""
        return None if self.segment is None else self.segment.at

    def observe(
        self, effective: float, counted_from: float, value: float, rule: StreamRule, *, clean: bool
    ) -> list[Followed]:
        """Return what follows: nothing (an outlier), itself, or a candidate's whole course."""
        weight = self._weigh(effective)
        segment = self.segment
        if segment is None:
            return self._begin(effective, counted_from, value, clean=clean)
        candidate = self._nearest(value, effective, rule)
        nearer = candidate is not None and _nearer(value, candidate, segment)
        if segment.fits(value, effective, rule) and not nearer:
            self.agreement += (1.0 - self.agreement) * weight
            if self.candidates:
                self.candidates = []
            return [segment.take(effective, counted_from, value, clean=clean)]
        self.agreement -= self.agreement * weight
        lost = effective - segment.at > LOST_S
        if candidate is None and lost and all(len(r.course) == 1 for r in self.candidates):
            return self._begin(effective, counted_from, value, clean=clean)
        candidate = self._join(candidate, effective, counted_from, value, clean=clean)
        most = max(len(r.course) for r in self.candidates)
        if candidate.borne_out or (lost and 1 < len(candidate.course) == most):
            return self._take_over(candidate)
        return []

    def _weigh(self, effective: float) -> float:
        """Return the weight of one reading in the agreement, by the time since the last one."""
        gap = 1.0 if self.last is None else max(0.0, effective - self.last)
        self.last = effective
        return gap / (gap + MEMORY_S)

    def _begin(
        self, effective: float, counted_from: float, value: float, *, clean: bool
    ) -> list[Followed]:
        self.segment, self.candidates = Segment(), []
        self.agreement = min(self.agreement, UNKNOWN)
        return [self.segment.take(effective, counted_from, value, clean=clean)]

    def _nearest(self, value: float, effective: float, rule: StreamRule) -> Candidate | None:
        if not self.candidates:
            return None
        fitting = [r for r in self.candidates if r.segment.fits(value, effective, rule)]
        return min(fitting, key=lambda r: abs(value - r.segment.level), default=None)

    def _join(
        self, candidate: Candidate | None, effective: float, counted_from: float, value: float,
        *, clean: bool,
    ) -> Candidate:  # fmt: skip
        """Return the candidate to which an outlier of the segment and of all others belongs."""
        for other in self.candidates:
            if other is not candidate:
                other.segment.interrupted = True
        assert self.segment is not None
        self.segment.interrupted = True
        if candidate is None:
            candidate = Candidate(Segment(), [])
            kept = [r for r in self.candidates if effective - r.segment.at <= LOST_S]
            kept.sort(key=lambda r: r.segment.at)
            self.candidates = [*kept[-CANDIDATES + 1 :], candidate]
        candidate.course.append(candidate.segment.take(effective, counted_from, value, clean=clean))
        del candidate.course[:-_MOST_KEPT]
        return candidate

    def _take_over(self, candidate: Candidate) -> list[Followed]:
        """Make the candidate the course, from its first reading on."""
        self.agreement = 1.0 if candidate.borne_out else UNKNOWN
        self.segment, self.candidates = candidate.segment, []
        return candidate.course


def _middle(values: list[float]) -> float:
    """Return the median: `statistics.median` costs more in calls than in sorting, every time."""
    values.sort()
    half = len(values) // 2
    return values[half] if len(values) % 2 else (values[half - 1] + values[half]) / 2


def _nearer(value: float, candidate: Candidate, segment: Segment) -> bool:
    return abs(value - candidate.segment.level) < abs(value - segment.level)


def beside(sources: dict[str, Follower], device: str, effective: float) -> dict[str, float]:
    """Return source -> level of all other sources that are not silent."""
    return {
        name: other.level
        for name, other in sources.items()
        if name != device and other.level is not None and effective - (other.at or 0.0) <= PRESENT_S
    }
