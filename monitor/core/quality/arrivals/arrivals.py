"""Detect readings that came before: a redelivered one must not be stored, or believed, twice.

The key of a reading is device, boot, number, vital sign. A number that comes again with other
content begins a new count, whose name takes the place of the boot in the key (see count_names.py).
Without a number the measurement time is the key (see timed.py); without both every delivery counts,
except pressures (see contents.py).
"""

from typing import Final

import msgspec
from msgspec import Struct, field

from monitor.core.quality.arrivals import count_places
from monitor.core.quality.arrivals.apart import counts_apart, part_ways
from monitor.core.quality.arrivals.contents import Contents
from monitor.core.quality.arrivals.count_places import Place
from monitor.core.quality.arrivals.counts import REMEMBERED, Boot, NumberedReading, read
from monitor.core.quality.arrivals.numbers import SURE_OF_STEP
from monitor.core.quality.arrivals.timed import Timed
from monitor.core.vocabulary.count_names import counter_of, first_name, name_of, word_of
from monitor.core.vocabulary.vitals import PRESSURES, Observation

__all__ = ["REMEMBERED", "Arrivals", "Boot", "Reused"]

BOOTS_REMEMBERED: Final = 4  # restart marks of a device
COUNTS_REMEMBERED: Final = 8  # counts of one counter
# For all counts of a device together, each vital sign counted by itself: only messages of the last
# few are in flight and may be redelivered.
CONTENTS_REMEMBERED: Final = 8 * REMEMBERED
BURST_S: Final = 0.25  # deliveries this close together had been waiting
# In a burst a repeat is put on the record this often, since it affects how the next ones are
# judged.
NOTED_S: Final = 0.1


class Reused(Struct, frozen=True):
    """A number came again with other content.

    always  this sensor sends all its readings with that number
    """

    boot: str
    seq: int
    always: bool


class Again(Struct):
    """A redelivery of readings of an earlier count: its key, the number of one, its receipt."""

    key: str
    seq: int
    at: float


class Arrivals(Struct, omit_defaults=True):
    """The readings that one device has sent in this encounter.

    boots      key of a count -> its readings, oldest first
    heads      counter (word; tab and vital sign, where those are counted apart) -> its current
               count
    present    the current count of a device that sends no restart mark
    filed      the count of the newest numbered reading
    restarts   how many names were made
    reused     the reuse to report with the newest numbered reading
    moved      the newest delivery was a repeat, and still changed the remembered state: it has to
               be on the record. A repeat that is not on the record must not change that state
    timed      the newest readings that had no number and a time; `times`: "time vital sign" of
               readings whose values are not known
    """

    boots: dict[str, Boot] = {}
    heads: dict[str, str] = {}
    present: str = ""
    filed: str = ""
    restarts: int = 1
    reused: Reused | None = None
    moved: bool = False
    again: Again | None = None
    times: dict[str, bool] = {}
    timed: Timed = field(default_factory=Timed)
    contents: Contents = field(default_factory=Contents)

    def admit(self, observation: Observation) -> tuple[str, Observation | None]:
        """Return the boot to file it under, and its new part (None: all known); remember it."""
        if observation.seq is None:
            return observation.boot, self._without_number(observation)
        filed, again = self.filed, self.again
        name = observation.boot
        if len(self.boots) == 1 and self.filed == name:
            boot = self.boots.get(name)
            if boot is not None and boot.follow(observation):
                return name, observation  # nearly always: the only count continues
        reading = read(observation)
        counter = name if len(self.heads) < 2 else self._counter(reading)
        key = self._head(counter)
        new: Observation | None = observation
        if key in self.boots:
            new = self._place(counter, key, reading)
        else:
            self._begin(counter, first_name(name), reading)
        if new is not None and observation.record and self.contents.had(observation):
            new = None  # the same record under another number
        self.moved = new is None and (self.filed != filed or self.again is not again)
        return name_of(key if new is None else self.filed), new

    def came(self, word: str, seq: int) -> bool:
        """Return whether this number has come, in any count under this word."""
        return any(boot.has(seq) for key, boot in self.boots.items() if word_of(key) == word)

    # --- readings with a number -------------------------------------------------------------

    def _counter(self, reading: NumberedReading) -> str:
        word = reading.whole.boot
        apart = f"{word}\t{reading.group}"
        return apart if apart in self.heads else word

    def _head(self, counter: str) -> str:
        if counter in self.heads:
            return self.heads[counter]
        return counter or self.present  # in a snapshot older than `heads`

    def _place(self, counter: str, key: str, reading: NumberedReading) -> Observation | None:
        kin = {k: boot for k, boot in self.boots.items() if counter_of(k) == counter}
        place = count_places.place(reading, key, kin)
        waiting = self._waiting(reading) if place.what == "new" else None
        if (
            place.constant
            and reading.measured is not None
            and not self.timed.new(reading.whole, self.times)
        ):
            waiting = key  # its time is its key, as if it had no number
        if place.what == "again" or waiting is not None:
            self.filed = waiting or place.key
            if self.filed != key:
                self._repeats(reading)
            return None
        if place.what == "begins":
            self._begin_anew(counter, kin[key], reading, place)
            return reading.whole
        return self._take(counter, key, place.key, reading)

    def _repeats(self, reading: NumberedReading) -> None:
        """Note a repeat: the count `filed` has this reading already."""
        last, at = self.again, reading.whole.issued
        goes_on = last is not None and last.key == self.filed and last.seq < reading.seq
        if last is None or not goes_on or at - last.at > NOTED_S:
            self.again = Again(self.filed, reading.seq, at)

    def _waiting(self, reading: NumberedReading) -> str | None:
        """Return the earlier count being redelivered in a burst with this reading; None: no burst.

        Within such a burst even the next number is not new.
        """
        last = self.again
        if last is None or reading.whole.issued - last.at > BURST_S:
            return None
        boot = self.boots.get(last.key)
        if boot is None or reading.seq <= last.seq or not boot.had(reading):
            return None
        return None if boot.missing(last.seq, reading.seq) else last.key

    def _take(self, counter: str, head: str, key: str, reading: NumberedReading) -> Observation:
        boot = self.boots[key]
        new = boot.unknown(reading) if boot.has(reading.seq) else reading.whole
        apart = counts_apart(reading, self.boots[head], boot)
        goes_on = reading.seq == boot.high + boot.step
        boot.take(reading)
        if apart:
            part_ways(self.boots, self.heads, head, key)
            key = self._head(self._counter(reading))
        elif goes_on and key == self.filed:
            self._lead(counter, key)  # two in a row: the new count was no beginning
        self.filed = key
        return new

    # --- beginning --------------------------------------------------------------------------

    def _begin_anew(self, counter: str, head: Boot, reading: NumberedReading, place: Place) -> None:
        """Begin a new count: the old one's numbers are reused, or continue far below."""
        word, seq = reading.whole.boot, reading.seq
        self.restarts += 1
        boot = self._begin(counter, f"{word}~{self.restarts}", reading)
        if head.count >= SURE_OF_STEP:
            boot.step = head.step
        boot.told = head.told and head.count < SURE_OF_STEP
        if not place.reused:
            return
        if head.low == head.high:
            boot.reused = head.reused + 1
            if head.newest is not None:  # it may be one whose time is its key
                mark = f"{head.newest:.3f}"
                if mark not in self.timed.readings:
                    self.times |= {f"{mark} {vital}": True for vital in head.by}
                    self.timed.forget(self.times)
        constant = boot.reused >= count_places.CONSTANT
        restarted = not word and seq <= max(head.low, 1)
        if not boot.told and (constant or not restarted):
            boot.told = True
            self.reused = Reused(word, seq, constant)

    def _begin(self, counter: str, name: str, reading: NumberedReading) -> Boot:
        self._make_room(counter)
        _, tab, group = counter.partition("\t")
        key = f"{name}{tab}{group}"
        boot = self.boots[key] = Boot()
        boot.take(reading)
        self._lead(counter, key)
        self.filed = key
        return boot

    def _lead(self, counter: str, key: str) -> None:
        self.heads[counter] = key
        if not counter:
            self.present = key

    def _make_room(self, counter: str) -> None:
        """Drop the oldest words and counts beyond the limits, so that a new one fits."""
        kin = [key for key in self.boots if counter_of(key) == counter]
        if len(kin) >= COUNTS_REMEMBERED:
            # Preferably a count of a sensor that sends only one number.
            del self.boots[min(kin, key=lambda k: (not self.boots[k].reused, self.boots[k].at))]
        words = dict.fromkeys(word_of(key) for key in self.boots)
        word = counter.partition("\t")[0]
        if len(words) >= BOOTS_REMEMBERED and word not in words:
            old = next(iter(words))
            for key in [key for key in self.boots if word_of(key) == old]:
                del self.boots[key]
            for known in [c for c in self.heads if c.partition("\t")[0] == old]:
                del self.heads[known]
        self._forget_contents()

    def _forget_contents(self) -> None:
        """Forget those of the counts silent for longest: times identify their readings."""
        left = CONTENTS_REMEMBERED
        for boot in sorted(self.boots.values(), key=_heard, reverse=True):
            left -= boot.contents
            if left < 0:
                boot.forget_contents()

    # --- readings without a number ----------------------------------------------------------

    def _without_number(self, observation: Observation) -> Observation | None:
        if observation.record or (observation.effective is None and observation.raw_t is None):
            new = _but_pressures(observation) if self.contents.had(observation) else observation
            self.moved = new is None  # the repeat prolongs how long it counts as recent
            return new
        self.moved = False
        if not observation.values:
            return observation
        return self.timed.new(observation, self.times)


def _heard(boot: Boot) -> float:
    return boot.at


def _but_pressures(observation: Observation) -> Observation | None:
    """Return the rest without a repeated pressure, which a monitor sends again in each message."""
    rest = {v: value for v, value in observation.values.items() if v not in PRESSURES}
    return (
        msgspec.structs.replace(observation, values=rest, pulse=None, failed=()) if rest else None
    )
