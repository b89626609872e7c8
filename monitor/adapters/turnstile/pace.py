"""Who may send when: each account at its pace, and all that are held up at one of their own."""

from collections.abc import Callable
from typing import Final, NamedTuple

BURST_S: Final = 1.0  # of its pace that a quiet account has saved up
MANY: Final = 10_000  # accounts; then those that have saved up all they may are forgotten


class Pace(NamedTuple):
    """What one account may send a second, in packets or in bytes; both together cost their sum.

    clients  so many at full pace share what all together may send
    """

    packets: float = 5_000
    bytes: float = 5e6
    clients: float = 3


class Spent:
    """until: up to then what was sent is paid for by the time that has passed."""

    __slots__ = ("until",)

    def __init__(self, until: float) -> None:
        self.until = until


class Ledger:
    """now: seconds of a clock that never jumps. held_up: connections whose next packet waits."""

    def __init__(self, now: Callable[[], float], pace: Pace) -> None:
        self._now = now
        self._pace = pace
        self._accounts: dict[str, Spent] = {}
        self.held_up = 0

    def due(self, account: str | None) -> float:
        """In how many seconds this account may send; whether it is one, nobody has said yet."""
        known = self._accounts.get(account or "")
        return 0.0 if known is None else max(0.0, known.until - self._now())

    def open(self, account: str | None) -> Spent:
        """For a connection that was let in. All of an account spend together, one after the other
        as well. One without a name begins with nothing saved up."""
        now = self._now()
        if not account:
            return Spent(now)
        if account not in self._accounts and len(self._accounts) >= MANY:
            kept = {n: s for n, s in self._accounts.items() if s.until > now - BURST_S}
            self._accounts = kept
        return self._accounts.setdefault(account, Spent(now - BURST_S))

    def left(self, spent: Spent) -> float:
        """Seconds until the next packet may go; none left: 0."""
        return max(0.0, spent.until - self._now())

    def pay(self, spent: Spent, packets: int, size: int) -> None:
        slower = max(1.0, self.held_up / self._pace.clients)
        cost = packets / self._pace.packets + size / self._pace.bytes
        spent.until = max(spent.until, self._now() - BURST_S) + cost * slower
