"""For a program that is started with this folder on its path: the machine's wall clock steps.

A real step would be one of every program on the machine. This one is as far as the offset in the
file that WALL_CLOCK_OFFSET names, s, at each moment; the monotonic clock goes on as it does.
"""

import os
import time  # noqa: TID251 - it is the clock
from pathlib import Path

_file = Path(os.environ["WALL_CLOCK_OFFSET"])
_true = time.time


def _stepped() -> float:
    return _true() + float(_file.read_text() or 0)


time.time = _stepped
time.time_ns = lambda: int(_stepped() * 1e9)
