"""The units that devices write: found by the unit of a vital sign, also of a further one."""

from msgspec.structs import replace

from monitor.codecs.formats.units import UNITS, units
from monitor.core.vocabulary.vitals import PRESSURES, VITALS


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
