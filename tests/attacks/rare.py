"""Attackers of the broker's port that use the parts of MQTT which devices seldom or never use."""

import itertools
import time
from collections.abc import Callable, Iterator
from typing import Final

from tests.adapters.raw_mqtt import packet, publish, text
from tests.attacks.mqtt import AGAIN_S, Closed, Line
from tests.attacks.target import Did, Going, Hand, Target

FILTERS: Final = 400  # of one SUBSCRIBE
LARGE: Final = 60_000
PROPERTY: Final = b"\x26\0\0\0\0"  # a user property, empty
MANY: Final = 100_000

Packets = Callable[[Target], Iterator[bytes]]


def filters(target: Target) -> Iterator[bytes]:
    """Subscribe to everything, again and again, each time in the name of another group."""
    numbers = itertools.count()
    while True:
        asked = (text(f"$share/g{next(numbers)}/#") + b"\0" for _ in range(FILTERS))
        yield packet(0x82, b"\0\1" + b"".join(asked))


def unreleased(target: Target) -> Iterator[bytes]:
    """Publish at QoS 2, and never release a message."""
    for number in itertools.cycle(range(1, 65_536)):
        yield publish(target.device.topic, b" " * LARGE, qos=2, packet_id=number)


def bad_topics(target: Target) -> Iterator[bytes]:
    """Publish on topics that are none; a broker ends the connection for most of them."""
    own = target.device.topic.encode()
    names = (
        b"", b"\0", own + b"\0x", own + b"/\xff\xfe", own + b"/\xed\xa0\x80", own + b"/#", b"+",
        b"$SYS/broker/uptime", b"$CONTROL/dynamic-security/v1", b"$share/g/" + own,
        own + b"/" + b"x" * 65_000, b"/" * 65_000, own + b"/a" * 190, own + b"/\x01\xc2\x80",
        "/\ufeff".encode() + own, target.victim.encode(),
    )  # fmt: skip
    for name in itertools.cycle(names):
        yield from (publish(name, b'{"hr": 70}', qos=qos) for qos in (0, 1, 2))


def long_names(target: Target) -> Iterator[bytes]:
    """Publish under ever new names of 60 KB."""
    for n in itertools.count():
        yield publish(f"{target.device.topic}/{n:060000d}", b"x", qos=1, retain=n % 2 == 1)


def properties(target: Target) -> Iterator[bytes]:
    """Publish with a hundred thousand user properties (MQTT 5)."""
    given = _counted(PROPERTY * MANY)
    body = text(target.device.topic) + b"\0\1" + given + b'{"hr": 70}'
    return itertools.repeat(packet(0x32, body))


def large_status(target: Target) -> Iterator[bytes]:
    """Report a status in two megabytes of JSON."""
    topic = target.device.topic.replace("/readings", "/status")
    keys = b",".join(b'"k%d":[%d]' % (n, n) for n in range(120_000))
    whole = b'{%b,"state":"offline"}' % keys
    broken = b'{"state": "on",' * 130_000
    for payload in itertools.cycle((whole, broken)):
        yield publish(topic, payload[:2_000_000] if payload is broken else payload)


def speaking(packets: Packets, *, clean: bool = True, given: bytes | None = None) -> Hand:
    """Return an attacker that sends packets as fast as they are taken, and connects again.

    given: properties of its CONNECT; None: it speaks MQTT 3.1.1
    """

    def hand(target: Target, going: Going) -> Did:
        did: Did = {"sent": 0, "hung_up": 0}
        stream = packets(target)
        while going():
            line = None
            try:
                line = Line(target.mqtt, target.device, clean=clean, properties=given)
                while going():
                    line.send(next(stream), going)
                    did["sent"] += 1
            except Closed:
                did["hung_up"] += 1
                time.sleep(AGAIN_S)
            finally:
                if line is not None:
                    line.close()
        return did

    return hand


def _counted(given: bytes) -> bytes:
    """Return properties behind their length."""
    return packet(0, given)[1:]
