"""Memory over minutes of a steady load: does the service keep data that it should drop?

The sessions have had their dose: before it a session keeps 45 minutes of heart rate for its
baseline, 100 kB at most, and would look like a leak for as long. The first half warms up: of each
device the newest 1,100 numbers are remembered, four minutes of five a second. Any growth after that
is a leak, and is reported per hour.
"""

import time
from typing import Final

import numpy as np

from tests.bench.figures import figure, told
from tests.bench.load import pace, spawn
from tests.bench.stage import Stage, stage

_PIECE_S: Final = 10.0
_MIB: Final = 2**20


def measure(*, rate: int, devices: int, seconds: float) -> None:
    """Measure it. rate: readings a second, of all devices together."""
    with stage(devices) as scene:
        for encounter in scene.encounters.values():
            scene.clinic.dose(encounter)
        before = scene.stored()
        taken = _under_load(scene, rate, devices, seconds)
        _until_stored(scene, before + rate * round(seconds))
        steady = np.array([row for row in taken if row[0] > seconds / 2] or taken)
        slope = np.polyfit(steady[:, 0], steady[:, 1], 1)[0] * 3600 if len(steady) > 1 else 0.0
        figure(f"soak_memory_at_{rate}_per_second", steady[-1, 1], "MiB")
        figure(f"soak_memory_growth_at_{rate}_per_second", slope, "MiB/h")
        figure(f"soak_stored_at_{rate}_per_second", (scene.stored() - before) / rate / seconds, "1")


def _under_load(scene: Stage, rate: int, devices: int, seconds: float) -> list[tuple[float, float]]:
    """Return (s since the beginning, MiB resident), once for each piece of the load."""
    taken = []
    began, wall = time.monotonic() + 2.0, time.time() + 2.0
    at = 0.0
    while at < seconds:
        long = min(_PIECE_S, seconds - at)
        messages = scene.live(round(rate * long), devices, wall + at, rate)
        publisher, line = spawn(pace, scene.broker.port, messages, float(rate), began + at)
        line.recv()
        publisher.join()
        at += long
        taken.append((at, scene.process.memory_info().rss / _MIB))
        told(f"{at:.0f} s: {taken[-1][1]:.1f} MiB, {scene.stored()} stored")
    return taken


def _until_stored(scene: Stage, wanted: int) -> None:
    """Wait for the messages in flight; half a minute is more than they need."""
    until = time.monotonic() + 30
    while scene.stored() < wanted and time.monotonic() < until:
        time.sleep(0.2)
