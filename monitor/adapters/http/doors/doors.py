"""Connection limits: how many in all, and how many from one address.

A connection *waits* while its peer has something to do: it owes a request or the rest of one, or
does not read its answer. It *works* while the service has something to do: it makes an answer, or
serves a live page over the connection. When there is no room, the connection that has waited
longest is closed for the newcomer. A working connection is never closed for another, so a page that
watches stays, and the acknowledgement of a person who watches gets in no matter how many silent
connections there are.

Connections of a trusted proxy count only towards the total: `named.Named` counts them for the
addresses that the proxy names.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final, Protocol

import msgspec
from msgspec import Struct, field
from prometheus_client import CollectorRegistry, Counter, Gauge

from monitor.adapters.http.doors.reached import is_loopback

# Every seat of the live page, and half as many again for the other requests of pages.
CONNECTIONS: Final = 1536
# A clinic behind one address: a hundred machines with a page and a request each, and a reserve.
PER_ADDRESS: Final = 256
# Beyond CONNECTIONS, for health checks from this machine.
OWN: Final = 16
# An IPv6 client has all the addresses with the same leading bits.
ONE_LINE_V6: Final = 64
ADDRESS_AT_MOST: Final = 64
# FORGIVEN refusals of one address have no effect, and FORGOTTEN_A_S of them are forgotten per
# second: a page that finds no seat retries every few seconds.
FORGIVEN: Final = 20
FORGOTTEN_A_S: Final = 2.0
# Each further refusal delays the reading of the address's next connections by this much, up to half
# a second: a neighbour behind the same address can live with that, and a flood from there cannot.
WAITS_S: Final = 0.02
WAITS_AT_MOST_S: Final = 0.5
BLAMED_AT_MOST: Final = 4096


class Caps(Struct, frozen=True, kw_only=True):
    """connections: in all; per_address: of those, from one address; own: beyond, of this machine"""

    connections: int = CONNECTIONS
    per_address: int = PER_ADDRESS
    own: int = OWN


class Guest(Protocol):
    """A connection, as `Doors` sees it."""

    def make_room(self) -> None:
        """Close now: another connection needs the place."""

    def look(self, now: float) -> None:
        """Close if a deadline has passed."""


class DoorCounters:
    """The metrics of `Doors` for the operator."""

    def __init__(self, registry: CollectorRegistry) -> None:
        name = "dosing_monitor_http"
        self.open = Gauge(f"{name}_connections", "HTTP connections open now", registry=registry)
        self.refused = Counter(
            f"{name}_refused", "Connections and requests refused at the door", ["reason"],
            registry=registry,
        )  # fmt: skip


class _Address(Struct):
    """One address: its number of connections, and those that wait, longest first."""

    count: int = 0
    waiting: dict[Guest, None] = field(default_factory=dict)


class _Blame(Struct):
    """The refusals of one address lately, as of `at`."""

    at: float
    count: float = 0.0

    def left(self, now: float) -> float:
        return max(0.0, self.count - (now - self.at) * FORGOTTEN_A_S)


class Doors:
    """The connections, their limits and the refusals. Lives in one event loop; every call except
    `look` costs the same for any number of connections.

    now       any steady clock, s
    trusted   proxies, by address or network, whose X-Forwarded-For and -Proto are believed
    """

    def __init__(
        self,
        now: Callable[[], float],
        caps: Caps | None = None,
        trusted: Sequence[str] = (),
        registry: CollectorRegistry | None = None,
    ) -> None:
        self.now = now
        self.caps = caps or Caps()
        self.proxies = Proxies(trusted)
        self._counters = DoorCounters(registry or CollectorRegistry())
        self._counters.open.set_function(lambda: len(self._guests))
        self._guests: dict[Guest, str] = {}  # -> address, "" for a proxy
        self._waiting: dict[Guest, None] = {}  # longest first
        self._addresses: dict[str, _Address] = {}
        self._blamed: dict[str, _Blame] = {}  # least recently first

    def fit(self, connections: int) -> None:
        """Set the limit of connections in all."""
        self.caps = msgspec.structs.replace(self.caps, connections=connections)

    def enter(self, guest: Guest, host: str) -> bool:
        """Admit a new connection, which waits. False: there is no room, and it counts as
        refused."""
        proxy = host in self.proxies
        address = "" if proxy else line(host)
        if not self._has_room(address, own=not proxy and is_loopback(host)):
            self.refused("full")
            return False
        self._guests[guest] = address
        if address:
            self._addresses.setdefault(address, _Address()).count += 1
        self.waits(guest)
        return True

    def _has_room(self, address: str, *, own: bool) -> bool:
        here = self._addresses.get(address)
        if here is not None and here.count >= self.caps.per_address:
            self._blame(address)
            return self._make_room(here.waiting)
        if len(self._guests) < self.caps.connections:
            return True
        if self._make_room(self._waiting):
            return True
        return own and len(self._guests) < self.caps.connections + self.caps.own

    def _make_room(self, waiting: dict[Guest, None]) -> bool:
        guest = next(iter(waiting), None)
        if guest is None:
            return False
        self.leave(guest)
        self.refused("made room")
        guest.make_room()
        return True

    def waits(self, guest: Guest) -> None:
        """The connection waits for its peer from now on."""
        address = self._guests.get(guest)
        if address is None:
            return
        self._waiting[guest] = None
        if address:
            self._addresses[address].waiting[guest] = None

    def works(self, guest: Guest) -> None:
        """The connection works for its peer from now on: it is not closed for a newcomer."""
        self._waiting.pop(guest, None)
        address = self._guests.get(guest)
        if address:
            self._addresses[address].waiting.pop(guest, None)

    def hand_over(self, guest: Guest, heir: Guest) -> None:
        """The connection continues under another protocol, and works."""
        address = self._guests.get(guest)
        if address is None:
            return
        self.works(guest)
        del self._guests[guest]
        self._guests[heir] = address

    def leave(self, guest: Guest) -> None:
        """Remove a closed connection. May be called again."""
        self.works(guest)
        address = self._guests.pop(guest, "")
        if address:
            here = self._addresses[address]
            here.count -= 1
            if not here.count:
                del self._addresses[address]

    def refused(self, reason: str) -> None:
        self._counters.refused.labels(reason).inc()

    def blame(self, guest: Guest) -> None:
        """Count a refusal: for a while the service delays reading from the connection's address."""
        self._blame(self._guests.get(guest, ""))

    def _blame(self, address: str) -> None:
        if not address:
            return
        now = self.now()
        blame = self._blamed.pop(address, None) or _Blame(now)
        blame.count = min(blame.left(now) + 1, FORGIVEN + WAITS_AT_MOST_S / WAITS_S)
        blame.at = now
        self._blamed[address] = blame
        if len(self._blamed) > BLAMED_AT_MOST:
            del self._blamed[next(iter(self._blamed))]

    def patience(self, guest: Guest) -> float:
        """How long to wait before this newcomer is read, s."""
        blame = self._blamed.get(self._guests.get(guest, ""))
        if blame is None:
            return 0.0
        return max(0.0, min(WAITS_AT_MOST_S, (blame.left(self.now()) - FORGIVEN) * WAITS_S))

    def look(self, now: float) -> None:
        """Check the deadlines of all connections; called once a second."""
        for guest in list(self._guests):
            guest.look(now)


class Proxies:
    """`host in proxies`: whether this host is trusted to name the client that it forwards for."""

    def __init__(self, trusted: Sequence[str]) -> None:
        self.named = tuple(trusted)
        self._networks: list[IPv4Network | IPv6Network] = [ip_network(one) for one in trusted]

    def __contains__(self, host: object) -> bool:
        if not self._networks:
            return False
        try:
            address = ip_address(str(host))
        except ValueError:
            return False
        return any(address in network for network in self._networks)


@lru_cache(1024)
def line(host: str) -> str:
    """Return the key that counts as one address: an IPv4 address, or 64 leading bits of IPv6."""
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return host[:ADDRESS_AT_MOST] or "unknown"
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ip_network((address, ONE_LINE_V6), strict=False))
    return host
