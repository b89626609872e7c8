"""A device's budget: a real device never exceeds it, and one that does pays for its messages."""

from collections.abc import Callable
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.service.ingest.turns.budget import AFTER_S, Bucket, Budget, BudgetRate, allowance

MAY = allowance(50.0)


@settings(deadline=None, max_examples=50)
@given(st.lists(st.tuples(st.floats(0, 20), st.floats(0, 60)), max_size=60))
def test_a_bucket_gives_no_more_than_flows_in(asked: list[tuple[float, float]]) -> None:
    rate = BudgetRate(5.0, 50.0)
    bucket, now, given_out = Bucket(rate, 0.0), 0.0, 0.0
    for wait, amount in asked:
        now += wait
        if bucket.take(amount, now):
            given_out += amount
        assert given_out <= rate.burst + rate.per_s * now + 1e-6


@pytest.mark.parametrize(("every_s", "size", "elements"), [
    (0.25, 250, 1),  # a strap that sends each beat with its intervals
    (0.1, 60, 1),  # a cuff that inflates
    (60.0, 20_000, 240),  # a bridge that collects a minute of four straps
])  # fmt: skip
def test_no_real_device_is_over_its_budget(every_s: float, size: int, elements: int) -> None:
    budget = Budget(MAY, 0.0)
    assert all(budget.arrived(size, elements, n * every_s) for n in range(2000))
    assert budget.over_at is None


@pytest.mark.parametrize(("every_s", "size", "elements"), [
    (1 / 300, 60, 1), (2.0, 60_000, 1200), (0.5, 60_000, 1), (1 / 30, 20_000, 2000),
])  # fmt: skip
def test_a_flood_is_over_it_for_as_long_as_it_lasts(
    every_s: float, size: int, elements: int
) -> None:
    budget = Budget(MAY, 0.0)
    for n in range(round(30 / every_s)):
        budget.arrived(size, elements, n * every_s)
    assert budget.over_at is not None
    assert 30 - budget.over_at <= 3 * every_s
    assert budget.arrived(60, 1, 31.0), "and within it a moment later"


CAUSES: Final[dict[str, Callable[[Budget, int], None]]] = {
    "transitions": lambda budget, n: budget.followed(1, n / 10),
    "gaps": lambda budget, n: budget.numbered("a", 3 * n, n / 10),
    "boots": lambda budget, n: budget.numbered(f"b{n}", 1, n / 10),
}


@pytest.mark.parametrize("cause", CAUSES)
def test_what_follows_from_readings_counts_too(cause: str) -> None:
    budget, over = Budget(MAY, 0.0), 0
    for n in range(400):
        CAUSES[cause](budget, n)
        over += not budget.arrived(60, 1, n / 10)
    assert over > 100
    assert budget.arrived(60, 1, 40 + AFTER_S)


def test_numbers_in_their_order_are_no_gaps() -> None:
    budget = Budget(MAY, 0.0)
    for n in range(5000):
        budget.numbered("a", n, 0.0)
        budget.numbered("a", n, 0.0)
    assert budget.arrived(60, 1, 0.0)
