"""A minimal, independent MQTT 3.1.1 client to test brokers and our own client with.

It acknowledges only on request, and can vanish like a phone that loses its signal in a lift.
"""

import asyncio
import contextlib
import ssl
import struct
from types import TracebackType
from typing import NamedTuple, Self


class Published(NamedTuple):
    """A received PUBLISH."""

    topic: str
    payload: bytes
    qos: int
    retained: bool
    again: bool
    packet_id: int


def text(value: str | bytes) -> bytes:
    raw = value.encode() if isinstance(value, str) else value
    return struct.pack("!H", len(raw)) + raw


def packet(first: int, body: bytes) -> bytes:
    length, rest = b"", len(body)
    while True:
        rest, digit = divmod(rest, 128)
        length += bytes([digit | 0x80 if rest else digit])
        if not rest:
            return bytes([first]) + length + body


async def read_packet(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    """Return first byte and body of the next packet. Raises IncompleteReadError at the end."""
    first = (await reader.readexactly(1))[0]
    length = shift = 0
    while True:
        digit = (await reader.readexactly(1))[0]
        length |= (digit & 0x7F) << shift
        shift += 7
        if digit < 0x80:
            return first, await reader.readexactly(length)


def connect(
    client_id: str,
    *,
    clean: bool = True,
    credentials: tuple[str, str] | None = None,
    will: tuple[str, bytes] | None = None,
    will_retained: bool = False,
    properties: bytes | None = None,
) -> bytes:
    """Return a CONNECT without a keep-alive. properties: those of MQTT 5; None: it is 3.1.1."""
    flags = (0x02 if clean else 0) | (0x20 if will_retained else 0)
    version, given = (4, b"") if properties is None else (5, packet(0, properties)[1:])
    body = given + text(client_id)
    if will:
        flags |= 0x04 | 0x08
        body += (b"" if properties is None else b"\0") + text(will[0]) + text(will[1])
    if credentials:
        flags |= 0xC0
        body += text(credentials[0]) + text(credentials[1])
    return packet(0x10, text("MQTT") + bytes([version, flags, 0, 0]) + body)


def publish(
    topic: str | bytes, payload: bytes, *, qos: int = 1, retain: bool = False, packet_id: int = 1
) -> bytes:
    number = struct.pack("!H", packet_id) if qos else b""
    return packet(0x30 | qos << 1 | retain, text(topic) + number + payload)


class RawClient:
    """`async with RawClient(port, "name") as client:`; leaving it is an abrupt disconnect."""

    def __init__(
        self,
        port: int,
        client_id: str,
        *,
        clean: bool = True,
        credentials: tuple[str, str] | None = None,
        will: tuple[str, bytes] | None = None,
        will_retained: bool = False,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._connect = connect(
            client_id, clean=clean, credentials=credentials, will=will, will_retained=will_retained
        )
        self._port = port
        self._tls = tls
        self._messages: asyncio.Queue[Published] = asyncio.Queue()
        self._answers: asyncio.Queue[tuple[int, bytes]] = asyncio.Queue()
        self._numbers = 0
        self.session_present = False
        self.closed = asyncio.Event()  # by the broker

    async def __aenter__(self) -> Self:
        host = "localhost" if self._tls else "127.0.0.1"
        self._reader, self._writer = await asyncio.open_connection(host, self._port, ssl=self._tls)
        self._reading = asyncio.create_task(self._read())
        try:
            self._writer.write(self._connect)
            flags, code = await self._answer(0x20)
            assert code == 0, f"CONNACK {code}"
        except BaseException:
            await self.__aexit__(None, None, None)
            raise
        self.session_present = bool(flags & 1)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._reading.cancel()
        self._writer.transport.abort()
        with contextlib.suppress(OSError):
            await self._writer.wait_closed()

    async def subscribe(self, *filters: str, qos: int = 1) -> list[int]:
        """Return the codes of the SUBACK."""
        self._numbers += 1
        asked = b"".join(text(f) + bytes([qos]) for f in filters)
        self._writer.write(packet(0x82, struct.pack("!H", self._numbers) + asked))
        return list((await self._answer(0x90))[2:])

    async def publish(
        self, topic: str, payload: bytes, *, qos: int = 1, retain: bool = False
    ) -> None:
        """Publish; return when the broker has confirmed."""
        self._numbers += 1
        self._writer.write(publish(topic, payload, qos=qos, retain=retain, packet_id=self._numbers))
        await self._writer.drain()
        if qos:
            await self._answer(0x40)

    def write(self, packets: bytes) -> None:
        """Write raw packets."""
        self._writer.write(packets)

    async def next(self, timeout: float = 3.0) -> Published:
        """Return the next message. Raises TimeoutError."""
        async with asyncio.timeout(timeout):
            return await self._messages.get()

    async def take(self, count: int) -> list[Published]:
        return [await self.next() for _ in range(count)]

    def acknowledge(self, message: Published) -> None:
        self._writer.write(struct.pack("!BBH", 0x40, 2, message.packet_id))

    async def settle(self) -> None:
        """Return when the broker has read all that was sent to it so far."""
        self._writer.write(b"\xc0\x00")
        await self._answer(0xD0)

    async def leave(self) -> None:
        """Disconnect with a DISCONNECT."""
        self._writer.write(b"\xe0\x00")
        async with asyncio.timeout(3):
            await self.closed.wait()

    async def _answer(self, kind: int) -> bytes:
        async with asyncio.timeout(5):
            first, body = await self._answers.get()
        assert first & 0xF0 == kind, f"{first:#x} instead of {kind:#x}"
        return body

    async def _read(self) -> None:
        try:
            while True:
                first, body = await read_packet(self._reader)
                if first & 0xF0 == 0x30:
                    self._messages.put_nowait(_published(first, body))
                else:
                    self._answers.put_nowait((first, body))
        except (OSError, asyncio.IncompleteReadError):
            self.closed.set()


def _published(first: int, body: bytes) -> Published:
    qos = first >> 1 & 3
    end = 2 + int.from_bytes(body[:2])
    number = int.from_bytes(body[end : end + 2]) if qos else 0
    payload = body[end + 2 :] if qos else body[end:]
    return Published(body[2:end].decode(), payload, qos, bool(first & 1), bool(first & 8), number)
