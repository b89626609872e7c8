"""The lateness of a loop, by a clock that is passed in."""

from typing import Final

import pytest
from prometheus_client import CollectorRegistry

from monitor.service.health.lag import BEAT_S, SPAN_S, Lag

NAME: Final = "dosing_monitor_loop"


class Loop:
    """A loop that sleeps for a beat, and wakes by so much too late."""

    def __init__(self) -> None:
        self.now = 500.0
        self.registry = CollectorRegistry()
        self.lag = Lag(lambda: self.now, self.registry)

    def beat(self, late: float = 0.0) -> None:
        self.lag.expect()
        self.now += BEAT_S + late
        self.lag.beat()

    def worst_after(self, seconds: float) -> float:
        """Return the worst lateness after beats in time for so long."""
        until = self.now + seconds
        while self.now < until - BEAT_S / 2:
            self.beat()
        return self.lag.worst


@pytest.fixture
def loop() -> Loop:
    return Loop()


def test_a_beat_in_time_is_not_late_nor_is_an_early_one(loop: Loop) -> None:
    loop.beat()
    loop.beat(-BEAT_S)
    assert (loop.lag.worst, loop.lag.lateness()) == pytest.approx((0.0, 0.0))


def test_the_present_lateness_counts_before_the_beat_and_once(loop: Loop) -> None:
    loop.lag.expect()
    loop.now += BEAT_S + 2.0
    assert (loop.lag.worst, loop.lag.lateness()) == pytest.approx((2.0, 2.0))
    loop.lag.beat()
    loop.now += 7.0  # no beat is expected, so none is late
    assert (loop.lag.worst, loop.lag.lateness()) == pytest.approx((2.0, 2.0))


def test_lateness_adds_up_and_the_worst_is_the_greatest(loop: Loop) -> None:
    for late in (0.5, 2.0, 1.0):
        loop.beat(late)
    assert (loop.lag.worst, loop.lag.lateness()) == pytest.approx((2.0, 3.5))
    metrics = [loop.registry.get_sample_value(f"{NAME}_{m}") for m in (
        "lag_seconds", "late_seconds_total",
    )]  # fmt: skip
    assert metrics == pytest.approx([2.0, 3.5])


def test_the_worst_is_remembered_for_its_own_span_and_the_next(loop: Loop) -> None:
    loop.beat()  # a span begins
    loop.beat(2.0)
    loop.worst_after(SPAN_S / 2)
    loop.beat(1.0)
    assert loop.lag.worst == pytest.approx(2.0)
    assert loop.worst_after(SPAN_S) == pytest.approx(2.0)
    assert loop.worst_after(SPAN_S) == pytest.approx(0.0, abs=1e-6)
    assert loop.lag.lateness() == pytest.approx(3.0)
