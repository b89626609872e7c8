"""The baseline: the normal values of this person today, frozen at the dose.

Centre is the median and spread the scaled median absolute deviation of the clean readings of the
last 15 minutes before the dose; one wild reading moves neither. Pressures count once a minute.

A pressure is two values, and its grade depends on both. It also depends on the range of the
readings: the median absolute deviation does not show that one of three is far off (118, 150 and 151
give a spread of 1.5), and which of them is normal for this person is unknown. docs/clinical.md
requires more readings above a standard deviation of 8 mmHg. That of three readings is at least half
their range, wherever the middle one lies, so more than 16 mmHg from lowest to highest is not a good
baseline; for more than three readings the range is the stricter criterion.

Readings after the dose are kept as well, fewer and not for long, in case the baseline is taken
again. Such a baseline is never graded good: it contains an effect of the drug.
"""

from bisect import bisect_left, bisect_right, insort
from functools import partial
from statistics import median
from typing import Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from monitor.core.vocabulary.events import Baseline
from monitor.core.vocabulary.vitals import VITALS

WINDOW_S: Final = 900.0
# Thirty minutes and a window are kept, because a dose may be entered that much later.
KEPT_S: Final = 1800.0 + WINDOW_S
MOST_KEPT: Final = 1000
_SLACK_S: Final = 60.0  # old readings are removed now and then, not at every reading
_MAD_TO_SD: Final = 1.4826
HALVES: Final = ("sbp", "dbp")
_WORSE: Final = ("good", "fair", "poor")


class BaselineReadings(Struct):
    """Clean readings: vital sign -> [(measurement time, value)], ascending.

    since    vital sign -> measurement time up to which readings no longer count
    doubted  vital sign -> readings that were withdrawn
    later    a dose was taken, and `kept` has the readings since
    before   readings from before the dose, in case its time or one of them is corrected; `aside`:
             vital signs without readings that counted, whose others are used for want of better
    again    vital sign -> readings of the baseline that was taken again after the dose
    """

    kept: dict[str, list[tuple[float, float]]] = {}
    since: dict[str, float] = {}
    doubted: dict[str, list[tuple[float, float]]] = {}
    later: bool = False
    before: dict[str, list[tuple[float, float]]] = {}
    aside: list[str] = []
    again: dict[str, list[tuple[float, float]]] = {}

    def add(self, vital: str, value: float, effective: float) -> None:
        sign, readings = VITALS[vital], self.kept.setdefault(vital, [])
        if readings and effective < readings[-1][0] and sign.stream is None:
            self._insert(readings, value, effective)
            return
        apart = sign.baseline.later_apart if self.later else sign.baseline.apart
        if readings and effective - readings[-1][0] < apart:
            return
        readings.append((effective, value))
        if len(readings) > MOST_KEPT or (
            sign.stream is not None and effective - readings[0][0] > self._span + _SLACK_S
        ):
            oldest = effective - self._span
            gone = bisect_left(readings, oldest, key=_measured)
            del readings[: max(gone, len(readings) - MOST_KEPT)]

    def _insert(self, readings: list[tuple[float, float]], value: float, effective: float) -> None:
        """Insert a reading that is believed later than others that were measured after it."""
        if not self.later or effective >= readings[-1][0] - self._span:
            insort(readings, (effective, value))
            del readings[:-MOST_KEPT]

    def take_out(self, vital: str, effective: float) -> None:
        """Remove a reading that is no longer believed."""
        kept = self.kept.get(vital, [])
        self.kept[vital] = [r for r in kept if r[0] != effective]

    @property
    def _span(self) -> float:
        return WINDOW_S if self.later else KEPT_S

    def baselines(self, until: float) -> dict[str, Baseline]:
        """Return vital sign -> baseline, from readings before `until`."""
        found = {vital: self._before(vital, until) for vital in self.kept}
        return _graded_together({v: base for v, base in found.items() if base is not None})

    def _before(self, vital: str, until: float) -> Baseline | None:
        counted = _baseline(vital, self._counted(vital), until)
        doubted = self.doubted.get(vital, [])
        if counted is not None or not (doubted or vital in self.since):
            return counted
        # Set aside without a replacement. Without any baseline there would be no limit over it.
        aside = _baseline(vital, sorted(self.kept[vital] + doubted), until)
        return None if aside is None else replace(aside, grade="poor")

    def pressures(self, until: float) -> int:
        """Return the number of clean pressure readings a minute apart, of the rarer half."""
        return min(len(_spaced(v, _window(self._counted(v), until))) for v in HALVES)

    def too_soon(self, until: float) -> int:
        """Return the number of clean pressure readings less than a minute after one that counts."""
        whole = [(v, _window(self._counted(v), until)) for v in HALVES]
        return min(len(readings) - len(_spaced(v, readings)) for v, readings in whole)

    def taken(self, most: int | None = None) -> int:
        """Return the number of clean pressure readings a minute apart of any age, up to `most`."""
        return min(len(_spaced(v, self._counted(v), most)) for v in HALVES)

    def _counted(self, vital: str) -> list[tuple[float, float]]:
        readings, since = self.kept.get(vital, []), self.since.get(vital)
        first = 0 if since is None else bisect_right(readings, since, key=_measured)
        return readings[first:] if first else readings

    def set_aside(self, vital: str, at: float) -> None:
        """Set aside the readings up to `at`: they stop counting as soon as a newer one comes."""
        self.since[vital] = at

    def withdraw(self, vital: str, value: float, since: float) -> None:
        """Withdraw the readings of this value since `since`: they seemed clean and are doubtful."""
        readings = self.kept.get(vital, [])
        doubtful = [r for r in readings if r[0] >= since and r[1] == value]
        self.kept[vital] = [r for r in readings if r[0] < since or r[1] != value]
        self.doubted[vital] = [*self.doubted.get(vital, []), *doubtful][-MOST_KEPT:]

    def dosed(self) -> None:
        """Freeze the baseline at the dose: earlier readings serve no other purpose."""
        self.before, self.aside = {}, []
        for vital, readings in self.kept.items():
            counted = self._counted(vital)
            if not counted:
                counted = sorted(readings + self.doubted.get(vital, []))
                self.aside.append(vital)
            self.before[vital] = _thinned(vital, counted)
        self.kept, self.since, self.doubted, self.later = {}, {}, {}, True

    def frozen(self, until: float) -> dict[str, Baseline]:
        """Return the baseline of a dose at that time, from the readings that count now."""
        found: dict[str, Baseline] = {}
        for vital in {**self.before, **self.kept}:
            readings = sorted(self.before.get(vital, []) + self.kept.get(vital, []))
            base = _baseline(vital, readings, until)
            if base is not None:
                found[vital] = replace(base, grade="poor") if vital in self.aside else base
        return _graded_together(found)

    def strike(self, vital: str, value: float, effective: float) -> bool:
        """Remove a struck-out reading; return whether a frozen baseline was made from it."""
        struck = (effective, value)
        frozen = struck in self.before.get(vital, []) or struck in self.again.get(vital, [])
        for readings in (self.kept, self.doubted, self.before, self.again):
            if vital in readings:
                readings[vital] = [r for r in readings[vital] if r != struck]
        return frozen

    def retake(self, vital: str, now: float) -> None:
        """Keep the readings of the last 15 minutes as those of the new baseline."""
        self.again[vital] = self._recent(vital, now)

    def retaken(self, vital: str) -> Baseline | None:
        """Return the retaken baseline from the readings that count now; None: too few are left."""
        return _of_later(vital, self.again.get(vital, []))

    def _recent(self, vital: str, now: float) -> list[tuple[float, float]]:
        return [r for r in self.kept[vital] if now - WINDOW_S <= r[0] <= now]

    def recent(self, now: float) -> dict[str, Baseline]:
        """Return vital sign -> baseline after the dose, from the last 15 minutes if enough."""
        found = {vital: _of_later(vital, self._recent(vital, now)) for vital in self.kept}
        return {vital: base for vital, base in found.items() if base is not None}


def _of_later(vital: str, readings: list[tuple[float, float]]) -> Baseline | None:
    base = _summary(vital, readings)
    if base is None or base.count < VITALS[vital].baseline.later_wanted:
        return None
    return replace(base, grade="fair" if _steady(vital, readings) else "poor")


def _thinned(vital: str, readings: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return a stream with fewer readings, enough for a median; other readings as they are."""
    apart = VITALS[vital].baseline.later_apart
    if not apart:
        return readings
    thin: list[tuple[float, float]] = []
    for reading in readings:
        if not thin or reading[0] - thin[-1][0] >= apart:
            thin.append(reading)
    return thin


def _window(readings: list[tuple[float, float]], until: float) -> list[tuple[float, float]]:
    recent = [r for r in readings if until - WINDOW_S <= r[0] < until]
    return recent if len(recent) > 1 else [r for r in readings if r[0] < until]


def _spaced(
    vital: str, readings: list[tuple[float, float]], most: int | None = None
) -> list[tuple[float, float]]:
    """Return the readings that are far enough apart to count, up to `most` of them."""
    apart = VITALS[vital].baseline.counted_apart
    if not apart:
        return readings[:most]
    spaced: list[tuple[float, float]] = []
    at = 0
    while at < len(readings) and len(spaced) != most:
        spaced.append(readings[at])
        at = bisect_left(readings, apart, lo=at + 1, key=partial(_since, readings[at][0]))
    return spaced


def _measured(reading: tuple[float, float]) -> float:
    return reading[0]


def _since(first: float, reading: tuple[float, float]) -> float:
    return reading[0] - first


def _graded_together(found: dict[str, Baseline]) -> dict[str, Baseline]:
    """Grade both halves of a pressure by the worse one; poor if one is missing."""
    grades = [found[half].grade if half in found else "poor" for half in HALVES]
    worst = max(grades, key=_WORSE.index)
    return {v: replace(b, grade=worst) if v in HALVES else b for v, b in found.items()}


def _baseline(vital: str, readings: list[tuple[float, float]], until: float) -> Baseline | None:
    return _summary(vital, _window(readings, until))


def _summary(vital: str, readings: list[tuple[float, float]]) -> Baseline | None:
    values = _values(vital, readings)
    if not values:
        return None
    return Baseline(
        value=round(median(values), 2), spread=round(_spread(values), 2), count=len(values),
        grade=_grade(vital, len(values), steady=_steady(vital, readings)),
    )  # fmt: skip


def _values(vital: str, readings: list[tuple[float, float]]) -> list[float]:
    return [value for _, value in _spaced(vital, readings)]


def _spread(values: list[float]) -> float:
    centre = median(values)
    return _MAD_TO_SD * median([abs(v - centre) for v in values])


def _steady(vital: str, readings: list[tuple[float, float]]) -> bool:
    values, rule = _values(vital, readings), VITALS[vital].baseline
    if rule.range_at_most is not None and max(values) - min(values) > rule.range_at_most:
        return False
    return _spread(values) <= rule.spread_at_most


def _grade(vital: str, count: int, *, steady: bool) -> Literal["good", "fair", "poor"]:
    if count < 2:
        return "poor"
    return "good" if count >= VITALS[vital].baseline.wanted and steady else "fair"
