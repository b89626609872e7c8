"""Dropped readings are on the record once: as numbers, or as a count."""

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.adapters.store import Dropped, Lost
from monitor.service.ingest.turns.losses import OVER_BUDGET, RANGES, Losses

boots = st.sampled_from(("", "a"))


@settings(deadline=None, max_examples=50)
@given(
    st.lists(st.lists(st.tuples(boots, st.integers(0, 60)), max_size=30), max_size=5),
    st.integers(0, 60), st.integers(0, 20),
)  # fmt: skip
def test_each_number_is_told_and_a_gap_tells_the_rest(
    seconds: list[list[tuple[str, int]]], first: int, more: int
) -> None:
    losses, told = Losses("strap"), set()
    for now, dropped in enumerate(seconds):
        for boot, seq in dropped:
            losses.number(boot, seq, float(now))
        for lost in losses.take(float(now)):
            assert isinstance(lost, Lost)
            assert lost.reason == OVER_BUDGET
            told |= {(lost.boot, n) for n in range(lost.first, lost.last + 1)}
    assert told == {one for dropped in seconds for one in dropped}
    gap = set(range(first, first + more + 1))
    rest = [n for a, b in losses.untold("a", first, first + more) for n in range(a, b + 1)]
    assert sorted(rest) == rest
    assert set(rest) == gap - {n for boot, n in told if boot == "a"}


def test_what_has_no_number_is_counted_from_when_to_when() -> None:
    losses = Losses("strap")
    for came in (5.0, 9.0, 7.0):
        losses.unknown(2, came)
    (lost,) = losses.take(10.0)
    assert lost == Dropped(
        at=10.0, device="strap", count=6, since=5.0, until=9.0, reason=OVER_BUDGET
    )
    assert losses.take(11.0) == []


def test_too_many_ranges_are_counted_and_none_is_lost() -> None:
    losses = Losses("strap")
    for n in range(3 * RANGES):
        losses.number("", 2 * n, 1.0)
    *numbered, rest = losses.take(2.0)
    assert isinstance(rest, Dropped)
    assert (len(numbered), rest.count, losses.total) == (RANGES, 2 * RANGES, 3 * RANGES)
