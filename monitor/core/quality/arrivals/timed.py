"""Detect repeats among readings that have a time and no number.

The time is their key. The same value at the same time is the same reading; another value at a known
time is another reading, since a clock that was set back passes the same times again. The parts of
one measurement are compared together: if a pressure at a known time has another systolic, its
diastolic is another one too, even if the number is the same.
"""

from collections.abc import Collection
from typing import Final

import msgspec
from msgspec import Struct

from monitor.core.quality.arrivals.counts import REMEMBERED
from monitor.core.vocabulary.count_names import group_of
from monitor.core.vocabulary.vitals import Observation

AT_ONE_TIME: Final = 16

Values = dict[str, float]


class Known(Struct, array_like=True, frozen=True, gc=False):
    """A reading that came. number: 0 for the first of its time; a further one has its own number.

    Negative: its time is so old that an earlier reading of that time may be forgotten.
    """

    values: Values
    number: int = 0


class Timed(Struct, omit_defaults=True):
    """The newest readings of one device.

    readings   time -> readings of that time, oldest first
    forgotten  the latest time that is forgotten
    others     how many numbers were given
    numbers    vital sign of the newest reading -> number of its reading, if that is not the first
    """

    readings: dict[str, list[Known]] = {}
    forgotten: float | None = None
    others: int = 0
    numbers: dict[str, int] = {}

    def new(self, observation: Observation, unknown: dict[str, bool]) -> Observation | None:
        """Return the part of it that did not come before (None: all came), and remember it.

        unknown: "time vital sign" of readings that came with unknown values.
        """
        time = observation.raw_t if observation.effective is None else observation.effective
        assert time is not None
        mark, values = f"{time:.3f}", observation.values
        if self.numbers:
            self.numbers = {}
        known = self.readings.get(mark)
        if known is not None:
            # A repeat does not prolong how long the reading is remembered: it is not on the record,
            # so it must leave no trace in the state.
            return _only(observation, self._compare(known, values))
        self.readings[mark] = [self._first(time, values)]
        fresh = {v for v in values if f"{mark} {v}" not in unknown} if unknown else values
        self.forget(unknown)
        return _only(observation, fresh)

    def forget(self, unknown: dict[str, bool]) -> None:
        """Forget the oldest readings beyond the limit. unknown: as for `new`."""
        if len(self.readings) + len(unknown) > REMEMBERED:
            self._forget(unknown)

    def suffix(self, vital: str, *, late: bool) -> str:
        """Return the suffix that separates the newest reading's key from others of its time.

        If the others are forgotten: a reading of now cannot be one that came so long ago, so it is
        another one; an old reading is assumed to be a repeat.
        """
        number = self.numbers.get(vital, 0)
        return f"|{abs(number)}" if number > 0 or (number and not late) else ""

    def _first(self, time: float, values: Values) -> Known:
        if self.forgotten is None or time > self.forgotten:
            return Known(values)
        known = Known(values, -self._next())
        self.numbers = dict.fromkeys(values, known.number)
        return known

    def _compare(self, known: list[Known], values: Values) -> set[str]:
        """Return the vital signs of it that are new, at a known time."""
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
            if self.forgotten is None or time > self.forgotten:
                self.forgotten = time


def _only(observation: Observation, fresh: Collection[str]) -> Observation | None:
    values = observation.values
    if len(fresh) == len(values):
        return observation
    new = {vital: value for vital, value in values.items() if vital in fresh}
    return msgspec.structs.replace(observation, values=new) if new else None


def _parts(values: Values) -> list[Values]:
    """Split the values; vital signs that are measured together stay together."""
    parts: dict[str, Values] = {}
    for vital, value in values.items():
        parts.setdefault(group_of(vital), {})[vital] = value
    return list(parts.values())


def _fits(part: Values, reading: Values) -> bool:
    """Return whether it completes that reading: they do not contradict each other."""
    return all(reading.get(vital, value) == value for vital, value in part.items())
