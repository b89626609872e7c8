"""Messages that are nearly JSON: which are read all the same, and which are refused by name."""

import base64
import bz2
import gzip
import json
import zlib
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.codecs import MAX_PAYLOAD, Decoded, Undecodable, decode

LAW: Final = settings(max_examples=60, deadline=None)
READING: Final = b'{"hr":151,"seq":4}'

READINGS: Final = st.fixed_dictionaries(
    {"hr": st.integers(30, 220)},
    optional={
        "seq": st.integers(0, 9_000),
        "boot": st.text(" ab'\",:{}[]\\\u00e9\u201c", max_size=8),
        "temp": st.decimals(35, 41, places=1).map(float),
        "contact": st.booleans(),
        "rr_ms": st.lists(st.integers(300, 1500), min_size=1, max_size=3),
        "extra": st.just({"a": [1, {"b": None}]}),
    },
)
MESSAGES: Final = READINGS | st.lists(READINGS, min_size=1, max_size=4)


def native(payload: str | bytes) -> Decoded:
    raw = payload.encode() if isinstance(payload, str) else payload
    return decode("native", raw, device="d-1", issued=5.0)


def refusal(payload: str | bytes) -> str:
    with pytest.raises(Undecodable) as refused:
        native(payload)
    raw = payload.encode() if isinstance(payload, str) else payload
    assert refused.value.excerpt == raw[:512]
    return refused.value.reason


# --- read ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("before", [b"", b"\xef\xbb\xbf", b"\0", b"\0\xef\xbb\xbf\0", b"\r\n"])
@pytest.mark.parametrize("after", [b"", b"\0", b"\0\0\0", b"\n\0", b"\0\r\n"])
@LAW
@given(MESSAGES)
def test_what_stands_around_a_message_costs_nothing(
    before: bytes, after: bytes, message: Any
) -> None:
    written = json.dumps(message).encode()
    assert native(before + written + after) == native(written)


@LAW
@given(MESSAGES, st.sampled_from([",", " ,", ", ", ",\n  "]))
def test_last_commas_cost_nothing(message: Any, comma: str) -> None:
    assert native(with_last_commas(message, comma)) == native(json.dumps(message))


def with_last_commas(value: Any, comma: str) -> str:
    """Return JSON with a comma after the last member of each object and list."""
    if isinstance(value, dict) and value:
        members = (f"{json.dumps(k)}: {with_last_commas(v, comma)}" for k, v in value.items())
        return "{" + ", ".join(members) + comma + "}"
    if isinstance(value, list) and value:
        return "[" + ", ".join(with_last_commas(item, comma) for item in value) + comma + "]"
    return json.dumps(value)


def test_of_a_key_that_comes_twice_the_last_counts() -> None:
    (observation,) = native('{"sbp": 188, "dbp": 76, "sbp": 118}').observations
    assert observation.values == {"sbp": 118.0, "dbp": 76.0}


def test_theengs_the_same() -> None:
    for payload in (b'\xef\xbb\xbf{"bpm": 72}', b'{"bpm": 72}\0', b'{"bpm": 72,}'):
        (observation,) = decode("theengs", payload, device="d-1", issued=5.0).observations
        assert observation.values == {"hr": 72.0}
    with pytest.raises(Undecodable, match="gzip: publish the JSON itself"):
        decode("theengs", gzip.compress(READING), device="d-1", issued=5.0)


@pytest.mark.parametrize("payload", ['{"hr": 72,,}', '{"hr": 72, "a":}', '{"hr":,}'])
def test_other_commas_are_no_json(payload: str) -> None:
    assert "not JSON" in refusal(payload)


# --- named --------------------------------------------------------------------------------------

PACKED: Final[dict[str, tuple[Callable[[bytes], bytes], str]]] = {
    "gzip": (gzip.compress, "gzip: publish the JSON itself"),
    "zlib": (zlib.compress, "zlib: publish the JSON itself"),
    "bzip2": (bz2.compress, "bzip2: publish the JSON itself"),
    "hexadecimal": (lambda raw: raw.hex().encode(), "hexadecimal text"),
    "capitals": (lambda raw: raw.hex().upper().encode(), "hexadecimal text"),
    "0x": (lambda raw: b"0x" + raw.hex().encode(), "hexadecimal text"),
    "pairs": (lambda raw: raw.hex(" ").encode(), "hexadecimal text"),
    "each 0x": (lambda raw: ", ".join(f"0x{byte:02x}" for byte in raw).encode(), "hexadecimal"),
    "base64": (base64.b64encode, "base64 text: publish the JSON itself"),
    "base64 lines": (base64.encodebytes, "base64 text"),
    "base64url": (lambda raw: base64.urlsafe_b64encode(raw).rstrip(b"="), "base64 text"),
    "quoted hexadecimal": (lambda raw: json.dumps(raw.hex()).encode(), "hexadecimal text"),
    "quoted base64": (lambda raw: b'"' + base64.b64encode(raw) + b'"', "base64 text"),
    "gzip as base64": (lambda raw: base64.b64encode(gzip.compress(raw)), "base64 text"),
    "twice": (lambda raw: json.dumps(raw.decode()).encode(), "JSON inside a JSON string"),
    "UTF-16": (lambda raw: raw.decode().encode("utf-16"), "UTF-16 text: publish UTF-8"),
    "UTF-16 LE": (lambda raw: raw.decode().encode("utf-16-le"), "UTF-16 text: publish UTF-8"),
    "UTF-16 BE": (lambda raw: raw.decode().encode("utf-16-be"), "UTF-16 text: publish UTF-8"),
    "UTF-32": (lambda raw: raw.decode().encode("utf-32"), "UTF-32 text: publish UTF-8"),
    "UTF-32 LE": (lambda raw: raw.decode().encode("utf-32-le"), "UTF-32 text: publish UTF-8"),
    "UTF-32 BE": (lambda raw: raw.decode().encode("utf-32-be"), "UTF-32 text: publish UTF-8"),
}  # fmt: skip


@pytest.mark.parametrize("packing", PACKED)
@LAW
@given(MESSAGES, st.booleans())
def test_packed_json_is_named(packing: str, message: Any, spaced: bool) -> None:
    pack, name = PACKED[packing]
    written = json.dumps(message, indent=2 if spaced else None, ensure_ascii=False).encode()
    assert name in refusal(pack(written))


OBJECTS: Final = st.lists(READINGS, min_size=2, max_size=4)


@LAW
@given(OBJECTS, st.sampled_from(["\n", "\r\n", "", " ", ", ", "\n\n"]), st.booleans())
def test_several_objects_are_named(readings: list[Any], between: str, last: bool) -> None:
    written = between.join(map(json.dumps, readings)) + between * last
    assert "several objects in one message: publish each by itself, or all" in refusal(written)


@LAW
@given(READINGS)
def test_an_object_as_python_prints_it_is_named(reading: dict[str, Any]) -> None:
    assert "single quotation marks, as Python writes objects" in refusal(repr(reading))


@LAW
@given(READINGS, st.integers(10, 300), st.integers(0, 99), st.booleans())
def test_decimal_comma_is_named(
    reading: dict[str, Any], whole: int, part: int, first: bool
) -> None:
    other = json.dumps(reading)[1:-1]
    member = f'"sbp": {whole},{part}'
    written = f"{{{member}, {other}}}" if first else f"{{{other}, {member}}}"
    reason = f"a decimal comma: write {whole}.{part}, with a point"
    assert refusal(written) == reason
    if "{" in reading.get("boot", ""):  # after damage the text may be the next object
        return
    decoded = native(f'[{{"seq": 1, "hr": 70}}, {written}]')
    assert [o.seq for o in decoded.observations] == [1]
    assert [why for why, _ in decoded.refused] == [reason]


@pytest.mark.parametrize(
    ("payload", "name"),
    [
        ('{"hr": 72, "contact": True}', "True, False or None, as Python writes them"),
        ('{"hr": 72, "seq":None}', "True, False or None"),
        ("{hr: 72}", "keys without quotation marks: publish JSON"),
        ("{hr=72, seq=5}", "keys without quotation marks: publish JSON"),
        ("{\u201chr\u201d: 72}", "curly quotation marks"),
        ("[{'hr': 72}]", "single quotation marks"),
        ("%7B%22hr%22%3A72%7D", "percent-encoded text: publish the JSON itself"),
        (b'{"hr": 72, "unit": "\xb0C"}', "a text that is no UTF-8 (byte 0xb0): publish UTF-8"),
        # like no known form
        ("hr=151", "not JSON"),
        ("example", "not JSON"),
        ("unavailable", "not JSON"),
        ("ey==", "not JSON"),
        ("72", "a reading is a JSON object"),
        ('"72"', "a reading is a JSON object"),
        ('"online"', "a reading is a JSON object"),
        ('{"hr": 151', "not JSON"),
        ('{"hr": 151}}', "not JSON"),
        # other faults are reported as always, whatever the message's texts contain
        ('{"hr": "72", "boot": "a: 5,5 {\'x\': True} {k: 1}"}', "hr: expected float, got str"),
        ('{"hr":, "boot": "a: 5,5 {\'x\': True} {k: 1}"}', "not JSON"),
        ('{"hr": nan, "boot": "a: 5,5 {\'x\': True} {k: 1}"}', "hr: not a finite number"),
    ],
)
def test_message_is_named(payload: str | bytes, name: str) -> None:
    assert name in refusal(payload)


def test_element_is_named_by_what_it_is() -> None:
    named = {
        "{'hr': 72}": "single quotation marks, as Python writes objects: publish JSON (json.dumps)",
        json.dumps('{"hr": 72}'): "JSON inside a JSON string: publish the object itself",
        '{"hr": 72,5}': "a decimal comma: write 72.5, with a point",
        '{"hr": "72"}': "hr: expected float, got str",
        "[]": "a reading is a JSON object",
    }
    between = ', {"hr": 70}, '
    decoded = native(f'[{{"hr": 70}}, {between.join(named)}, {{"hr": 70}}]')
    assert len(decoded.observations) == len(named) + 1
    assert [(raw.decode(), why) for why, raw in decoded.refused] == list(named.items())


def test_a_long_element_keeps_its_own_reason() -> None:
    """The excerpt ends within a text, and within a letter."""
    for key in ("more", "other"):
        written = json.dumps({"hr": "72", key: "\u00e9" * 600}, ensure_ascii=False)
        (refused,) = native(f'[{{"hr": 70}}, {written}]').refused
        assert refused[0] == "hr: expected float, got str"
        assert len(refused[1]) == 512


@pytest.mark.parametrize(
    "piece",
    ["{", "[", '"', "'", "{'", ",'a", ",a", ":1,", ": ", ", ", "\\", "7b", "ey", "{ ", ",\n",
     '":', "{a", "'a'  ", "\u201c", "%7b", "},{", '{"a":1,},'],
)  # fmt: skip
@pytest.mark.timeout(10)
def test_hostile_text_takes_no_long_work(piece: str) -> None:
    for start in ("{", "", '{"a": '):
        with suppress(Undecodable):
            native((start + piece * MAX_PAYLOAD).encode()[:MAX_PAYLOAD])
