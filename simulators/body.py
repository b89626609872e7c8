"""One person's course through a session: the true vital signs, at any time."""

import math
from typing import Final

import numpy as np
from msgspec import Struct

from simulators.physiology import WARMING, Array, Route, Vitals, response

BLOCK_S: Final = 600
DRIFT_STEP_S: Final = 10
BREATHS_PER_S: Final = 0.23
BREATHING: Final = Vitals(hr=2.0, sbp=1.5, dbp=1.0, temp=0.0)
# Standard deviation of the slow drift, and its time constant.
DRIFT: Final = Vitals(hr=1.5, sbp=2.5, dbp=1.8, temp=0.03)
DRIFT_S: Final = Vitals(hr=90, sbp=300, dbp=300, temp=1200)
NAMES: Final = ("hr", "sbp", "dbp", "temp")


class Bump(Struct, frozen=True, kw_only=True):
    """An addition to one vital sign: up over `rise`, constant for `hold`, gone after `fall`; min.

    begins   minutes from the planned dose (from the opening if none is planned)
    """

    vital: str
    size: float
    begins: float
    rise: float
    hold: float
    fall: float

    def at(self, minutes: Array) -> Array:
        corners = np.cumsum([self.begins, self.rise, self.hold, self.fall])
        return np.interp(minutes, corners, [0.0, self.size, self.size, 0.0])


class Drift:
    """First-order autoregressive noise of unit variance, drawn in order and stored."""

    def __init__(self, rng: np.random.Generator, memory_s: float) -> None:
        self._rng = rng
        self._kept = math.exp(-DRIFT_STEP_S / memory_s)
        self._values = [float(rng.standard_normal())]

    def at(self, seconds: Array) -> Array:
        needed = int(seconds[-1] // DRIFT_STEP_S) + 2
        fresh = math.sqrt(1 - self._kept**2)
        while len(self._values) < needed:
            noise = float(self._rng.standard_normal())
            self._values.append(self._kept * self._values[-1] + fresh * noise)
        grid = np.arange(len(self._values)) * float(DRIFT_STEP_S)
        return np.interp(seconds, grid, self._values)


class Body:
    """A person: `at(t)` returns the vital signs at virtual time `t` (epoch seconds).

    origin   when the course starts; an earlier time is refused
    anchor   the planned dose, from which bumps count
    `dose` is called when a dose is recorded, so a late dose acts late and a second one adds.
    """

    def __init__(
        self,
        rng: np.random.Generator,
        *,
        resting: Vitals,
        amplitudes: Vitals,
        route: Route,
        origin: float,
        anchor: float,
        bumps: tuple[Bump, ...] = (),
    ) -> None:
        self.resting = resting
        self.amplitudes = amplitudes
        self.route = route
        self.origin = origin
        self._anchor = anchor
        self._bumps = bumps
        self._doses: list[float] = []
        self._blocks: dict[int, Array] = {}
        self._phase = float(rng.uniform(0, 2 * math.pi))
        self._drifts = {
            name: Drift(stream, getattr(DRIFT_S, name))
            for name, stream in zip(NAMES, rng.spawn(len(NAMES)), strict=True)
        }

    def dose(self, at: float) -> None:
        """A dose was taken at that time."""
        self._doses.append(at)
        self._blocks = {
            number: block
            for number, block in self._blocks.items()
            if self.origin + (number + 1) * BLOCK_S <= at
        }

    def at(self, t: float) -> Vitals:
        """Return the vital signs at `t`, to the second. ValueError before the origin."""
        second = int(t - self.origin)
        if t < self.origin:
            raise ValueError(f"{t} is before this course begins ({self.origin})")
        number, index = divmod(second, BLOCK_S)
        block = self._blocks.get(number)
        if block is None:
            block = self._blocks[number] = self._compute(number)
        return Vitals(*(float(value) for value in block[:, index]))

    def _compute(self, number: int) -> Array:
        seconds = np.arange(number * BLOCK_S, (number + 1) * BLOCK_S, dtype=np.float64)
        breath = np.sin(2 * math.pi * BREATHS_PER_S * seconds + self._phase)
        answer, warming = self._response(seconds)
        rows = []
        for name in NAMES:
            shape = warming if name == "temp" else answer
            rows.append(
                getattr(self.resting, name)
                + getattr(self.amplitudes, name) * shape
                + getattr(DRIFT, name) * self._drifts[name].at(seconds)
                + getattr(BREATHING, name) * breath
                + self._added(name, seconds)
            )
        return np.vstack(rows)

    def _response(self, seconds: Array) -> tuple[Array, Array]:
        answer, warming = np.zeros_like(seconds), np.zeros_like(seconds)
        for dose in self._doses:
            minutes = (seconds + (self.origin - dose)) / 60
            answer += response(self.route, minutes)
            warming += WARMING.at(minutes)
        return answer, warming

    def _added(self, name: str, seconds: Array) -> Array:
        minutes = (seconds + (self.origin - self._anchor)) / 60
        total = np.zeros_like(seconds)
        for bump in self._bumps:
            if bump.vital == name:
                total += bump.at(minutes)
        return total
