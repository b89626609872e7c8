"""The wire between a socket pair: data sent in any pieces arrives whole."""

import asyncio
import socket
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.adapters.mqtt import packet_socket
from monitor.adapters.mqtt.packet_socket import CHUNK, READS, TURN_S, PacketSocket, Publish
from tests.adapters.raw_mqtt import packet, publish

SUBACK = packet(0x90, b"\x00\x01\x01")
PINGRESP = b"\xd0\x00"


class Engine:
    """A fake paho: reads a packet as paho does, byte by byte, and hangs up at b""."""

    def __init__(self) -> None:
        self.wire: PacketSocket
        self.packets: list[bytes] = []
        self.to_say: list[bytes] = []
        self.over = False

    def loop_read(self) -> None:
        taken = b""
        try:
            while byte := self.wire.recv(1):
                taken += byte
        except BlockingIOError:
            self.packets.append(taken)
            return
        self.over = True
        self.wire.close()

    def loop_write(self) -> None:
        while self.to_say:
            self.wire.send(self.to_say.pop(0))


class Message(NamedTuple):
    topic: str
    payload: bytes
    retained: bool
    qos: int
    packet_id: int


URGENT = "canary"
AHEAD = 1_000_000  # less than the service allows


class Bench:
    """A wire, and the broker's end of it. takes: s that each message takes to decide."""

    def __init__(self, loop: asyncio.AbstractEventLoop, takes: float = 0.0) -> None:
        ours, self.theirs = socket.socketpair()
        ours.setblocking(False)
        self.heard: list[Message] = []
        self.read_at: list[float] = []
        self.now = 0.0
        self._takes = takes
        self.engine = Engine()
        self.wire = PacketSocket(
            loop, ours, self.engine, self._take, urgent=URGENT, clock=lambda: self.now
        )
        self.engine.wire = self.wire

    def _take(self, message: Publish) -> None:
        self.heard.append(Message(*message[:5]))
        self.read_at.append(message.read_at)
        self.now += self._takes

    def feed(self, data: bytes) -> None:
        self.theirs.sendall(data)
        self.wire._readable()

    def discard(self) -> None:
        self.wire.close()
        self.theirs.close()


@pytest.fixture(scope="module")
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    yield loop
    loop.close()


messages = st.builds(
    Message,
    topic=st.text(st.characters(codec="utf-8"), min_size=1, max_size=40),
    payload=st.binary(max_size=300),
    retained=st.booleans(),
    qos=st.integers(0, 1),
    packet_id=st.integers(1, 65_535),
).map(lambda m: m if m.qos else m._replace(packet_id=0))


def _bytes(item: Message | bytes) -> bytes:
    if isinstance(item, bytes):
        return item
    return publish(
        item.topic, item.payload, qos=item.qos, retain=item.retained, packet_id=item.packet_id
    )


@given(
    items=st.lists(messages | st.sampled_from([SUBACK, PINGRESP]), max_size=12),
    cuts=st.lists(st.integers(0, 4_000), max_size=12),
)
def test_packets_survive_any_cutting(
    loop: asyncio.AbstractEventLoop, items: list[Message | bytes], cuts: list[int]
) -> None:
    stream = b"".join(_bytes(item) for item in items)
    edges = [0, *sorted(cut for cut in cuts if cut < len(stream)), len(stream)]
    bench = Bench(loop)
    for start, end in pairwise(edges):
        if end > start:
            bench.feed(stream[start:end])
    assert bench.heard == [item for item in items if isinstance(item, Message)]
    assert bench.engine.packets == [item for item in items if isinstance(item, bytes)]
    assert not bench.wire.closed
    bench.discard()


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"\x90\xff\xff\xff\xff\x01", "malformed packet"),
        (packet(0x32, b"\x00\x05abc"), "malformed message"),
        (packet(0x32, b"\x00\x03abc\x00"), "malformed message"),
        (packet(0x30, b"\x00"), "malformed message"),
        (publish("topic", b"at a QoS that we never asked for", qos=2), "malformed message"),
        (publish("topic", b"", qos=3), "malformed message"),
    ],
)
def test_nonsense_ends_the_connection(
    loop: asyncio.AbstractEventLoop, data: bytes, fault: str
) -> None:
    bench = Bench(loop)
    bench.feed(publish("topic", b"good") + data + publish("topic", b"too late"))
    assert [m.payload for m in bench.heard] == [b"good"]
    assert bench.engine.over
    assert bench.wire.closed
    assert fault in bench.wire.fault
    bench.discard()


def test_what_came_before_the_end_is_still_read(loop: asyncio.AbstractEventLoop) -> None:
    bench = Bench(loop)
    bench.theirs.sendall(publish("topic", b"last") + publish("topic", b"cut off")[:-1])
    bench.theirs.close()
    bench.wire._readable()
    assert [m.payload for m in bench.heard] == [b"last"]
    assert bench.engine.over


def test_a_topic_that_is_not_utf_8_does_not_stop_the_rest(loop: asyncio.AbstractEventLoop) -> None:
    bench = Bench(loop)
    bench.feed(packet(0x30, b"\x00\x02a\xff1") + publish("b", b"2"))
    assert [m.payload for m in bench.heard] == [b"1", b"2"]
    assert bench.heard[0].topic == "a\\xff"
    bench.discard()


async def test_what_is_said_in_one_turn_goes_out_together() -> None:
    bench = Bench(asyncio.get_running_loop())
    bench.wire.attach()
    bench.theirs.setblocking(False)
    bench.wire.acknowledge([1, 2])
    bench.engine.to_say += [b"one", b"two"]
    bench.wire.acknowledge([3])
    with pytest.raises(BlockingIOError):
        bench.theirs.recv(100)
    await asyncio.sleep(0)
    assert bench.theirs.recv(100) == b"@\x02\x00\x01@\x02\x00\x02@\x02\x00\x03onetwo"
    bench.discard()


async def test_what_the_peer_does_not_take_waits_and_is_not_lost() -> None:
    bench = Bench(asyncio.get_running_loop())
    bench.wire.attach()
    said = b"".join(b"%06d " % number for number in range(300_000))
    bench.engine.to_say.append(said)
    bench.wire.flush_now()
    bench.theirs.setblocking(False)
    heard = b""
    async with asyncio.timeout(10):
        while len(heard) < len(said):
            try:
                heard += bench.theirs.recv(1_000_000)
            except BlockingIOError:
                await asyncio.sleep(0)
    assert heard == said
    bench.discard()


async def test_a_peer_that_is_gone_ends_the_connection_at_the_next_word() -> None:
    bench = Bench(asyncio.get_running_loop())
    bench.theirs.close()
    bench.wire._thread = -1  # not attached and not read, so that the write fails
    bench.engine.to_say.append(b"hello?")
    bench.wire.flush_now()
    assert bench.engine.over
    assert "writing failed" in bench.wire.fault


async def test_what_waits_is_decided_in_short_turns_and_holds_up_no_answer_to_us() -> None:
    bench = Bench(asyncio.get_running_loop(), takes=TURN_S / 4)
    bench.wire.attach()
    bench.theirs.sendall(b"".join(publish("topic", b"%d" % n) for n in range(50)))
    bench.theirs.sendall(PINGRESP + publish(URGENT, b"c", qos=0) + publish("topic", b"last"))
    turns = []
    async with asyncio.timeout(10):
        while len(bench.heard) < 52:
            before = len(bench.heard)
            await asyncio.sleep(0)
            turns.append(len(bench.heard) - before)
    payloads = [m.payload for m in bench.heard]
    assert payloads[0] == b"c", "it waits behind what is decided later"
    assert payloads[1:] == [*(b"%d" % n for n in range(50)), b"last"]
    assert bench.engine.packets == [PINGRESP]
    assert max(turns) <= 6  # those sent as urgent, and as many as fit into a turn and a little
    # All was read before the first decision, and that is its time of receipt.
    assert set(bench.read_at) == {0.0}
    bench.discard()


async def test_a_flood_is_read_no_further_ahead_than_so_far_and_loses_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(packet_socket, "AHEAD", AHEAD)
    bench = Bench(asyncio.get_running_loop(), takes=TURN_S)
    bench.wire.attach()
    one = publish("topic", b" " * (CHUNK - 100))
    messages = 3 * AHEAD // len(one)
    writing = asyncio.create_task(_send(bench.theirs, one * messages))
    most = 0
    async with asyncio.timeout(30):
        while len(bench.heard) < messages:
            await asyncio.sleep(0)
            most = max(most, bench.wire._ahead)
    assert AHEAD / 2 < most < AHEAD + READS * CHUNK
    await writing
    bench.discard()


async def _send(sock: socket.socket, data: bytes) -> None:
    sock.setblocking(False)
    await asyncio.get_running_loop().sock_sendall(sock, data)


async def test_a_loop_that_was_held_up_finds_what_has_come_when_it_asks() -> None:
    bench = Bench(asyncio.get_running_loop())
    bench.wire.attach()
    bench.theirs.sendall(publish("topic", b"1") + publish(URGENT, b"c", qos=0))
    assert bench.wire.listen()
    assert [m.payload for m in bench.heard] == [b"c"]
    await asyncio.sleep(0)
    assert [m.payload for m in bench.heard] == [b"c", b"1"]
    bench.theirs.sendall(publish("topic", b" " * CHUNK) * (READS + 1))
    assert not bench.wire.listen(), "there is more than it reads at once"
    bench.discard()
