"""The output of figures and progress."""

import json
import sys
import time
from collections.abc import Sequence

import numpy as np


def figure(name: str, value: float, unit: str) -> None:
    print(json.dumps({"name": name, "value": float(f"{value:.4g}"), "unit": unit}), flush=True)


def told(what: str) -> None:
    """Print progress for the person who waits."""
    print(f"{time.strftime('%H:%M:%S')} {what}", file=sys.stderr, flush=True)


def percentiles(name: str, seconds: Sequence[float]) -> None:
    for share in (50, 99):
        figure(f"{name}_p{share}", float(np.percentile(seconds, share)) * 1000, "ms")
