"""Tune how the interpreter divides its time between event loop, writer thread and collector."""

import gc
import sys
from typing import Final

# The writer's thread waits for the interpreter's lock beside a busy loop; at the default 5 ms a
# commit waits longer for the lock than for the disk (decision 10).
SWITCH_S: Final = 0.0003
# A full collection visits every object of every open session, which takes 0.1 s or more, while no
# reading is decided. Almost no objects here are cyclic, so it may run a hundred times less often.
THRESHOLDS: Final = (50_000, 20, 100)


def tune() -> None:
    """Call this once, after loading: objects that are alive then live as long as the process."""
    sys.setswitchinterval(SWITCH_S)
    gc.set_threshold(*THRESHOLDS)
    gc.collect()
    gc.freeze()
