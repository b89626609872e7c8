"""Bluetooth bytes: published vectors (Nordic, HL7, Spezi, a real Wahoo strap) as tables."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from monitor.codecs import Decoded, Undecodable, decode
from monitor.codecs.formats.bluetooth.cuff import sfloat
from monitor.core.vocabulary.vitals import Observation

MOVEMENT, LOOSE, IRREGULAR = "movement", "cuff_loose", "irregular_pulse"
POSITION, PULSE = "improper_position", "pulse_out_of_range"


def gatt(characteristic: str, written: str) -> Decoded:
    return decode(f"gatt-{characteristic}", bytes.fromhex(written), device="d-1", issued=5.0)


def one(characteristic: str, written: str) -> Observation:
    decoded = gatt(characteristic, written)
    (observation,) = decoded.observations
    assert decoded.refused == []
    assert (observation.device, observation.issued) == ("d-1", 5.0)
    # The zone of a cuff's clock is unknown, so its stamp is not used as a time.
    assert observation.effective is None
    return observation


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
    ("written", "rate", "contact"),
    [
        ("06 48", 72, True),
        ("00 3C", 60, None),
        ("02 3C", 60, None),
        ("04 00", 0, False),
        ("16 58 BC 02 AE 02", 88, True),
        ("1E 6E 10 27 34 02 30 02", 110, True),
        ("17 05 01 00 02 F0 01", 261, True),
        ("01 2C 01", 300, None),
        ("00 55", 85, None),
        ("04 FF", 255, False),
        ("1E 55 32 00 21 00", 85, True),
        ("1F 01 01 32 01 01 00 02 01 FF FF", 257, True),
        # A real strap that reports "no contact" although its rate is good
        ("04 4A", 74, False),
        ("14 4A 0D 03", 74, False),
        # Bytes that no flag announces are skipped
        ("00 48 00 00", 72, None),
        ("02 3C 00", 60, None),
        ("06 48 01 02 03", 72, True),
        # Flags that are white space, with real bytes after them: energy 0, energy 50, a strap that
        # is off
        ("0A 31 00 00", 49, None),
        ("0A 31 32 00", 49, None),
        ("0C 00 30 00", 0, False),
        ("0C 36 30 00", 54, False),
        ("0D 48 00 64 00", 72, False),
        # Intervals announced but absent; 8 and 16 bits, with energy
        ("10 96", 150, None),
        ("16 96", 150, True),
        ("10 48", 72, None),
        ("17 96 00", 150, True),
        ("18 48 01 00", 72, None),
        # A line end behind the bytes does not make them a text
        ("06 48 0A", 72, True),
        ("06 48 0D 0A", 72, True),
    ],
)
def test_heart_rate(written: str, rate: float, contact: bool | None) -> None:
    observation = one("2a37", written)
    assert observation.values == {"hr": rate}
    assert observation.contact is contact


@pytest.mark.parametrize(
    ("written", "intervals"),
    [
        ("16 58 BC 02 AE 02", (683.6, 669.9)),
        ("1E 6E 10 27 34 02 30 02", (550.8, 546.9)),
        ("17 05 01 00 02 F0 01", (500.0, 484.4)),
        # no interval: 0, too short (33), 64 s
        ("10 48 00 00 BC 02", (683.6,)),
        ("1E 55 32 00 21 00", ()),
        ("1F 01 01 32 01 01 00 02 01 FF FF", (252.0,)),
        # edges: 204 is 199.2 ms, 205 is 200.2 ms; 3072 is 3000 ms
        ("10 48 CC 00 CD 00 00 0C 01 0C", (200.2, 3000.0)),
        # cut in the middle of an interval: the rate is complete
        ("10 48 BC 02 AE", (683.6,)),
        ("10 48 BC", ()),
        ("10 48", ()),
        # bytes that are also printable characters, and real intervals
        ("10 37 41 02 42 02", (563.5, 564.5)),
        ("10 37 31 0A", (2547.9,)),
        ("10 37 32 0D", ()),
        # a gap of 18 s, and an interval
        ("10 37 31 31 32 0A", (2548.8,)),
        ("10 37 32 0A 31 31", (2548.8,)),
        # 37 32 may be the text "72" and may be a rate of 55 and half an interval
        ("10 37 32", ()),
    ],
)
def test_intervals(written: str, intervals: tuple[float, ...]) -> None:
    observation = one("2a37", written)
    assert observation.rr == intervals
    assert observation.values.keys() == {"hr"}


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


@pytest.mark.parametrize("bit", [0x20, 0x40, 0x80])
@pytest.mark.parametrize(
    ("characteristic", "rest"),
    [
        ("2a37", "48"),
        ("2a37", "48 00 00"),
        ("2a35", "80 00 50 00 60 00"),
        ("2a35", "80 00 50 00 60 00 01 02"),
        ("2a36", "80 00 FF 07 FF 07"),
    ],
)
def test_reserved_bits_are_refused(characteristic: str, rest: str, bit: int) -> None:
    with pytest.raises(Undecodable, match=r"reserved bits are set in its flags \(0x[248]0\)"):
        gatt(characteristic, f"{bit:02x} {rest}")


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


@pytest.mark.parametrize(
    ("characteristic", "written"),
    [
        ("2a37", ""),
        ("2a37", "00"),
        ("2a37", "01 48"),
        ("2a37", "08 48 01"),
        ("2a37", "17 01"),
        ("2a37", "17 01 01"),
        ("2a37", "10"),
        ("2a37", "18 48 01"),
        ("2a35", ""),
        ("2a35", "01 02 03 04 05 06"),
        ("2a35", "03 02 03 04 05 06 07"),
        ("2a35", "04 80 00 50 00 60 00 4C"),
        ("2a35", "08 80 00 50 00 60 00"),
        ("2a35", "10 80 00 50 00 60 00 01"),
        ("2a35", "1E 8E 00 58 00 6A 00 EA 07 0A 0E 13 1E 00 4C 00 01 00"),
        ("2a36", ""),
        ("2a36", "00 96 00 FF 07 FF"),
        ("2a36", "02 78 00 FF 07 FF 07 EA 07 0A 0E 13 1E"),
        ("2a35", "00 80 00 50 00 60 00" + "00" * 506),
    ],
)
def test_wrong_length_is_refused(characteristic: str, written: str) -> None:
    with pytest.raises(Undecodable, match="bytes, its flags announce"):
        gatt(characteristic, written)


def test_published_vectors(payloads: Path) -> None:
    """The same vectors from their published file, read without this table."""
    checked = 0
    for vector in json.loads((payloads / "gatt" / "vectors.json").read_text()):
        characteristic = vector["char"].lower()
        if characteristic in {"2a35", "2a37"}:
            _compare(characteristic, vector["hex"], vector["expect"])
            checked += 1
    assert checked >= 12


def _compare(characteristic: str, written: str, expected: Any) -> None:
    if isinstance(expected, str):
        with pytest.raises(Undecodable):
            gatt(characteristic, written)
        return
    observation = one(characteristic, written)
    assert observation.contact is expected.get("contact")
    assert observation.pulse == expected.get("pulse")
    names = {"hr": "hr", "sys": "sbp", "dia": "dbp", "map": "map"}
    scale = 7.50062 if expected.get("unit") == "kPa" else 1.0
    for name, code in names.items():
        if name in expected:
            assert observation.values[code] == pytest.approx(expected[name] * scale, abs=0.01)
    words = {
        "body_movement": MOVEMENT,
        "cuff_too_loose": LOOSE,
        "irregular_pulse": IRREGULAR,
        "improper_position": POSITION,
        "pulse_below_lower_limit": PULSE,
    }
    assert observation.flags == tuple(words[word] for word in expected.get("status", []))
