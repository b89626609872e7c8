"""A person around a dose: heart rate, pressures and temperature as functions of time.

Each vital sign is its resting value, plus amplitude times the dose's response over time, plus a
slow drift, breathing, and the additions of a scenario. The response shapes are empirical: plain
pharmacokinetics decay far slower than the pressures that were observed. Shapes and amplitudes
come from docs/clinical.md and are engineering choices around published means, not measurements.

Values are computed in blocks of a second's resolution, so a query is cheap, and queries in another
order, or repeated, give the same answer.
"""

import math
from typing import Final, Literal

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

Array = NDArray[np.float64]
Route = Literal["sublingual", "oral", "intranasal", "intramuscular", "intravenous"]


class Shape(Struct, frozen=True):
    """A pulse that starts after `lag` min, is 1 at `lag + peak` and falls off; minutes."""

    lag: float
    peak: float
    steepness: float

    def at(self, minutes: Array) -> Array:
        x = np.maximum(minutes - self.lag, 0.0) / self.peak
        return np.asarray(x**self.steepness * np.exp(self.steepness * (1.0 - x)))


SHAPES: Final[dict[str, Shape]] = {
    "sublingual": Shape(lag=5, peak=45, steepness=3),
    "oral": Shape(lag=10, peak=60, steepness=3),
    "intranasal": Shape(lag=2, peak=38, steepness=3.5),
    "intramuscular": Shape(lag=1, peak=19, steepness=2),
}
WARMING: Final = Shape(lag=10, peak=90, steepness=3)
INFUSION_MIN: Final = 40.0
INFUSION_RISE_MIN: Final = 15.0
INFUSION_HALF_LIFE_MIN: Final = 18.0


def response(route: Route, minutes: Array) -> Array:
    """Return the share of the amplitude (0 to 1) at `minutes` after a dose; 0 before it."""
    if route != "intravenous":
        return SHAPES[route].at(minutes)
    during = -np.expm1(-np.clip(minutes, 0, INFUSION_MIN) / INFUSION_RISE_MIN)
    full = -math.expm1(-INFUSION_MIN / INFUSION_RISE_MIN)
    after = np.exp2(-np.maximum(minutes - INFUSION_MIN, 0.0) / INFUSION_HALF_LIFE_MIN)
    return np.asarray(during / full * after)


class Vitals(Struct, frozen=True):
    """Heart rate /min, pressures mmHg, temperature Cel; also used for differences of them."""

    hr: float
    sbp: float
    dbp: float
    temp: float


# --- who the person is --------------------------------------------------------------------------

ROUTE_FACTOR: Final = {"intravenous": 1.0, "intramuscular": 1.0, "intranasal": 0.85}
UNKNOWN_FACTOR: Final = (0.6, 1.0)  # sublingual and oral: no effect size was ever published
RAISED: Final = 1.3  # hypertensive, or from 65 years on
PRESSURE_CORRELATION: Final = 0.7


def draw_amplitudes(
    rng: np.random.Generator, route: Route, *, raised: bool = False, factor: float | None = None
) -> Vitals:
    """Draw this person's response to a dose by that route: the peak of each rise.

    raised    known hypertension, or 65 years and older
    factor    the route's share of an infusion's effect; None: the table's, or, where it is
              unknown (sublingual, oral), drawn between both ends
    """
    z = rng.standard_normal(2)
    while 16 + 11.2 * z[0] < -5:
        z = rng.standard_normal(2)
    across = math.sqrt(1 - PRESSURE_CORRELATION**2)
    hr = _truncated(rng, 5, 8, low=-10)
    temp = 0.2 + 0.2 * rng.standard_normal()
    if factor is None:
        factor = ROUTE_FACTOR.get(route) or rng.uniform(*UNKNOWN_FACTOR)
    scale = factor * (RAISED if raised else 1.0)
    return Vitals(
        hr=hr * scale,
        sbp=(16 + 11.2 * z[0]) * scale,
        dbp=(11 + 8.45 * (PRESSURE_CORRELATION * z[0] + across * z[1])) * scale,
        temp=temp,
    )


def draw_resting(rng: np.random.Generator) -> Vitals:
    """Draw a person at rest who passes the hold gate of every preset."""
    sbp = _truncated(rng, 121, 8, low=108, high=134)
    return Vitals(
        hr=_truncated(rng, 70, 7, low=62, high=86),
        sbp=sbp,
        dbp=min(_truncated(rng, 76, 5, low=64, high=85), sbp - 36),
        temp=_truncated(rng, 36.7, 0.15, low=36.4, high=37.0),
    )


def _truncated(
    rng: np.random.Generator, mean: float, sd: float, low: float, high: float = math.inf
) -> float:
    while True:
        value = mean + sd * float(rng.standard_normal())
        if low <= value <= high:
            return value
