"""Round computed numbers one place finer than their vital sign is shown: 36.9 - 36.6 reads 0.3.

A measured value is never rounded; it is sent as it was received.
"""

from typing import Final

from monitor.core.vocabulary.vitals import VITALS

PLACES: Final = {code: vital.decimals + 1 for code, vital in VITALS.items()}


def tidy(value: float | None, places: int) -> float | None:
    return None if value is None else round(value, places)
