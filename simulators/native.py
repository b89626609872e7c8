"""The native MQTT payloads, as a device writes and reads them."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import msgspec

Reading = dict[str, object]


def iso(seconds: float) -> str:
    """Return e.g. `2026-11-23T10:15:02.250Z`."""
    whole, milliseconds = divmod(round(seconds * 1000), 1000)
    return f"{datetime.fromtimestamp(whole, UTC):%Y-%m-%dT%H:%M:%S}.{milliseconds:03d}Z"


def seconds(text: str) -> float:
    """Return the epoch seconds of an ISO 8601 time with offset; ValueError otherwise."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text} has no offset")
    return moment.timestamp()


def readings_payload(readings: Iterable[Reading], sent: float) -> bytes:
    """Encode one object, or an array of them, each with the device's time of sending."""
    stamp = iso(sent)
    return encode([{**reading, "sent": stamp} for reading in readings])


def encode(readings: list[Reading]) -> bytes:
    """Encode one reading as an object, more as an array (a batch)."""
    return msgspec.json.encode(readings[0] if len(readings) == 1 else readings)


def status_payload(state: str, battery: float | None = None) -> bytes:
    body: dict[str, object] = {"state": state}
    if battery is not None:
        body["battery"] = battery
    return msgspec.json.encode(body)


def confirmation(payload: bytes) -> tuple[str, int] | None:
    """Return (boot, seq) of a message on `acks`; None if it is not one."""
    body = _object(payload)
    boot, seq = body.get("boot"), body.get("seq")
    if isinstance(seq, int) and (boot is None or isinstance(boot, str)):
        return boot or "", seq
    return None


def command(payload: bytes) -> str:
    """Return the command in a message on `commands`; "" if there is none."""
    name = _object(payload).get("command")
    return name if isinstance(name, str) else ""


def _object(payload: bytes) -> dict[str, Any]:
    try:
        body = msgspec.json.decode(payload)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return {}
    return body if isinstance(body, dict) else {}
