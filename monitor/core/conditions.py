"""When a condition holds, and at which priority.

`Threshold` judges one vital sign in one direction against its limits. Two kinds of vital sign
differ in what they ask for before they believe a crossing:

- *continuous* (heart rate): beyond the limit for the condition delay; clears when it was well
  inside (hysteresis) for `clear_after`.
- *measured* (cuff pressures, temperature): never filtered. At a high limit at once, as
  provisional. At low and medium it waits for a repeat `repeat_from` to `repeat_until` later and
  holds if the repeat agrees *or none comes*. One clean reading well inside clears it.

Delays run on measurement time when readings arrive, so that a backlog is judged as it happened,
and on receipt time when none do, so that silence cannot hold an alarm back.
"""

from typing import Final

from msgspec import Struct

from monitor.core.alarms import RANK
from monitor.core.events import Priority
from monitor.core.limits import Direction, back, beyond

# A reading that is due this very second is not missing yet.
GRACE_S: Final = 1.0


class Ways(Struct, frozen=True):
    """How a vital sign's crossings are believed and cleared; values in its unit, times in s."""

    continuous: bool
    hysteresis: float
    clear_after: float = 0.0
    repeat_from: float = 0.0
    repeat_until: float = 0.0


_CUFF: Final = Ways(continuous=False, hysteresis=5, repeat_from=60, repeat_until=120)
WAYS: Final[dict[str, Ways]] = {
    "hr": Ways(continuous=True, hysteresis=5, clear_after=30),
    "sbp": _CUFF,
    "dbp": _CUFF,
    "map": _CUFF,
    "temp": Ways(continuous=False, hysteresis=0.2, repeat_from=60, repeat_until=300),
}


class Level(Struct):
    """One limit of a condition and how far the crossing has got.

    since, heard   measurement time and receipt of the first reading of the present crossing
    inside         measurement time since when readings are well inside again
    value          the newest value beyond the limit
    """

    priority: Priority
    limit: float
    source: str
    delay: float
    since: float | None = None
    heard: float | None = None
    inside: float | None = None
    standing: bool = False
    value: float | None = None

    def forget(self) -> None:
        self.since = self.heard = self.inside = self.value = None
        self.standing = False


class Threshold(Struct):
    """One condition over one vital sign. `levels` ascend by priority.

    repeats            later readings that agreed at the high level (0: provisional)
    extreme            the farthest value since the present crossing began
    active             a crossing is present, held or not
    """

    name: str
    vital: str
    direction: Direction
    levels: list[Level]
    value: float | None = None
    extreme: float | None = None
    extreme_at: float | None = None
    repeats: int = 0
    active: bool = False

    @property
    def ways(self) -> Ways:
        return WAYS[self.vital]

    def observe(self, value: float, effective: float, issued: float, *, clean: bool) -> None:
        """Take one believed reading. Only a clean one clears."""
        self.value = value
        if not self.active and not beyond(self.direction, value, self.levels[0].limit):
            return
        self._note_extreme(value, effective)
        for level in self.levels:
            if beyond(self.direction, value, level.limit):
                self._cross(level, value, effective, issued)
            elif level.since is not None and clean:
                self._ease(level, value, effective)
        self._imply()
        self.active = self.began is not None

    def _note_extreme(self, value: float, effective: float) -> None:
        if not self.active:
            self.extreme = None
        if self.extreme is None or (
            value != self.extreme and beyond(self.direction, value, self.extreme)
        ):
            self.extreme, self.extreme_at = value, effective

    def _cross(self, level: Level, value: float, effective: float, issued: float) -> None:
        level.inside, level.value = None, value
        if level.since is None:
            level.since, level.heard = effective, issued
            self.repeats = 0 if level.priority == "high" else self.repeats
        elif level.priority == "high" and effective > level.since:
            self.repeats += 1  # at the same instant it is the same measurement, sent twice
        if self.ways.continuous:
            if level.heard is None:
                level.heard = issued
            level.standing |= effective - level.since >= level.delay
        else:
            repeated = effective - level.since >= self.ways.repeat_from
            level.standing |= level.priority == "high" or repeated

    def _ease(self, level: Level, value: float, effective: float) -> None:
        ways, since = self.ways, level.since
        assert since is not None
        if not back(self.direction, value, level.limit, ways.hysteresis):
            level.inside = None
            if not level.standing and not ways.continuous:
                # A repeat inside the limit refutes the first reading; too early a one does not.
                if effective - since >= ways.repeat_from:
                    level.forget()
            elif ways.continuous and not level.standing:
                level.heard = None  # undecided: no timer may hold it beyond the limit
            return
        if not ways.continuous:
            if level.standing or effective - since >= ways.repeat_from:
                level.forget()
            return
        if level.inside is None:
            level.inside = effective
        if not level.standing or effective - level.inside >= ways.clear_after:
            level.forget()

    def advance(self, now: float) -> None:
        """Nothing more came: what waited for its delay or for a repeat holds now."""
        for level in self.levels:
            due = self._due(level)
            if due is not None and now >= due:
                level.standing = True
        self._imply()

    def _imply(self) -> None:
        """What holds at a priority holds at every lower one, so that easing steps down."""
        implied = False
        for level in reversed(self.levels):
            level.standing |= implied and level.since is not None
            implied |= level.standing

    def _due(self, level: Level) -> float | None:
        if level.standing or level.heard is None or level.since is None:
            return None
        wait = level.delay if self.ways.continuous else self.ways.repeat_until
        return level.heard + wait + GRACE_S

    @property
    def deadline(self) -> float | None:
        if not self.active:
            return None
        return min((due for lv in self.levels if (due := self._due(lv)) is not None), default=None)

    @property
    def pending(self) -> bool:
        """A crossing waits to be confirmed."""
        return any(level.since is not None and not level.standing for level in self.levels)

    @property
    def wants_repeat(self) -> bool:
        """A crossing waits for a repeat, or stands at high on one reading."""
        level = self.holds
        provisional = level is not None and level.priority == "high" and not self.repeats
        return self.pending or provisional

    @property
    def waits_since(self) -> float | None:
        """Measurement time of the newest crossing that waits to be confirmed."""
        return max(
            (lv.since for lv in self.levels if lv.since is not None and not lv.standing),
            default=None,
        )

    @property
    def began(self) -> float | None:
        """Measurement time of the first reading of any present crossing, held or not."""
        return min((lv.since for lv in self.levels if lv.since is not None), default=None)

    @property
    def holds(self) -> Level | None:
        """The highest level that holds."""
        return next((level for level in reversed(self.levels) if level.standing), None)

    def relimit(self, levels: list[Level]) -> None:
        """New limits in force: what stands keeps standing until a reading says otherwise."""
        old = {level.priority: level for level in self.levels}
        for level in levels:
            was = old.get(level.priority)
            if was is not None:
                level.since, level.heard = was.since, was.heard
                level.inside, level.standing = was.inside, was.standing
                level.value = was.value
        self.levels = sorted(levels, key=lambda level: RANK[level.priority])


class Step(Struct, frozen=True):
    """A priority that is reached `after` seconds."""

    after: float
    priority: Priority


def reached(steps: tuple[Step, ...], since: float, now: float) -> Step | None:
    """The last step whose time has come, the second's grace included."""
    return next((s for s in reversed(steps) if now >= since + s.after + GRACE_S), None)


def upcoming(steps: tuple[Step, ...], since: float, now: float) -> float | None:
    """When the next step falls due after `now`."""
    return min((t for s in steps if (t := since + s.after + GRACE_S) > now), default=None)
