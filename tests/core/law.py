"""Number of examples for a law: the same ones in every run, or HUNT=n new ones."""

import os
from typing import Final

from hypothesis import HealthCheck, settings

HUNT: Final = int(os.environ.get("HUNT", "0"))


def law(examples: int) -> settings:
    return settings(
        max_examples=HUNT or examples, derandomize=not HUNT, database=None, deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )  # fmt: skip
