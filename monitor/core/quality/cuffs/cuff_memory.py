"""A cuff has a memory: is a record that it sends of now, or was it stored?

A raw record (0x2A35) carries a time stamp of a clock whose zone and setting are unknown. So stamps
are compared with each other and never with ours. The age of a record is:

- *old*, which is checked first: a record of the same burst has a later stamp, or it was sent
  before, or a burst without stamps continues after it;
- *live*: the cuff reported inflating within a minute before it (see inflation.py) and it is the
  newest of its burst; or its stamp is as far from that of the newest record of an earlier burst as
  their receipts are; or it has no stamp and comes alone;
- *unknown*: in all other cases, such as the first record on connecting.

Records less than `BURST_S` apart are one burst. Among themselves they prove only their order: a
cuff that empties its memory sends all of it together.
"""

from datetime import UTC, datetime
from typing import Final, Literal

from msgspec import Struct, field

from monitor.core.quality.cuffs.inflation import Signs

BURST_S: Final = 25.0
WAIT_S: Final = 3.0  # the rest of a burst may come within this time before a record is judged
APART_S: Final = 50.0  # two measurements cannot be closer: each takes 40 s and more
AGREE_S: Final = 20.0
AGREE_MINUTES_S: Final = 65.0  # where stamps are whole minutes
AHEAD_S: Final = 86_400.0  # a stamp this far ahead of its receipt proves no order
# A clock that lost its power restarts at a date of its own: new measurements are dated long before
# the stored ones.
RESET_S: Final = 86_400.0
YEAR_BEGINS_S: Final = 2 * 86_400.0
HALF_A_YEAR_S: Final = 180 * 86_400.0
_KEPT: Final = 64
_ANCHORS: Final = 8

Age = Literal["live", "old", "unknown"]


class Record(Struct, omit_defaults=True):
    """One record as it came. received: by our clock; key: names it (its first row).

    stamp     by the cuff's clock, s; None: it has no stamp, or that clock is stopped
    until     when it is judged at the latest; None: it was
    inflated  the cuff reported inflating for it
    runs      its clock is known to run: a record of an earlier burst is as old by it as by ours
    """

    key: str
    received: float
    stamp: float | None
    burst: int
    values: dict[str, float]
    age: Age = "unknown"
    until: float | None = None
    inflated: bool = False
    runs: bool = False


class CuffMemory(Struct, omit_defaults=True):
    """The records that one device sent.

    anchors   (receipt, stamp) of the newest record of earlier bursts
    repeated  receipt of the newest record whose content was known already
    echoed    the same of a record sent twice with no other between; echo: which it is
    """

    records: list[Record] = []
    burst: int = 0
    signs: Signs = field(default_factory=Signs)
    anchors: list[tuple[float, float]] = []
    repeated: float | None = None
    echoed: float | None = None
    echo: str = ""

    # --- input ------------------------------------------------------------------------------

    def inflates(self, now: float) -> None:
        # A record that came while it still inflates is not the result: cuffs connect to measure,
        # and some send first the records that they have stored.
        self._inflated_for_another()
        self.signs.hear(now)

    def went_away(self, now: float) -> None:
        """Note that the device or we were away: the next messages may have waited."""
        self.signs.went_away(now)

    def repeats(self, received: float, values: dict[str, float]) -> None:
        """Note a record whose content was known. A record that comes with it does not come alone.

        It does not prolong a burst: between two live readings a cuff may hand over its memory anew.
        """
        newest = self.records[-1] if self.records else None
        if newest is not None and newest.values == values:
            self.echoed, self.echo = received, newest.key
        else:
            self.repeated = received

    def failed(self) -> None:
        """Note that the measurement it inflated for failed; the failure is no part of a burst."""
        self.signs.use_up()
        self._inflated_for_another()

    def take(
        self, key: str, received: float, stamp: float | None, values: dict[str, float]
    ) -> tuple[Record, list[Record]]:
        """Return the new record, and the earlier ones about which it reveals more."""
        if not self.records or received - self.records[-1].received >= BURST_S:
            self._close_burst()
            self.burst += 1
        inflated = self.signs.prove(received)
        runs = stamp is not None and self._was_heard_to_run(received, stamp)
        record = Record(key, received, stamp, self.burst, values, inflated=inflated, runs=runs)
        changed = self._order(record)
        if record.age != "old":
            changed += self._by_pace(record)
        if record.age == "unknown":
            record.until = received + WAIT_S
        elif record.age == "live":
            self.signs.use_up()
        self.records.append(record)
        if len(self.records) > _KEPT:
            self._forget_one()
        return record, changed

    def decide(self, now: float) -> list[Record]:
        """Return the records that have waited long enough, with the age that is final for now."""
        due = [r for r in self.records if r.until is not None and r.until <= now]
        for record in due:
            record.until = None
            if record.age == "unknown" and self._alone(record):
                record.age = "live"
                self.signs.use_up()
        return due

    def hurry(self, now: float) -> None:
        """No more records come: make those that wait due now, since no evidence will be added."""
        for record in self.records:
            record.until = None if record.until is None else min(record.until, now)

    @property
    def deadline(self) -> float | None:
        return min((r.until for r in self.records if r.until is not None), default=None)

    def named(self, key: str) -> Record | None:
        return next((r for r in self.records if r.key == key), None)

    @property
    def in_doubt(self) -> Record | None:
        """The newest record, while its age is unknown."""
        newest = next((r for r in reversed(self.records) if r.age != "old"), None)
        return newest if newest is not None and newest.age == "unknown" else None

    def prove(self, record: Record) -> None:
        """Accept a person's statement that it was measured just now."""
        record.age, record.until = "live", None

    def stored_before(self, record: Record) -> float | None:
        """How long before the newest of its burst an old one was measured, s; None: not known."""
        later = [s for r in self._same_burst(record) if (s := _ordering(r)) is not None]
        stamp = _ordering(record)
        if stamp is None or not later or max(later) <= stamp:
            return None
        return max(later) - stamp

    # --- evidence of its age -----------------------------------------------------------------

    def _order(self, record: Record) -> list[Record]:
        """Compare it with the others of its burst. Return those that are old because of it."""
        others = self._same_burst(record)
        if record.stamp is None:
            outdated = [r for r in others if r.stamp is None]
        else:
            outdated = [r for r in others if self._before(r, record)]
            if self._repeats(record) or any(self._before(record, r) for r in others):
                record.age = "old"
        changed = [r for r in outdated if r.age != "old"]
        for old in changed:
            old.age, old.until = "old", None
        return changed

    def _repeats(self, record: Record) -> bool:
        """Return whether it was sent before.

        Other values under the same stamp do not count as sent before: the clock may be stopped.
        """
        alike = [r for r in self.records if r.stamp == record.stamp]
        return any(r.values == record.values for r in alike)

    def _by_pace(self, record: Record) -> list[Record]:
        """Mark it as live if its stamp is as far from an earlier one as their receipts are.

        Then both were sent as they were measured. Return the earlier records that become live by
        this.
        """
        if record.stamp is None:
            return []
        for received, stamp in reversed(self.anchors):
            if _as_far(record.received - received, record.stamp, stamp):
                record.age = "live"
                place = (received, stamp)
                anchor = [r for r in self.records if (r.received, r.stamp) == place]
                changed = [r for r in anchor if r.age == "unknown"]
                for known in changed:
                    known.age, known.until = "live", None
                return changed
        return []

    def _alone(self, record: Record) -> bool:
        """Whether it is live: newest of its burst after inflating, or without a stamp and alone."""
        others = self._same_burst(record)
        if record.inflated and all(self._before(r, record) for r in others):
            return True
        # A record that is merely sent twice still comes alone.
        echoed = None if self.echo == record.key else self.echoed
        came = [*(r.received for r in others), self.repeated, echoed]
        near = any(at is not None and abs(at - record.received) <= WAIT_S for at in came)
        return record.stamp is None and not near

    def _inflated_for_another(self) -> None:
        """Records that wait to be judged are not the result of the reported inflation."""
        for record in self.records:
            record.inflated &= record.until is None

    def _forget_one(self) -> None:
        """Forget one record that is known to be old, as long as there are any.

        A cuff may hand over a hundred of them in one burst, the newest first: that one still waits
        to be judged, and shows that all others are old.
        """
        known = self.records
        gone = next((r for r in known if r.age == "old"), None)
        gone = gone or next((r for r in known if r.until is None), known[0])
        known.remove(gone)

    def _same_burst(self, record: Record) -> list[Record]:
        return [r for r in self.records if r.burst == record.burst and r is not record]

    def _close_burst(self) -> None:
        sent = [r for r in self.records if r.burst == self.burst and r.stamp is not None]
        if not sent:
            return
        reset = [r for r in sent if any(self._was_reset(r, other) for other in sent)]
        for group in (reset, sent):
            newest = max(group, key=lambda r: (r.stamp or 0.0, r.received), default=None)
            if newest is not None and newest.stamp is not None:
                self.anchors.append((newest.received, newest.stamp))
        del self.anchors[:-_ANCHORS]

    def _before(self, one: Record, other: Record) -> bool:
        """Return whether one was surely measured before the other, both of one burst."""
        if one.stamp is None and other.stamp is None:
            return one.received <= other.received and one is not other
        first, second = _ordering(one), _ordering(other)
        in_order = first is not None and second is not None and first < second
        return in_order and not self._was_reset(one, other)

    def _was_reset(self, one: Record, other: Record) -> bool:
        """Whether the clock may have restarted between them, so that the earlier stamp is the later
        one.

        Either the stamp is of a year's first days, where such clocks begin, and long before the
        other; or that clock is known to run.
        """
        if one.stamp is None or other.stamp is None or other.stamp - one.stamp < RESET_S:
            return False
        long_before = other.stamp - one.stamp >= HALF_A_YEAR_S
        return one.runs or (long_before and _begins_a_year(one.stamp))

    def _was_heard_to_run(self, received: float, stamp: float) -> bool:
        earlier = [r for r in self.records if r.burst < self.burst and r.stamp is not None]
        return any(_as_far(received - r.received, stamp, r.stamp or 0.0) for r in earlier)


def _ordering(record: Record) -> float | None:
    """Return its stamp, if that shows which record came first."""
    stamp = record.stamp
    return None if stamp is None or stamp > record.received + AHEAD_S else stamp


def _begins_a_year(stamp: float) -> bool:
    try:
        year = datetime.fromtimestamp(stamp, UTC).replace(
            month=1, day=1, hour=0, minute=0, second=0
        )
    except (ValueError, OverflowError, OSError):
        return False
    return stamp - year.timestamp() < YEAR_BEGINS_S


def _as_far(receipts: float, later: float, earlier: float) -> bool:
    stamps = later - earlier
    minutes = later % 60 == 0 and earlier % 60 == 0
    within = AGREE_MINUTES_S if minutes else AGREE_S
    return receipts >= APART_S and stamps >= APART_S and abs(stamps - receipts) <= within
