"""One device's queue: current readings come before past ones; places are passed in order."""

from collections.abc import Iterator, Sequence
from typing import Final

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.core.vocabulary.vitals import Observation
from monitor.service.ingest.turns.lane import DEEP, PICK_S, Handed, Lane, Most, Slot

T0: Final = 1_800_000_000.0
MOST: Final = Most(36_000, 18_000_000)


class Feed:
    """A device, and the worker that reads its messages. now: s since T0."""

    def __init__(self, most: Most = MOST) -> None:
        self.lane = Lane(most)
        self.lane.begun = True
        self.now = 0.0

    def send(self, *readings: Observation) -> Handed:
        handed = Handed(
            "strap", "t", "native", b"", None, T0 + self.now, elements=len(readings), size=100
        )
        self.lane.put(handed)
        return handed

    def read(self, handed: Handed, readings: Sequence[Observation]) -> None:
        found = self.lane.unread(newest=False)
        assert found is handed
        self.lane.read(handed, [Slot(handed, reading) for reading in readings])

    def both(self, *readings: Observation) -> None:
        self.read(self.send(*readings), readings)

    def judged(self, most: int = 10**9) -> Iterator[tuple[Slot, bool]]:
        """Yield each slot in the order of judgement; True if it was judged ahead of its turn."""
        for _ in range(most):
            slot, ahead = self.lane.ahead(T0 + self.now), True
            if slot is None:
                slot, ahead = self.lane.next(), False
            if slot is None:
                return
            if not slot.judged:
                slot.judged = True
                yield slot, ahead


def hr(number: int, t: float | None = None) -> Observation:
    return Observation(
        issued=T0, device="strap", seq=number, values={"hr": 70.0},
        effective=None if t is None else T0 + t,
    )  # fmt: skip


def bp(number: int, sbp: float, dbp: float = 80.0) -> Observation:
    return Observation(issued=T0, device="strap", seq=number, values={"sbp": sbp, "dbp": dbp})


def numbers(feed: Feed, most: int = 10**9) -> list[int | None]:
    return [s.observation.seq for s, _ in feed.judged(most) if s.observation is not None]


def test_a_short_backlog_is_judged_as_it_happened() -> None:
    feed = Feed()
    for n in range(600):
        feed.both(hr(n, -600 + n))
    assert numbers(feed) == list(range(600))


def test_of_a_long_one_the_newest_is_judged_first_however_it_is_sent() -> None:
    for order in (1, -1):
        feed = Feed()
        sent = list(range(3000))[::order]
        for n in sent:
            feed.both(hr(n, n - 3000))
        assert numbers(feed) == [2999, *(n for n in sent if n != 2999)]


def test_what_has_waited_for_a_moment_is_a_long_one() -> None:
    feed = Feed()
    for n in range(5):
        feed.both(hr(n, n))
    feed.now = 1.0
    assert numbers(feed) == [4, 0, 1, 2, 3]


def test_the_newest_and_the_worst_pressures_come_first_a_few_times_a_second() -> None:
    feed = Feed()
    for n in range(4 * DEEP):
        high = {500: 210, 900: 61}.get(n, 150)
        feed.both(bp(n, high, 130 if n == 700 else 80))
    first = [(s.observation.seq, ahead) for s, ahead in feed.judged(12) if s.observation]
    ahead = [n for n, early in first if early]
    assert {500, 900, 700, 4 * DEEP - 1} <= set(ahead)
    assert len(ahead) <= 8
    feed.both(bp(9001, 215))
    assert not [n for n, early in [(s, e) for s, e in feed.judged(3)] if early]
    feed.now += PICK_S
    (slot, early), *_ = feed.judged(1)
    assert early
    assert slot.observation is not None
    assert slot.observation.seq == 9001


def test_thirty_thousand_readings_are_none_too_many() -> None:
    for size in (1, 1000):
        feed = Feed()
        for n in range(0, 30_000, size):
            feed.both(*(hr(n + k) for k in range(size)))
            assert not list(feed.lane.excess())
        feed.now = 5.0
        judged = numbers(feed)
        assert len(judged) == 30_000
        assert set(judged) == set(range(30_000))
        assert feed.lane.empty
        assert feed.lane.readings == 0
        assert feed.lane.bytes == 0


acts = st.lists(
    st.tuples(st.integers(1, 30), st.booleans(), st.integers(0, 40), st.floats(0, 0.4)),
    max_size=60,
)


@settings(deadline=None, max_examples=300)
@given(acts)
def test_nothing_is_judged_or_dropped_twice_and_the_bound_holds(
    acts: list[tuple[int, bool, int, float]],
) -> None:
    feed, most, number = Feed(Most(50, 2000)), 50, 0
    ended: list[int | None] = []
    unread: list[tuple[Handed, list[Observation]]] = []
    for size, reads, judges, wait in acts:
        feed.now += wait
        readings = [bp(number + k, 100.0 + (number + k) * 7 % 120) for k in range(size)]
        number += size
        unread.append((feed.send(*readings), readings))
        for gone in feed.lane.excess():
            if isinstance(gone, Handed):
                ended += [reading.seq for reading in unread.pop(0)[1]]
            elif not gone.judged:
                assert gone.observation is not None
                gone.judged = feed.lane.wanted(gone)  # it is judged immediately or else dropped
                ended.append(gone.observation.seq)
        assert feed.lane.readings <= most
        assert feed.lane.bytes <= 2000
        while reads and unread:
            feed.read(*unread.pop(0))
        ended += numbers(feed, judges)
    while unread:
        feed.read(*unread.pop(0))
    feed.now += 1.0
    ended += numbers(feed)
    assert sorted(n for n in ended if n is not None) == list(range(number))
    assert feed.lane.empty
    assert feed.lane.readings == 0
    assert feed.lane.bytes == 0


def test_what_nobody_judged_before_is_judged_in_its_turn_first() -> None:
    """Otherwise a restart would take the first number on disk for the device's first ever."""
    feed = Feed()
    feed.lane.begun = False
    for n in range(2000):
        feed.both(hr(n, n - 2000))
    assert numbers(feed)[:3] == [0, 1999, 1]
