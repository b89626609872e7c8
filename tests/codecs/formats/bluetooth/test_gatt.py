"""Bluetooth bytes: published vectors (Nordic, HL7, Spezi, a real Wahoo strap) as tables."""

import json
from pathlib import Path
from typing import Any

import pytest

from monitor.codecs import Undecodable
from tests.codecs.formats.bluetooth.parsed import (
    IRREGULAR,
    LOOSE,
    MOVEMENT,
    POSITION,
    PULSE,
    gatt,
    one,
)


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
