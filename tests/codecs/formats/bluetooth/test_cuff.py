"""The Bluetooth messages of a cuff, as tables of bytes and their meaning."""

from datetime import datetime

import pytest

from monitor.codecs.formats.bluetooth.cuff import sfloat
from tests.codecs.formats.bluetooth.parsed import (
    IRREGULAR,
    LOOSE,
    MOVEMENT,
    POSITION,
    PULSE,
    one,
)


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (0x0002, 2.0),
        (0xF014, 2.0),
        (0xE0C8, 2.0),
        (0x1002, 20.0),
        (0x2002, 200.0),
        (0x00C8, 200.0),
        (0x04D2, 1234.0),
        (0x0B2E, -1234.0),
        (0x07FD, 2045.0),
        (0x0803, -2045.0),
        (0xF5A0, 144.0),
        (0x8001, 1e-8),
        (0x7001, 1e7),
        (0x0000, 0.0),
    ],
)
def test_sfloat(raw: int, value: float) -> None:
    assert sfloat(raw) == value


@pytest.mark.parametrize("exponent", [0x0000, 0xF000])
@pytest.mark.parametrize("mantissa", [0x07FE, 0x07FF, 0x0800, 0x0801, 0x0802])
def test_reserved_sfloat_is_no_number(mantissa: int, exponent: int) -> None:
    assert sfloat(exponent | mantissa) is None


@pytest.mark.parametrize(
    ("written", "values", "pulse", "flags"),
    [
        ("00 80 00 50 00 60 00", (128, 80, 96), None, ()),
        (
            "1E 8E 00 58 00 6A 00 EA 07 0A 0E 13 1E 00 4C 00 01 00 00",
            (142, 88, 106),
            76,
            (),
        ),
        ("14 B6 00 70 00 87 00 68 00 05 00", (182, 112, 135), 104, (MOVEMENT, IRREGULAR)),
        ("01 A0 F0 6B F0 7C F0", (120.01, 80.26, 93.01), None, ()),
        ("04 A0 F5 84 F3 1A F4 D0 F2", (144.0, 90.0, 105.0), 72.0, ()),
        ("10 FF 07 FF 07 FF 07 02 00", (None, None, None), None, (LOOSE,)),
        (
            "16 A4 00 62 00 FF 07 00 00 00 00 00 00 00 5E 00 20 00",
            (164, 98, None),
            94,
            (POSITION,),
        ),
        (
            "1E 8A 00 58 00 78 00 00 00 04 11 14 29 3B 3C 00 01 27 00",
            (138, 88, 120),
            60,
            (MOVEMENT, LOOSE, IRREGULAR, POSITION),
        ),
        ("15 BD F0 0B 00 9F F0 3C 00 12 00", (141.76, 82.51, 119.26), 60, (LOOSE, PULSE)),
        # pulse above the range, pulse range reserved: one flag
        ("10 80 00 50 00 60 00 08 00", (128, 80, 96), None, (PULSE,)),
        ("10 80 00 50 00 60 00 18 00", (128, 80, 96), None, (PULSE,)),
        # Parses in mmHg but is impossible: the core decides that
        ("00 BD F0 0B 00 9F F0", (18.9, 11.0, 15.9), None, ()),
        # infinities and "not at this resolution" are absent; the rest is kept
        ("04 80 00 FE 07 00 08 02 08", (128, None, None), None, ()),
        # an impossible date (month 13, day 40) costs no value
        ("02 80 00 50 00 60 00 EA 07 0D 28 19 3D 3D", (128, 80, 96), None, ()),
    ],
)
def test_blood_pressure(
    written: str,
    values: tuple[float | None, ...],
    pulse: float | None,
    flags: tuple[str, ...],
) -> None:
    observation = one("2a35", written)
    there = zip(("sbp", "dbp", "map"), values, strict=True)
    assert observation.values == {code: value for code, value in there if value is not None}
    assert observation.pulse == pulse
    assert observation.flags == flags


@pytest.mark.parametrize(
    ("written", "values", "failed"),
    [
        ("00 FF 07 FF 07 FF 07", {}, ("sbp", "dbp")),
        ("10 FF 07 FF 07 FF 07 00 00", {}, ("sbp", "dbp")),
        ("10 FF 07 FF 07 FF 07 02 00", {}, ("sbp", "dbp")),
        ("16 FF 07 FF 07 FF 07 EA 07 0B 1D 06 00 00 FF 07 00 00", {}, ("sbp", "dbp")),
        ("01 FE 07 00 08 01 08", {}, ("sbp", "dbp")),
        # a mean without pressures is left over from a failed measurement, not a reading
        ("00 FF 07 FF 07 60 00", {}, ("sbp", "dbp")),
        ("00 FF 07 52 00 FF 07", {"dbp": 82.0}, ("sbp",)),
        ("00 BC 00 02 08 8C 00", {"sbp": 188.0, "map": 140.0}, ("dbp",)),
        ("00 BC 00 74 00 FF 07", {"sbp": 188.0, "dbp": 116.0}, ()),
    ],
)
def test_what_is_no_number_failed(
    written: str, values: dict[str, float], failed: tuple[str, ...]
) -> None:
    observation = one("2a35", written)
    assert observation.values == values
    assert observation.failed == failed
    assert observation.record


@pytest.mark.parametrize(
    ("date", "meant"),
    [
        ("EA 07 0B 1D 06 19 2A", "2026-11-29T06:25:42+00:00"),
        ("B2 07 01 01 00 00 00", "1970-01-01T00:00:00+00:00"),
        ("E8 07 02 1D 17 3B 3B", "2024-02-29T23:59:59+00:00"),
        ("00 00 0B 1D 06 19 00", None),
        ("EA 07 00 1D 06 19 00", None),
        ("EA 07 0B 00 06 19 00", None),
        ("EA 07 02 1D 06 19 00", None),
        ("EA 07 0D 28 06 19 00", None),
        ("EA 07 0B 1D 18 00 00", None),
        ("EA 07 0B 1D 06 3C 00", None),
        ("FF FF FF FF FF FF FF", None),
    ],
)
def test_stamp_is_local_time_as_it_is(date: str, meant: str | None) -> None:
    observation = one("2a35", f"02 80 00 50 00 60 00 {date}")
    assert observation.values == {"sbp": 128.0, "dbp": 80.0, "map": 96.0}
    assert observation.stamp == (
        None if meant is None else datetime.fromisoformat(meant).timestamp()
    )


@pytest.mark.parametrize(("byte", "user"), [("00", 0), ("01", 1), ("FE", 254), ("FF", None)])
def test_user_of_a_shared_cuff(byte: str, user: int | None) -> None:
    assert one("2a35", f"08 80 00 50 00 60 00 {byte}").user == user


def test_record_without_stamp_and_user() -> None:
    observation = one("2a35", "00 80 00 50 00 60 00")
    assert (observation.stamp, observation.user) == (None, None)


@pytest.mark.parametrize(
    ("raw", "pulse"),
    [
        ("00 00", None),
        ("18 00", None),
        ("19 00", 25.0),
        ("F0 00", 240.0),
        ("F1 00", None),
        ("FF 07", None),
        ("D0 F2", 72.0),
        ("48 30", None),
    ],
)
def test_pulse_out_of_range_is_no_evidence(raw: str, pulse: float | None) -> None:
    observation = one("2a35", f"04 80 00 50 00 60 00 {raw}")
    assert observation.pulse == pulse
    assert observation.values == {"sbp": 128.0, "dbp": 80.0, "map": 96.0}


@pytest.mark.parametrize(
    "written",
    [
        "00 96 00 FF 07 FF 07",
        "02 78 00 FF 07 FF 07 EA 07 0A 0E 13 1E 05",
        "01 90 F0 FF 07 FF 07",
        "00 2C 01 FF 07 FF 07",
        "00 D7 F0 00 00 00 00",
        "1E 04 00 00 00 00 00 00 00 04 11 14 29 3B 3C 00 01 27 00",
    ],
)
def test_inflating_cuff_is_measuring_and_never_a_reading(written: str) -> None:
    observation = one("2a36", written)
    assert observation.measuring
    assert observation.values == {}
    assert observation.flags == ()
