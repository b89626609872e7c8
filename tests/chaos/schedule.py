"""What goes wrong, when, and for how long: the same for the same seed."""

import random
from typing import Final, Literal

from msgspec import Struct

Kind = Literal["kill", "broker_kill", "broker_stop", "cut", "half_open", "throttle", "device_cut"]
Devices = Literal["keep", "forget"]

# Where devices forget what the broker has taken, only what lies behind the broker may fail.
FAULTS: Final[dict[Devices, tuple[Kind, ...]]] = {
    "keep": (
        "kill", "kill", "broker_kill", "broker_stop", "cut", "half_open", "throttle", "device_cut",
    ),
    "forget": ("kill", "kill", "cut", "half_open"),
}  # fmt: skip
CALM_S: Final = (0.5, 4.0)
LASTS_S: Final = (0.0, 6.0)


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
        lasts = 0.0 if kind in ("cut", "device_cut") else rng.uniform(*LASTS_S)
        found.append(Trouble(round(at, 3), kind, round(lasts, 3)))
        at += lasts + rng.uniform(*CALM_S)
    return found
