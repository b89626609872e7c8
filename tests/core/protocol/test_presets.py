"""The presets against docs/clinical.md: every number is repeated here."""

from hashlib import sha256
from typing import Final

import msgspec
import pytest

from monitor.core.protocol.presets import PRESETS
from monitor.core.protocol.protocol import Protocol

# preset: onset until, peak until, recovery until, minimum session, expected peak (from, to)
COURSES: Final = {
    "sl_home": (20, 75, 150, 120, (45, 50)),
    "oral_home": (30, 105, 180, 180, (60, 70)),
    "esk_nasal": (15, 75, 120, 120, (40, 40)),
    "im_clinic": (5, 45, 90, 90, (15, 20)),
    # The table starts the peak window at 20; starting it at the end of the onset is stricter.
    "iv_40": (10, 50, 130, 100, (40, 40)),
}
READINGS: Final = {
    "sl_home": (15, 30, 45, 60, 75, 90, 120),
    "oral_home": (20, 40, 60, 80, 100, 120, 150, 180),
    "esk_nasal": (15, 40, 60, 90, 120),
    "im_clinic": (5, 10, 15, 20, 30, 45, 60, 90),
    "iv_40": (10, 20, 30, 40, 55, 70, 85, 100),
}
AT_HOME: Final = {"sl_home", "oral_home"}

# Hash of each version of a preset: a session records the version that it used. A preset that
# changes gets a new number and a line here; the earlier lines stay.
VERSIONS: Final = {
    ("sl_home", 1): "12c9da818bbcbdcc",
    ("oral_home", 1): "0a78f99c0aaacf46",
    ("esk_nasal", 1): "1c3094b1116e6dd2",
    ("im_clinic", 1): "87ac2bf68c681361",
    ("iv_40", 1): "a050f471e97a8053",
}

Cell = tuple[float | None, float | None, float | None, float | None, float]

# condition -> priority -> (value, rise, percent, at least, delay)
LIMITS: Final[dict[str, dict[str, Cell]]] = {
    "sbp_high": {"low": (150, None, None, None, 0), "medium": (165, None, None, None, 0),
                 "high": (180, None, None, None, 0)},
    "dbp_high": {"low": (95, None, None, None, 0), "medium": (100, None, None, None, 0),
                 "high": (110, None, None, None, 0)},
    "sbp_rise": {"low": (None, 25, 20, None, 0), "medium": (None, 40, 30, None, 0),
                 "high": (None, 40, None, 165, 0)},
    "dbp_rise": {"low": (None, 15, 20, None, 0), "medium": (None, 25, None, None, 0),
                 "high": (None, 25, None, 100, 0)},
    "sbp_low": {"low": (100, None, None, None, 0), "medium": (90, None, None, None, 0),
                "high": (80, None, None, None, 0)},
    "hr_high": {"low": (100, None, None, None, 19), "medium": (120, None, None, None, 19),
                "high": (140, None, None, None, 14)},
    "hr_rise": {"low": (None, None, 20, None, 29), "medium": (None, None, 30, 100, 29)},
    "hr_low": {"low": (55, None, None, None, 19), "medium": (50, None, None, None, 19),
               "high": (40, None, None, None, 14)},
    "temp_high": {"low": (37.8, None, None, None, 0), "medium": (38.5, None, None, None, 0),
                  "high": (40.0, None, None, None, 0)},
    "temp_rise": {"low": (None, 1.0, None, None, 0), "medium": (None, 1.5, None, None, 0)},
    "temp_low": {"low": (35.5, None, None, None, 0), "medium": (35.0, None, None, None, 0)},
}  # fmt: skip


def test_these_are_the_presets() -> None:
    assert set(PRESETS) == set(COURSES)
    assert all(preset.id == key for key, preset in PRESETS.items())


@pytest.mark.parametrize("preset", PRESETS.values(), ids=lambda p: p.id)
def test_limits(preset: Protocol) -> None:
    found: dict[str, dict[str, Cell]] = {}
    for limit in preset.limits:
        cell = (limit.value, limit.rise, limit.percent, limit.at_least, limit.delay)
        assert limit.priority not in found.setdefault(limit.condition, {})
        found[limit.condition][limit.priority] = cell
        assert limit.direction == ("low" if limit.condition.endswith("_low") else "high")
        assert limit.source
    assert found == LIMITS


@pytest.mark.parametrize("key", COURSES)
def test_phases_and_times(key: str) -> None:
    preset = PRESETS[key]
    onset, peak, recovery, minimum, expected = COURSES[key]
    assert (preset.onset_until, preset.peak_until) == (onset, peak)
    assert preset.recovery_until == recovery
    assert preset.discharge.minimum_min == minimum
    assert expected[0] <= preset.expected_peak <= expected[1]


@pytest.mark.parametrize("key", READINGS)
def test_readings_of_pressure(key: str) -> None:
    preset = PRESETS[key]
    assert preset.bp_minutes == READINGS[key]
    assert preset.bp_minutes_before == (-10, -5, 0)
    assert preset.bp_extra_every == 5
    assert preset.temp_every == 15


@pytest.mark.parametrize("preset", PRESETS.values(), ids=lambda p: p.id)
def test_gates(preset: Protocol) -> None:
    hold, discharge = preset.hold, preset.discharge
    assert (hold.sbp_over, hold.sbp_over_above_65, hold.dbp_over) == (140, 150, 90)
    assert (hold.hr_under, hold.hr_over) == (50, 100)
    assert (discharge.sbp_under, discharge.dbp_under) == (140, 90)
    assert (discharge.within_percent, discharge.apart_min) == (20, 10)
    assert (discharge.hr_from, discharge.hr_to) == (50, 100)
    home = preset.id in AT_HOME
    assert (hold.sitter, hold.reachable, discharge.sitter, preset.booster) == (home,) * 4
    assert preset.booster_bp_age_min == 15


@pytest.mark.parametrize("protocol", PRESETS.values(), ids=lambda p: p.id)
def test_a_preset_that_changed_has_another_version(protocol: Protocol) -> None:
    mark = sha256(msgspec.json.encode(protocol)).hexdigest()[:16]
    known = VERSIONS.get((protocol.id, protocol.version), mark)
    assert known == mark, "give it a new version; the rows of VERSIONS stay"
    row = f"({protocol.id!r}, {protocol.version}): {mark!r}"
    assert (protocol.id, protocol.version) in VERSIONS, f"add to VERSIONS {row}"
