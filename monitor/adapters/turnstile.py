"""A turnstile before a broker: what clients send is read at a pace, each client's and all of it.

A broker reads every connection as fast as it can and keeps what the service has not taken yet in
one queue. One client at line rate fills that queue in a second; then the broker drops anybody's
messages. What waits before the turnstile waits in the sender's own socket, and costs only him.

Accounts of the service itself pass as they come.
"""

import asyncio
import socket
import ssl
from collections.abc import Callable
from typing import Final, NamedTuple, cast

from monitor.adapters import access
from monitor.adapters.mqtt_packets import Unreadable, account, lets_in, packet_size

CONNECT_S: Final = 5.0  # until a client has said who it is
LONGEST_CONNECT: Final = 65_536
# Clients that have not said who they are. One more, and the oldest of them goes.
UNKNOWN: Final = 500
REFUSED: Final = 1_000  # addresses by name
BURST_S: Final = 1.0  # of its pace that a quiet client has saved up
PIECE: Final = 16_384  # of one packet
TICK_S: Final = 0.005  # a client that is held up goes on in steps

_CONNECT: Final = 0x10


class Address(NamedTuple):
    host: str
    port: int


class Pace(NamedTuple):
    """What one client may send a second, in packets or in bytes; both together cost their sum.

    clients  so many at full pace share what all together may send
    """

    packets: float = 5_000
    bytes: float = 5e6
    clients: float = 3


class Turnstile:
    """`serve` listens; each client is a `Client`.

    now      seconds of a clock that never jumps
    broker   where the broker listens
    most     clients at once; whoever comes beyond that is hung up on
    held_up  clients whose next packet waits
    unknown  of the clients, those that have not said who they are
    refused  address -> how often the broker refused somebody from there; "": from all others
    """

    def __init__(
        self, now: Callable[[], float], broker: Address, pace: Pace, most: int = 10_000
    ) -> None:
        self.now = now
        self.broker = broker
        self.pace = pace
        self.most = most
        self.held_up = 0
        self.clients: set[Client] = set()
        self.unknown: dict[Client, None] = {}
        self.refused: dict[str, int] = {}

    async def serve(self, at: socket.socket, tls: ssl.SSLContext | None = None) -> asyncio.Server:
        """at: bound. Raises OSError."""
        loop = asyncio.get_running_loop()
        return await loop.create_server(
            lambda: Client(self), sock=at, backlog=1_024, ssl=tls,
            ssl_handshake_timeout=None if tls is None else CONNECT_S,
        )  # fmt: skip

    def refuse(self, address: str) -> None:
        if address not in self.refused and len(self.refused) >= REFUSED:
            address = ""
        self.refused[address] = self.refused.get(address, 0) + 1

    def hang_up(self) -> None:
        for client in list(self.clients):
            client.end()

    @property
    def slower(self) -> float:
        """How many times slower than by its own pace a client is read now."""
        return max(1.0, self.held_up / self.pace.clients)


class Client(asyncio.Protocol):
    """One connection from its first byte; the broker hears of it once its CONNECT is whole."""

    _transport: asyncio.Transport

    def __init__(self, turnstile: Turnstile) -> None:
        self._turnstile = turnstile
        self._loop = asyncio.get_running_loop()
        self._held = bytearray()
        self._left = 0  # of the packet in hand
        self._paid = 0.0  # until when its packets are paid for by the time that has passed
        self._free = False
        self._deadline: asyncio.TimerHandle | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._broker: Broker | None = None
        self._opening: asyncio.Task[None] | None = None
        self._account: str | None = None

    # --- what asyncio calls ---------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._turnstile.clients.add(self)
        if len(self._turnstile.clients) > self._turnstile.most:
            self.end()
            return
        unknown = self._turnstile.unknown
        if len(unknown) >= UNKNOWN:
            next(iter(unknown)).end()
        unknown[self] = None
        self._deadline = self._loop.call_later(CONNECT_S, self.end)

    def data_received(self, data: bytes) -> None:
        if self._free and self._broker is not None:
            self._broker.write(data)
            return
        self._held += data
        try:
            if self._opening is None:
                self._introduce()
            elif self._broker is not None and self._broker.admitted and self._timer is None:
                self._forward()
        except Unreadable:
            self.end()

    def connection_lost(self, error: Exception | None) -> None:
        self._turnstile.clients.discard(self)
        self._known()
        self._go_on()
        if self._opening is not None:
            self._opening.cancel()
        if self._broker is not None:
            self._broker.close()

    def pause_writing(self) -> None:
        if self._broker is not None:
            self._broker.hold(True)

    def resume_writing(self) -> None:
        if self._broker is not None:
            self._broker.hold(False)

    # --- who it is ------------------------------------------------------------------------------

    def _introduce(self) -> None:
        """Its first packet, once all of it is there."""
        size = packet_size(self._held)
        if self._held[0] != _CONNECT or size > LONGEST_CONNECT:
            raise Unreadable
        if not size or len(self._held) < size:
            return
        self._known()
        packet = bytes(self._held[:size])
        del self._held[:size]
        self._account = account(packet)
        _pause(self._transport)
        self._opening = self._loop.create_task(self._open(packet))

    def _known(self) -> None:
        self._turnstile.unknown.pop(self, None)
        if self._deadline is not None:
            self._deadline.cancel()

    async def _open(self, packet: bytes) -> None:
        try:
            _, broker = await self._loop.create_connection(
                lambda: Broker(self), *self._turnstile.broker
            )
        except OSError:
            self.end()
            return
        self._broker = broker
        broker.write(packet)

    def admit(self) -> None:
        """The broker has let it in. What it saved up elsewhere counts no more: a client that comes
        back again and again is no quicker for it."""
        self._free = access.is_ours(self._account)
        self._paid = self._turnstile.now()
        self._read_on()
        if self._held:
            held, self._held = bytes(self._held), bytearray()
            self.data_received(held)

    def refuse(self) -> None:
        peer = self._transport.get_extra_info("peername")
        self._turnstile.refuse(peer[0] if peer else "")

    # --- at its pace ----------------------------------------------------------------------------

    def _forward(self) -> None:
        """As many packets as are paid for. Raises Unreadable."""
        assert self._broker is not None
        now, held, at, end = self._turnstile.now(), self._held, 0, len(self._held)
        pace, slower = self._turnstile.pace, self._turnstile.slower
        while at < end and self._paid <= now:
            cost = 0.0
            if not self._left:
                self._left = packet_size(held, at)
                if not self._left:
                    break
                cost = 1 / pace.packets
            piece = min(self._left, end - at, PIECE)
            at += piece
            self._left -= piece
            cost += piece / pace.bytes
            self._paid = max(self._paid, now - BURST_S) + cost * slower
        if at:
            self._broker.write(bytes(held[:at]))
            del held[:at]
        if held and self._paid > now:
            self._turnstile.held_up += 1
            _pause(self._transport)
            self._timer = self._loop.call_later(max(TICK_S, self._paid - now), self._again)

    def _again(self) -> None:
        self._go_on()
        try:
            self._forward()
        except Unreadable:
            self.end()
        else:
            self._read_on()

    def _go_on(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
            self._turnstile.held_up -= 1

    def _read_on(self) -> None:
        full = self._broker is not None and self._broker.full
        if self._timer is None and not full:
            _resume(self._transport)

    # --- from the broker ------------------------------------------------------------------------

    def write(self, data: bytes) -> None:
        self._transport.write(data)

    def hold(self, full: bool) -> None:
        """The broker takes no more for the time being, or does again."""
        if full:
            _pause(self._transport)
        else:
            self._read_on()

    def close(self) -> None:
        self._transport.close()

    def end(self) -> None:
        self._transport.abort()


class Broker(asyncio.Protocol):
    """The same connection, between us and the broker.

    admitted  the broker has let the client in
    full      it takes no more for the time being
    """

    _transport: asyncio.Transport

    def __init__(self, client: Client) -> None:
        self._client = client
        self._first = b""
        self._answered = False
        self.admitted = False
        self.full = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._client.write(data)
        if self._answered:
            return
        self._first += data
        try:
            accepted = lets_in(self._first)
        except Unreadable:
            self._client.end()
            return
        if accepted is None:
            return
        self._answered, self._first = True, b""
        if accepted:
            self.admitted = True
            self._client.admit()
        else:
            self._client.refuse()

    def connection_lost(self, error: Exception | None) -> None:
        self._client.close()

    def pause_writing(self) -> None:
        self.full = True
        self._client.hold(True)

    def resume_writing(self) -> None:
        self.full = False
        self._client.hold(False)

    def write(self, data: bytes) -> None:
        self._transport.write(data)

    def hold(self, full: bool) -> None:
        """The client takes no more for the time being, or does again."""
        if full:
            _pause(self._transport)
        else:
            _resume(self._transport)

    def close(self) -> None:
        self._transport.close()


def _pause(transport: asyncio.Transport) -> None:
    if not transport.is_closing():
        transport.pause_reading()


def _resume(transport: asyncio.Transport) -> None:
    if not transport.is_closing():
        transport.resume_reading()
