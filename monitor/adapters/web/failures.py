"""Repeated failed sign-ins are slowed down: per address and account, and per address.

Only failures count, so nobody who knows the password is ever kept out by signing in often, and
an account cannot be locked from elsewhere. A session that exists is not touched.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import IPv6Address, ip_address
from math import ceil
from typing import Final

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.requests import Request

PER_ACCOUNT: Final = RateLimitItemPerMinute(5)
PER_ADDRESS: Final = RateLimitItemPerMinute(30)
# An IPv6 customer has a whole /64 to try from.
IPV6_NETWORK_BITS: Final = 64

Attempt = tuple[str, ...]


class Slowed(Exception):
    """Too many failed of late. wait: whole seconds."""

    def __init__(self, wait: int) -> None:
        self.wait = wait
        super().__init__(f"wait {wait} s")


class Trying:
    """One attempt under way; whoever judges it says whether it failed."""

    failed = False


class Failures:
    """Failed sign-ins of the last minute, in memory."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        # Attempts under way count as failed until they are not: a hundred at the same instant
        # must not all pass while none has failed yet.
        self._under_way: Counter[Attempt] = Counter()

    @contextmanager
    def attempt(self, request: Request, account: str, now: float) -> Iterator[Trying]:
        """What happens inside is one attempt for `account`. Raises Slowed instead of beginning it.

        now      epoch s. What raises inside counts as no failure unless it was said to be one.
        """
        address = client_address(request)
        reset = self.begin(address, account)
        if reset is not None:
            raise Slowed(retry_after(reset, now))
        trying = Trying()
        try:
            yield trying
        finally:
            self.finish(address, account, failed=trying.failed)

    def begin(self, address: str, account: str) -> float | None:
        """None: go on, and call `finish`. Otherwise seconds to wait; do not call `finish`."""
        keys = _keys(address, account)
        for key, item in keys:
            reset, remaining = self._limiter.get_window_stats(item, *key)
            if remaining - self._under_way[key] <= 0:
                return reset
        for key, _ in keys:
            self._under_way[key] += 1
        return None

    def finish(self, address: str, account: str, *, failed: bool) -> None:
        for key, item in _keys(address, account):
            self._under_way[key] -= 1
            if self._under_way[key] <= 0:
                del self._under_way[key]
            if failed:
                self._limiter.hit(item, *key)
        if not failed:
            self._limiter.clear(PER_ACCOUNT, *_keys(address, account)[0][0])


def client_address(request: Request) -> str:
    return request.client.host if request.client else ""


def retry_after(reset: float, now: float) -> int:
    """Whole seconds for the header: at least 1, at most the window."""
    return min(max(ceil(reset - now), 1), int(PER_ACCOUNT.get_expiry()))


def _keys(address: str, account: str) -> list[tuple[Attempt, RateLimitItemPerMinute]]:
    network = _network(address)
    return [((network, account), PER_ACCOUNT), ((network,), PER_ADDRESS)]


def _network(address: str) -> str:
    try:
        ip = ip_address(address)
    except ValueError:
        return address
    if isinstance(ip, IPv6Address) and ip.ipv4_mapped is None:
        return str(int(ip) >> (128 - IPV6_NETWORK_BITS))
    return str(getattr(ip, "ipv4_mapped", None) or ip)
