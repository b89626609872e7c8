"""A condition over a stream: beyond the limit for the condition delay.

The judged value is the level of the segment (`Segment`) that is followed in each source, so that
neither an artefact nor the swing of breathing begins or breaks a crossing. A crossing holds

- after `sooner` seconds of confirming readings of one source, while that source is sure;
- or with a reading beyond the limit, `delay` after the first one, however poor the evidence;
- or `delay` and a second of grace after its receipt, if no further reading comes.

If two sources measure, the farther one counts: each can raise, and all must be well inside, for
`clear_after`, before it clears. Outliers are no evidence; one inside the limit stops the timer of a
crossing that does not hold yet, because then the delay is not due to silence.
"""

from collections.abc import Collection

from monitor.core.alarms.condition import Level, Threshold
from monitor.core.protocol.limit import back, beyond
from monitor.core.quality.stream import Followed


class Sustained(Threshold, tag="sustained"):
    """`Threshold` for a continuous vital sign."""

    def wait(self, level: Level) -> float:
        return level.delay

    def follow(self, source: str, seen: Followed, rest: float | None, *, sure: bool) -> None:
        """Take one reading of a source's followed segment.

        rest: the farthest level of the other present sources; None: there are none
        """
        self.value, self.value_at = seen.value, seen.effective
        if not self._concerns(seen.level):
            return
        self._note_extreme(seen.value, seen.effective)
        for level in self.levels:
            if beyond(self.direction, seen.level, level.limit):
                self._cross(level, source, seen, sure=sure)
            elif level.since is not None:
                level.borne_out_s.pop(source, None)
                if seen.clean:
                    self._ease(level, self._farther(seen.level, rest), seen.effective)
        self._settle()

    def look_again(self, source: str, seen: Followed, *, sure: bool) -> None:
        """Judge a source's level again by new limits: it can cross them and ends no crossing."""
        if not self.crosses(seen.level):
            return
        self.value, self.value_at = seen.value, seen.effective
        self._note_extreme(seen.value, seen.effective)
        for level in self.levels:
            if beyond(self.direction, seen.level, level.limit):
                self._cross(level, source, seen, sure=sure)
        self._settle()

    def begin_anew(self) -> None:
        """Reset to the state before the first reading."""
        for level in self.levels:
            level.forget()
        self.value = self.extreme = self.extreme_at = None
        self.active = False

    def disown(self, source: str, since: float, others: Collection[float]) -> None:
        """Withdraw this source's reading at `since`, and a crossing that began with it, unless
        another source confirms it. others: the levels of the other present sources."""
        for level in self.levels:
            borne_out = level.borne_out_s.keys() - {source}
            inside = [back(self.direction, v, level.limit, self.rule.hysteresis) for v in others]
            if level.since == since and not borne_out and all(inside):
                level.forget()
        self._settle()

    def outlier(self, value: float) -> None:
        """Take an outlier: a reading that does not belong to the followed segment."""
        if not self.active:
            return
        for level in self.levels:
            if not level.standing and not beyond(self.direction, value, level.limit):
                level.counted_from = None

    def _farther(self, level: float, rest: float | None) -> float:
        if rest is None:
            return level
        return max(level, rest) if self.direction == "high" else min(level, rest)

    def _cross(self, level: Level, source: str, seen: Followed, *, sure: bool) -> None:
        level.inside = None
        reached = beyond(self.direction, seen.value, level.limit)
        level.value = seen.value if reached else seen.level
        if level.since is None:
            level.since = seen.effective
        if level.counted_from is None:
            level.counted_from = seen.counted_from
        known = level.borne_out_s.get(source)
        # The count of seconds begins at the first reading beyond; each further one adds to it.
        level.borne_out_s[source] = borne_out_s = 0.0 if known is None else known + seen.borne_out_s
        soon = level.sooner is not None and sure and borne_out_s >= level.sooner
        level.standing |= soon or seen.effective - level.since >= level.delay

    def _ease(self, level: Level, value: float, effective: float) -> None:
        if not back(self.direction, value, level.limit, self.rule.hysteresis):
            level.inside = None
            if not level.standing:
                level.counted_from = None  # undecided: no timer may make it hold
            return
        if level.inside is None:
            level.inside = effective
        if not level.standing or effective - level.inside >= self.rule.clear_after:
            level.forget()
