"""The native format: golden payloads with their meaning, and a table of edges."""

import json
from pathlib import Path
from typing import Any, Final

import pytest

from monitor.codecs import MAX_PAYLOAD, Undecodable, decode
from monitor.codecs.contract.wire import from_iso, iso
from monitor.codecs.formats.native.elements import MAX_BATCH
from monitor.core.vocabulary.vitals import Observation

GOLDEN: Final = sorted((Path(__file__).parents[3] / "golden" / "native").glob("*.json"))
ISSUED: Final = from_iso("2026-11-23T10:15:10Z")


def native(payload: str | bytes) -> Any:
    raw = payload.encode() if isinstance(payload, str) else payload
    return decode("native", raw, device="d-1", issued=ISSUED)


def one(payload: str | bytes) -> Observation:
    decoded = native(payload)
    (observation,) = decoded.observations
    assert decoded.refused == []
    assert isinstance(observation, Observation)
    return observation


def refusal(payload: str | bytes) -> str:
    with pytest.raises(Undecodable) as refused:
        native(payload)
    assert len(refused.value.excerpt) <= 512
    return refused.value.reason


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_golden_payload_means_what_its_file_says(path: Path) -> None:
    golden = json.loads(path.read_text())
    decoded = native(golden["payload"])
    meant = [
        {
            "effective": iso(o.effective),
            "sent": iso(o.sent),
            "boot": o.boot,
            "seq": o.seq,
            "values": o.values,
            "pulse": o.pulse,
            "contact": o.contact,
            "flags": list(o.flags),
            "battery": o.battery,
        }
        for o in decoded.observations
    ]
    assert meant == golden["observations"]
    assert [reason for reason, _ in decoded.refused] == golden["refused"]
    assert decoded.unknown_keys == golden["unknown_keys"]


def test_observation_bears_device_receipt_and_history() -> None:
    decoded = decode("native", b'{"hr": 74}', device="d-9", issued=5.0, replayed=True)
    (observation,) = decoded.observations
    assert (observation.device, observation.issued, observation.replayed) == ("d-9", 5.0, True)


TIMES: Final = [
    ('"2026-11-23T10:15:02Z"', "2026-11-23T10:15:02.000Z"),
    ('"2026-11-23T10:15:02.25Z"', "2026-11-23T10:15:02.250Z"),
    ('"2026-11-23T10:15:02.123456789Z"', "2026-11-23T10:15:02.123Z"),
    ('"2026-11-23T10:15:02+00:00"', "2026-11-23T10:15:02.000Z"),
    ('"2026-11-23T05:15:02.250-05:00"', "2026-11-23T10:15:02.250Z"),
    ('"2026-11-24T00:15:02+14:00"', "2026-11-23T10:15:02.000Z"),
    ("1795428902250", "2026-11-23T10:15:02.250Z"),
    ("1795428902250.5", "2026-11-23T10:15:02.250Z"),
    ("1.79542890225e12", "2026-11-23T10:15:02.250Z"),
    # The claim of a clock that lost its time is kept; the core decides whether to believe it.
    ('"1970-01-01T00:00:01Z"', "1970-01-01T00:00:01.000Z"),
    ('"2099-01-01T00:00:00Z"', "2099-01-01T00:00:00.000Z"),
    ('"0001-01-01T00:00:00Z"', "0001-01-01T00:00:00.000Z"),
]


@pytest.mark.parametrize(("written", "meant"), TIMES)
@pytest.mark.parametrize("key", ["t", "sent"])
def test_time_is_read(key: str, written: str, meant: str) -> None:
    observation = one(f'{{"hr": 74, "{key}": {written}}}')
    assert iso(observation.effective if key == "t" else observation.sent) == meant


PASSING: Final[list[tuple[str, dict[str, float]]]] = [
    ('{"hr": 0}', {"hr": 0.0}),
    ('{"hr": -5}', {"hr": -5.0}),
    ('{"sbp": 32000, "dbp": 32000, "map": 32000}', {"sbp": 32000, "dbp": 32000, "map": 32000}),
    ('{"sbp": 80, "dbp": 120}', {"sbp": 80, "dbp": 120}),
    ('{"hr": 1e29}', {"hr": 1e29}),
    ('{"hr": 74, "temp": 98.6, "unit": "degF"}', {"hr": 74.0, "temp": 37.0}),
    (
        '{"temp": 36.9, "sbp": 16, "dbp": 10, "unit": "kPa"}',
        {"temp": 36.9, "sbp": 120.01, "dbp": 75.01},
    ),
    ('{"temp": 36.9, "sbp": 120, "unit": "Cel"}', {"temp": 36.9, "sbp": 120.0}),
    ('{"sbp": 120, "unit": "mm[Hg]"}', {"sbp": 120.0}),
    ('{"hr": 74, "unit": "mmHg"}', {"hr": 74.0}),
    ('{"hr": null, "sbp": 120, "dbp": null}', {"sbp": 120.0}),
    (' \n {"hr": 74} ', {"hr": 74.0}),
    ('{"contact": false}', {}),
    ('{"flags": ["irregular_pulse"]}', {}),
    ('{"battery": 12}', {}),
]


@pytest.mark.parametrize(("payload", "values"), PASSING)
def test_values_pass_as_they_are(payload: str, values: dict[str, float]) -> None:
    assert one(payload).values == values


@pytest.mark.parametrize(
    ("written", "boot"), [('"a1"', "a1"), ("17", "17"), ("null", ""), ('"é 2"', "é 2")]
)
def test_boot_is_text(written: str, boot: str) -> None:
    assert one(f'{{"hr": 74, "boot": {written}}}').boot == boot


@pytest.mark.parametrize("level", ["255", "-1", "100.5", "NaN", "-inf"])
def test_meaningless_battery_is_counted_and_costs_no_reading(level: str) -> None:
    decoded = native(f'{{"hr": 74, "battery": {level}}}')
    assert decoded.observations[0].battery is None
    assert decoded.unknown_keys == 1


def test_repeated_flag_counts_once() -> None:
    assert one('{"sbp": 120, "flags": ["movement", "movement"]}').flags == ("movement",)


def test_largest_seq() -> None:
    assert one(f'{{"hr": 74, "seq": {2**63 - 1}}}').seq == 2**63 - 1


REFUSED: Final[list[tuple[str | bytes, str]]] = [
    ("", "not JSON"),
    ("garbage", "not JSON"),
    ("\ufeff{}", "no vital sign in it"),
    ('{"hr": 74', "not JSON"),
    ('{"hr": 74} {"hr": 75}', "several objects in one message"),
    (b'{"hr": 74, "x": "\xff"}', "no UTF-8 (byte 0xff)"),
    (b"\xff\xfe\x00", "UTF-16 text"),
    (b"\xfd\xfe\x00", "not JSON"),
    ("[" * 60_000, "not JSON"),
    ('{"x":' * 10_000, "not JSON"),
    ("74", "a reading is a JSON object"),
    ('"hr"', "a reading is a JSON object"),
    ("null", "a reading is a JSON object"),
    ("{}", "no vital sign in it"),
    ('{"seq": 5}', "no vital sign in it"),
    ('{"hr": null}', "no vital sign in it"),
    ('{"pulse": 70}', "no vital sign in it"),
    ('{"flags": ["sneezing"]}', "no vital sign in it"),
    ('{"battery": 255}', "no vital sign in it"),
    ('{"hr": NaN}', "hr: not a finite number"),
    ('{"temp": -Infinity}', "temp: not a finite number"),
    ('{"hr": 1e999}', "hr: not a finite number"),
    ('{"hr": 1e30}', "hr: larger than anything measured"),
    ('{"temp": -1' + "0" * 40 + "}", "temp: larger than anything measured"),
    ('{"hr": ' + "9" * 400 + "}", "hr: "),
    ('{"hr": ' + "9" * 5000 + "}", "not JSON"),
    ('{"hr": "74"}', "hr: expected float, got str"),
    ('{"hr": true}', "hr: expected float, got bool"),
    ('{"hr": [74]}', "hr: expected float, got array"),
    ('{"sbp": 9e29, "unit": "kPa"}', "unit: a value in kPa that is beyond all numbers"),
    ('{"hr": 74, "unit": "bpm"}', "unit: 'bpm' is not one of"),
    ('{"temp": 36.9, "unit": "mmHg"}', "unit: mmHg measures nothing in it"),
    ('{"hr": 74, "unit": 5}', "unit: expected str, got int"),
    ('{"hr": 74, "boot": "a\\u0000"}', "boot: at most 64 printable"),
    ('{"hr": 74, "boot": "' + "a" * 65 + '"}', "boot: at most 64 printable"),
    ('{"hr": 74, "t": true}', "t: expected int | float | str, got bool"),
    ('{"hr": 74, "t": "2026-11-23T10:15:02"}', "t: '2026-11-23T10:15:02' has no offset"),
    ('{"hr": 74, "t": "2026-11-23"}', "t: '2026-11-23' has no offset"),
    ('{"hr": 74, "t": "yesterday"}', "t: 'yesterday' is not an ISO 8601 time"),
    ('{"hr": 74, "t": ""}', "t: '' is not an ISO 8601 time"),
    ('{"hr": 74, "t": "2026-02-30T10:15:02Z"}', "is not an ISO 8601 time"),
    ('{"hr": 74, "t": "0001-01-01T00:00:00+14:00"}', "t: a time outside the years 1 to 9999"),
    ('{"hr": 74, "t": 1e300}', "t: a time outside the years 1 to 9999"),
    ('{"hr": 74, "t": ' + "9" * 30 + "}", "t: a time outside the years 1 to 9999"),
    ('{"hr": 74, "sent": "noon"}', "sent: 'noon' is not an ISO 8601 time"),
    ("[]", "a batch of 0 readings"),
    ("[" + "{}," * MAX_BATCH + "{}]", f"a batch of {MAX_BATCH + 1} readings"),
    ('[{"hr": NaN, {"hr": 74]', "not JSON"),
]


@pytest.mark.parametrize(("payload", "reason"), REFUSED, ids=range(len(REFUSED)))
def test_what_cannot_be_read_says_why(payload: str | bytes, reason: str) -> None:
    assert reason in refusal(payload)


def test_sender_cannot_write_long_or_raw_text_into_a_reason() -> None:
    for key in ("t", "unit"):
        reason = refusal(json.dumps({"hr": 74, key: "\n\u202e" + "x" * 5000}))
        assert reason.isprintable()
        assert len(reason) < 150


def test_nan_in_a_batch_spoils_its_own_element_only() -> None:
    decoded = native('[{"seq": 1, "hr": 74}, {"seq": 2, "hr": NaN}, {"seq": 3, "hr": 76}]')
    assert [o.seq for o in decoded.observations] == [1, 3]
    ((reason, excerpt),) = decoded.refused
    assert reason == "hr: not a finite number"
    assert json.loads(excerpt)["seq"] == 2


def test_batch_is_in_order_of_measurement_and_stable() -> None:
    rows = [(1, -1000), (2, -3000), (3, None), (4, -1000), (5, -2000)]
    now = round(ISSUED * 1000)
    batch = [{"seq": seq, "hr": 70} | ({} if t is None else {"t": now + t}) for seq, t in rows]
    # Without a time the receipt counts, which is the latest of all here.
    assert [o.seq for o in native(json.dumps(batch)).observations] == [2, 5, 1, 4, 3]


def test_batch_of_an_unknown_clock_is_in_order_of_its_numbers() -> None:
    batch = [{"seq": seq, "hr": 70, "t": t} for seq, t in [(1, 9000), (2, 7000), (3, 8000)]]
    assert [o.seq for o in native(json.dumps(batch)).observations] == [2, 3, 1]


def test_excerpt_of_a_refused_element_is_bounded() -> None:
    decoded = native(json.dumps([{"hr": 74}, {"hr": "x" * 5000}]))
    assert [len(excerpt) for _, excerpt in decoded.refused] == [512]


def test_full_batch_of_full_payload_is_read() -> None:
    rows = [{"seq": i, "t": 1795428902250 + i, "hr": 74} for i in range(1500)]
    payload = json.dumps(rows, separators=(",", ":")).encode()
    assert len(payload) <= MAX_PAYLOAD
    assert len(native(payload).observations) == 1500


def test_payload_over_the_limit_is_not_looked_at() -> None:
    limit = b'{"hr": 74}'.ljust(MAX_PAYLOAD)
    assert one(limit).values == {"hr": 74.0}
    reason = refusal(limit + b" ")
    assert reason == "message of 65537 bytes, at most 65536 are read"


def test_unknown_format_is_refused_by_name() -> None:
    with pytest.raises(Undecodable, match="format 'morse' is not read here"):
        decode("morse", b"...", device="d-1", issued=ISSUED)


WORDS: Final = ["NaN", "nan", "-nan", "NAN(ind)", "Infinity", "-Infinity", "inf", "-inf", "1.#QNAN"]


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize(
    ("payload", "values", "failed"),
    [
        ('{"sbp": W, "dbp": W}', {}, ("sbp", "dbp")),
        ('{"sbp": W, "dbp": W, "map": W, "pulse": W}', {}, ("sbp", "dbp")),
        ('{"sbp": W, "dbp": 82}', {"dbp": 82.0}, ("sbp",)),
        ('{"sbp": 188, "dbp": W}', {"sbp": 188.0}, ("dbp",)),
        ('{"sbp": W, "dbp": null}', {}, ("sbp",)),
        ('{"sbp": W}', {}, ("sbp",)),
        ('{"sbp": W, "dbp": 10.7, "unit": "kPa"}', {"dbp": 80.26}, ("sbp",)),
        ('{"hr": 72, "sbp": W, "dbp": W}', {"hr": 72.0}, ("sbp", "dbp")),
        # a mean is an extra, a pulse checks other values, the battery charge is not a reading
        ('{"sbp": 120, "dbp": 80, "map": W}', {"sbp": 120.0, "dbp": 80.0}, ()),
        ('{"sbp": 120, "pulse": W}', {"sbp": 120.0}, ()),
        ('{"hr": 72, "other": W}', {"hr": 72.0}, ()),
        ('{"hr": 72, "battery": W}', {"hr": 72.0}, ()),
    ],
)
def test_pressure_that_is_no_number_failed(
    word: str, payload: str, values: dict[str, float], failed: tuple[str, ...]
) -> None:
    for written in (word, f'"{word}"', f'" {word.upper()} "'):
        observation = one(payload.replace("W", written))
        assert (observation.values, observation.failed) == (values, failed)
        assert observation.pulse is None


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        ('{"hr": W}', "hr: not a finite number"),
        ('{"hr": 72, "temp": W}', "temp: not a finite number"),
        ('{"map": W}', "map: not a finite number"),
        ('{"hr": 74, "t": W}', "t: not a finite number"),
        ('{"sbp": W, "dbp": "82"}', "dbp: expected float, got str"),
        ('{"sbp": W, "unit": "bar"}', "unit: 'bar' is not one of"),
    ],
)
def test_other_numbers_that_are_none_cost_their_object(
    word: str, payload: str, reason: str
) -> None:
    assert reason in refusal(payload.replace("W", word))


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        ('{"hr": "W"}', "no vital sign in it"),
        ('{"hr": 74, "t": "W"}', "is not an ISO 8601 time"),
    ],
)
def test_no_number_as_text_stands_for_a_value_only(payload: str, reason: str) -> None:
    for word in WORDS:
        assert reason in refusal(payload.replace("W", word))


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize(
    ("payload", "values", "failed"),
    [
        ('{"sbp": 120, "temp": "W"}', {"sbp": 120.0}, ()),
        ('{"hr": "W", "sbp": "W", "dbp": "W"}', {}, ("sbp", "dbp")),
        ('{"hr": "W", "temp": 36.9}', {"temp": 36.9}, ()),
        ('{"hr": 72, "map": "W"}', {"hr": 72.0}, ()),
        ('{"hr": "W", "contact": false}', {}, ()),
        ('{"hr": "W", "battery": 64}', {}, ()),
        ('{"hr": 74, "seq": "W"}', {"hr": 74.0}, ()),
        ('{"hr": 74, "contact": "W", "boot": "W"}', {"hr": 74.0}, ()),
        ('{"hr": 74, "seq": W}', {"hr": 74.0}, ()),
    ],
)
def test_no_number_costs_its_own_value(
    word: str, payload: str, values: dict[str, float], failed: tuple[str, ...]
) -> None:
    observation = one(payload.replace("W", word))
    assert (observation.values, observation.failed) == (values, failed)
    assert observation.seq is None


def test_a_rate_that_is_no_number_leaves_a_trace() -> None:
    assert native('{"hr": "nan", "temp": 36.9}').unknown_keys == 1
    assert native('{"hr": null, "temp": 36.9}').unknown_keys == 0


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize(
    ("payload", "values", "failed"),
    [
        ('{"sbp": 188, "dbp": 115, "temp": W}', {"sbp": 188.0, "dbp": 115.0}, ()),
        ('{"temp": W, "sbp": W, "dbp": W}', {}, ("sbp", "dbp")),
    ],
)
def test_beside_a_pressure_it_is_set_aside_by_itself(
    word: str, payload: str, values: dict[str, float], failed: tuple[str, ...]
) -> None:
    decoded = native(payload.replace("W", word))
    (observation,) = decoded.observations
    assert (observation.values, observation.failed) == (values, failed)
    assert [reason for reason, _ in decoded.refused] == [
        "temp: not a finite number; the rest was read"
    ]


# Fields beside a crisis value, and how each is read; None: it is skipped and counted.
BESIDE: Final[list[tuple[str, str, object]]] = [
    ("battery", '"87"', None), ("battery", "[1]", None),
    ("seq", "7.0", 7), ("seq", '"7"', 7), ("seq", "-1", None), ("seq", "1.5", None),
    ("seq", "true", None), ("seq", str(2**63), None), ("seq", '"\u0667"', None),
    ("seq", '"' + "9" * 5000 + '"', None), ("seq", "{}", None),
    ("boot", "true", None), ("boot", "[1]", None),
    ("contact", "1", True), ("contact", "0", False), ("contact", '"true"', True),
    ("contact", '"No"', False), ("contact", "2", None), ("contact", '"worn"', None),
    ("contact", "[]", None),
    ("flags", '"movement"', ("movement",)), ("flags", '[1, "movement"]', ("movement",)),
    ("flags", "{}", None), ("pulse", '"70"', None), ("rr_ms", '"812"', None),
    ("temp", '"warm"', None), ("temp", "true", None), ("hr", '"72"', None), ("map", "[]", None),
]  # fmt: skip


@pytest.mark.parametrize(("key", "written", "found"), BESIDE)
def test_no_extra_of_a_wrong_type_costs_a_pressure(key: str, written: str, found: object) -> None:
    decoded = native(f'{{"sbp": 188, "dbp": 115, "{key}": {written}}}')
    (observation,) = decoded.observations
    assert {v: observation.values[v] for v in ("sbp", "dbp")} == {"sbp": 188.0, "dbp": 115.0}
    if key in ("hr", "temp", "map"):
        assert decoded.refused[0][0] == f"{key}: not a number; the rest was read"
        assert key not in observation.values
    elif found is None:
        assert decoded.unknown_keys == 1
    else:
        assert (decoded.unknown_keys, getattr(observation, key)) == (0, found)


NOTHING: Final = ["", " ", "null", "None", "NULL", "--", "---", "-", "N/A", "unknown", "undefined"]


@pytest.mark.parametrize("word", NOTHING)
@pytest.mark.parametrize(
    ("payload", "values"),
    [
        ('{"hr": 72, "sbp": "W", "dbp": "W", "map": "W", "pulse": "W"}', {"hr": 72.0}),
        ('{"sbp": "W", "dbp": 82}', {"dbp": 82.0}),
        ('{"sbp": 150, "dbp": "W", "battery": "W"}', {"sbp": 150.0}),
        ('{"hr": "W", "temp": 36.9}', {"temp": 36.9}),
        ('{"hr": "W", "contact": false}', {}),
    ],
)
def test_a_word_for_no_value_is_as_null(word: str, payload: str, values: dict[str, float]) -> None:
    decoded = native(payload.replace("W", word))
    (observation,) = decoded.observations
    assert (observation.values, observation.failed) == (values, ())
    assert decoded.unknown_keys == 0


@pytest.mark.parametrize("word", ["74", "error", "nano", "x nan", "nan nan", "0x4a", "-" * 5000])
def test_any_other_text_is_no_value(word: str) -> None:
    assert refusal(f'{{"hr": "{word}"}}') == "hr: expected float, got str"
    assert refusal(f'{{"sbp": 120, "dbp": "{word}"}}') == "dbp: expected float, got str"


@pytest.mark.parametrize("word", NOTHING)
def test_nothing_at_all_is_no_vital_sign(word: str) -> None:
    assert refusal(f'{{"seq": 5, "hr": "{word}"}}') == "no vital sign in it"


def test_a_text_costs_its_own_element_only() -> None:
    decoded = native(
        '[{"seq": 1, "sbp": "NaN", "dbp": "nan"}, {"seq": 2, "sbp": "high"}, {"seq": 3, "hr": 76}]'
    )
    assert [(o.seq, o.failed) for o in decoded.observations] == [(1, ("sbp", "dbp")), (3, ())]
    assert [reason for reason, _ in decoded.refused] == ["sbp: expected float, got str"]


def test_word_for_no_number_inside_a_text_is_text() -> None:
    observation = one('{"boot": "a nan, \\"inf, b", "sbp": nan, "dbp": 80}')
    assert observation.boot == 'a nan, "inf, b'
    assert observation.failed == ("sbp",)


@pytest.mark.parametrize("word", ["nano", "inferior", "NaN5", "xnan", "nan_"])
def test_other_words_are_no_json(word: str) -> None:
    assert "not JSON" in refusal(f'{{"sbp": {word}, "dbp": 80}}')


@pytest.mark.parametrize(
    ("written", "pulse"),
    [("72", 72.0), ("25", 25.0), ("240", 240.0), ("24.9", None), ("240.1", None), ("0", None)],
)
def test_pulse_out_of_range_is_no_evidence(written: str, pulse: float | None) -> None:
    observation = one(f'{{"sbp": 121, "dbp": 80, "pulse": {written}}}')
    assert observation.pulse == pulse
    assert observation.values == {"sbp": 121.0, "dbp": 80.0}


@pytest.mark.parametrize(
    ("written", "intervals", "unknown"),
    [
        ("[812, 833.44]", (812.0, 833.4), 0),
        ("[0, 199.9, 200, 3000, 3000.1, -5]", (200.0, 3000.0), 0),
        ("[]", (), 0),
        ("null", (), 0),
        ("[812, nan, 1e999, 833]", (812.0, 833.0), 0),
        ("[" + "9" * 400 + "]", (), 0),
        ("812", (), 1),
        ('"812 833"', (), 1),
        ('[812, "833"]', (), 1),
        ("[812, null]", (), 1),
        ("[true]", (), 1),
        ('{"a": 1}', (), 1),
        ("nan", (), 1),
    ],
)
def test_intervals_never_cost_the_rate(
    written: str, intervals: tuple[float, ...], unknown: int
) -> None:
    decoded = native(f'{{"hr": 72, "rr_ms": {written}}}')
    (observation,) = decoded.observations
    assert (observation.values, observation.rr) == ({"hr": 72.0}, intervals)
    assert decoded.unknown_keys == unknown
