"""MQTT packets as far as a turnstile reads them, compared with an independent client's."""

import contextlib
import socket
from typing import Final

import paho.mqtt.client as paho
import pytest
from hypothesis import given
from hypothesis import strategies as st
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from monitor.adapters.broker.turnstile.packets import (
    Unreadable,
    introduction,
    lets_in,
    packet_size,
)
from tests.adapters.raw_mqtt import packet

VERSIONS: Final = {
    "3.1": MQTTProtocolVersion.MQTTv31,
    "3.1.1": MQTTProtocolVersion.MQTTv311,
    "5": MQTTProtocolVersion.MQTTv5,
}


def connect(version: MQTTProtocolVersion, name: str | None, *, will: bool, long: bool) -> bytes:
    """Return the CONNECT that paho sends."""
    client = paho.Client(CallbackAPIVersion.VERSION2, "a client", protocol=version)
    if name is not None:
        client.username_pw_set(name, "secret")
    five = version == MQTTProtocolVersion.MQTTv5
    if will:
        of_will = Properties(PacketTypes.WILLMESSAGE)  # type: ignore[no-untyped-call]
        of_will.MessageExpiryInterval = 7
        client.will_set("a/topic", b"gone" * 80, 1, properties=of_will if five else None)
    more = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
    more.UserProperty = ("key", "v" * (300 if long else 1))
    with socket.create_server(("127.0.0.1", 0)) as server:
        host, port = server.getsockname()
        client.connect(host, port, properties=more if five else None)
        peer, _ = server.accept()
        with peer:
            data = peer.recv(65_536)
    client.disconnect()
    return data


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", [None, "strap-1", "service.monitor", "ä" * 100])
@pytest.mark.parametrize("will", [False, True])
def test_the_user_name_of_a_connect(version: str, name: str | None, will: bool) -> None:
    for long in (False, True):
        data = connect(VERSIONS[version], name, will=will, long=long)
        assert introduction(data).account == name
        assert packet_size(data) == len(data)
        for cut in range(2, len(data)):
            with pytest.raises(Unreadable):
                introduction(data[:cut])


def test_what_two_brokers_may_read_differently_is_not_read() -> None:
    honest = connect(MQTTProtocolVersion.MQTTv311, "strap-1", will=True, long=False)
    assert introduction(honest).account == "strap-1"
    version = honest.index(b"MQTT") + 4
    flags = honest[version + 1]
    for at, byte in ((version, 0x83), (version, 6), (version, 0x85), (version + 1, flags | 1),
                     (version - 1, 0x74)):  # fmt: skip
        crafted = bytearray(honest)
        crafted[at] = byte
        with pytest.raises(Unreadable):
            introduction(bytes(crafted))
    with pytest.raises(Unreadable):
        introduction(honest + b"more")
    bridge = bytearray(honest)
    bridge[version] |= 0x80  # as Mosquitto's bridges send it; to Mosquitto this is MQTT 3.1.1
    assert introduction(bytes(bridge)).account == "strap-1"


@given(st.binary(max_size=64))
def test_nothing_that_is_sent_breaks_it(data: bytes) -> None:
    for read in (packet_size, lets_in):
        try:
            read(b"\x30" + data)
        except Unreadable:
            assert all(digit >= 0x80 for digit in data[:4])
    with contextlib.suppress(Unreadable):
        introduction(b"\x10" + data)


@given(st.lists(st.integers(0, 40_000), min_size=1, max_size=5))
def test_sizes(lengths: list[int]) -> None:
    data = b"".join(packet(0x30, bytes(length)) for length in lengths)
    at = 0
    for length in lengths:
        size = packet_size(data, at)
        assert data[at : at + size] == packet(0x30, bytes(length))
        at += size
    assert packet_size(data, at) == 0


@pytest.mark.parametrize(
    ("answer", "let_in"),
    [
        (b"\x20\x02\x00\x00", True),
        (b"\x20\x02\x01\x00", True),  # with the previous session
        (b"\x20\x02\x00\x05", False),
        (b"\x20\x06\x00\x00\x03\x22\x00\x0a", True),  # MQTT 5, with properties
        (b"\x20\x03\x00\x87\x00", False),
        (b"\x20\x02\x00", None),  # incomplete
        (b"\x20\x80", None),
        (b"\x20", None),
        (b"", None),
        (b"\xe0\x02\x00\x00", False),
    ],
)
def test_whom_a_connack_lets_in(answer: bytes, let_in: bool | None) -> None:
    assert lets_in(answer) is let_in
