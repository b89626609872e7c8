"""When the next pressure reading is due, minute by minute."""

from typing import Final

import pytest

from monitor.core.protocol.presets import PRESETS
from monitor.core.protocol.schedule import Schedule

TAKEN: Final = [
    ("sl_home", [], 15), ("sl_home", [1], 15), ("sl_home", [9.9], 15),
    ("sl_home", [10], 30),  # up to five minutes early
    ("sl_home", [15], 30), ("sl_home", [24.9], 30), ("sl_home", [25], 45),
    ("sl_home", [45], 60), ("sl_home", [90], 120), ("sl_home", [114.9], 120),
    ("sl_home", [115], 150),  # after the last one its gap repeats
    ("sl_home", [146], 180), ("sl_home", [15, 30, 45, 60, 75, 90, 120, 150], 180),
    ("sl_home", [47, 16], 60),  # an older reading that arrives later takes no check back
    ("im_clinic", [2.4], 5), ("im_clinic", [2.5], 10),  # half the gap where that is less
    ("im_clinic", [7.4], 10), ("im_clinic", [7.5], 15), ("im_clinic", [86], 120),
    ("esk_nasal", [34.9], 40), ("esk_nasal", [35], 60),
    ("oral_home", [15], 40), ("iv_40", [5], 20), ("iv_40", [96], 115),
]  # fmt: skip


@pytest.mark.parametrize(("preset", "minutes", "then"), TAKEN)
def test_which_reading_is_wanted_next(preset: str, minutes: list[float], then: float) -> None:
    schedule, protocol = Schedule(), PRESETS[preset]
    for minute in minutes:
        schedule.take(protocol, 1000.0, 1000.0 + 60 * minute)
    assert schedule.due(protocol, 1000.0) == 1000 + 60 * then


def test_a_reading_from_before_the_dose_takes_nothing() -> None:
    schedule, protocol = Schedule(), PRESETS["sl_home"]
    schedule.take(protocol, 1000.0, 999.0)
    assert schedule.due(protocol, 1000.0) == 1000 + 15 * 60
