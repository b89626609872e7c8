"""The streaming core agrees with a rule over whole arrays, on random streams."""

from functools import cache
from typing import Final

import numpy as np
import pytest

from monitor.core.encounter import Encounter
from monitor.core.protocol.presets import PRESETS
from monitor.core.vocabulary.events import AlarmChanged, Event
from monitor.core.vocabulary.inputs import Facts
from monitor.core.vocabulary.vitals import Observation
from monitor.core.vocabulary.words import RANK
from tests.core.law import share
from tests.core.oracle import Limit, Stream, steps

START: Final = 1_795_428_000.0
END: Final = START + 1e6
READINGS: Final = 400
STREAMS: Final = share(120)

LIMITS: Final = {
    "hr_high": [Limit(1, 100, 19, +1), Limit(2, 120, 19, +1), Limit(3, 140, 14, +1)],
    "hr_low": [Limit(1, 55, 19, -1), Limit(2, 50, 19, -1), Limit(3, 40, 14, -1)],
}
CENTRES: Final = {"hr_high": 112.0, "hr_low": 52.0}


def stream(seed: int, centre: float) -> Stream:
    """A heart rate that wanders around `centre`; each stream has its own drift, gaps and doubts."""
    random = np.random.default_rng(seed)
    count = READINGS
    wander = np.cumsum(random.normal(0, random.choice([1.0, 4.0, 12.0]), count))
    values = centre + wander - random.uniform(0, 1) * wander.mean()
    values = np.clip(np.round(values), 26, 239)
    waits = random.choice([0.25, 1.0, 1.0, 1.0, 1.0, 5.0, 13.0, 19.0, 20.0, 31.0], count)
    measured = START + 1 + np.cumsum(waits)
    lag = random.choice([0.0, 0.25, 2.0], count) if seed % 2 else np.zeros(count)
    if seed % 3 == 0:  # sometimes a backlog: silence, then all readings together
        held = np.repeat(random.random(count // 10) < 0.3, 10)
        lag = np.where(held, random.choice([3.0, 15.0, 40.0], count), lag)
    received = np.maximum.accumulate(measured + lag)
    clean = random.random(count) > random.choice([0.0, 0.1, 0.5])
    return Stream(measured, received, values, clean)


def streamed(readings: Stream, condition: str) -> list[tuple[float, int]]:
    """Return the decisions of the core, as (time, rank held from then on)."""
    encounter, events = Encounter.open("e-1", Facts(protocol="sl_home"), PRESETS["sl_home"], START)
    for seq, (t, received, value, clean) in enumerate(
        zip(*(a.tolist() for a in (readings.measured, readings.received, readings.values,
                                   readings.clean)), strict=True)
    ):  # fmt: skip
        reading = Observation(
            issued=received, effective=t, device="strap", seq=seq, values={"hr": value},
            contact=clean,
        )  # fmt: skip
        events += encounter.observe(reading, received)
    events += encounter.advance(END)
    return _steps(events, condition)


def _steps(events: list[Event], condition: str) -> list[tuple[float, int]]:
    held: dict[float, int] = {}
    for event in events:
        if isinstance(event, AlarmChanged) and event.alarm.condition == condition:
            gone = event.transition in ("cleared", "latched")
            held[event.at] = 0 if gone else RANK[event.alarm.priority]
    before = [0, *held.values()]
    return [(t, r) for (t, r), was in zip(held.items(), before, strict=False) if r != was]


@cache
def expected(seed: int, condition: str) -> list[tuple[float, int]]:
    return steps(stream(seed, CENTRES[condition]), LIMITS[condition], END)


@pytest.mark.parametrize("seed", range(STREAMS))
@pytest.mark.parametrize("condition", CENTRES)
def test_the_core_agrees_with_the_oracle(condition: str, seed: int) -> None:
    readings = stream(seed, CENTRES[condition])
    assert streamed(readings, condition) == expected(seed, condition)


def test_the_streams_are_worth_it() -> None:
    """Most of them raise, escalate, step down and clear."""
    ranks = [r for seed in range(STREAMS) for _, r in expected(seed, "hr_high")]
    assert {rank: ranks.count(rank) > STREAMS / 3 for rank in range(4)} == dict.fromkeys(
        range(4), True
    )
