"""The bytes that straps and cuffs write, checked with published vectors and the monitor's codec."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.codecs import decode
from monitor.core.vocabulary.vitals import Observation
from simulators.gatt import Record, heart_rate, inflating, pressure, pressure_unannounced, sfloat

NOON = datetime(2026, 11, 29, 12, 30, 15, tzinfo=UTC).timestamp()

WRITTEN = [
    (heart_rate(72), "00 48"),
    (heart_rate(72, True), "06 48"),
    (heart_rate(0, False), "04 00"),
    (heart_rate(300), "01 2C 01"),
    (heart_rate(88, True, (683.59375, 669.921875)), "16 58 BC 02 AE 02"),
    (inflating(120), "00 78 00 FF 07 FF 07"),
    (pressure(Record(sbp=120, dbp=80, map=93)), "00 78 00 50 00 5D 00"),
    (
        pressure(Record(sbp=118, dbp=76, map=90, stamp=NOON, pulse=70, user=2, status=1)),
        "1E 76 00 4C 00 5A 00 EA 07 0B 1D 0C 1E 0F 46 00 02 01 00",
    ),
    (
        pressure(Record(sbp=None, dbp=None, stamp=NOON, status=0)),
        "12 FF 07 FF 07 FF 07 EA 07 0B 1D 0C 1E 0F 00 00",
    ),
    (
        pressure_unannounced(
            Record(sbp=108, dbp=70, map=82, stamp=NOON, pulse=64, user=3, status=4)
        ),
        "56 6C 00 46 00 52 00 EA 07 0B 1D 0C 1E 0F 00 40 03 00 04",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("written", "expected"), WRITTEN)
def test_bytes_are_those_of_the_specification(written: bytes, expected: str) -> None:
    assert written.hex(" ").upper() == expected


@pytest.mark.parametrize(("value", "raw"), [(36.6, 0xF16E), (-1, 0x0FFF), (2045, 0x07FD)])
def test_sfloat(value: float, raw: int) -> None:
    assert sfloat(value) == raw


@pytest.mark.parametrize("value", [2046, -2046, 205.5])
def test_what_does_not_fit_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="12 bits"):
        sfloat(value)


# --- the monitor's reading of them --------------------------------------------------------------


def read(characteristic: str, payload: bytes) -> Observation:
    decoded = decode(f"gatt-{characteristic}", payload, device="d", issued=NOON)
    (observation,) = decoded.observations
    return observation


pressures = st.integers(20, 290)
users = st.none() | st.integers(0, 254)
stamps = st.none() | st.integers(946_684_800, 4_102_444_800)  # of this century
optional_pulses = st.none() | st.integers(30, 220)


@given(pressures, pressures, pressures, optional_pulses, users, stamps)
def test_the_monitor_reads_a_record_as_it_was_meant(
    sbp: int, dbp: int, mean: int, pulse: int | None, user: int | None, stamp: int | None
) -> None:
    record = Record(sbp=sbp, dbp=dbp, map=mean, pulse=pulse, user=user, stamp=stamp, status=0)
    found = read("2a35", pressure(record))
    assert found.record
    assert found.values == {"sbp": sbp, "dbp": dbp, "map": mean}
    assert (found.pulse, found.stamp, found.user) == (pulse, record.stamp, record.user)


def test_the_monitor_reads_what_no_flag_announces() -> None:
    record = Record(sbp=108, dbp=70, map=82, stamp=NOON, pulse=64, user=3, status=4)
    found = read("2a35", pressure_unannounced(record))
    assert found.values == {"sbp": 108, "dbp": 70, "map": 82}
    assert (found.pulse, found.stamp, found.user) == (64, NOON, 3)
    assert found.flags == ("irregular_pulse",)


def test_the_monitor_reads_a_failure_and_half_of_one() -> None:
    whole, half = (
        read("2a35", pressure(Record(sbp=None, dbp=dbp, stamp=NOON, status=0)))
        for dbp in (None, 82)
    )
    assert (whole.values, set(whole.failed)) == ({}, {"sbp", "dbp"})
    assert (half.values, half.failed) == ({"dbp": 82}, ("sbp",))


@given(st.integers(0, 400), st.none() | st.booleans(), st.lists(st.floats(300, 1900), max_size=5))
def test_the_monitor_reads_a_rate_as_it_was_meant(
    rate: int, contact: bool | None, intervals: list[float]
) -> None:
    found = read("2a37", heart_rate(rate, contact, tuple(intervals)))
    assert found.values == {"hr": rate}
    assert found.contact == contact
    assert found.rr == pytest.approx(intervals, abs=0.6)  # rounding to 1/1024 s, and to a tenth


def test_the_monitor_takes_an_inflating_cuff_for_no_reading() -> None:
    found = read("2a36", inflating(150))
    assert found.measuring
    assert found.values == {}


def test_published_vectors_are_written_again_byte_for_byte(payloads: Path) -> None:
    written = []
    for vector in json.loads((payloads / "gatt" / "vectors.json").read_text()):
        told = vector["expect"]
        if isinstance(told, dict) and told.keys() <= WRITES[vector["char"]]:
            assert _write(told).hex() == vector["hex"], vector["src"]
            written.append(vector["char"])
    assert (written.count("2A37"), written.count("2A35")) == (4, 1)


# The fields that we write; vectors with further fields are tested elsewhere.
WRITES: dict[str, set[str]] = {
    "2A37": {"hr", "contact", "rr_1_1024s"},
    "2A35": {"sys", "dia", "map", "unit"},
    "2A38": set(),
}


def _write(told: dict[str, Any]) -> bytes:
    if "hr" in told:
        intervals = tuple(1000 * n / 1024 for n in told.get("rr_1_1024s", ()))
        return heart_rate(told["hr"], told.get("contact"), intervals)
    return pressure(Record(sbp=told["sys"], dbp=told["dia"], map=told["map"]))
