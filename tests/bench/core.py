"""The cost of one observation in the core, with every limit of `sl_home` in force."""

import random
import statistics
import time
from typing import Final

from monitor.core.encounter import Encounter
from monitor.core.vocabulary.vitals import Observation
from monitor.service.process import interpreter
from tests.bench.figures import figure
from tests.core.course import Course

_HOURS_S: Final = 4 * 3600
_BATCH: Final = 100


def measure(*, seconds: int) -> None:
    """Measure a dosed session at one reading a second, with 3 % artefacts."""
    interpreter.tune()  # as the service does
    course = Course()
    for n in range(3):
        course.bp(10 + 300 * n, 120 + n, 80)
    course.beat(1, 640, 70)
    course.dose(700)
    made = random.Random(1)  # noqa: S311 - noise, and the same in each run
    readings = [
        Observation(
            issued=course.start + 800 + n, effective=course.start + 800 + n, device="strap",
            seq=10_000 + n, values={"hr": float(_heart(made, n))}, contact=True,
        )
        for n in range(seconds)
    ]  # fmt: skip
    batches = [_timed(course.encounter, readings[n : n + _BATCH])
               for n in range(0, len(readings), _BATCH)]  # fmt: skip
    figure("core_per_observation", statistics.median(batches) / _BATCH * 1e6, "us")
    figure("core_replay_of_4_h", sum(batches) * _HOURS_S / seconds, "s")


def _heart(made: random.Random, n: int) -> int:
    if made.random() < 0.03:
        return made.randint(150, 220)
    return 75 + n // 600 % 40 + made.randint(-3, 3)


def _timed(encounter: Encounter, readings: list[Observation]) -> float:
    began = time.perf_counter()
    for reading in readings:
        encounter.observe(reading, reading.issued)
    return time.perf_counter() - began
