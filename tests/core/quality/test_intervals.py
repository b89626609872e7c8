"""RR intervals for or against a heart rate, and the signs of a heart in them."""

from typing import Final

import pytest

from monitor.core.quality import intervals
from monitor.core.quality.intervals import Beats
from monitor.core.vocabulary.reasons import Reason
from monitor.core.vocabulary.vitals import Observation


def reading(*rr: float) -> Observation:
    return Observation(issued=0.0, device="strap", values={"hr": 70.0}, rr=rr)


def test_intervals_of_the_last_ten_seconds_are_kept() -> None:
    beats: Beats = []
    assert intervals.hear(beats, reading(800.0, 810.0), 100.0) == [800, 810]
    assert intervals.hear(beats, reading(820.0), 105.0) == [800, 810, 820]
    assert intervals.hear(beats, reading(), 110.0) == [800, 810, 820]
    assert intervals.hear(beats, reading(830.0), 110.25) == [820, 830]


def test_those_of_an_overtaken_reading_are_not_evidence() -> None:
    beats: Beats = []
    intervals.hear(beats, reading(800.0), 100.0)
    assert intervals.hear(beats, reading(500.0), 99.75) == []
    assert intervals.hear(beats, reading(810.0), 100.0) == [800, 810]


def test_a_number_that_is_no_interval_between_beats_is_left_out_and_a_flood_is_bounded() -> None:
    beats: Beats = []
    sent = (0.0, 199.0, 200.0, 3000.0, 3001.0, 65_535.0)
    assert intervals.hear(beats, reading(*sent), 100.0) == [200, 3000]
    kept = intervals.hear(beats, reading(*(500.0 + n for n in range(100))), 101.0)
    assert kept == [536.0 + n for n in range(64)]


# intervals, ms -> the lowest and highest rate: of the mean, of the median, of the newest five
RATES: Final = [
    ([1000.0] * 3, 60, 60),
    ([500.0, 1000.0, 1000.0], 60, 72),  # mean 833 ms
    ([1000.0] * 7 + [500.0] * 5, 60, 120),  # median 1000, newest 500
    ([500.0] * 7 + [1000.0] * 5, 60, 120),  # median 500, newest 1000
]


@pytest.mark.parametrize(("beats", "low", "high"), RATES)
def test_the_rates_that_intervals_may_mean(beats: list[float], low: float, high: float) -> None:
    assert intervals.rates(beats) == pytest.approx((low, high))


# a heart of 60: off by more than 15 and by more than 30 %
CONTRADICTED: Final = [
    (60.0, False), (75.0, False), (78.0, False), (78.25, True), (42.0, False), (41.75, True),
]  # fmt: skip


@pytest.mark.parametrize(("rate", "found"), CONTRADICTED)
def test_a_rate_far_from_its_intervals_is_contradicted(rate: float, found: bool) -> None:
    why = Reason("own_beats", {"rate": 60.0})
    assert intervals.contradiction([1000.0] * 3, rate) == (why if found else None)
    assert intervals.contradiction([1000.0] * 2, rate) is None, "too few"


def test_a_rate_between_the_mean_and_the_newest_is_no_contradiction() -> None:
    """The heart went from 60 to 120: the strap's average lags, and both rates are in the beats."""
    beats = [1000.0] * 7 + [500.0] * 5
    assert [rate for rate in range(30, 180, 10) if intervals.contradiction(beats, rate)] == [
        30, 40, 160, 170,
    ]  # fmt: skip
    assert intervals.contradiction(beats, 170) == Reason("own_beats", {"rate": 120.0})


# intervals of a heart of about 60, its rate -> whether something beats there
ALIVE: Final = [
    ([1000.0, 1020.0, 990.0], 60, None),
    ([1000.0, 1020.0, 990.0, 1010.0], 60, True),
    ([1000.0, 1020.0, 990.0, 1010.0], 50, False),
    ([1000.0, 1020.0, 990.0, 1010.0], 70, False),
    ([1000.0] * 4, 60, False),
    ([1000.0, 1020.0] * 2, 60, False),  # one message again and again
    ([1000.0, 1020.0, 990.0] * 2, 60, False),
    ([1000.0, 1020.0, 990.0, 1000.0, 1020.0], 60, True),  # repeated only in part
]


@pytest.mark.parametrize(("beats", "rate", "found"), ALIVE)
def test_intervals_that_vary_and_fit_the_rate_show_a_heart(
    beats: list[float], rate: float, found: bool | None
) -> None:
    assert intervals.alive(beats, rate) is found


def test_neighbours_in_a_rhythm_differ_little() -> None:
    assert intervals.smooth([1000.0, 850.0, 1000.0, 850.0, 1000.0, 850.0])
    assert not intervals.smooth([1000.0, 849.0, 1000.0, 849.0])
    assert intervals.smooth([1000.0, 1000.0, 1000.0, 1000.0, 1000.0, 500.0]), "one in five"
    assert not intervals.smooth([1000.0, 1000.0, 1000.0, 1000.0, 500.0]), "one in four"
