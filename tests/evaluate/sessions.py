"""Generate sessions: a true course of the heart rate, and the samples that a monitor sends of it.

A session lasts ninety minutes, with a dose after ten. The true course is a ketamine-shaped rise
(one in two crosses 120), three short tachycardias of 40 to 150 s, and a slow wander. On top come
breathing, the sensor's noise, rounding, 5 % lost samples, and 40 artefacts of 1 to 5 s: spikes to
170 to 235, doublings, halvings, zeros and gaps. Held-out sessions have other seeds and another
noise than the sessions on which the estimator was tuned.
"""

from itertools import pairwise
from typing import Final, Literal

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray

from simulators.physiology import response

Array = NDArray[np.float64]
Kind = Literal["spike", "double", "half", "zero", "gap"]
Shape = Literal["flat", "rising", "falling"]

LASTS_S: Final = 5400
DOSE_S: Final = 600
TACHYCARDIAS: Final = 3
APART_S: Final = 3.0
SHORTEST_S: Final = 1.0
IRREGULAR: Final = (0.2, 5.0)  # s between samples
KINDS: Final[tuple[Kind, ...]] = ("spike", "double", "half", "zero", "gap")


class Noise(Struct, frozen=True, kw_only=True):
    """Disturbances added to the truth.

    seeds          added to a session's seed, so that two kinds of noise share no draw
    wander         standard deviation of the slow drift, /min, and its time constant, s; it is
                   part of the truth
    breathing      range of its amplitude, /min, and of its pace, breaths a second
    sensor         standard deviation, /min
    lost, lost_s   share of lost samples; mean length of a loss, s (0: each sample for itself)
    artefacts      their number; they come in groups of `grouped`, at least 3 s apart
    anywhere       they begin at any time instead; each one ends the one before
    longest        of an artefact, s
    shapes         of spikes; jitter: standard deviation of their samples, /min
    averages       s over which the monitor sends the mean, artefacts included; 0: each sample
    """

    seeds: int = 0
    wander: float = 2.0
    wander_s: float = 60
    breathing: tuple[float, float] = (2, 4)
    breaths_per_s: tuple[float, float] = (0.2, 0.3)
    sensor: float = 1.0
    lost: float = 0.05
    lost_s: float = 0.0
    artefacts: int = 40
    grouped: int = 1
    anywhere: bool = False
    longest: float = 5.0
    shapes: tuple[Shape, ...] = ("flat",)
    jitter: float = 3.0
    averages: float = 0.0


DEVELOPMENT: Final = Noise()
HELD_OUT: Final = Noise(
    seeds=1_000_000, wander=2.5, wander_s=90, breathing=(1, 4.5), breaths_per_s=(0.15, 0.35),
    sensor=1.3, lost_s=3.0, shapes=("flat", "rising", "falling"), jitter=6.0,
)  # fmt: skip
# Rougher noise than promised, one aspect at a time, to find where detection begins to fail.
HARDER: Final[dict[str, Noise]] = {
    "three times the artefacts": replace(HELD_OUT, artefacts=120),
    "artefacts in groups of five": replace(HELD_OUT, grouped=5),
    "artefacts anywhere, which may touch": replace(HELD_OUT, anywhere=True),
    "artefacts of up to 8 s": replace(HELD_OUT, longest=8.0),
    "artefacts of up to 12 s": replace(HELD_OUT, longest=12.0),
    "artefacts of up to 20 s": replace(HELD_OUT, longest=20.0),
    "30 % lost": replace(HELD_OUT, lost=0.3),
    "beats as uneven as in fibrillation": replace(HELD_OUT, sensor=10.0),
    "a monitor that averages 8 s": replace(HELD_OUT, averages=8.0),
}


class Artefact(Struct, frozen=True):
    start: float
    end: float
    kind: Kind
    level: float


class Session(Struct, frozen=True):
    """One session. truth: /min, one a second. times, values: samples as sent, zeros included.

    every   the longest gap between two samples when none is lost, s
    """

    seed: int
    truth: Array
    times: Array
    values: Array
    artefacts: list[Artefact]
    every: float = 1.0

    def silent(self, since: float, until: float) -> float:
        """Return for how many seconds in this interval a sample was overdue."""
        inside = self.times[(self.times > since) & (self.times < until)]
        apart = np.diff(np.concatenate(([since], inside, [until])))
        return float(np.clip(apart - self.every, 0, None).sum())


def session(seed: int, noise: Noise = HELD_OUT, *, every: float | None = 1.0) -> Session:
    """Generate a session. every: seconds between samples; None: irregular, 0.2 to 5 s."""
    made = np.random.default_rng(seed + noise.seeds)
    truth = course(made, noise)
    times = _times(made, every)
    artefacts = _artefacts(made, noise)
    values = np.interp(times, np.arange(LASTS_S), truth)
    values += _breathing(made, noise, times) + made.normal(0, noise.sensor, len(times))
    values = np.round(values)
    kept = _kept(made, noise, times)
    for one in artefacts:
        inside = (times >= one.start) & (times < one.end)
        values[inside] = _disturbed(made, noise, one, times[inside], values[inside])
        kept[inside] = one.kind != "gap"
    times, values = times[kept], np.clip(values[kept], 0, 250)
    if noise.averages:
        values = _averaged(times, values, noise.averages)
    return Session(seed, truth, times, values, artefacts, IRREGULAR[1] if every is None else every)


def course(made: np.random.Generator, noise: Noise) -> Array:
    at = np.arange(LASTS_S, dtype=float)
    resting = made.uniform(60, 85)
    peak = made.uniform(126, 150) if made.random() < 0.5 else made.uniform(resting, 108)
    truth = resting + (peak - resting) * response("sublingual", (at - DOSE_S) / 60)
    for start in _places(made, TACHYCARDIAS, 150 + 60, 60.0):
        truth = np.maximum(truth, _tachycardia(made, at, start, truth))
    return truth + _wander(made, noise)


def _tachycardia(made: np.random.Generator, at: Array, start: float, truth: Array) -> Array:
    """Beyond 120 for 40 to 150 s, with a rise of 3 to 15 s and a fall of 5 to 25 s."""
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
    times = np.cumsum(made.uniform(*IRREGULAR, LASTS_S))
    return np.asarray(times[times < LASTS_S - 1])


def _places(made: np.random.Generator, count: int, length: float, apart: float) -> list[float]:
    """Starts of stretches that do not overlap, from the dose on."""
    room = LASTS_S - DOSE_S - count * (length + apart)
    offsets = np.sort(made.uniform(0, room, count))
    return [float(DOSE_S + o + n * (length + apart)) for n, o in enumerate(offsets)]


def _kept(made: np.random.Generator, noise: Noise, times: Array) -> NDArray[np.bool_]:
    if not noise.lost_s:
        return np.asarray(made.random(len(times)) >= noise.lost)
    # Losses may overlap: of n stretches placed anywhere, a share of exp(-n * length / total)
    # remains.
    count = made.poisson(-np.log1p(-noise.lost) * LASTS_S / noise.lost_s)
    kept = np.ones(len(times), dtype=bool)
    for start in made.uniform(-noise.lost_s, LASTS_S, count):
        kept &= (times < start) | (times >= start + made.exponential(noise.lost_s))
    return kept


def _artefacts(made: np.random.Generator, noise: Noise) -> list[Artefact]:
    starts = _starts(made, noise)
    found = []
    for start, following in pairwise([*starts, float(LASTS_S)]):
        kind = KINDS[int(made.integers(len(KINDS)))]
        long = float(made.uniform(SHORTEST_S, noise.longest))
        level = float(made.uniform(170, 235))
        found.append(Artefact(start, min(start + long, following), kind, level))
    return found


def _starts(made: np.random.Generator, noise: Noise) -> list[float]:
    if noise.anywhere:
        room = LASTS_S - noise.longest
        return [float(start) for start in np.sort(made.uniform(0, room, noise.artefacts))]
    slot = noise.longest + APART_S
    groups = noise.artefacts // noise.grouped
    offsets = np.sort(made.uniform(0, LASTS_S - noise.artefacts * slot, groups))
    return [float(offsets[n // noise.grouped] + n * slot) for n in range(noise.artefacts)]


def _disturbed(
    made: np.random.Generator, noise: Noise, one: Artefact, times: Array, values: Array
) -> Array:
    if one.kind == "spike":
        share = _share(noise.shapes[int(made.integers(len(noise.shapes)))], one, times)
        wild = made.normal(0, noise.jitter, len(values)) * share
        return np.clip(np.round(values + (one.level - values) * share + wild), 0, 235)
    factor = {"double": 2.0, "half": 0.5, "zero": 0.0, "gap": 1.0}[one.kind]
    return np.asarray(np.round(values * factor))


def _share(shape: Shape, one: Artefact, times: Array) -> Array:
    """How far a spike has gone from the truth to its level, as a share."""
    done = (times - one.start) / (one.end - one.start)
    if shape == "rising":
        return done
    return np.exp(-3 * done) if shape == "falling" else np.ones_like(done)


def _averaged(times: Array, values: Array, seconds: float) -> Array:
    """Mean over the last `seconds` at each sample; zeros are no beats and do not count."""
    counted = np.concatenate(([0.0], np.cumsum(values > 0)))
    summed = np.concatenate(([0.0], np.cumsum(values)))
    until = np.arange(1, len(times) + 1)
    since = np.searchsorted(times, times - seconds, side="right")
    beats = np.maximum(counted[until] - counted[since], 1)
    return np.asarray(np.round((summed[until] - summed[since]) / beats))
