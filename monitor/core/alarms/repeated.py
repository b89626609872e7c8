"""A condition over single measurements: never filtered, and confirmed by a repeat.

At a high limit it holds immediately, as provisional, until a later reading agrees. At low and
medium the first reading waits: a repeat `repeat_from` to `repeat_until` later makes the condition
hold if it agrees, and refutes it if it does not; without a repeat the condition holds as well. A
repeat that contradicts the first reading by more than `disputed_by` does not refute it yet: a third
reading is requested, and the median of the three counts, that is, the majority. One clean reading
well inside the limit clears; if it contradicts an unconfirmed high reading, a third is requested
all the same.

Pressures that stay beyond the absolute medium limit and rise hold at high: a reading higher than
one at least `rising_after` before it, and no lower than the one before, without a clean reading
inside the limit between them. A clean reading that is lower by `hysteresis` ends the rise.
"""

from typing import Final

from monitor.core.alarms.condition import Level, Rise, Threshold
from monitor.core.protocol.limit import back, beyond
from monitor.core.quality.arrivals.contents import CUFF_S
from monitor.core.vocabulary.reasons import Reason

_KEPT: Final = 16


class Repeated(Threshold, tag="repeated"):
    """`Threshold` for single measurements: cuff pressures, temperature.

    run   (measurement time, value) of the readings beyond the medium limit, oldest first
    """

    run: tuple[tuple[float, float], ...] = ()

    def wait(self, level: Level) -> float:
        return self.rule.repeat_until

    def observe(self, value: float, effective: float, counted_from: float, *, clean: bool) -> None:
        """Take one believed reading. Only a clean one refutes or clears."""
        self.value, self.value_at, self.doubted = value, effective, None
        if not self._concerns(value):
            return
        if self.unproven:
            self._begin_proven(value, effective)
        self._note_extreme(value, effective)
        for level in self.levels:
            if beyond(self.direction, value, level.limit):
                self._cross(level, value, effective, counted_from)
            elif level.standing:
                self._leave(level, value, effective, clean=clean)
            elif level.since is not None:
                self._refute(level, value, effective, counted_from, clean=clean)
        if self.rule.rising_after is not None and self.name == f"{self.vital}_high":
            self._rise(value, effective, clean=clean)
        self._settle()

    def begin_anew(self) -> None:
        """Reset to the state before the first reading."""
        for level in self.levels:
            level.forget()
        self.value = self.value_at = self.doubted = self.risen = None
        self.extreme = self.extreme_at = None
        self.repeats, self.active, self.run, self.unproven = 0, False, (), None

    def begin_only(self, value: float, effective: float, counted_from: float, why: Reason) -> None:
        """Take a reading that may be of another time or person: it can only begin a crossing.

        It does not confirm, does not end, and is not a repeat.
        """
        if not self.crosses(value):
            return
        self.value, self.value_at = value, effective
        self._note_extreme(value, effective)
        for level in self.levels:
            if level.since is None and beyond(self.direction, value, level.limit):
                self._cross(level, value, effective, counted_from)
                self.unproven = why
        self._settle()

    def _begin_proven(self, value: float, effective: float) -> None:
        """Restart the crossings of unproven readings at the first proven one: it is no repeat."""
        self.unproven = None
        for level in self.levels:
            if level.since is None or not beyond(self.direction, value, level.limit):
                continue
            if level.standing:
                level.since = effective
            else:
                level.forget()

    @property
    def holds(self) -> Level | None:
        medium = self._medium
        if self.risen is None or medium is None or self._high:
            return super().holds
        return Level(
            "high", medium.limit, Reason("and_rising", {"source": medium.source}), 0.0,
            since=medium.since, standing=True, value=medium.value,
        )  # fmt: skip

    @property
    def outgrown(self) -> bool:
        """Whether it held at high for its rise and is now beyond the high limit itself."""
        return self.risen is not None and self._high

    @property
    def _high(self) -> bool:
        """Whether it is beyond the high limit itself."""
        return any(level.standing and level.priority == "high" for level in self.levels)

    @property
    def _medium(self) -> Level | None:
        return next((level for level in self.levels if level.priority == "medium"), None)

    def _rise(self, value: float, effective: float, *, clean: bool) -> None:
        medium = self._medium
        if medium is None or medium.since is None:
            self.run, self.risen = (), None
            return
        if not beyond(self.direction, value, medium.limit):
            if clean:
                self.run = ()
                self._ease_off(value)
            return
        long = self.rule.rising_after or 0.0
        earlier = [row for row in self.run if effective - row[0] >= long]
        if self._high:
            pass  # it is high already
        elif earlier and value > earlier[-1][1] and value >= self.run[-1][1]:
            before = (
                earlier[-1] if self.risen is None else (self.risen.before_at, self.risen.before)
            )
            self.risen = Rise(before[1], before[0], value, effective)
        elif clean:
            self._ease_off(value)
        self.run = (*self.run[-_KEPT:], (effective, value))

    def _ease_off(self, value: float) -> None:
        if self.risen is not None and value <= self.risen.value - self.rule.hysteresis:
            self.run, self.risen = (), None

    def look_again(self, value: float, effective: float, counted_from: float) -> None:
        """Judge the newest reading again by new limits: it can cross them and ends no crossing."""
        if not self.crosses(value):
            return
        self.value, self.value_at = value, effective
        self._note_extreme(value, effective)
        for level in self.levels:
            if beyond(self.direction, value, level.limit):
                self._cross(level, value, effective, counted_from)
        self._settle()

    def _cross(self, level: Level, value: float, effective: float, counted_from: float) -> None:
        high = level.priority == "high"
        if level.since is None:
            level.since, level.counted_from = effective, counted_from
            self.repeats = 0 if high else self.repeats
        elif high and effective - level.since >= CUFF_S:
            self.repeats += 1  # earlier it is the same measurement, sent twice
        level.value, level.against = value, 0
        level.standing |= high or effective - level.since >= self.rule.repeat_from

    def _leave(self, level: Level, value: float, effective: float, *, clean: bool) -> None:
        """Take a reading inside the limit of a level that holds."""
        inside = back(self.direction, value, level.limit, self.rule.hysteresis)
        level.against += 1
        provisional = level.priority == "high" and not self.repeats
        if provisional and level.against == 1 and self._contradicts(level, value):
            self.doubted = effective
        if inside and clean:
            level.forget()

    def _refute(
        self, level: Level, value: float, effective: float, counted_from: float, *, clean: bool
    ) -> None:
        """Take a reading inside the limit of a level that waits for its repeat."""
        assert level.since is not None
        level.against += 1
        if effective - level.since < self.rule.repeat_from:
            return  # too early to refute
        if level.against == 1 and self._contradicts(level, value):
            level.disputed, level.counted_from = effective, counted_from
        elif clean:
            level.forget()

    def _contradicts(self, level: Level, value: float) -> bool:
        far = self.rule.disputed_by
        return far is not None and level.value is not None and abs(value - level.value) > far
