"""Step the wall clock of a program that starts with this folder on its path.

A real step would affect every program on the machine. This one shifts the wall clock by the offset
(s) in the file that WALL_CLOCK_OFFSET names, read on each call; the monotonic clock does not
change.
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
