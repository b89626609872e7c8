"""The lateness of the event loop: how long after its due time a regular beat runs.

The lateness of the loop is not the silence of a device or a broker. It is subtracted from times
measured through this loop, and is reported separately: readings that wait for the loop are not
watched.
"""

import asyncio
from collections.abc import Callable
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge

BEAT_S: Final = 0.05
SPAN_S: Final = 30.0


class Lag:
    """Measures the loop in which `run` runs; `clock`: s that run steadily."""

    def __init__(self, clock: Callable[[], float], registry: CollectorRegistry) -> None:
        self._clock = clock
        self._due: float | None = None
        self._total = 0.0
        self._span = 0.0
        self._worst = self._before = 0.0  # of this span, and of the last
        name = "dosing_monitor_loop"
        self._gauge = Gauge(
            f"{name}_lag_seconds",
            "By how much the event loop came late at worst, in the last half minute or minute",
            registry=registry,
        )
        self._gauge.set_function(lambda: self.worst)
        self._counter = Counter(
            f"{name}_late_seconds", "By how much the event loop came late, added up",
            registry=registry,
        )  # fmt: skip

    def lateness(self) -> float:
        """Return the total lateness since the start, s, including the present one."""
        return self._total + self._now_late()

    @property
    def worst(self) -> float:
        """The greatest lateness in the last half minute, or minute, s."""
        return max(self._worst, self._before, self._now_late())

    async def run(self) -> None:
        while True:
            self.expect()
            await asyncio.sleep(BEAT_S)
            self.beat()

    def expect(self) -> None:
        """Start to measure: the next beat is due in `BEAT_S`."""
        self._due = self._clock() + BEAT_S

    def beat(self) -> None:
        now, late = self._clock(), self._now_late()
        if now - self._span >= SPAN_S:
            self._span, self._before, self._worst = now, self._worst, 0.0
        self._worst = max(self._worst, late)
        self._total += late
        self._counter.inc(late)
        self._due = None

    def _now_late(self) -> float:
        return 0.0 if self._due is None else max(0.0, self._clock() - self._due)
