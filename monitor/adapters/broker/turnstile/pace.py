"""Who may send when: each account at its pace, and all that are held up at one of their own."""

import asyncio
from collections.abc import Callable
from typing import Final, NamedTuple

BURST_S: Final = 1.0  # of its pace that a quiet account has saved up
TICK_S: Final = 0.005  # whoever is held up goes on in steps
# Of a connection that goes on sending another takes over all the same.
TAKES_OVER_S: Final = 4.0
# Looks in a row at which nothing waits: between two the rest of what was sent is read.
CALM: Final = 2
MANY: Final = 10_000  # accounts; then those that have saved up all they may are forgotten


class Pace(NamedTuple):
    """What one account may send a second, in packets or in bytes; both together cost their sum.

    clients  so many at full pace share what all together may send
    """

    packets: float = 5_000
    bytes: float = 5e6
    clients: float = 3


class Spent:
    """until: up to then what was sent is paid for by the time that has passed; waiting: of how many
    connections something waits; draining: of how many of those that are gone."""

    __slots__ = ("draining", "until", "waiting")

    def __init__(self, until: float) -> None:
        self.until = until
        self.waiting = 0
        self.draining = 0


class Ledger:
    """now: seconds of a clock that never jumps. held_up: connections whose next packet waits."""

    def __init__(self, now: Callable[[], float], pace: Pace) -> None:
        self._now = now
        self._pace = pace
        self._accounts: dict[str, Spent] = {}
        self.held_up = 0

    async def may_come(self, account: str | None) -> None:
        """Wait while it has sent too much: the broker publishes a will at nobody's pace. And while
        something waits of its last connection, which the broker would end: one that is held up is
        not read, so that nobody knows yet whether it is gone. Whether it is that account, nobody
        has said yet either."""
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
        """For a connection that was let in. All of an account spend together, one after the other
        as well. One without a name begins with nothing saved up."""
        now = self._now()
        if not account:
            return Spent(now)
        if account not in self._accounts and len(self._accounts) >= MANY:
            kept = {n: s for n, s in self._accounts.items() if s.waiting or s.until > now - BURST_S}
            self._accounts = kept
        return self._accounts.setdefault(account, Spent(now - BURST_S))

    def left(self, spent: Spent) -> float:
        """Seconds until the next packet may go; none left: 0."""
        return max(0.0, spent.until - self._now())

    def pay(self, spent: Spent, packets: int, size: int) -> None:
        slower = max(1.0, self.held_up / self._pace.clients)
        cost = packets / self._pace.packets + size / self._pace.bytes
        spent.until = max(spent.until, self._now() - BURST_S) + cost * slower
