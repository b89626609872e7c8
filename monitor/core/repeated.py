"""A condition over single measurements: never filtered, and believed by a repeat.

At a high limit it holds at once, as provisional, until a later reading agrees. At low and medium
the first reading waits: a repeat `repeat_from` to `repeat_until` later holds it if it agrees, and
refutes it if it does not; when none comes it holds as well. A repeat that contradicts the first
reading by more than `disputed_by` refutes nothing yet: a third is asked for, and the median of the
three counts, which is to say that the majority does. One clean reading well inside clears; where it
contradicts a high reading that nothing had borne out yet, a third is asked for all the same.
"""

from monitor.core.conditions import Level, Threshold
from monitor.core.limits import back, beyond


class Repeated(Threshold, tag="repeated"):
    """`Threshold` for what is measured now and then: cuff pressures, temperature."""

    def wait(self, level: Level) -> float:
        return self.ways.repeat_until

    def observe(self, value: float, effective: float, heard: float, *, clean: bool) -> None:
        """Take one believed reading. Only a clean one refutes or clears."""
        self.value, self.doubted = value, None
        if not self._concerns(value):
            return
        self._note_extreme(value, effective)
        for level in self.levels:
            if beyond(self.direction, value, level.limit):
                self._cross(level, value, effective, heard)
            elif level.standing:
                self._leave(level, value, effective, clean=clean)
            elif level.since is not None:
                self._refute(level, value, effective, heard, clean=clean)
        self._settle()

    def look_again(self, value: float, effective: float, heard: float) -> None:
        """The newest reading, once more, under new limits: it may cross them and ends nothing."""
        if not self.crosses(value):
            return
        self.value = value
        self._note_extreme(value, effective)
        for level in self.levels:
            if beyond(self.direction, value, level.limit):
                self._cross(level, value, effective, heard)
        self._settle()

    def _cross(self, level: Level, value: float, effective: float, heard: float) -> None:
        high = level.priority == "high"
        if level.since is None:
            level.since, level.heard = effective, heard
            self.repeats = 0 if high else self.repeats
        elif high and effective > level.since:
            self.repeats += 1  # at the same instant it is the same measurement, sent twice
        level.value, level.against = value, 0
        level.standing |= high or effective - level.since >= self.ways.repeat_from

    def _leave(self, level: Level, value: float, effective: float, *, clean: bool) -> None:
        """A reading inside, of a level that holds."""
        inside = back(self.direction, value, level.limit, self.ways.hysteresis)
        level.against += 1
        provisional = level.priority == "high" and not self.repeats
        if provisional and level.against == 1 and self._contradicts(level, value):
            self.doubted = effective
        if inside and clean:
            level.forget()

    def _refute(
        self, level: Level, value: float, effective: float, heard: float, *, clean: bool
    ) -> None:
        """A reading inside, of a level that waits for its repeat."""
        assert level.since is not None
        level.against += 1
        if effective - level.since < self.ways.repeat_from:
            return  # too early to refute
        if level.against == 1 and self._contradicts(level, value):
            level.disputed, level.heard = effective, heard
        elif clean:
            level.forget()

    def _contradicts(self, level: Level, value: float) -> bool:
        far = self.ways.disputed_by
        return far is not None and level.value is not None and abs(value - level.value) > far
