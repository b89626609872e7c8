"""The status of a device: which fields are read, and the few messages that are refused."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.codecs import MAX_PAYLOAD, Undecodable
from monitor.codecs.formats.device_status import DeviceSays, read


@pytest.mark.parametrize(
    ("payload", "online"),
    [
        (b'{"state": "online"}', True),
        (b'{"state": "offline"}', False),
        (b'{"state": "Offline"}', False),
        (b'{"state": " ONLINE "}', True),
        (b"online", True),
        (b"offline", False),
        (b" Offline\r\n", False),
        (b'"offline"', False),
        (b"'ONLINE'", True),
        (b"offline\0", False),
        (b"\xef\xbb\xbfoffline", False),
        (b'\xef\xbb\xbf{"state": "offline"}', False),
        (b'{"state": "online", "state": "offline"}', False),
        (b'{"battery": 12, "state": "offline"}', False),
    ],
)
def test_state(payload: bytes, online: bool) -> None:
    assert read(payload).online is online
    assert read(payload.ljust(MAX_PAYLOAD)).online is online
    assert read(payload).unknown_keys == 0


@pytest.mark.parametrize(
    ("written", "battery", "unknown"),
    [
        ("64", 64, 0),
        ("0", 0, 0),
        ("100", 100, 0),
        ("87.5", 88, 0),
        ("86.5", 87, 0),
        ('"87"', 87, 0),
        ('" 87 % "', 87, 0),
        ('"87.5"', 88, 0),
        ("null", None, 0),
        ("255", None, 1),
        ("-1", None, 1),
        ("100.5", None, 1),
        ("true", None, 1),
        ('"n/a"', None, 1),
        ('""', None, 1),
        ("[87]", None, 1),
        ('{"level": 87}', None, 1),
        ("nan", None, 1),
        ("-Infinity", None, 1),
        ("1e999", None, 1),
        ("9" * 400, None, 1),
        ('"' + "9" * 400 + '"', None, 1),
        ('87, "battery": 12', 12, 0),
        # no longer JSON
        ("87%", None, 1),
        ("", None, 1),
        ("unknown", None, 1),
    ],
)
@pytest.mark.parametrize("state", ["online", "offline"])
def test_a_bad_charge_costs_itself(
    state: str, written: str, battery: int | None, unknown: int
) -> None:
    says = read(f'{{"state": "{state}", "battery": {written}}}'.encode())
    assert says == DeviceSays(state == "online", battery, unknown)


def test_unknown_keys_are_counted() -> None:
    payload = b'{"state": "offline", "ip": "10.0.0.2", "uptime": 5, "battery": 64}'
    assert read(payload) == DeviceSays(False, 64, 2)


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"", "neither JSON nor online nor offline"),
        (b"gone", "neither JSON nor"),
        (b"on line", "neither JSON nor"),
        (b"offline online", "neither JSON nor"),
        (b"[" * 5000, "neither JSON nor"),
        (b"\xff\xfe\x00", "neither JSON nor"),
        (b"{}", "state is neither"),
        (b'{"battery": 64}', "state is neither"),
        (b'{"state": "away"}', "state is neither"),
        (b'{"state": null}', "state is neither"),
        (b'{"state": true}', "state is neither"),
        (b'{"state": ["offline"]}', "state is neither"),
        (b'{"note": "state: offline", "battery":', "neither JSON nor"),
        (b'["offline"]', "neither JSON nor"),
        (b'{"state": "offline"}' + b" " * MAX_PAYLOAD, "at most 65536 are read"),
    ],
)
def test_without_a_state_it_is_refused(payload: bytes, reason: str) -> None:
    with pytest.raises(Undecodable, match=reason) as refused:
        read(payload)
    assert refused.value.reason.startswith("status: ")


@given(st.sampled_from(["online", "offline"]), st.binary(max_size=12))
def test_whatever_stands_behind_the_state_it_is_read(state: str, rest: bytes) -> None:
    says = read(b'{"state": "' + state.encode() + b'", "x": ' + rest)
    if b"state" not in rest:
        assert says.online is (state == "online")


@given(st.binary(max_size=40))
def test_any_bytes_are_read_or_refused(payload: bytes) -> None:
    with suppress(Undecodable):
        assert type(read(payload).online) is bool
