"""Rate limits: each account has its pace, and all that are held up share a common one."""

import asyncio
from collections.abc import Callable
from typing import Final, NamedTuple

from monitor.adapters.broker.turnstile.weight import Kept

BURST_S: Final = 1.0  # of its pace that a quiet account has saved up
TICK_S: Final = 0.005  # shortest wait of a client that is held up
# After this time a new connection takes over from an earlier one that still sends.
TAKES_OVER_S: Final = 4.0
# Checks in a row at which no data waits: between two, the rest of the data sent is read.
CALM: Final = 2
MANY: Final = 10_000  # accounts; beyond that, those with a full burst saved up are forgotten


class Pace(NamedTuple):
    """The rate limit of one account per second, in packets and in bytes; their costs add up.

    clients  all that are held up may together send as much as this many clients at full pace
    """

    packets: float = 5_000
    bytes: float = 5e6
    clients: float = 3


class Spent:
    """An account's use of its pace. until: when its data sent so far is paid for; waiting: how many
    of its connections have data waiting; draining: how many of those are gone; kept: its session at
    the broker."""

    __slots__ = ("draining", "kept", "until", "waiting")

    def __init__(self, until: float) -> None:
        self.until = until
        self.waiting = 0
        self.draining = 0
        self.kept = Kept()


class Ledger:
    """The use of the pace by all accounts.

    now: seconds of a clock that never jumps. held_up: connections whose next packet waits.
    """

    def __init__(self, now: Callable[[], float], pace: Pace) -> None:
        self._now = now
        self._pace = pace
        self._accounts: dict[str, Spent] = {}
        self.held_up = 0

    async def may_come(self, account: str | None) -> None:
        """Wait until a new connection of this account may go to the broker.

        It waits while the account has sent too much: the broker publishes a will without a rate
        limit. It also waits while data of the account's last connection waits, which the broker
        would end: a connection that is held up is not read, so that it is not known yet whether it
        is gone. Nor is it verified yet that the new connection belongs to that account.
        """
        known = self._accounts.get(account or "")
        if known is None:
            return
        came, calm = self._now(), 0
        while calm < CALM:
            stands = known.waiting and self._now() - came < TAKES_OVER_S
            waits = bool(stands or known.draining or self.left(known))
            calm = 0 if waits else calm + 1
            await asyncio.sleep(max(TICK_S, self.left(known)))

    def open(self, account: str | None) -> Spent:
        """Return the `Spent` of a connection that was let in. All connections of an account share
        it, later ones too. A connection without a name begins with no burst saved up."""
        now = self._now()
        if not account:
            return Spent(now)
        if account not in self._accounts and len(self._accounts) >= MANY:
            kept = {n: s for n, s in self._accounts.items() if s.waiting or s.until > now - BURST_S}
            self._accounts = kept
        return self._accounts.setdefault(account, Spent(now - BURST_S))

    def left(self, spent: Spent) -> float:
        """Return the seconds until the next packet may go; 0: now."""
        return max(0.0, spent.until - self._now())

    def pay(self, spent: Spent, packets: int, size: int) -> None:
        slower = max(1.0, self.held_up / self._pace.clients)
        cost = packets / self._pace.packets + size / self._pace.bytes
        spent.until = max(spent.until, self._now() - BURST_S) + cost * slower
