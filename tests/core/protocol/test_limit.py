"""The number to which a limit resolves for a person, and which values are beyond it."""

from typing import Any, Final

import pytest

from monitor.core.protocol.limit import AlarmLimit, back, beyond
from monitor.core.vocabulary.events import Baseline
from monitor.core.vocabulary.profiles import Direction

ROWS: Final[list[tuple[str, dict[str, Any], float | None, float | None]]] = [
    ("sbp", {"value": 150}, None, 150), ("sbp", {"value": 150}, 100, 150),
    ("sbp", {"rise": 25}, None, None), ("sbp", {"rise": 25}, 120, 145),
    ("sbp", {"percent": 20}, 120, 144), ("sbp", {"rise": 25, "percent": 20}, 120, 144),
    ("sbp", {"rise": 25, "percent": 20}, 130, 155), ("sbp", {"rise": 25, "percent": 20}, 125, 150),
    ("sbp", {"rise": 40, "at_least": 165}, 120, 165),
    ("sbp", {"rise": 40, "at_least": 165}, 130, 170),
    ("hr", {"percent": 30, "at_least": 100}, 70, 100),
    ("hr", {"percent": 30, "at_least": 100}, 80, 104), ("hr", {"percent": 20}, 69.89, 83.9),
    ("temp", {"rise": 1.0}, 36.6, 37.6), ("temp", {"rise": 1.0}, 36.65, 37.65),
    ("sbp", {"percent": 20}, 1, 1.2), ("sbp", {"rise": 25, "percent": 20}, 0.01, 0.0),
]  # fmt: skip


@pytest.mark.parametrize(("vital", "about", "baseline", "number"), ROWS)
def test_the_number(
    vital: str, about: dict[str, Any], baseline: float | None, number: float | None
) -> None:
    limit = AlarmLimit(vital=vital, direction="high", priority="low", source="x", **about)
    centre = None if baseline is None else Baseline(baseline, 1.0, 3, "good")
    assert limit.threshold(centre) == number


@pytest.mark.parametrize(
    ("direction", "value", "is_beyond"),
    [
        ("high", 150, True), ("high", 149.99, False), ("high", 151, True),
        ("low", 150, False), ("low", 149.99, True), ("low", 151, False),
    ],
)  # fmt: skip
def test_at_a_high_limit_is_beyond_and_at_a_low_one_is_not(
    direction: Direction, value: float, is_beyond: bool
) -> None:
    assert beyond(direction, value, 150) is is_beyond


@pytest.mark.parametrize(
    ("direction", "limit", "hysteresis", "value", "is_back"),
    [
        ("high", 150, 5, 145, True), ("high", 150, 5, 145.1, False),
        ("low", 100, 5, 105, True), ("low", 100, 5, 104.9, False),
        # These sums are not exact in binary.
        ("high", 37.8, 0.2, 37.6, True), ("high", 38.5, 0.2, 38.3, True),
        ("high", 40.0, 0.2, 39.8, True), ("high", 37.7, 0.2, 37.5, True),
        ("high", 37.6, 0.2, 37.4, True), ("low", 35.5, 0.2, 35.7, True),
        ("low", 35.0, 0.2, 35.2, True), ("high", 37.8, 0.2, 37.61, False),
    ],
)  # fmt: skip
def test_back_is_inside_by_the_hysteresis(
    direction: Direction, limit: float, hysteresis: float, value: float, is_back: bool
) -> None:
    assert back(direction, value, limit, hysteresis) is is_back
