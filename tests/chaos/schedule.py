"""What goes wrong, when, and for how long: the same for the same seed."""

import random
from collections.abc import Mapping
from typing import Final, Literal, get_args

from msgspec import Struct

from tests.attacks.table import BY_NAME

Fault = Literal[
    "kill", "broker_kill", "broker_stop", "cut", "down", "half_open", "throttle", "device_cut",
    "disk_full", "clock_ahead", "clock_behind",
]  # fmt: skip
Kind = str  # a fault, or the name of an attack
KINDS: Final[tuple[Kind, ...]] = (*get_args(Fault), *BY_NAME)
Devices = Literal["keep", "forget"]

# Where devices forget what the broker has taken, only what lies behind the broker may fail.
FAULTS: Final[dict[Devices, tuple[Kind, ...]]] = {
    "keep": (
        "kill", "kill", "broker_kill", "broker_stop", "cut", "down", "half_open", "throttle",
        "device_cut", "disk_full", "clock_ahead", "clock_behind", *BY_NAME,
    ),
    "forget": ("kill", "kill", "cut", "down", "half_open"),
}  # fmt: skip
CALM_S: Final = (0.5, 4.0)
LASTS_S: Final = (0.0, 8.0)
AT_ONCE: Final = ("cut", "device_cut")


class Trouble(Struct, frozen=True):
    """at: s since the start, no earlier than the trouble before it was over; lasts: s."""

    at: float
    kind: Kind
    lasts: float


def schedule(seed: int, seconds: float, devices: Devices = "keep") -> list[Trouble]:
    rng = random.Random(seed)  # noqa: S311 - a schedule, not a secret
    found: list[Trouble] = []
    # The first round brings every kind once, in any order: short runs try all of them too.
    waiting = list(dict.fromkeys(FAULTS[devices]))
    rng.shuffle(waiting)
    at = rng.uniform(*CALM_S)
    while at < seconds:
        kind = waiting.pop() if waiting else rng.choice(FAULTS[devices])
        found.append(_trouble(rng, at, kind, LASTS_S))
        at += found[-1].lasts + rng.uniform(*CALM_S)
    return found


def plan(
    seed: int, faults: Mapping[Kind, int], lasts: tuple[float, float] = LASTS_S
) -> list[Trouble]:
    """Just these, so many of each, in any order. lasts: at least and at most, s."""
    rng = random.Random(seed)  # noqa: S311 - a schedule, not a secret
    waiting = [kind for kind, count in faults.items() for _ in range(count)]
    rng.shuffle(waiting)
    found: list[Trouble] = []
    at = 0.0
    for kind in waiting:
        at += rng.uniform(*CALM_S)
        found.append(_trouble(rng, at, kind, lasts))
        at += found[-1].lasts
    return found


def _trouble(rng: random.Random, at: float, kind: Kind, lasts: tuple[float, float]) -> Trouble:
    long = 0.0 if kind in AT_ONCE else rng.uniform(*lasts)
    return Trouble(round(at, 3), kind, round(long, 3))
