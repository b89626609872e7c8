"""The readings of one count of a device: its numbers, and the content and times under them.

A count is the numbering of a device until it begins anew (see count_names.py for its name).
"""

from math import nan
from struct import Struct as Layout
from typing import Final, Literal
from zlib import crc32

import msgspec
from msgspec import Struct, field

from monitor.core.quality.arrivals.numbers import Numbers
from monitor.core.vocabulary.count_names import group_of
from monitor.core.vocabulary.vitals import Observation

# More than a broker may have in flight unconfirmed (1,000): all of them are redelivered after a
# restart.
REMEMBERED: Final = 1100
MARK_EVERY: Final = 64
MARKS_REMEMBERED: Final = 128
DAY_S: Final = 86_400.0
BITS: Final = 0xFF_FFFF  # of a fingerprint: a snapshot has one for each of many numbers
FLAGS: Final = "!"  # key of the flags among the vital signs of a reading

Found = Literal["same", "other", "part", "forgotten"]

_encode: Final = msgspec.json.Encoder().encode
_pack: Final = Layout("<dd").pack
_NONE: Final[dict[int, int]] = {}


class NumberedReading(Struct, frozen=True):
    """A numbered reading, and the fingerprints that distinguish its content from another's.

    prints     vital sign -> fingerprint; "!": its flags; "": it has no vital sign
    measured   the measurement time by the device's clock, in any unit; None: not stated
    """

    seq: int
    whole: Observation
    prints: dict[str, int]
    measured: float | None

    @property
    def group(self) -> str:
        return group_of(next(iter(self.prints)))


def read(observation: Observation) -> NumberedReading:
    assert observation.seq is not None
    measured = observation.effective
    if measured is None:
        measured = observation.raw_t
    time = nan if measured is None else measured
    prints = {v: crc32(_pack(value, time)) & BITS for v, value in observation.values.items()}
    for vital in observation.failed:
        prints[vital] = crc32(_pack(nan, time)) & BITS
    if not prints:
        prints[""] = crc32(_encode((observation.contact, measured, observation.measuring)))
    if observation.flags:
        prints[FLAGS] = crc32(_encode(observation.flags))
    return NumberedReading(observation.seq, observation, prints, measured)


def fingerprint(observation: Observation) -> int:
    """Return the fingerprint of all vital signs together, as in older snapshots."""
    content = (sorted(observation.values.items()), observation.effective, observation.flags)
    return crc32(_encode(content))


class Boot(Numbers, omit_defaults=True):
    """One count: its numbers, and the content and times under them.

    prints     of an older snapshot: newest numbers -> fingerprint of the whole reading
    by         vital sign -> newest numbers -> fingerprint
    since      from this number on `by` is complete
    newest     latest device time seen; marks: number and device time, now and then, ascending
    marked     the next number to be marked
    last       the number received last; begun, at: receipt of the first, and of the last
    settled    up to this number no missing reading is awaited
    reused     how often in a row the only number of a count came with other content
    told       that a number was used twice has been reported
    """

    prints: dict[int, int] = field(default_factory=dict)
    newest: float | None = None
    by: dict[str, dict[int, int]] = field(default_factory=dict)
    since: int = 0
    marks: list[tuple[int, float]] = field(default_factory=list)
    marked: int = 0
    last: int = -1
    begun: float = 0.0
    at: float = 0.0
    settled: int | None = None
    reused: int = 0
    told: bool = False

    @property
    def groups(self) -> set[str]:
        return {group_of(vital) for vital in self.by if vital != FLAGS}

    @property
    def contents(self) -> int:
        """The number of vital signs whose content is remembered."""
        return sum(map(len, self.by.values())) + len(self.prints)

    def forget_contents(self) -> None:
        self.by, self.prints = {}, {}

    def follow(self, observation: Observation) -> bool:
        """Take the most frequent reading, the next number with one value, in few steps.

        Return False for any other reading: `take` does the same and more.
        """
        seq, measured, values = observation.seq, observation.effective, observation.values
        if self.count < 3 or self.prints or len(values) != 1:
            return False
        last = self.ranges[-1]
        if seq != last[1] + self.step:
            return False
        if observation.flags or observation.failed or observation.record:
            return False
        ((vital, value),) = values.items()
        known = self.by.get(vital)
        if known is None:
            return False
        if measured is None:
            measured = observation.raw_t
        known[seq] = crc32(_pack(value, nan if measured is None else measured)) & BITS
        if len(known) > REMEMBERED:
            del known[next(iter(known))]
        last[1] = self.last = seq
        self.count += 1
        self.at = observation.issued
        if measured is not None:
            self._time(seq, measured)
        return True

    def take(self, reading: NumberedReading) -> None:
        """Take a reading that is new here: all of it, or a further part of a known number."""
        seq, at = reading.seq, reading.whole.issued
        if not self.by and self.ranges:
            self.since = self.high + 1  # restored from a snapshot that had `prints` only
        if not self.count:
            self.begun = at
        for vital, fingerprint in reading.prints.items():
            known = self.by.get(vital)
            if known is None:
                self.by[vital] = {seq: fingerprint}
                continue
            known[seq] = fingerprint
            if len(known) > REMEMBERED:
                del known[next(iter(known))]
        if self.prints and len(self.prints) + self.count > REMEMBERED:
            del self.prints[next(iter(self.prints))]
        self.add(seq)
        self.last, self.at = seq, at
        if reading.measured is not None:
            self._time(seq, reading.measured)

    def _time(self, seq: int, measured: float) -> None:
        if self.newest is None or measured > self.newest:
            self.newest = measured
        if seq >= self.marked:
            self._mark(seq, measured)

    def _mark(self, seq: int, measured: float) -> None:
        self.marked = seq + MARK_EVERY
        self.marks.append((seq, measured))
        del self.marks[:-MARKS_REMEMBERED]

    # --- a number that came again -----------------------------------------------------------

    def compare(self, reading: NumberedReading) -> Found:
        """Compare with its known number: same content, other content, or one more vital sign?"""
        seq = reading.seq
        if seq in self.prints:
            return "same" if self.prints[seq] == fingerprint(reading.whole) else "other"
        found: Found = "same"
        for vital, print_ in reading.prints.items():
            if vital == FLAGS:
                continue
            had = self.by.get(vital, _NONE).get(seq)
            if had is None:
                found = "forgotten" if self._forgotten(vital, seq) else "part"
            elif had != print_:
                return "other"
        if found == "same" and self.by.get(FLAGS, _NONE).get(seq) != reading.prints.get(FLAGS):
            return "other"
        return found

    def had(self, reading: NumberedReading) -> bool:
        """Return whether it came with this content, or, where that is forgotten, at this time."""
        if not self.has(reading.seq):
            return False
        found = self.compare(reading)
        return found == "same" or (
            found == "forgotten" and bool(self.marks) and self.may_have_had(reading)
        )

    def waits_for(self, seq: int) -> bool:
        """Return whether the number is missing and not given up."""
        return self.lacks(seq) and (self.settled is None or seq > self.settled)

    def _forgotten(self, vital: str, seq: int) -> bool:
        if not self.by or seq < self.since:
            return True
        known = self.by.get(vital)
        return known is not None and len(known) >= REMEMBERED and seq < next(iter(known))

    def unknown(self, reading: NumberedReading) -> Observation:
        """Return the part of this reading that is new under its number."""
        known = {v for v in reading.prints if reading.seq in self.by.get(v, _NONE)}
        if not known - {FLAGS}:
            return reading.whole
        whole = reading.whole
        return msgspec.structs.replace(
            whole, values={v: value for v, value in whole.values.items() if v not in known},
            failed=tuple(v for v in whole.failed if v not in known),
        )  # fmt: skip

    # --- evidence from its time -------------------------------------------------------------

    def fresh(self, reading: NumberedReading) -> bool:
        """Return whether it was measured after all others: then it is no old one."""
        newest = self.newest
        return newest is not None and reading.measured is not None and reading.measured > newest

    def outdated(self, reading: NumberedReading) -> bool:
        """Return whether it was measured before another reading of this count."""
        newest = self.newest
        return newest is not None and reading.measured is not None and reading.measured < newest

    def may_have_had(self, reading: NumberedReading) -> bool:
        """Return whether, by its time, it may be a known reading whose content is forgotten."""
        measured = reading.measured
        if measured is None or self.newest is None:
            return False  # storing it twice beats losing it
        if not self.marks:
            return measured <= self.newest
        before = [t for n, t in self.marks if n <= reading.seq]
        after = [t for n, t in self.marks if n >= reading.seq]
        around = [*before[-1:], *(after[:1] or [self.newest])]
        earliest = min(around) if before else self.marks[0][1] - DAY_S
        return earliest <= measured <= max(around)

    def preceded_by(self, reading: NumberedReading) -> bool:
        """Return whether a number lower than all others is an earlier one that is only late."""
        whole = reading.whole
        if reading.measured is not None and self.marks:
            begun = self.marks[0][1]
            return begun - DAY_S <= reading.measured <= begun
        # A batch with the newest first.
        return self.last == self.low == reading.seq + 1 and abs(whole.issued - self.at) <= 0.1
