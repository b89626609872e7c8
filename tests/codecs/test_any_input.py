"""Laws over all input: only `Undecodable` is ever raised, and values are always finite."""

import json
import math
from typing import Any, Final

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.codecs import FORMATS, JSON_FORMATS, Decoded, Undecodable, decode
from monitor.codecs.formats.native.native import FLAGS, MAX_BOOT
from monitor.codecs.times import EARLIEST, LATEST, from_iso, iso
from monitor.core.vocabulary.vitals import BEYOND, VITALS

# No deadline: a busy machine is not a wrong answer.
LAW: Final = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])

FINITE: Final = st.floats(allow_nan=False, allow_infinity=False)
VALUES: Final = st.floats(-BEYOND, BEYOND, exclude_min=True, exclude_max=True)
MILLISECONDS: Final = st.integers(int(EARLIEST) * 1000, int(LATEST) * 1000 - 1)
ISSUED: Final = 1_795_428_905.0
TODAY_MS: Final = st.integers(int(ISSUED - 86_000) * 1000, int(ISSUED + 86_000) * 1000)

# Values that a device's firmware might put under any key, right and wrong.
TEXT: Final = st.text("a0 .\0\n\u202e\u00e9\ud800\U0001d11e", max_size=10)
ANYTHING: Final = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXT, inner, max_size=2),
    max_leaves=3,
)
OTHER_KEYS: Final = "pulse rr_ms seq boot t sent unit contact battery flags bpm act_bpm batt other"
KEYS: Final = st.sampled_from([*VITALS, *OTHER_KEYS.split()])
UNITS: Final = st.sampled_from(["mmHg", "kPa", "Cel", "degF", "bar"])
OBJECTS: Final = st.dictionaries(KEYS, ANYTHING | FINITE | UNITS | MILLISECONDS, max_size=8)

JSON_NAMES: Final = st.sampled_from(sorted(JSON_FORMATS))


def check(format: str, payload: bytes) -> None:
    """Check the laws that apply to every payload."""
    try:
        decoded = decode(format, payload, device="d-1", issued=ISSUED)
    except Undecodable as whole:
        decoded = Decoded(refused=[(whole.reason, whole.excerpt)])
    for observation in decoded.observations:
        numbers = [*observation.values.values(), observation.pulse, *observation.rr]
        numbers += [observation.effective, observation.sent, observation.stamp]
        numbers += [observation.raw_t, observation.raw_sent]
        assert all(number is None or math.isfinite(number) for number in numbers)
        assert observation.values.keys() <= VITALS.keys()
        assert all(type(value) is float for value in observation.values.values())
        assert all(abs(value) < BEYOND for value in observation.values.values())
        assert set(observation.flags) <= FLAGS
        assert observation.battery is None or 0 <= observation.battery <= 100
        assert observation.pulse is None or 25 <= observation.pulse <= 240
        assert all(200 <= ms <= 3000 for ms in observation.rr)
        assert not set(observation.failed) & observation.values.keys()
        assert observation.raw_t is None or observation.effective is None
        assert observation.raw_sent is None or observation.sent is None
        assert len(observation.boot) <= MAX_BOOT
        assert "\0" not in observation.boot
        for claimed in (observation.effective, observation.sent):
            # Every time that a device claims can be written as a date.
            assert claimed is None or abs(from_iso(iso(claimed)) - claimed) < 0.001
    for reason, excerpt in decoded.refused:
        assert reason
        assert len(excerpt) <= 512


@LAW
@given(st.sampled_from(sorted(FORMATS)), st.binary(max_size=64))
def test_any_bytes(format: str, payload: bytes) -> None:
    check(format, payload)


@LAW
@given(JSON_NAMES, OBJECTS | st.lists(OBJECTS, max_size=4))
def test_any_json_even_with_nan(format: str, message: Any) -> None:
    check(format, json.dumps(message).encode())


@LAW
@given(
    JSON_NAMES,
    OBJECTS | st.lists(OBJECTS, max_size=4),
    st.data(),
)
def test_json_with_a_few_bytes_changed(format: str, message: Any, data: st.DataObject) -> None:
    payload = bytearray(json.dumps(message).encode())
    for _ in range(data.draw(st.integers(1, 3))):
        payload[data.draw(st.integers(0, len(payload) - 1))] = data.draw(st.integers(0, 255))
    check(format, bytes(payload))


VALID: Final = st.fixed_dictionaries(
    {"hr": VALUES},
    optional={
        "seq": st.integers(0, 2**63 - 1),
        "boot": st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=MAX_BOOT),
        "t": TODAY_MS,
        "sbp": VALUES,
        "temp": VALUES,
        "pulse": st.floats(25, 240),
        "contact": st.booleans(),
        "battery": st.integers(0, 100),
        "flags": st.lists(st.sampled_from(sorted(FLAGS)), unique=True),
    },
)


@LAW
@given(VALID)
def test_valid_reading_comes_out_as_it_went_in(reading: dict[str, Any]) -> None:
    decoded = decode("native", json.dumps(reading).encode(), device="d-1", issued=ISSUED)
    (observation,) = decoded.observations
    assert observation.values == {k: v for k, v in reading.items() if k in VITALS}
    assert observation.seq == reading.get("seq")
    assert observation.boot == reading.get("boot", "")
    assert observation.pulse == reading.get("pulse")
    assert observation.contact == reading.get("contact")
    assert observation.battery == reading.get("battery")
    assert list(observation.flags) == reading.get("flags", [])
    if "t" in reading:
        assert observation.effective == reading["t"] / 1000
    assert decoded.unknown_keys == 0


@LAW
@given(st.lists(st.one_of(VALID, st.just({"hr": "74"})), min_size=1, max_size=20))
def test_batch_loses_bad_elements_only(readings: list[dict[str, Any]]) -> None:
    decoded = decode("native", json.dumps(readings).encode(), device="d-1", issued=ISSUED)
    good = [reading for reading in readings if reading["hr"] != "74"]
    assert len(decoded.observations) == len(good)
    assert len(decoded.refused) == len(readings) - len(good)
    came = [ISSUED if o.effective is None else o.effective for o in decoded.observations]
    assert came == sorted(came)


@LAW
@given(MILLISECONDS)
def test_time_written_is_read_back(milliseconds: int) -> None:
    written = iso(milliseconds / 1000)
    assert abs(from_iso(written) * 1000 - milliseconds) <= 1
    assert len(written) == len("2026-11-23T10:15:02.250Z")
