"""Computed numbers are one place finer than their vital sign is shown."""

import pytest

from monitor.codecs.contract.rounding import PLACES, tidy


@pytest.mark.parametrize(
    ("vital", "computed", "sent"),
    [
        # a temperature is shown as 36.9
        ("temp", 36.9 - 36.6, 0.3),
        ("temp", 0.1 + 0.2, 0.3),
        ("temp", 37.046, 37.05),
        # rates and pressures are shown without a fraction
        ("hr", 71.96, 72.0),
        ("hr", 71.94, 71.9),
        ("sbp", 120.0098, 120.0),
        ("dbp", -0.26, -0.3),
        ("map", 0.0, 0.0),
    ],
)
def test_a_computed_number_is_sent_one_place_finer_than_shown(
    vital: str, computed: float, sent: float
) -> None:
    assert tidy(computed, PLACES[vital]) == sent


def test_an_unknown_number_remains_unknown_and_zero_is_a_number() -> None:
    assert tidy(None, 1) is None
    assert tidy(0.0, 1) == 0.0
