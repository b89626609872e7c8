"""Alarm limits, and the number that each resolves to for this person now.

An absolute limit is a number. A limit over the baseline is a rise, a share, or the nearer of the
two, and may also require an absolute value ("40 above baseline, and 165 or more"). Both resolve
to one threshold, so that the rest of the core compares one value with one number. A value alarms at
or above a high limit, and below a low limit.
"""

from msgspec import Struct

from monitor.core.vocabulary.events import Baseline
from monitor.core.vocabulary.profiles import Direction
from monitor.core.vocabulary.vitals import VITALS
from monitor.core.vocabulary.words import Phase, Priority


class AlarmLimit(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One limit of one vital sign at one priority.

    value     absolute, in the vital sign's unit; None for a limit over the baseline
    rise      over the baseline, in the vital sign's unit
    percent   over the baseline, percent of it; with `rise`: the one reached first
    at_least  and the value itself at or above this
    delay     longest condition delay, s (continuous vital signs)
    sooner    condition delay, s, while the evidence is clean; None: always `delay`
    phases    applies in these phases only; empty: in all
    source    the source of the number, in words for a therapist
    """

    vital: str
    direction: Direction
    priority: Priority
    source: str
    value: float | None = None
    rise: float | None = None
    percent: float | None = None
    at_least: float | None = None
    delay: float = 0.0
    sooner: float | None = None
    phases: tuple[Phase, ...] = ()

    @property
    def relative(self) -> bool:
        return self.value is None

    @property
    def condition(self) -> str:
        return f"{self.vital}_rise" if self.relative else f"{self.vital}_{self.direction}"

    def threshold(self, baseline: Baseline | None) -> float | None:
        """Return the number to compare with, in the vital sign's unit; None: no baseline."""
        if self.value is not None:
            return self.value
        if baseline is None:
            return None
        reached = []
        if self.rise is not None:
            reached.append(baseline.value + self.rise)
        if self.percent is not None:
            reached.append(baseline.value * (1 + self.percent / 100))
        nearer = min(reached)
        whole = nearer if self.at_least is None else max(nearer, self.at_least)
        return round(whole, VITALS[self.vital].decimals + 1)


def beyond(direction: Direction, value: float, threshold: float) -> bool:
    return value >= threshold if direction == "high" else value < threshold


def back(direction: Direction, value: float, threshold: float, hysteresis: float) -> bool:
    """Return whether the value is far enough inside the limit for the condition to clear."""
    # Rounded: in floats 37.8 - 0.2 is a hair under 37.6, and 37.6 is back.
    if direction == "high":
        return value <= round(threshold - hysteresis, 6)
    return value >= round(threshold + hysteresis, 6)
