"""The baseline: what is normal for this person today, frozen at the dose.

Centre is the median and spread the scaled median absolute deviation of the clean readings of the
last 15 minutes before the dose; one wild reading moves neither. Pressures count once a minute.
"""

from statistics import median
from typing import Final, Literal

from msgspec import Struct

from monitor.core.events import Baseline
from monitor.core.vitals import PRESSURES

WINDOW_S: Final = 900.0
APART_S: Final = 60.0
# Thirty minutes and a window are kept, because a dose may be entered that much later. A heart rate
# every three seconds makes 900 in that time, and a median that is no worse.
HEART_RATE_APART_S: Final = 3.0
KEPT_S: Final = 1800.0 + WINDOW_S
MOST_KEPT: Final = 1000
_SLACK_S: Final = 60.0  # what is too old goes now and then, not at every reading
STEADY: Final = 8.0  # a spread above this asks for more readings (CLINICAL D)
_MAD_TO_SD: Final = 1.4826


class BaselineReadings(Struct):
    """Clean readings before the dose: vital sign -> [(measurement time, value)], ascending."""

    kept: dict[str, list[tuple[float, float]]] = {}

    def add(self, vital: str, value: float, effective: float) -> None:
        readings = self.kept.setdefault(vital, [])
        apart = HEART_RATE_APART_S if vital == "hr" else 0.0
        if readings and effective - readings[-1][0] < apart:
            return
        readings.append((effective, value))
        if len(readings) > MOST_KEPT or (
            vital == "hr" and effective - readings[0][0] > KEPT_S + _SLACK_S
        ):
            oldest = effective - KEPT_S
            self.kept[vital] = [r for r in readings if r[0] >= oldest][-MOST_KEPT:]

    def baselines(self, until: float) -> dict[str, Baseline]:
        """Vital sign -> baseline, from readings before `until`."""
        found = {vital: _baseline(vital, rows, until) for vital, rows in self.kept.items()}
        return {vital: base for vital, base in found.items() if base is not None}

    def pressures(self, until: float) -> int:
        """How many clean pressure readings a minute apart there are."""
        return len(_spaced(_window(self.kept.get("sbp", []), until)))

    def taken(self) -> int:
        """How many clean pressure readings a minute apart there were, however long ago."""
        return len(_spaced(self.kept.get("sbp", [])))

    def forget(self) -> None:
        self.kept = {}


def _window(rows: list[tuple[float, float]], until: float) -> list[tuple[float, float]]:
    recent = [r for r in rows if until - WINDOW_S <= r[0] < until]
    return recent if len(recent) > 1 else [r for r in rows if r[0] < until]


def _spaced(rows: list[tuple[float, float]]) -> list[tuple[float, float]]:
    spaced: list[tuple[float, float]] = []
    for row in rows:
        if not spaced or row[0] - spaced[-1][0] >= APART_S:
            spaced.append(row)
    return spaced


def _baseline(vital: str, rows: list[tuple[float, float]], until: float) -> Baseline | None:
    window = _window(rows, until)
    if vital in PRESSURES:
        window = _spaced(window)
    if not window:
        return None
    values = [value for _, value in window]
    centre = median(values)
    spread = _MAD_TO_SD * median([abs(v - centre) for v in values])
    return Baseline(
        value=round(centre, 2), spread=round(spread, 2), count=len(values),
        grade=_grade(vital, len(values), spread),
    )  # fmt: skip


def _grade(vital: str, count: int, spread: float) -> Literal["good", "fair", "poor"]:
    wanted = 60 if vital == "hr" else 3 if vital in PRESSURES else 2
    if count < 2:
        return "poor"
    return "good" if count >= wanted and spread <= STEADY else "fair"
