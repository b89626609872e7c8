"""When a condition holds, and at which priority: what all of them share.

A `Threshold` judges one vital sign in one direction against its limits. How a crossing is believed
differs by how the vital sign is measured: `sustained` for what comes as a stream (heart rate),
`repeated` for what comes one measurement at a time (cuff pressures, temperature).

Delays run on measurement time when readings arrive, so that a backlog is judged as it happened,
and on receipt time when none do, so that silence cannot hold an alarm back.
"""

from typing import Final

import msgspec
from msgspec import Struct

from monitor.core.alarms.steps import GRACE_S
from monitor.core.protocol.limit import Direction, beyond
from monitor.core.vocabulary.words import RANK, Priority


class Ways(Struct, frozen=True):
    """How a vital sign's crossings are believed and cleared; values in its unit, times in s.

    continuous     it comes as a stream
    hysteresis     so far inside its limit it is well inside
    clear_after    for so long well inside before it clears
    repeat_from, repeat_until   when after the first reading a second one counts as a repeat
    disputed_by    a repeat that differs by more asks for a third reading; None: it never does
    rising_after   so long after the first, a higher reading makes a medium high; None: it never
                   does
    """

    continuous: bool
    hysteresis: float
    clear_after: float = 0.0
    repeat_from: float = 0.0
    repeat_until: float = 0.0
    disputed_by: float | None = None
    rising_after: float | None = None


_CUFF: Final = Ways(
    continuous=False, hysteresis=5, repeat_from=60, repeat_until=120, disputed_by=10,
    rising_after=600,
)  # fmt: skip
WAYS: Final[dict[str, Ways]] = {
    "hr": Ways(continuous=True, hysteresis=5, clear_after=30),
    "sbp": _CUFF,
    "dbp": _CUFF,
    "map": _CUFF,
    "temp": Ways(continuous=False, hysteresis=0.2, repeat_from=60, repeat_until=300),
}


class Level(Struct, omit_defaults=True):
    """One limit of a condition and how far the crossing has got.

    delay          condition delay, s; of a stream: the longest, when the evidence is poor
    sooner         of a stream: the shortest, when the evidence is clean; None: always `delay`
    since, heard   measurement time and receipt of the first reading of the present crossing;
                   without `heard` no timer runs
    inside         of a stream: measurement time since when readings are well inside again
    vouched        of a stream: source -> seconds for which its readings bore the crossing out
    against        of single measurements: readings inside since the newest beyond
    disputed       measurement time of a repeat that was far from the first reading
    value          the newest value beyond the limit
    """

    priority: Priority
    limit: float
    source: str
    delay: float
    sooner: float | None = None
    since: float | None = None
    heard: float | None = None
    inside: float | None = None
    vouched: dict[str, float] = {}
    against: int = 0
    disputed: float | None = None
    standing: bool = False
    value: float | None = None

    def forget(self) -> None:
        self.since = self.heard = self.inside = self.disputed = self.value = None
        self.vouched, self.against = {}, 0
        self.standing = False


class Rise(Struct, frozen=True):
    """Two readings at or above a medium limit, the later one higher; times of measurement."""

    before: float
    before_at: float
    value: float
    at: float


class Threshold(Struct):
    """One condition over one vital sign. `levels` ascend by priority.

    value      the newest value that was judged, and when it was measured
    extreme    the farthest value since the present crossing began, and when it was measured
    repeats    later readings that agreed at the high level (0: provisional)
    doubted    measurement time of a reading that ended a provisional crossing by contradiction
    active     a crossing is present, held or not
    risen      it holds at high because it rises, though it is beyond the medium limit only
    unproven   of what it rests on alone: why that may be of another time or person
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
    unproven: str = ""

    @property
    def ways(self) -> Ways:
        return WAYS[self.vital]

    @property
    def relative(self) -> bool:
        """Its limits are over the baseline."""
        return self.name.endswith("_rise")

    def wait(self, level: Level) -> float:
        """For how long a crossing waits when nothing more comes, s."""
        raise NotImplementedError

    def advance(self, now: float) -> None:
        """Nothing more came: what waited for its delay or for a repeat holds now."""
        for level in self.levels:
            due = self._due(level)
            if due is not None and now >= due:
                level.standing = True
        self._imply()

    def crosses(self, value: float) -> bool:
        """It is beyond a limit here."""
        return beyond(self.direction, value, self.levels[0].limit)

    def _concerns(self, value: float) -> bool:
        """Whether a value matters here: it is beyond a limit, or one was crossed before."""
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
        """What holds at a priority holds at every lower one, so that easing steps down."""
        implied = False
        for level in reversed(self.levels):
            level.standing |= implied and level.since is not None
            implied |= level.standing

    def _due(self, level: Level) -> float | None:
        if level.standing or level.heard is None or level.since is None:
            return None
        return level.heard + self.wait(level) + GRACE_S

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
        """A crossing waits to be confirmed."""
        for level in self.levels:  # noqa: SIM110 - a loop costs half, and this is every reading
            if level.since is not None and not level.standing:
                return True
        return False

    @property
    def provisional(self) -> bool:
        """It holds at high on one reading, which a repeat has still to bear out."""
        level = self.holds
        at_once = level is not None and level.priority == "high" and not self.ways.continuous
        return at_once and not self.repeats and self.risen is None

    @property
    def wants_repeat(self) -> bool:
        """A crossing waits for a repeat, stands at high on one reading, or ended on one."""
        return self.pending or self.provisional or self.doubted is not None

    @property
    def waits_since(self) -> float | None:
        """Measurement time of the newest reading for which a further one is awaited."""
        waiting = [lv for lv in self.levels if lv.since is not None and not lv.standing]
        return max((lv.disputed or lv.since or 0.0 for lv in waiting), default=self.doubted)

    @property
    def began(self) -> float | None:
        """Measurement time of the first reading of any present crossing, held or not."""
        # What is beyond a priority's limit is beyond every lower one's: the lowest began first.
        first = None
        for level in self.levels:
            if level.since is not None and (first is None or level.since < first):
                first = level.since
        return first

    @property
    def holds(self) -> Level | None:
        """The highest level that holds."""
        for level in reversed(self.levels):
            if level.standing:
                return level
        return None

    def relimit(self, levels: list[Level]) -> None:
        """New limits in force: what stands keeps standing until a reading says otherwise."""
        old = {level.priority: level for level in self.levels}
        kept = [
            level if (was := old.pop(level.priority, None)) is None else _moved(was, level)
            for level in levels
        ]
        kept += [level for level in old.values() if level.since is not None]
        self.levels = sorted(kept, key=lambda level: RANK[level.priority])


def _moved(was: Level, to: Level) -> Level:
    """The crossing so far, judged from now on by another limit."""
    return msgspec.structs.replace(
        was, limit=to.limit, source=to.source, delay=to.delay, sooner=to.sooner
    )
