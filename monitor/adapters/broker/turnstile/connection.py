"""One connection through the turnstile: towards the client, and towards the broker."""

import asyncio
import ssl
from typing import Any, Final, Protocol, cast

from monitor.adapters.broker import access
from monitor.adapters.broker.turnstile.pace import TICK_S, Ledger, Spent
from monitor.adapters.broker.turnstile.packets import (
    Introduction,
    Unreadable,
    introduction,
    lets_in,
    packet_size,
)
from monitor.adapters.broker.turnstile.tls import Tls
from monitor.adapters.broker.turnstile.weight import Scale

CONNECT_S: Final = 5.0  # until a client's CONNECT has arrived, TLS handshake included
ANSWER_S: Final = 10.0  # until the broker has let it in
DEAF_S: Final = 60.0  # until a client that does not read its messages is cut off
FLUSH_S: Final = 5.0  # to send the last bytes to a client
LONGEST_CONNECT: Final = 16_384
PIECE: Final = 16_384  # bytes of one packet that are forwarded in one step

_CONNECT: Final = 0x10


class TurnstilePort(Protocol):
    """The part of the turnstile that a client uses."""

    tls: ssl.SSLContext | None
    ledger: Ledger

    def came(self, client: "Client") -> bool:
        """Register a new client. Is there room for it?"""
        ...

    def known(self, client: "Client") -> None:
        """Its CONNECT has arrived: it no longer counts as unknown."""
        ...

    def left(self, client: "Client") -> None: ...

    def refused(self, client: "Client") -> None: ...

    async def to_broker(self, broker: "BrokerBehind") -> None:
        """Connect to the broker. Raises OSError."""
        ...


class Client(asyncio.Protocol):
    """A client from its first byte. The broker sees it once its CONNECT is whole and paid for."""

    _transport: asyncio.Transport

    def __init__(self, house: TurnstilePort) -> None:
        self._house = house
        self._loop = asyncio.get_running_loop()
        self._tls = None if house.tls is None else Tls(house.tls)
        self._held = bytearray()
        self._left = 0  # bytes of the current packet still to forward
        self._introduction: Introduction | None = None
        self._spent: Spent | None = None  # set once the client is let in, and the scale with it
        self._scale: Scale | None = None
        self._free = False
        self._drains = False  # the connection is gone, and some of its data still waits
        self._lost = False  # the connection is gone; its earlier data is forwarded at the pace
        self._ended = False  # the client sends no more
        self._broker: BrokerBehind | None = None
        self._opening: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._deadline: asyncio.TimerHandle | None = None
        self._deaf: asyncio.TimerHandle | None = None
        self.address = ""

    # --- called by asyncio ----------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        peer: Any = transport.get_extra_info("peername")
        self.address = str(peer[0]) if peer else ""
        self._within(CONNECT_S)
        if not self._house.came(self):
            self.end()

    def data_received(self, data: bytes) -> None:
        if self._tls is not None:
            try:
                data = self._tls.received(data)
            except ssl.SSLError:
                self._hang_up()  # sends the TLS alert, which gives the reason
                return
            self._flush()
            self._ended |= self._tls.ended
        if self._free and self._broker is not None:
            self._broker.write(data)
        else:
            self._held += data
            self._step()
        self._close_if_done()

    def eof_received(self) -> bool:
        self._ended = True
        self._close_if_done()
        return not self._lost  # keep the transport until all its data is forwarded

    def connection_lost(self, error: Exception | None) -> None:
        self._lost = self._ended = True
        self._within(None)
        self._hears()
        self._house.known(self)
        if self._spent is None:  # not let in: none of its data may be forwarded
            self.end()
        elif self._timer is not None:
            self._spent.draining += 1
            self._drains = True
        self._close_if_done()

    def pause_writing(self) -> None:
        if self._broker is not None:
            self._broker.hold(True)
        self._deaf = self._loop.call_later(DEAF_S, self.end)

    def resume_writing(self) -> None:
        if self._broker is not None:
            self._broker.hold(False)
        self._hears()

    def _hears(self) -> None:
        if self._deaf is not None:
            self._deaf.cancel()

    # --- the CONNECT ----------------------------------------------------------------------------

    def _step(self) -> None:
        try:
            if self._opening is None:
                self._introduce()
            elif self._spent is not None and self._timer is None:
                self._forward(self._spent)
        except Unreadable:
            self.end()

    def _introduce(self) -> None:
        """Read its first packet, once all of it has arrived."""
        if not self._held:
            return
        size = packet_size(self._held)
        if self._held[0] != _CONNECT or size > LONGEST_CONNECT:
            raise Unreadable
        if not size or len(self._held) < size:
            return
        packet = bytes(self._held[:size])
        del self._held[:size]
        self._introduction = introduction(packet)
        self._house.known(self)
        self._within(ANSWER_S)
        self._opening = self._loop.create_task(self._open(packet, self._introduction.account))
        self._read_on()

    async def _open(self, packet: bytes, account: str | None) -> None:
        await self._house.ledger.may_come(account)
        self._broker = BrokerBehind(self, packet)
        try:
            await self._house.to_broker(self._broker)
        except OSError:
            self.end()

    def admit(self, size: int) -> None:
        """The broker has let the client in, after a CONNECT of `size` bytes."""
        assert self._introduction is not None
        self._within(None)
        self._free = access.is_ours(self._introduction.account)
        self._spent = self._house.ledger.open(self._introduction.account)
        self._scale = Scale(self._introduction, self._spent.kept)
        self._house.ledger.pay(self._spent, 1, size)
        if self._free and self._broker is not None:
            self._broker.write(bytes(self._held))
            self._held.clear()
        self._step()
        self._read_on()
        self._close_if_done()

    def refuse(self) -> None:
        """The broker has refused the client; it closes the connection by itself, or we do."""
        self._house.refused(self)

    # --- at its pace ----------------------------------------------------------------------------

    def _forward(self, spent: Spent) -> None:
        """Forward as many packets as are paid for. Raises Unreadable."""
        assert self._broker is not None
        assert self._scale is not None
        ledger, held, at, end = self._house.ledger, self._held, 0, len(self._held)
        wait = 0.0
        while at < end:
            wait = ledger.left(spent)
            if wait:
                break
            packets = 0
            if not self._left:
                size = packet_size(held, at)
                packets = self._scale.weight(held, at, size) if size else 0
                if not packets:
                    break
                self._left = size
            piece = min(self._left, end - at, PIECE)
            at += piece
            self._left -= piece
            ledger.pay(spent, packets, piece)
        if at:
            self._broker.write(bytes(held[:at]))
            del held[:at]
        if wait:
            ledger.held_up += 1
            spent.waiting += 1
            self._timer = self._loop.call_later(max(TICK_S, wait), self._again)
        self._read_on()

    def _again(self) -> None:
        self._go_on()
        self._step()
        self._close_if_done()

    def _go_on(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
            self._house.ledger.held_up -= 1
            if self._spent is not None:
                self._spent.waiting -= 1

    def _read_on(self) -> None:
        """Read more, or leave it in the sender's socket."""
        asking = self._opening is not None and self._spent is None
        full = self._broker is not None and self._broker.full
        if self._lost or self._transport.is_closing():
            return
        if asking or full or self._ended or self._timer is not None:
            self._transport.pause_reading()
        else:
            self._transport.resume_reading()

    def _close_if_done(self) -> None:
        """Close when no more comes and all packets are forwarded; half a packet is dropped."""
        if self._ended and self._timer is None and (self._spent is not None or not self._opening):
            if self._broker is not None and not self._lost:
                self._broker.close()  # which then ends us too
            else:
                self.end()

    # --- from the broker ------------------------------------------------------------------------

    def write(self, data: bytes) -> None:
        if self._lost:
            return
        if self._tls is None:
            self._transport.write(data)
            return
        try:
            self._tls.send(data)
        except ssl.SSLError:
            self.end()
        else:
            self._flush()

    def _flush(self) -> None:
        assert self._tls is not None
        data = self._tls.outgoing()
        if data and not self._lost:
            self._transport.write(data)

    def broker_is_full(self) -> None:
        self._read_on()

    def broker_is_gone(self) -> None:
        self._drop()
        if self._lost:
            self._house.left(self)
        elif not self._transport.is_closing():
            if self._tls is not None:
                self._tls.close()
            self._hang_up()

    def _hang_up(self) -> None:
        """Close after our last bytes are sent."""
        if self._tls is not None:
            self._flush()
        self._transport.close()
        self._within(FLUSH_S)

    # --- its end --------------------------------------------------------------------------------

    def _drop(self) -> None:
        """Forward no more of its data."""
        self._go_on()
        if self._drains and self._spent is not None:
            self._drains = False
            self._spent.draining -= 1
        self._held.clear()
        if self._opening is not None:
            self._opening.cancel()

    def end(self) -> None:
        self._drop()
        if self._lost:
            self._house.left(self)
        else:
            self._transport.abort()
        if self._broker is not None:
            self._broker.close()

    def _within(self, seconds: float | None) -> None:
        """End the client after that time unless this is called again; None: no deadline."""
        if self._deadline is not None:
            self._deadline.cancel()
        self._deadline = None if seconds is None else self._loop.call_later(seconds, self.end)


class BrokerBehind(asyncio.Protocol):
    """The same connection on the broker's side. full: the broker takes no more data for now."""

    def __init__(self, client: Client, connect: bytes) -> None:
        self._client = client
        self._connect = connect
        self._first: bytes | None = b""  # its answer so far; None: it has answered
        self._transport: asyncio.Transport | None = None
        self.full = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._transport.write(self._connect)

    def data_received(self, data: bytes) -> None:
        self._client.write(data)
        if self._first is not None:
            self._first += data
            self._judge(self._first)

    def _judge(self, answer: bytes) -> None:
        try:
            accepted = lets_in(answer)
        except Unreadable:
            self._client.end()
            return
        if accepted is not None:
            self._first = None
            if accepted:
                self._client.admit(len(self._connect))
            else:
                self._client.refuse()

    def connection_lost(self, error: Exception | None) -> None:
        self._client.broker_is_gone()

    def pause_writing(self) -> None:
        self.full = True
        self._client.broker_is_full()

    def resume_writing(self) -> None:
        self.full = False
        self._client.broker_is_full()

    def write(self, data: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(data)

    def hold(self, full: bool) -> None:
        """Stop reading from the broker while the client takes no more data (full)."""
        if self._transport is None or self._transport.is_closing():
            return
        if full:
            self._transport.pause_reading()
        else:
            self._transport.resume_reading()

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()
