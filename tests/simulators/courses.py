"""Run devices without a broker: time in, payloads out."""

import json
from collections.abc import Collection, Iterable
from typing import Any

from simulators.devices import Device, Message
from simulators.native import seconds
from simulators.scenarios import SCENARIOS
from simulators.sessions import Session, build

COMMAND = b'{"command": "measure_bp", "reason": "confirm", "by": "2027-01-15T08:00:00Z"}'
START = 1_800_000_000.0


def session(scenario: str, seed: int = 1, number: int = 0) -> Session:
    """Return a session that was dosed as planned."""
    made = build(SCENARIOS[scenario], seed=seed, number=number, opens=START)
    if made.dose_at is not None:
        made.dose(made.dose_at)
    return made


def play(
    device: Device,
    until: float,
    *,
    step: float = 1.0,
    confirm: bool = True,
    commands: Collection[float] = (),
) -> list[tuple[float, Message]]:
    """Return all messages of a device with their times; it is advanced every `step` seconds.

    commands   seconds after the start at which it receives the command to measure
    """
    sent: list[tuple[float, Message]] = []
    now = device.unit.starts
    while now < until:
        messages: list[Message] = []
        if device.reachable(now) and not device.online:
            messages += device.connected(now)
        elif device.online and not device.reachable(now):
            device.disconnected()
        if now - device.unit.starts in commands:
            device.hear("commands", COMMAND, now)
        messages += device.advance(now)
        sent += [(now, message) for message in messages]
        if confirm and device.online:
            seq = device.outbox.last
            body = json.dumps({"boot": device.outbox.boot, "seq": seq}).encode()
            device.hear("acks", body, now)
        now += step
    return sent


def readings(messages: Iterable[tuple[float, Message]]) -> list[dict[str, Any]]:
    """Return the readings in them, in order; skip messages that are not our readings."""
    found = []
    for _, message in messages:
        if message.topic != "readings":
            continue
        try:
            body = json.loads(message.payload)
        except ValueError:
            continue
        elements = body if isinstance(body, list) else [body]
        found += [e for e in elements if isinstance(e, dict) and "boot" in e]
    return found


def minute(made: Session, reading: dict[str, Any]) -> float:
    """Return minutes from the planned dose to the measurement, by the device's clock."""
    assert made.dose_at is not None
    return (seconds(reading["t"]) - made.dose_at) / 60
