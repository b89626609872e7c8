"""Messages of Bluetooth gateways: mostly about presence, sometimes with a heart rate."""

import json
from pathlib import Path

import pytest

from monitor.codecs import Decoded, Undecodable, decode


def theengs(message: object) -> Decoded:
    payload = message if isinstance(message, bytes) else json.dumps(message).encode()
    return decode("theengs", payload, device="4C33A6603C79", issued=5.0)


STRAP = {
    "id": "4C:33:A6:60:3C:79",
    "rssi": -60,
    "brand": "Polar",
    "model_id": "H10",
    "type": "BODY",
}


@pytest.mark.parametrize(
    ("message", "rate", "battery"),
    [
        (STRAP | {"bpm": 70}, 70.0, None),
        (STRAP | {"bpm": 63, "batt": 97, "cidc": False}, 63.0, 97),
        ({"act_bpm": 125, "steps": 9101, "acts": True, "track": True}, 125.0, None),
        ({"bpm": 70, "act_bpm": 125}, 70.0, None),
        ({"bpm": None, "act_bpm": 125}, 125.0, None),
        # early firmware wrote every number as text
        ({"bpm": "104", "batt": "88"}, 104.0, 88),
        ({"bpm": 0, "batt": 255}, 0.0, None),
    ],
)
def test_heart_rate_and_battery(
    message: dict[str, object], rate: float, battery: int | None
) -> None:
    decoded = theengs(message)
    (observation,) = decoded.observations
    assert observation.values == {"hr": rate}
    assert observation.battery == battery
    assert observation.effective is None
    assert observation.device == "4C33A6603C79"
    assert decoded.unknown_keys == 0


@pytest.mark.parametrize(
    "message",
    [
        STRAP,
        {"id": "45:e1:74:12:6e:00", "rssi": -89, "distance": 21.5, "servicedata": "fe00"},
        {"hum": "52.6", "tempc": "19.2", "tempf": "66.56"},
        {},
    ],
)
def test_presence_and_room_thermometers_are_no_reading_and_no_error(
    message: dict[str, object],
) -> None:
    decoded = theengs(message)
    assert decoded.observations == []
    assert decoded.refused == []


def test_keys_that_a_gateway_is_not_known_to_write_are_counted() -> None:
    assert theengs(STRAP | {"bpm": 70, "heartrate": 70, "vo2": 1}).unknown_keys == 2


@pytest.mark.parametrize("rate", ["fast", "NaN", "1e999", "", True, [70], {"a": 1}])
def test_rate_that_is_no_number_is_refused_with_the_message(rate: object) -> None:
    decoded = theengs({"bpm": rate})
    assert decoded.observations == []
    ((reason, excerpt),) = decoded.refused
    assert reason == "bpm: not a finite number"
    assert b"bpm" in excerpt


@pytest.mark.parametrize("payload", [b"", b"offline", b"[]", b"70", b'{"bpm": 70', b"[" * 60_000])
def test_what_is_no_object_is_undecodable(payload: bytes) -> None:
    with pytest.raises(Undecodable):
        theengs(payload)


def test_published_vectors(payloads: Path) -> None:
    published = json.loads((payloads / "theengs" / "theengs_hr_vectors.json").read_text())
    messages = [pair["expected"] for pair in published["pairs"]]
    messages += published["expected_only_wristbands"]
    for message in messages:
        (observation,) = theengs(message).observations
        assert observation.values == {"hr": message.get("bpm", message.get("act_bpm"))}
        assert observation.battery == message.get("batt")
    assert len(messages) >= 6
