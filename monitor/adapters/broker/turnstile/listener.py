"""The listener of the turnstile: which clients may connect at all."""

import socket
import ssl
from collections.abc import Awaitable, Callable
from typing import Any, Final

from monitor.adapters.acceptor import Acceptor
from monitor.adapters.broker.turnstile.connection import BrokerBehind, Client
from monitor.adapters.broker.turnstile.pace import Ledger, Pace

# Clients whose CONNECT has not arrived yet. Beyond that one is dropped: the oldest from the address
# that has the most of them.
UNKNOWN: Final = 500
REFUSED: Final = 1_000  # addresses that are counted separately

# Connects a protocol to the broker. Raises OSError.
Reach = Callable[[Callable[[], BrokerBehind]], Awaitable[Any]]


class Turnstile:
    """The rate-limiting proxy: `serve` listens, and each connection is a `Client`.

    now      seconds of a clock that never jumps
    reach    connects to the broker
    most     clients at the same time; a client beyond that is cut off
    tls      None: plain TCP; another one applies from the next connection on
    refusals address -> how often the broker refused a client from there; "": from all others
    """

    def __init__(
        self, now: Callable[[], float], reach: Reach, pace: Pace, most: int = 10_000,
        tls: ssl.SSLContext | None = None,
    ) -> None:  # fmt: skip
        self._reach = reach
        self._most = most
        self._unknown: dict[str, dict[Client, None]] = {}
        self.ledger = Ledger(now, pace)
        self.tls = tls
        self.clients: set[Client] = set()
        self.refusals: dict[str, int] = {}

    def serve(self, at: socket.socket) -> Acceptor:
        """Listen. at: a bound socket. Raises OSError."""
        return Acceptor(at, lambda: Client(self))

    def hang_up(self) -> None:
        for client in list(self.clients):
            client.end()

    async def to_broker(self, broker: BrokerBehind) -> None:
        await self._reach(lambda: broker)

    def came(self, client: Client) -> bool:
        self.clients.add(client)
        if len(self.clients) > self._most:
            return False
        self._unknown.setdefault(client.address, {})[client] = None
        if sum(map(len, self._unknown.values())) > UNKNOWN:
            crowd = max(self._unknown.values(), key=len)
            gone = next(iter(crowd))
            self.known(gone)
            gone.end()
        return True

    def known(self, client: Client) -> None:
        beside = self._unknown.get(client.address, {})
        beside.pop(client, None)
        if not beside:
            self._unknown.pop(client.address, None)

    def left(self, client: Client) -> None:
        self.known(client)
        self.clients.discard(client)

    def refused(self, client: Client) -> None:
        address = client.address
        if address not in self.refusals and len(self.refusals) >= REFUSED:
            address = ""
        self.refusals[address] = self.refusals.get(address, 0) + 1
