"""The documents for makers of devices agree with the code: samples decode, lists are complete."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, get_args

import msgspec
import pytest
import yaml

from monitor.codecs import FORMATS, MAX_PAYLOAD, decode
from monitor.codecs.formats.native.elements import MAX_BATCH
from monitor.codecs.formats.native.native import FLAGS
from monitor.codecs.formats.native.native_text import Element
from monitor.codecs.formats.units import UNITS
from monitor.core.vocabulary.status import Freshness
from monitor.core.vocabulary.words import Change, Phase, Presence
from tests.codecs import live_stories as stories
from tests.codecs.fields import Fields
from tests.codecs.whole_status import whole_json

DOCS: Final = Path(__file__).parents[2] / "docs"
TEXT: Final = (DOCS / "mqtt.md").read_text()
SPECIFICATION: Final[Any] = yaml.safe_load((DOCS / "asyncapi.yaml").read_text())
SCHEMAS: Final[Any] = SPECIFICATION["components"]["schemas"]
MESSAGES: Final[Any] = SPECIFICATION["components"]["messages"]


def test_every_format_has_its_heading() -> None:
    assert set(re.findall(r"^#+ Format: `(.+)`$", TEXT, re.MULTILINE)) == FORMATS
    named = SPECIFICATION["channels"]["readingsInFormat"]["parameters"]["format"]["enum"]
    assert set(named) == FORMATS


def test_every_key_flag_and_unit_is_written_down() -> None:
    rows = " ".join(re.findall(r"^\|([^|]+)\|", TEXT, re.MULTILINE))
    assert FLAGS | set(Element.__struct_fields__) <= set(re.findall(r"`(\w+)`", rows))
    assert all(f"`{unit}`" in TEXT for unit in UNITS)
    reading = SCHEMAS["reading"]["properties"]
    assert reading.keys() == set(Element.__struct_fields__)
    assert set(reading["unit"]["enum"]) == {*UNITS, None}
    assert set(reading["flags"]["items"]["examples"]) == FLAGS
    assert f"{MAX_BATCH:,} objects" in TEXT
    assert f"{MAX_PAYLOAD:,} bytes" in TEXT


def test_samples_are_readings_that_decode() -> None:
    blocks = re.findall(r"```json\n(.+?)\n```", TEXT, re.DOTALL)
    readings = [block for block in blocks if json.loads(block).keys() <= reading_keys()]
    assert len(readings) >= 4
    for block in readings:
        decoded = decode("native", block.encode(), device="d-1", issued=5.0)
        assert len(decoded.observations) == 1, block
        assert decoded.unknown_keys == 0, block


def reading_keys() -> set[str]:
    return set(Element.__struct_fields__)


@pytest.mark.parametrize(
    ("listed", "words"),
    [
        (SCHEMAS["transition"]["properties"]["transition"]["enum"], get_args(Change)),
        (SCHEMAS["alarm"]["properties"]["presence"]["enum"], get_args(Presence)),
        (SCHEMAS["status"]["properties"]["phase"]["enum"], get_args(Phase)),
        (SCHEMAS["vitalStatus"]["properties"]["state"]["enum"], get_args(Freshness)),
    ],
)
def test_vocabularies_are_those_of_the_code(listed: list[str], words: tuple[str, ...]) -> None:
    assert set(listed) == set(words)


def test_every_documented_field_of_a_status_has_a_value_in_the_whole_one() -> None:
    """With the check of golden messages: the document names exactly the fields that are sent."""
    mqtt_only = {"valid_until": dict(stories.mqtt_messages())["status"]["valid_until"]}
    body = whole_json() | mqtt_only
    assert list(faults(SCHEMAS["status"], body, "whole")) == []
    fields = Fields(SCHEMAS)
    documented = set(fields.documented(SCHEMAS["status"]))
    assert documented - set(fields.filled(SCHEMAS["status"], body)) == set()


LIVE: Final = {
    "snapshot": MESSAGES["liveSnapshot"],
    "status": MESSAGES["liveStatus"],
    "alarm": MESSAGES["liveAlarm"],
    "heartbeat": MESSAGES["liveHeartbeat"],
}


def test_golden_messages_are_as_specified() -> None:
    """In both directions: required fields are present, and every present field is documented."""
    for name, body in msgspec.to_builtins([*stories.live_messages()]):
        assert list(faults(LIVE[str(body["type"])]["payload"], body, name)) == []
    for name, body in msgspec.to_builtins([*stories.mqtt_messages()]):
        assert list(faults(MESSAGES[name]["payload"], body, name)) == []


@pytest.mark.parametrize(
    ("damage", "found"),
    [
        ({"phase": "sleeping"}, "status.phase: 'sleeping'"),
        ({"vitals": {"hr": {}}}, "status.vitals.hr: no value"),
        ({"secret": 1}, "status.secret: not written down"),
        ({"minutes_since_dose": "45"}, "status.minutes_since_dose: '45'"),
    ],
)
def test_the_check_itself_finds_faults(damage: dict[str, object], found: str) -> None:
    body = dict(stories.mqtt_messages())["status"] | damage
    assert found in list(faults(MESSAGES["status"]["payload"], body, "status"))


KINDS: Final[dict[str, tuple[type, ...]]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "number": (int, float),
    "integer": (int,),
    "boolean": (bool,),
    "null": (type(None),),
}


def faults(schema: Any, value: Any, at: str) -> Iterator[str]:
    """How `value` violates the schema, by the part of JSON Schema that the document uses."""
    schema = whole(schema)
    kinds = schema.get("type", [])
    allowed = [k for kind in ([kinds] if isinstance(kinds, str) else kinds) for k in KINDS[kind]]
    wrong = allowed and (type(value) not in allowed)
    if wrong or value not in schema.get("enum", [value]) or value != schema.get("const", value):
        yield f"{at}: {value!r}"
        return
    if isinstance(value, dict):
        yield from (f"{at}: no {key}" for key in schema.get("required", []) if key not in value)
        open_ended = "properties" not in schema
        for key, inner in value.items():
            known = schema.get("properties", {}).get(key, schema.get("additionalProperties"))
            if known is not None:
                yield from faults(known, inner, f"{at}.{key}")
            elif not open_ended:
                yield f"{at}.{key}: not written down"
    for number, inner in enumerate(value if isinstance(value, list) else []):
        yield from faults(schema["items"], inner, f"{at}[{number}]")


def whole(schema: Any) -> Any:
    """The schema with references followed and the parts of `allOf` put together."""
    while "$ref" in schema:
        schema = SCHEMAS[schema["$ref"].rpartition("/")[2]]
    if "allOf" not in schema:
        return schema
    parts = [whole(part) for part in schema["allOf"]]
    joined: dict[str, Any] = {"type": "object", "properties": {}, "required": []}
    for part in parts:
        joined["properties"] |= part.get("properties", {})
        joined["required"] += part.get("required", [])
    return joined
