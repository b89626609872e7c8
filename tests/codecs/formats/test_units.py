"""Units of devices: their conversion, and when a unit costs the reading."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from monitor.codecs.formats.units import (
    UNITS,
    from_fahrenheit,
    from_kpa,
    in_unit,
    percent,
    pulse_in_range,
    units,
)
from monitor.core.vocabulary.vitals import PRESSURES, VITALS


@pytest.mark.parametrize(
    ("kpa", "mmhg"), [(0, 0.0), (13.332239, 100.0), (16, 120.01), (10.7, 80.26), (-1, -7.5)]
)
def test_kpa(kpa: float, mmhg: float) -> None:
    assert from_kpa(kpa) == mmhg


@pytest.mark.parametrize(
    ("fahrenheit", "celsius"), [(32, 0.0), (98.6, 37.0), (100.4, 38.0), (212, 100.0), (-40, -40.0)]
)
def test_fahrenheit(fahrenheit: float, celsius: float) -> None:
    assert from_fahrenheit(fahrenheit) == celsius


@pytest.mark.parametrize(
    ("pulse", "kept"),
    [(None, None), (0, None), (24.9, None), (25, 25), (240, 240), (240.1, None), (math.nan, None)],
)
def test_a_pulse_outside_the_possible_range_is_no_evidence(
    pulse: float | None, kept: float | None
) -> None:
    assert pulse_in_range(pulse) == kept


@pytest.mark.parametrize(
    ("level", "charge"),
    [
        (0, 0), (100, 100), (-1, None), (255, None), (-0.1, None), (100.1, None),
        (math.nan, None), (math.inf, None),
        # halves upwards, all of them
        (12.4, 12), (12.5, 13), (13.5, 14), (99.5, 100),
    ],
)  # fmt: skip
def test_charge(level: float, charge: int | None) -> None:
    assert percent(level) == charge


@pytest.mark.parametrize(
    ("values", "unit", "converted"),
    [
        ({"sbp": 16, "dbp": 10, "map": 12}, "kPa", {"sbp": 120.01, "dbp": 75.01, "map": 90.01}),
        # of several values only those that the unit measures
        ({"sbp": 16, "temp": 36.9, "hr": 74}, "kPa", {"sbp": 120.01, "temp": 36.9, "hr": 74}),
        ({"sbp": 120, "temp": 98.6}, "degF", {"sbp": 120, "temp": 37.0}),
        ({"temp": 98.6}, "[degF]", {"temp": 37.0}),
        ({"temp": 36.9}, "Cel", {"temp": 36.9}),
        ({"sbp": 120.123}, "mmHg", {"sbp": 120.123}),
        ({"sbp": 120}, "mm[Hg]", {"sbp": 120}),
        ({"sbp": 120, "hr": 74}, "/min", {"sbp": 120, "hr": 74}),
        # a heart rate has one unit, so a known one of another vital sign does no harm
        ({"hr": 74}, "degF", {"hr": 74}),
        ({}, "kPa", {}),
    ],
)
def test_values_in_a_unit(values: dict[str, float], unit: str, converted: dict[str, float]) -> None:
    assert in_unit(values, unit) == converted


@pytest.mark.parametrize(
    ("values", "unit", "reason"),
    [
        ({"sbp": 120}, "bar", "unit: 'bar' is not one of mmHg, mm[Hg], kPa,"),
        ({"hr": 74}, "bpm", "unit: 'bpm' is not one of"),
        ({"hr": 74}, "", "unit: '' is not one of"),
        ({"sbp": 16}, "kpa", "unit: 'kpa' is not one of"),
        ({"temp": 36.9}, "kPa", "unit: kPa measures nothing in it"),
        ({"sbp": 120}, "degF", "unit: degF measures nothing in it"),
        ({"temp": 36.9, "hr": 74}, "mmHg", "unit: mmHg measures nothing in it"),
        # smaller than the largest number, but not after the conversion
        ({"sbp": 9e29}, "kPa", "unit: a value in kPa that is beyond all numbers"),
        ({"temp": math.nan}, "degF", "unit: a value in degF that is beyond all numbers"),
        ({"sbp": 120, "hr": math.inf}, "mmHg", "unit: a value in mmHg that is beyond all numbers"),
    ],
)
def test_a_unit_that_cannot_be_meant_costs_the_reading(
    values: dict[str, float], unit: str, reason: str
) -> None:
    with pytest.raises(ValueError, match="unit: ") as refused:
        in_unit(values, unit)
    assert str(refused.value).startswith(reason)


@given(st.text().filter(lambda unit: unit not in UNITS))
def test_no_unit_of_a_sender_makes_a_reason_long_or_unprintable(unit: str) -> None:
    with pytest.raises(ValueError, match="is not one of") as refused:
        in_unit({"sbp": 120}, unit + "x" * 500)
    said = str(refused.value)
    assert said.isascii()
    assert said.isprintable()
    assert len(said) < 350


def test_a_further_vital_sign_takes_no_unit_from_the_others() -> None:
    """End-tidal CO2, for example, is a pressure of its own."""
    further = (
        replace(VITALS["map"], code="etco2", name="End-tidal CO2"),
        replace(VITALS["hr"], code="rr", name="Breathing rate"),
        replace(VITALS["hr"], code="spo2", name="Oxygen saturation", unit="%"),
    )
    found = units([*VITALS.values(), *further])
    assert list(found) == [*UNITS, "%"]
    for unit in ("mmHg", "mm[Hg]", "kPa"):
        measured, convert = found[unit]
        assert measured == {*PRESSURES, "etco2"}
        assert convert == UNITS[unit][1]
    assert found["/min"][0] == {"hr", "rr"}
    assert found["%"][0] == {"spo2"}
    assert found["degF"] == UNITS["degF"]


def test_every_vital_sign_may_be_written_in_its_own_unit() -> None:
    for code, sign in VITALS.items():
        measured, convert = UNITS[sign.unit]
        assert code in measured
        assert convert(36.6) == 36.6
