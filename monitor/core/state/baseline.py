"""The baseline: the readings it is made of, its values since the dose, and how they were moved."""

from collections.abc import Collection
from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

from monitor.core.protocol.baseline import HALVES, BaselineReadings
from monitor.core.vocabulary.events import Baseline
from monitor.core.vocabulary.reasons import Reason

Values = dict[str, Baseline]
_HALVES: Final = set(HALVES)


class BaselineRecord(Struct):
    """values    vital sign -> baseline; empty before the first dose
    retaken   vital sign -> by whom and when its baseline was taken again, after a dose
    frozen    vital sign whose baseline was taken again -> what it was at the dose
    readings  what was measured before the dose
    unfounded vital signs whose baseline was measured after the dose, as is known by now: limits
              lean on it for want of a better one, and no gate does
    """

    values: Values = {}
    retaken: dict[str, Reason] = {}
    frozen: Values = {}
    readings: BaselineReadings = field(default_factory=BaselineReadings)
    unfounded: list[str] = []

    def freeze(self, values: Values) -> None:
        """The first dose was taken."""
        self.values = values
        self.readings.dosed()

    def retake(self, taken: Values, source: Reason, now: float) -> Values:
        """Replace these after a dose; return the values before. source: by whom and when."""
        before = {vital: self.values[vital] for vital in taken if vital in self.values}
        self.frozen = before | self.frozen
        self.values = self.values | taken
        self.retaken |= dict.fromkeys(taken, source)
        for vital in taken:
            self.readings.retake(vital, now)
        return before

    def reword(self, retaken: dict[str, Reason]) -> None:
        """retaken: the same sources, as they read now."""
        self.retaken = retaken

    def move_dose(self, dosed_at: float) -> Values:
        """The first dose was at another time; return the values before.

        A vital sign of which nothing was measured before that time keeps its baseline, for its
        limits, and no gate leans on it.
        """
        found = self.readings.frozen(dosed_at)
        before = dict(self.values)
        for vital, known in before.items():
            base = found.get(vital)
            where = self.frozen if vital in self.retaken else self.values
            if vital in self.unfounded:
                self.unfounded.remove(vital)
            if base is None:
                self.unfounded.append(vital)
                where[vital] = replace(where.get(vital, known), grade="poor")
            else:
                where[vital] = base
        self.values |= {vital: base for vital, base in found.items() if vital not in before}
        return before

    def strike(self, struck: Collection[str], dosed_at: float) -> Values:
        """Readings of these vital signs were struck out of `readings`; return the values before."""
        before = dict(self.values)
        found = self.readings.frozen(dosed_at)
        # The grade of a pressure rests on both halves.
        for vital in sorted({*struck} | _HALVES if _HALVES & {*struck} else struck):
            base = found.get(vital)
            if vital in self.retaken:
                again = self.readings.retaken(vital)
                if again is not None:
                    self.values[vital] = again
                    _put(self.frozen, vital, base)
                    continue
                self.retaken.pop(vital)
                self.frozen.pop(vital, None)
            _put(self.values, vital, base)
        return before


def _put(values: Values, vital: str, base: Baseline | None) -> None:
    values.pop(vital, None)
    if base is not None:
        values[vital] = base
