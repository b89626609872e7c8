"""Generated sessions: a true course of the heart rate, and what a monitor makes of it.

Ninety minutes with a dose after ten. The true course is a ketamine-shaped rise (one in two crosses
120), three short tachycardias of 40 to 150 s, and a slow wander. On top lie breathing, the sensor's
noise, rounding, 5 % lost samples, and 40 artefacts of 1 to 5 s: spikes to 170 to 235, doublings,
halvings, zeros and gaps. Held-out sessions have other seeds and another noise than those on which
the estimator was tuned.
"""

from typing import Final, Literal

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

Array = NDArray[np.float64]
Kind = Literal["spike", "double", "half", "zero", "gap"]

LASTS_S: Final = 5400
DOSE_S: Final = 600
ARTEFACTS: Final = 40
TACHYCARDIAS: Final = 3
APART_S: Final = 3.0
HELD_OUT: Final = 1_000_000  # added to the seed
KINDS: Final[tuple[Kind, ...]] = ("spike", "double", "half", "zero", "gap")


class Noise(Struct, frozen=True):
    """wander: standard deviation of the slow drift, /min, and its time constant, s."""

    wander: float
    wander_s: float
    breathing: tuple[float, float]
    breaths_per_s: tuple[float, float]
    sensor: float
    lost: float
    jitter: float  # of an artefact's samples, /min


DEVELOPMENT: Final = Noise(2.0, 60, (2, 4), (0.2, 0.3), 1.0, 0.05, 3.0)
OTHER: Final = Noise(2.5, 90, (1, 4.5), (0.15, 0.35), 1.3, 0.05, 6.0)


class Artefact(Struct, frozen=True):
    start: float
    end: float
    kind: Kind
    level: float


class Session(Struct, frozen=True):
    """truth: /min, one a second. times, values: what the monitor sent; a zero is one of its own."""

    seed: int
    truth: Array
    times: Array
    values: Array
    artefacts: list[Artefact]


def session(seed: int, *, held_out: bool = True, every: float | None = 1.0) -> Session:
    """every: seconds between samples; None: irregular, 0.2 to 5 s."""
    noise = OTHER if held_out else DEVELOPMENT
    made = np.random.default_rng(seed + (HELD_OUT if held_out else 0))
    truth = course(made, noise)
    times = _times(made, every)
    artefacts = _artefacts(made)
    values = np.interp(times, np.arange(LASTS_S), truth)
    values += _breathing(made, noise, times) + made.normal(0, noise.sensor, len(times))
    values = np.round(values)
    kept = made.random(len(times)) >= noise.lost
    for one in artefacts:
        inside = (times >= one.start) & (times < one.end)
        values[inside] = _disturbed(made, noise, one, values[inside])
        kept[inside] = one.kind != "gap"
    values = np.clip(values, 0, 250)
    return Session(seed, truth, times[kept], values[kept], artefacts)


def course(made: np.random.Generator, noise: Noise) -> Array:
    at = np.arange(LASTS_S, dtype=float)
    resting = made.uniform(60, 85)
    peak = made.uniform(126, 150) if made.random() < 0.5 else made.uniform(resting, 108)
    truth = resting + (peak - resting) * _shape((at - DOSE_S) / 60)
    for start in _places(made, TACHYCARDIAS, 150 + 60, 60.0):
        truth = np.maximum(truth, _tachycardia(made, at, start, truth))
    return truth + _wander(made, noise)


def _shape(minutes: Array) -> Array:
    """The sublingual response: nothing for 5 min, its peak after 45 more (empirical)."""
    x = np.clip((minutes - 5) / 45, 0, None)
    return np.asarray(x**3 * np.exp(3 * (1 - x)))


def _tachycardia(made: np.random.Generator, at: Array, start: float, truth: Array) -> Array:
    """Beyond 120 for 40 to 150 s, with a way up of 3 to 15 s and a way down of 5 to 25."""
    lasts, high = made.uniform(40, 150), made.uniform(125, 165)
    up, down = made.uniform(3, 15), made.uniform(5, 25)
    rise = np.clip((at - start) / up, 0, 1)
    fall = np.clip((start + up + lasts + down - at) / down, 0, 1)
    return np.asarray(truth + np.clip(high - truth, 0, None) * np.minimum(rise, fall))


def _wander(made: np.random.Generator, noise: Noise) -> Array:
    """An autoregressive drift."""
    keep = np.exp(-1 / noise.wander_s)
    steps = made.normal(0, noise.wander * np.sqrt(1 - keep**2), LASTS_S)
    drift = np.empty(LASTS_S)
    last = made.normal(0, noise.wander)
    for n, step in enumerate(steps):
        drift[n] = last = keep * last + step
    return drift


def _breathing(made: np.random.Generator, noise: Noise, times: Array) -> Array:
    size, pace = made.uniform(*noise.breathing), made.uniform(*noise.breaths_per_s)
    return np.asarray(size * np.sin(2 * np.pi * (pace * times + made.random())))


def _times(made: np.random.Generator, every: float | None) -> Array:
    if every is not None:
        return np.arange(0, LASTS_S - 1, every)
    times = np.cumsum(made.uniform(0.2, 5.0, LASTS_S))
    return np.asarray(times[times < LASTS_S - 1])


def _places(made: np.random.Generator, count: int, length: float, apart: float) -> list[float]:
    """Starts of stretches that do not overlap, from the dose on."""
    room = LASTS_S - DOSE_S - count * (length + apart)
    offsets = np.sort(made.uniform(0, room, count))
    return [float(DOSE_S + o + n * (length + apart)) for n, o in enumerate(offsets)]


def _artefacts(made: np.random.Generator) -> list[Artefact]:
    room = LASTS_S - ARTEFACTS * (5 + APART_S)
    offsets = np.sort(made.uniform(0, room, ARTEFACTS))
    found = []
    for n, offset in enumerate(offsets):
        start = float(offset + n * (5 + APART_S))
        kind = KINDS[int(made.integers(len(KINDS)))]
        long = float(made.uniform(1, 5))
        found.append(Artefact(start, start + long, kind, float(made.uniform(170, 235))))
    return found


def _disturbed(made: np.random.Generator, noise: Noise, one: Artefact, values: Array) -> Array:
    wild = np.round(made.normal(0, noise.jitter, len(values)))
    if one.kind == "spike":
        return np.asarray(np.clip(np.round(one.level) + wild, 170, 235))
    if one.kind == "double":
        return np.asarray(values * 2)
    if one.kind == "half":
        return np.asarray(np.round(values / 2))
    return np.asarray(values * (one.kind != "zero"))
