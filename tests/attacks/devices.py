"""Streams of messages that one device with valid credentials sends until it is stopped. Pure.

Times are epoch seconds and come from the caller. Each stream is one that a real fault or a greedy
program would send: an upload that begins at its newest reading, a cuff that is read in a loop, a
counter that jumps.
"""

import itertools
import json
import random
import struct
from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple

BATCH_BYTES: Final = 60_000
ELEMENTS: Final = 2_000
NEWEST: Final = 4_000_000
KEPT: Final = 30_000
KEPT_A_BATCH: Final = 500
# High, and well under the limit: each twice, since a second reading confirms a cuff's first.
SWING: Final = ((186, 112), (187, 113), (128, 82), (127, 81))


class Message(NamedTuple):
    topic: str
    payload: bytes
    qos: int = 1
    retain: bool = False


Messages = Iterator[Message]
Stream = Callable[[str, float], Messages]


def newest_first(topic: str, now: float) -> Messages:
    """Send a backlog newest first, in batches of 60 KB; every second number is another sensor's."""
    numbers = itertools.count(0)
    while True:
        batch: list[dict[str, Any]] = []
        size = 2
        while size < BATCH_BYTES:
            back = next(numbers)
            reading = {"seq": NEWEST - 2 * back, "t": int((now - back) * 1000), "hr": 70}
            batch.append(reading)
            size += len(encoded(reading)) + 1
        yield Message(topic, encoded(batch))


def swinging(topic: str, now: float) -> Messages:
    """Send valid pressures that swing around a limit."""
    for seq, (sbp, dbp) in enumerate(itertools.cycle(SWING), 1):
        yield Message(topic, encoded({"boot": "s", "seq": seq, "sbp": sbp, "dbp": dbp}))


def junk(topic: str, now: float) -> Messages:
    """Send arrays of 2,000 elements without a single reading."""
    payload = encoded([n % 10 for n in range(ELEMENTS)])
    while True:
        yield Message(topic, payload)


def singly(topic: str, now: float, qos: int) -> Messages:
    for seq in itertools.count(1):
        yield Message(topic, encoded({"boot": "q", "seq": seq, "hr": 70 + seq % 7}), qos)


def unconfirmed(topic: str, now: float) -> Messages:
    return singly(topic, now, 0)


def confirmed(topic: str, now: float) -> Messages:
    return singly(topic, now, 1)


def boots(topic: str, now: float) -> Messages:
    """Send readings of a device that restarts before each of them."""
    for n in itertools.count(1):
        yield Message(topic, encoded({"boot": f"b{n}", "seq": 1, "hr": 70 + n % 7}))


def gaps(topic: str, now: float) -> Messages:
    """Send readings from a counter that skips every second number."""
    for seq in itertools.count(2, 2):
        yield Message(topic, encoded({"boot": "g", "seq": seq, "hr": 70 + seq % 7}))


def kept_in_batches(topic: str, now: float) -> Messages:
    """Send the readings that an honest device kept while it was offline, then stop."""
    rows = [_kept(seq, now) for seq in range(1, KEPT + 1)]
    for at in range(0, KEPT, KEPT_A_BATCH):
        yield Message(topic, encoded(rows[at : at + KEPT_A_BATCH]))


def kept_singly(topic: str, now: float) -> Messages:
    for seq in range(1, KEPT + 1):
        yield Message(topic, encoded(_kept(seq, now)))


def retained(topic: str, now: float) -> Messages:
    """Send retained readings on ever new topics."""
    for n in itertools.count(1):
        yield Message(f"{topic}/x{n}", encoded({"seq": n, "hr": 70}), retain=True)


def unknown(topic: str, now: float) -> Messages:
    """Send unknown formats on ever new topics."""
    for n in itertools.count(1):
        yield Message(f"{topic}/y{n}", b"\x00\xff" * 400)


def large(topic: str, now: float) -> Messages:
    """Send payloads of the largest size that is read, in shapes that are expensive to parse."""
    full = 65_500
    shapes = (
        b"[" * full,
        b'{"seq": 1, "hr": ' * (full // 17),
        b'[{"hr": 70},' * (full // 12) + b"]",
        b'{"hr": ' + b"1" * (full - 10) + b"}",
        b'{"t": "' + b"\\u0041" * (full // 6 - 2) + b'", "hr": 70}',
        b"{" + b",".join(b'"k%d": [1]' % n for n in range(full // 14)) + b"}",
    )
    for shape in itertools.cycle(shapes):
        yield Message(topic, shape)


def huge(topic: str, now: float) -> Messages:
    """Send payloads that our own broker just accepts and that are far too large to be read."""
    payload = b"%" * 2_000_000
    while True:
        yield Message(topic, payload)


def states(topic: str, now: float) -> Messages:
    """Go online and offline with a jumping battery: each begins or ends a technical condition."""
    status = topic.replace("/readings", "/status")
    for n in itertools.count():
        word = "online" if n % 2 else "offline"
        yield Message(status, encoded({"state": word, "battery": n % 101}))


def records(topic: str, now: float) -> Messages:
    """Send records of a cuff with endless memory: timestamps run backwards, for two users."""
    for n in itertools.count():
        minute, second = divmod(n, 60)
        hour, minute = divmod(minute, 60)
        stamp = struct.pack("<HBBBBB", 2026, 11 - hour // 672 % 10, 28 - hour // 24 % 28,
                            23 - hour % 24, 59 - minute, 59 - second)  # fmt: skip
        sbp = 110 + n % 90
        body = struct.pack("<BHHH", 0x0A, sbp, sbp - 45, sbp - 30) + stamp + bytes([n % 2])
        yield Message(f"{topic}/gatt-2a35", body)


def clocks(topic: str, now: float) -> Messages:
    """Send readings of a device whose clock and counter jump to both ends of what is possible."""
    times = (0, 1, int(now * 1000), 4_102_444_800_000, 253_402_300_799_000, 10**18, -1, 2**63)
    numbers = (1, 2**31, 2**53, 2**63 - 1, 2, 2**62)
    for n in itertools.count():
        at, seq = times[n % len(times)], numbers[n % len(numbers)]
        reading = {"boot": "c", "seq": max(1, seq - n), "t": at, "sent": times[n % 5], "sbp": 128}
        yield Message(topic, encoded(reading | {"dbp": 80, "hr": 70 + n % 7}))


def drawn(topic: str, now: float, seed: int) -> Messages:
    """Send random order, gaps, boots, sizes, batches, values and QoS; the same ones for a seed."""
    rng = random.Random(seed)  # noqa: S311 - a behaviour, not a secret
    seq, boot = 1, 0
    while True:
        rows: list[Any] = []
        for _ in range(rng.choice((1, 1, 1, 2, 20, 400))):
            seq = max(1, seq + rng.choice((1, 1, 1, 1, 0, 2, 50, -1, -30)))
            boot += rng.random() < 0.02
            rows.append(_drawn(rng, seq, boot, now))
        body = rows[0] if len(rows) == 1 else rows
        yield Message(topic, encoded(body), rng.choice((0, 1, 1)), rng.random() < 0.01)


def _drawn(rng: random.Random, seq: int, boot: int, now: float) -> Any:
    if rng.random() < 0.05:
        return rng.choice((None, [], "x", 7, {"hr": "many"}, {"seq": -1, "sbp": 1e300}))
    sbp = rng.randint(80, 240)
    values = rng.choice(
        (
            {"hr": rng.randint(30, 200)},
            {"sbp": sbp, "dbp": sbp - rng.randint(20, 60)},
            {"temp": rng.uniform(34, 41)},
        )
    )
    row: dict[str, Any] = {"seq": seq, "boot": f"d{boot}", **values}
    if rng.random() < 0.3:
        row["contact"] = rng.random() < 0.5
    if rng.random() < 0.1:
        row["flags"] = [rng.choice(("movement", "cuff_loose", "irregular_pulse"))]
    if rng.random() < 0.1:
        row["sent"] = int((now + rng.uniform(-7200, 7200)) * 1000)
    if rng.random() < 0.5:
        row["t"] = int((now - rng.choice((0, 1, 60, 3600, -60))) * 1000)
    return row


def _kept(seq: int, now: float) -> dict[str, Any]:
    return _reading(seq, now - (KEPT - seq) * 0.1, hr=70 + seq % 7)


def _reading(seq: int, at: float, **values: Any) -> dict[str, Any]:
    return {"boot": "k", "seq": seq, "t": int(at * 1000), **values}


def encoded(body: object) -> bytes:
    return json.dumps(body, separators=(",", ":")).encode()
