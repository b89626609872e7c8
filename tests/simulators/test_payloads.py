"""Payloads against the contract's format, and against the tests of the monitor's codecs."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any, Final

import msgspec
import pytest

from simulators.devices import Message
from simulators.native import command, confirmation, iso, seconds
from simulators.scenarios import SCENARIOS
from tests.simulators.courses import play, readings, session

GOLDEN: Final = Path(__file__).parents[1] / "golden"
# These show deviations from the format, so they are no model for it.
NOT_A_MODEL: Final = {"batch-with-bad.json", "unknown-keys.json"}
TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
READING_KEYS: Final = {
    *("seq", "t", "sent", "boot", "battery", "contact", "flags", "unit"),
    *("hr", "sbp", "dbp", "map", "temp", "pulse"),
}
FLAGS: Final = {
    *("movement", "cuff_loose", "irregular_pulse", "improper_position", "pulse_out_of_range"),
}


@cache
def golden() -> dict[str, set[type]]:
    """Return key -> types of its JSON values in the golden payloads."""
    shapes: dict[str, set[type]] = {}
    for file in sorted((GOLDEN / "native").glob("*.json")):
        if file.name in NOT_A_MODEL:
            continue
        payload = json.loads(json.loads(file.read_text())["payload"])
        for element in payload if isinstance(payload, list) else [payload]:
            for key, value in element.items():
                shapes.setdefault(key, set()).add(type(value))
    return shapes


@cache
def everything_sent(scenario: str) -> tuple[tuple[str, bytes], ...]:
    """Return (device, payload) of every readings message of a whole session."""
    made = session(scenario)
    return tuple(
        (device.id, message.payload)
        for device in made.devices
        for _, message in play(device, made.ends, step=5)
        if message.topic == "readings"
    )


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_every_reading_has_the_contracts_form(scenario: str) -> None:
    found = 0
    for _, payload in everything_sent(scenario):
        for reading in readings([(0, Message("readings", payload))]):
            _check(reading)
            found += 1
    assert found > 5000


def _check(reading: dict[str, Any]) -> None:
    assert reading.keys() <= READING_KEYS
    assert reading.keys() >= {"seq", "t", "sent", "boot"}
    assert reading["seq"] >= 1
    assert TIME.fullmatch(reading["t"])
    assert TIME.fullmatch(reading["sent"])
    assert 0 <= reading.get("battery", 0) <= 100
    assert set(reading.get("flags", ())) <= FLAGS
    assert reading.get("unit", "kPa") == "kPa"


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_every_key_is_one_that_the_codecs_are_tested_with(scenario: str) -> None:
    known = golden()
    for _, payload in everything_sent(scenario):
        for reading in readings([(0, Message("readings", payload))]):
            for key, value in reading.items():
                assert key in known, key
                alike = {int, float} if type(value) in (int, float) else {type(value)}
                assert alike & known[key], key


def test_a_device_reads_what_the_service_writes() -> None:
    told = (GOLDEN / "mqtt" / "acks.json").read_bytes()
    body = json.loads(told)
    assert confirmation(told) == (body["boot"], body["seq"])
    assert command((GOLDEN / "mqtt" / "command.json").read_bytes()) == "measure_bp"


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_the_same_seed_sends_the_same_bytes(scenario: str) -> None:
    def sent(seed: int) -> list[tuple[str, float, bytes]]:
        made = session(scenario, seed=seed)
        return [
            (device.id, when, message.payload)
            for device in made.devices
            for when, message in play(device, made.opens + 3000, step=5)
        ]

    first = sent(1)
    assert first == sent(1)
    assert first != sent(2)


def test_times_are_written_to_the_millisecond() -> None:
    assert iso(1_795_428_902.25) == "2026-11-23T10:15:02.250Z"
    assert iso(1_795_428_901.9996) == "2026-11-23T10:15:02.000Z"
    assert seconds("2026-11-23T11:15:02.250+01:00") == 1_795_428_902.25


@pytest.mark.parametrize("text", ["yesterday", "2026-11-23T10:15:02", ""])
def test_a_time_without_an_offset_is_none(text: str) -> None:
    with pytest.raises(ValueError, match=r"offset|isoformat"):
        seconds(text)


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        (b'{"boot": "a1", "seq": 7}', ("a1", 7)),
        (b'{"boot": null, "seq": 7}', ("", 7)),
        (b'{"boot": "a1", "seq": "7"}', None),
        (b'{"boot": 4, "seq": 7}', None),
        (b"[]", None),
        (b"\xff\xfe", None),
    ],
)
def test_confirmations_are_read_or_passed_over(
    payload: bytes, expected: tuple[str, int] | None
) -> None:
    assert confirmation(payload) == expected


def test_payloads_are_compact_json() -> None:
    _, payload = everything_sent("calm")[0]
    assert msgspec.json.encode(msgspec.json.decode(payload)) == payload
