"""How the interpreter shares its time between the loop, the writer's thread and the collector."""

import gc
import sys
from typing import Final

# The writer's thread waits for the interpreter's lock beside a busy loop; at the default 5 ms a
# commit waits longer for the lock than for the disk (decision 10).
SWITCH_S: Final = 0.0003
# A full collection looks at every object of every open session, for 0.1 s and more, while no
# reading is decided. Next to nothing here is cyclic, so it may come a hundred times less often.
THRESHOLDS: Final = (50_000, 20, 100)


def tune() -> None:
    """Once, when everything is loaded: what is alive now will be for as long as the process."""
    sys.setswitchinterval(SWITCH_S)
    gc.set_threshold(*THRESHOLDS)
    gc.collect()
    gc.freeze()
