"""Readings that have a time and no number: which of them came before?

The time is their key. The same value at the same time is the same reading; another value at a time
that is known is another reading, since a clock that was set back passes the same times again. What
belongs to one measurement is told apart together: of a pressure at a known time with another
systolic, the diastolic is another one too, though it be the same number.
"""

from collections.abc import Collection
from typing import Final

import msgspec
from msgspec import Struct

from monitor.core.quality.arrivals.count_names import group_of
from monitor.core.quality.arrivals.counts import REMEMBERED
from monitor.core.vocabulary.vitals import Observation

AT_ONE_TIME: Final = 16

Values = dict[str, float]


class Known(Struct, array_like=True, frozen=True, gc=False):
    """A reading that came. number: 0 for the first of its time; of another one its own number.

    Negative: its time is so long ago that one of before may be forgotten.
    """

    values: Values
    number: int = 0


class Timed(Struct, omit_defaults=True):
    """The newest readings of one device.

    readings   time -> those of that time, oldest first
    passed     the latest time that is forgotten
    others     how many numbers were given
    numbers    vital sign of the newest reading -> which it belongs to, where that is not the first
    """

    readings: dict[str, list[Known]] = {}
    passed: float | None = None
    others: int = 0
    numbers: dict[str, int] = {}

    def new(self, observation: Observation, unknown: dict[str, bool]) -> Observation | None:
        """What of it did not come before; None: nothing. Remembers it.

        unknown: "time vital sign" of readings that came, nobody knows with what value.
        """
        time = observation.raw_t if observation.effective is None else observation.effective
        assert time is not None
        mark, values = f"{time:.3f}", observation.values
        if self.numbers:
            self.numbers = {}
        known = self.readings.get(mark)
        if known is not None:
            # It is forgotten no later for that: a repeat is not on the record, so nothing of it may
            # be remembered.
            return _only(observation, self._compare(known, values))
        self.readings[mark] = [self._first(time, values)]
        fresh = {v for v in values if f"{mark} {v}" not in unknown} if unknown else values
        self.forget(unknown)
        return _only(observation, fresh)

    def forget(self, unknown: dict[str, bool]) -> None:
        """The oldest, of more than are remembered. unknown: as for `new`."""
        if len(self.readings) + len(unknown) > REMEMBERED:
            self._forget(unknown)

    def suffix(self, vital: str, *, late: bool) -> str:
        """What keeps the key of the newest reading apart from that of others of its time.

        Where those are forgotten: a reading of now is none that came so long ago, an old one is
        held to be.
        """
        number = self.numbers.get(vital, 0)
        return f"|{abs(number)}" if number > 0 or (number and not late) else ""

    def _first(self, time: float, values: Values) -> Known:
        if self.passed is None or time > self.passed:
            return Known(values)
        known = Known(values, -self._next())
        self.numbers = dict.fromkeys(values, known.number)
        return known

    def _compare(self, known: list[Known], values: Values) -> set[str]:
        """The vital signs of it that are new, at a time that is known."""
        fresh: set[str] = set()
        other: Values = {}
        for part in _parts(values):
            if any(part.items() <= reading.values.items() for reading in known):
                continue
            fits = [n for n, reading in enumerate(known) if _fits(part, reading.values)]
            if not fits:
                other |= part
                continue
            whole = known[fits[-1]]
            known[fits[-1]] = Known(whole.values | part, whole.number)
            lacking = part.keys() - whole.values.keys()
            fresh |= lacking
            if whole.number:
                self.numbers |= dict.fromkeys(lacking, whole.number)
        if other:
            number = self._next()
            known.append(Known(other, number))
            del known[:-AT_ONE_TIME]
            self.numbers |= dict.fromkeys(other, number)
        return fresh | other.keys()

    def _next(self) -> int:
        self.others += 1
        return self.others

    def _forget(self, unknown: dict[str, bool]) -> None:
        while len(self.readings) + len(unknown) > REMEMBERED:
            mark = next(iter(unknown or self.readings))
            if unknown:
                del unknown[mark]
                mark = mark.partition(" ")[0]
            else:
                del self.readings[mark]
            time = float(mark)
            if self.passed is None or time > self.passed:
                self.passed = time


def _only(observation: Observation, fresh: Collection[str]) -> Observation | None:
    values = observation.values
    if len(fresh) == len(values):
        return observation
    new = {vital: value for vital, value in values.items() if vital in fresh}
    return msgspec.structs.replace(observation, values=new) if new else None


def _parts(values: Values) -> list[Values]:
    """Vital signs that are measured together stay together."""
    parts: dict[str, Values] = {}
    for vital, value in values.items():
        parts.setdefault(group_of(vital), {})[vital] = value
    return list(parts.values())


def _fits(part: Values, reading: Values) -> bool:
    """It completes that reading: they do not contradict each other."""
    return all(reading.get(vital, value) == value for vital, value in part.items())
