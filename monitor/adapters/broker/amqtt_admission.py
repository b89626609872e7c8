"""Admission before amqtt: only clients that were let in reach it, and only wills that are allowed.

amqtt discards the session of a client id before it checks the password, and publishes a will
without checking permission. So this module reads the CONNECT, which the turnstile before it sends
in one piece. The CONNECT that amqtt receives identifies the client (its client id begins with its
account) and contains a will only where the account may publish.
"""

import asyncio
import contextlib
import struct
import sys
from collections.abc import Callable
from typing import Any, Final

from amqtt.adapters import BufferReader, StreamReaderAdapter, StreamWriterAdapter
from amqtt.broker import Broker
from amqtt.errors import AMQTTError, MQTTError, NoDataError
from amqtt.mqtt.connect import ConnectPacket
from amqtt.session import Session

from monitor.adapters.broker import access
from monitor.adapters.broker.access import Doorkeeper

LISTENER: Final = "default"
CONNECTIONS: Final = 1_000
# Per account, except our own: a device that opens more and more must not use up all connections.
OF_ONE: Final = 16
LONGEST_CONNECT: Final = 65_536
# Retained messages of devices. A gateway may invent any number of device names.
RETAINED: Final = 10_000
LOOK_S: Final = 0.5

_CONNECT: Final = 1
_LEVEL: Final = 4  # MQTT 3.1.1
_BAD_LEVEL, _BAD_ID, _REFUSED = 1, 2, 5
_UNREADABLE: Final = (
    AMQTTError, MQTTError, NoDataError, OSError, EOFError, ValueError, IndexError, struct.error,
    TimeoutError,
)  # fmt: skip


class GuardedBroker(Broker):  # type: ignore[misc]
    """amqtt with retained messages repaired: only subscribers get them, and there is a limit.

    amqtt by itself sends a new connection the retained messages for *all* clients' subscriptions.
    """

    async def retain_message(
        self, source_session: Session | None, topic_name: str | None,
        data: bytes | bytearray | None, qos: int | None = None,
    ) -> None:  # fmt: skip
        name = None if source_session is None else source_session.username
        ours = not name or access.is_ours(name)
        known = topic_name in self.retained_messages
        if not ours and data and not known:
            if not access.retainable(name, topic_name or ""):
                return
            if len(self.retained_messages) >= RETAINED:
                return
        await super().retain_message(source_session, topic_name, data, qos)

    async def _publish_retained_messages_for_subscription(
        self, subscription: tuple[str, int], session: Session
    ) -> None:
        theirs = self.subscriptions.get(subscription[0], [])
        if any(subscriber is session for subscriber, _ in theirs):
            await super()._publish_retained_messages_for_subscription(subscription, session)


class Admission:
    """`serve` listens at a socket and passes on the clients that `keeper` lets in; None: all.

    refused   how often a client came with wrong credentials, or without credentials
    """

    def __init__(self, broker: Broker, keeper: Doorkeeper | None) -> None:
        self._broker = broker
        self._keeper = keeper
        self._inside: dict[asyncio.StreamWriter, tuple[str, str | None]] = {}
        self._told = 0
        self.refused = 0

    async def serve(self, at: str) -> asyncio.Server:
        """Listen. at: a path. Raises OSError."""
        return await asyncio.start_unix_server(self._came, at, backlog=1_024)

    async def watch(self, say: Callable[[str], Any] = sys.stdout.write) -> None:
        """Close the connections of accounts that are gone or changed, and report refusals."""
        while True:
            await asyncio.sleep(LOOK_S)
            if self._keeper is not None:
                known = self._keeper.secrets()
                for writer, (name, secret) in list(self._inside.items()):
                    if known.get(name) != secret:
                        _hang_up(writer)
            if self.refused != self._told:
                say(f"REFUSED: {self.refused - self._told}\n")
                sys.stdout.flush()
                self._told = self.refused

    def hang_up(self) -> None:
        for writer in list(self._inside):
            _hang_up(writer)

    async def _came(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            packet = await self._let_in(reader, writer)
            if packet is None:
                return
            await self._broker.external_connected(
                _Resumed(packet, reader), _Nameless(writer), LISTENER
            )
        except _UNREADABLE:
            pass  # the client does not speak MQTT, or no longer does
        finally:
            self._inside.pop(writer, None)
            with contextlib.suppress(OSError):
                writer.close()

    async def _let_in(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bytes | None:
        """Return the CONNECT for amqtt; None: refused. Raises the errors of _UNREADABLE."""
        packet = await _read(reader)
        code = self._judge(packet)
        if code:
            self.refused += code == _REFUSED
            writer.write(bytes([0x20, 2, 0, code]))
            await writer.drain()
            return None
        if self._keeper is None:
            return bytes(packet.to_bytes())
        name = packet.username or ""
        if not self._room_for(name):
            return None
        self._inside[writer] = (name, self._keeper.secret_of(name))
        # An account's name contains no slash, so no client id can imitate another account's.
        packet.payload.client_id = f"{name}/{packet.payload.client_id}"
        self._check_will(packet, name)
        return bytes(packet.to_bytes())

    def _judge(self, packet: ConnectPacket) -> int:
        """Return the refusal code for the CONNACK; 0: not refused."""
        if packet.proto_level != _LEVEL:
            return _BAD_LEVEL
        if self._keeper is None:
            return 0
        if not self._keeper.knows(packet.username, packet.password):
            return _REFUSED
        if packet.payload.client_id_is_random and not packet.clean_session_flag:
            return _BAD_ID
        return 0

    def _room_for(self, name: str) -> bool:
        """Is there room for one more? An account at its limit loses its own oldest connection."""
        if access.is_ours(name):
            return True
        of_it = [writer for writer, (whose, _) in self._inside.items() if whose == name]
        if len(of_it) >= OF_ONE:
            _hang_up(of_it[0])
            self._inside.pop(of_it[0], None)
            return True
        return len(self._inside) < CONNECTIONS

    def _check_will(self, packet: ConnectPacket, name: str) -> None:
        assert self._keeper is not None
        if not packet.will_flag:
            return
        topic = packet.will_topic or ""
        written = {"+", "#", "\0"}.isdisjoint(topic) and not topic.startswith("$")
        if not (written and self._keeper.permits(name, "write", topic)):
            packet.variable_header.flags &= ~0x3C  # the will, its QoS and whether it is retained
            packet.payload.will_topic = packet.payload.will_message = None
        elif not access.retainable(name, topic):
            packet.will_retain_flag = False


class _Resumed(StreamReaderAdapter):  # type: ignore[misc]
    """A connection whose first packet was already read; a corrected one is read in its place."""

    def __init__(self, packet: bytes, reader: asyncio.StreamReader) -> None:
        super().__init__(reader)
        self._packet = packet

    async def read(self, n: int = -1) -> bytes:
        if not self._packet:
            data: bytes = await super().read(n)
            return data
        data, self._packet = self._packet[:n], self._packet[n:]
        return data


class _Nameless(StreamWriterAdapter):  # type: ignore[misc]
    """A placeholder address: a client at a Unix socket has none, and amqtt requires one."""

    def get_peer_info(self) -> tuple[str, int]:
        return "127.0.0.1", 0


async def _read(reader: asyncio.StreamReader) -> ConnectPacket:
    """Read one whole CONNECT. Raises the errors of _UNREADABLE."""
    head = bytearray(await reader.readexactly(1))
    if head[0] != _CONNECT << 4:
        raise ValueError("not a CONNECT")
    length = shift = 0
    while shift <= 21:
        head += await reader.readexactly(1)
        length |= (head[-1] & 0x7F) << shift
        if head[-1] < 0x80:
            break
        shift += 7
    if head[-1] >= 0x80 or length > LONGEST_CONNECT:
        raise ValueError("too long")
    body = await reader.readexactly(length)
    return await ConnectPacket.from_stream(BufferReader(bytes(head) + body))


def _hang_up(writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()
