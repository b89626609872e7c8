"""When a condition holds, and at which priority: the part shared by all conditions.

A `Threshold` judges one vital sign in one direction against its limits. How a crossing is confirmed
depends on how the vital sign is measured: `sustained` for streams (heart rate), `repeated` for
single measurements (cuff pressures, temperature).

Delays run on measurement time when readings arrive, so that a backlog is judged as it happened,
and on receipt time when none do, so that silence cannot hold an alarm back.
"""

import msgspec
from msgspec import Struct

from monitor.core.alarms.steps import GRACE_S
from monitor.core.protocol.limit import beyond
from monitor.core.vocabulary.profiles import ConfirmationRule, Direction
from monitor.core.vocabulary.reasons import Reason
from monitor.core.vocabulary.vitals import VITALS
from monitor.core.vocabulary.words import RANK, Priority


class Level(Struct, omit_defaults=True):
    """One limit of a condition and the progress of its crossing.

    delay          condition delay, s; of a stream: the longest, when the evidence is poor
    sooner         of a stream: the shortest, when the evidence is clean; None: always `delay`
    since          measurement time of the first reading of the present crossing
    counted_from   where timers start (see `timebase.counted_from`); None: no timer runs
    inside         of a stream: measurement time since when readings are well inside again
    borne_out_s        of a stream: source -> seconds of readings that confirm the crossing
    against        of single measurements: number of readings inside since the newest beyond
    disputed       measurement time of a repeat that was far from the first reading
    value          the newest value beyond the limit
    """

    priority: Priority
    limit: float
    source: Reason
    delay: float
    sooner: float | None = None
    since: float | None = None
    counted_from: float | None = None
    inside: float | None = None
    borne_out_s: dict[str, float] = {}
    against: int = 0
    disputed: float | None = None
    standing: bool = False
    value: float | None = None

    def forget(self) -> None:
        self.since = self.counted_from = self.inside = self.disputed = self.value = None
        self.borne_out_s, self.against = {}, 0
        self.standing = False


class Rise(Struct, frozen=True):
    """Two readings at or above a medium limit, the later one higher; times of measurement."""

    before: float
    before_at: float
    value: float
    at: float


class Threshold(Struct):
    """One condition over one vital sign. `levels` ascend by priority.

    value      the newest judged value; `value_at`: when it was measured
    extreme    the farthest value since the present crossing began; `extreme_at`: when
    repeats    number of later readings that agreed at the high level (0: provisional)
    doubted    measurement time of a reading that ended a provisional crossing by contradiction
    active     a crossing is present, whether the condition holds or not
    risen      it holds at high because it rises, though it is beyond the medium limit only
    unproven   why its only evidence may be of another time or person
    """

    name: str
    vital: str
    direction: Direction
    levels: list[Level]
    value: float | None = None
    value_at: float | None = None
    extreme: float | None = None
    extreme_at: float | None = None
    repeats: int = 0
    doubted: float | None = None
    active: bool = False
    risen: Rise | None = None
    unproven: Reason | None = None

    @property
    def rule(self) -> ConfirmationRule:
        return VITALS[self.vital].confirmation

    @property
    def relative(self) -> bool:
        """Whether its limits are over the baseline."""
        return self.name.endswith("_rise")

    def wait(self, level: Level) -> float:
        """Return how long a crossing waits when no further reading comes, s."""
        raise NotImplementedError

    def advance(self, now: float) -> None:
        """Make the levels hold whose delay or wait for a repeat has run out without a reading."""
        for level in self.levels:
            due = self._due(level)
            if due is not None and now >= due:
                level.standing = True
        self._imply()

    def crosses(self, value: float) -> bool:
        """Return whether the value is beyond a limit of this condition."""
        return beyond(self.direction, value, self.levels[0].limit)

    def _concerns(self, value: float) -> bool:
        """Return whether a value matters here: it is beyond a limit, or one was crossed before."""
        return self.active or beyond(self.direction, value, self.levels[0].limit)

    def _note_extreme(self, value: float, effective: float) -> None:
        if not self.active:
            self.extreme = None
        if self.extreme is None or (
            value != self.extreme and beyond(self.direction, value, self.extreme)
        ):
            self.extreme, self.extreme_at = value, effective

    def _settle(self) -> None:
        self._imply()
        self.active = self.began is not None

    def _imply(self) -> None:
        """Make every crossed lower level hold below one that holds, so that easing steps down."""
        implied = False
        for level in reversed(self.levels):
            level.standing |= implied and level.since is not None
            implied |= level.standing

    def _due(self, level: Level) -> float | None:
        if level.standing or level.counted_from is None or level.since is None:
            return None
        return level.counted_from + self.wait(level) + GRACE_S

    @property
    def deadline(self) -> float | None:
        if not self.active:
            return None
        soonest = None
        for level in self.levels:
            due = self._due(level)
            if due is not None and (soonest is None or due < soonest):
                soonest = due
        return soonest

    @property
    def pending(self) -> bool:
        """Whether a crossing waits to be confirmed."""
        for level in self.levels:  # noqa: SIM110 - a loop costs half, and this is every reading
            if level.since is not None and not level.standing:
                return True
        return False

    @property
    def provisional(self) -> bool:
        """Whether it holds at high on one reading that no repeat has confirmed yet."""
        level = self.holds
        high = level is not None and level.priority == "high"
        at_once = high and VITALS[self.vital].stream is None
        return at_once and not self.repeats and self.risen is None

    @property
    def wants_repeat(self) -> bool:
        """Whether a crossing waits for a repeat, holds at high on one reading, or ended on one."""
        return self.pending or self.provisional or self.doubted is not None

    @property
    def waits_since(self) -> float | None:
        """Measurement time of the newest reading for which a further one is awaited."""
        waiting = [lv for lv in self.levels if lv.since is not None and not lv.standing]
        return max((lv.disputed or lv.since or 0.0 for lv in waiting), default=self.doubted)

    @property
    def began(self) -> float | None:
        """Measurement time of the first reading of the present crossing at any level."""
        # A value beyond a priority's limit is beyond every lower one's: the lowest began first.
        first = None
        for level in self.levels:
            if level.since is not None and (first is None or level.since < first):
                first = level.since
        return first

    @property
    def holds(self) -> Level | None:
        """The highest level that holds; None: the condition does not hold."""
        for level in reversed(self.levels):
            if level.standing:
                return level
        return None

    def relimit(self, levels: list[Level]) -> None:
        """Take new limits in force: levels that hold continue to hold until a reading ends them."""
        old = {level.priority: level for level in self.levels}
        kept = [
            level if (was := old.pop(level.priority, None)) is None else _moved(was, level)
            for level in levels
        ]
        kept += [level for level in old.values() if level.since is not None]
        self.levels = sorted(kept, key=lambda level: RANK[level.priority])


def _moved(was: Level, to: Level) -> Level:
    """Return the crossing so far with another limit for the judgements from now on."""
    return msgspec.structs.replace(
        was, limit=to.limit, source=to.source, delay=to.delay, sooner=to.sooner
    )
