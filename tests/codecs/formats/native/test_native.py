"""The native format: golden payloads with their meaning, and a table of edges."""

import json
from pathlib import Path
from typing import Final

import pytest

from monitor.codecs import MAX_PAYLOAD, Undecodable, decode
from monitor.codecs.contract.wire import iso
from monitor.codecs.formats.native.elements import MAX_BATCH
from tests.codecs.formats.native.parsed import ISSUED, native, one, refusal

GOLDEN: Final = sorted((Path(__file__).parents[3] / "golden" / "native").glob("*.json"))


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


@pytest.mark.parametrize(
    ("written", "pulse"),
    [("72", 72.0), ("25", 25.0), ("240", 240.0), ("24.9", None), ("240.1", None), ("0", None)],
)
def test_pulse_out_of_range_is_no_evidence(written: str, pulse: float | None) -> None:
    observation = one(f'{{"sbp": 121, "dbp": 80, "pulse": {written}}}')
    assert observation.pulse == pulse
    assert observation.values == {"sbp": 121.0, "dbp": 80.0}
