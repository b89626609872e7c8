"""Devices that send as fast as they may, or at a pace: each in a process of its own.

Messages are built in advance and written in large pieces, because a publisher that is slower than
the service measures itself. The frames are MQTT 3.1.1, by hand.
"""

import contextlib
import multiprocessing
import socket
import time
from collections.abc import Sequence
from multiprocessing.connection import Connection
from typing import Final

from tests.adapters import raw_mqtt

WINDOW: Final = 1000  # messages in flight, as from two hundred devices with five each
PIECE: Final = 50
_CONNACK: Final = 4
_PUBACK: Final = 4

Message = tuple[str, bytes]


def connect(port: int, client_id: str) -> socket.socket:
    connected = socket.create_connection(("127.0.0.1", port), timeout=30)
    connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connected.sendall(raw_mqtt.connect(client_id))
    answer = connected.recv(_CONNACK)
    assert answer[:1] == b"\x20", answer
    return connected


def frames(messages: Sequence[Message]) -> list[bytes]:
    """Return one packet a message at QoS 1; packet ids wrap around."""
    return [
        raw_mqtt.publish(topic, payload, packet_id=n % 65_535 + 1)
        for n, (topic, payload) in enumerate(messages)
    ]


def flood(port: int, messages: Sequence[Message], done: Connection) -> None:
    """Send all, never more than `WINDOW` unconfirmed; then report when it began."""
    packets = frames(messages)
    link = connect(port, "bench-flood")
    done.send("ready")
    done.recv()
    began = time.monotonic()
    sent, confirmed = 0, 0
    while confirmed < len(packets):
        while sent < len(packets) and sent - confirmed <= WINDOW - PIECE:
            link.sendall(b"".join(packets[sent : sent + PIECE]))
            sent = min(sent + PIECE, len(packets))
        confirmed += len(link.recv(65_536)) // _PUBACK
    done.send((began, time.process_time()))
    link.close()


def pace(
    port: int, messages: Sequence[Message], rate: float, begin: float, done: Connection
) -> None:
    """Send message `n` at `begin + n / rate` (monotonic); then report when each was sent."""
    packets = frames(messages)
    link = connect(port, "bench-pace")
    link.setblocking(False)
    sent = []
    for n, one in enumerate(packets):
        wait = begin + n / rate - time.monotonic()
        if wait > 0:
            time.sleep(wait)
        sent.append(time.monotonic())
        link.send(one)
        _drain(link)
    done.send((sent, time.process_time()))
    link.close()


def _drain(link: socket.socket) -> None:
    with contextlib.suppress(BlockingIOError):
        link.recv(65_536)


def spawn(target: object, *arguments: object) -> tuple[multiprocessing.Process, Connection]:
    """Start a process of its own that shares no state with ours; return it and its pipe."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=target, args=(*arguments, theirs), daemon=True)  # type: ignore[arg-type]
    process.start()
    return process, ours  # type: ignore[return-value]
