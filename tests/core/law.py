"""How many examples a law is tried on: the same ones in every run, or HUNT=n new ones.

The first third of them finds what a change to a rule usually breaks, and is all that whoever works
here waits for. A run with CI set in the environment tries the others too.
"""

import os
from typing import Final

from hypothesis import HealthCheck, settings

HUNT: Final = int(os.environ.get("HUNT", "0"))
WHOLE: Final = bool(os.environ.get("CI"))
SHARE: Final = 3
LEAST: Final = 4


def share(examples: int) -> int:
    """Return how many of so many examples this run tries."""
    return examples if WHOLE else min(examples, max(LEAST, examples // SHARE))


def law(examples: int) -> settings:
    """Return the settings of a law. examples: those that a whole run tries."""
    return settings(
        max_examples=HUNT or share(examples), derandomize=not HUNT, database=None, deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )  # fmt: skip
