"""The unit of times that are near no present date, by their pace against our clock."""

from typing import Final

import pytest

from monitor.core.quality.clocks.units_by_pace import ClockPace
from tests.core.quality.clocks.device import Device, kind, kinds

# numbers in a second of ours -> the unit
PACES: Final = [
    (0.4, None), (0.5, 1.0), (1.0, 1.0), (2.0, 1.0), (2.1, None), (499.0, None), (500.0, 1e3),
    (2000.0, 1e3), (1e6, 1e6), (2e9, 1e9), (3e9, None), (0.0, None), (-1000.0, None),
]  # fmt: skip


@pytest.mark.parametrize(("pace", "unit"), PACES)
def test_a_unit_is_near_enough_within_a_factor_of_two(pace: float, unit: float | None) -> None:
    numbers = ClockPace(100.0, 7.0)
    numbers.hear(104.0, 7.0 + 4 * pace)
    assert numbers.unit == unit


def test_messages_of_nearly_the_same_moment_show_no_pace() -> None:
    numbers = ClockPace(100.0, 0.0)
    numbers.hear(101.75, 1750.0)
    assert (numbers.unit, numbers.issued, numbers.raw) == (None, 100.0, 0.0)
    numbers.hear(102.0, 2000.0)
    assert (numbers.unit, numbers.issued, numbers.raw) == (1e3, 102.0, 2000.0)


@pytest.mark.parametrize("tells", [True, False])
@pytest.mark.parametrize("unit", [1.0, 1e3, 1e6, 1e9])
def test_the_unit_of_an_uptime_shows_by_its_pace(unit: float, tells: bool) -> None:
    device, up = Device(), 2_000_000.0
    found = [
        device.message(
            0, t, effective=None, sent=None, raw_t=(up + t - 3) * unit,
            raw_sent=(up + t) * unit if tells else None,
        )
        for t in range(60)
    ]  # fmt: skip
    assert [kind(placed) for placed in found[:2]] == ["doubt", "doubt"]
    assert [placed.effective for placed in found[:2]] == [0, 1], "not known, and never late"
    assert "late" not in kinds(found)
    assert kinds(found[40:]) == {"live"}
    assert device.clock.pace is not None
    assert device.clock.pace.unit == unit
    # The pace alone cannot distinguish an age of three seconds from a clock three seconds behind.
    assert found[50].effective == pytest.approx(47 if tells else 50, abs=0.01)


def test_a_unit_is_given_up_only_when_it_is_contradicted_twice() -> None:
    device = Device()

    def numbers(t: float, raw: float) -> float | None:
        device.message(0, t, effective=None, sent=None, raw_t=raw)
        assert device.clock.pace is not None
        return device.clock.pace.unit

    assert numbers(0, 5000.0) is None
    assert numbers(1, 6000.0) is None
    assert numbers(2, 7000.0) == 1e3
    assert numbers(4, 7002.0) == 1e3
    assert numbers(6, 9002.0) == 1e3
    assert numbers(8, 9004.0) == 1e3
    assert numbers(10, 9006.0) == 1.0
