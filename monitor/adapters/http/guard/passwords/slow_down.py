"""Rate limits on password attempts: wrong ones, right ones, and by source.

A stranger's wrong passwords count per address and account, per address, and per account from all
addresses together. The last limit slows an attacker who guesses from a thousand addresses, and also
a stranger who knows the password; it does not affect a browser that this user signed in from
before, which has its own count. When that count is used up, the browser is treated as a stranger.
Right passwords have a budget as well: each costs a check and a commit. An existing session is not
affected.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from math import ceil
from typing import Final

import msgspec
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.requests import Request

from monitor.adapters.http.doors.doors import line
from monitor.adapters.http.guard.passwords.passwords import Asker

PER_ACCOUNT: Final = RateLimitItemPerMinute(5)
PER_ADDRESS: Final = RateLimitItemPerMinute(30)
# From all strangers together: far above one person's mistakes, and at most 14,400 guesses a day.
STRANGERS: Final = RateLimitItemPerMinute(10)
RIGHT: Final = RateLimitItemPerMinute(60)

Key = tuple[str, ...]
Budget = tuple[RateLimitItemPerMinute, Key]


class Slowed(Exception):
    """Too many attempts lately. wait: whole seconds."""

    def __init__(self, wait: int) -> None:
        self.wait = wait
        super().__init__(f"wait {wait} s")


class Trying:
    """One attempt in progress; the code that judges it sets `failed`.

    asker   as it counts: a browser with its own budget used up counts as a stranger
    """

    failed = False

    def __init__(self, asker: Asker) -> None:
        self.asker = asker


class FailedSignIns:
    """The sign-ins of the last minute, in memory."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        # Attempts in progress count as failed until they succeed: a hundred at the same instant
        # must not all pass while none has failed yet.
        self._under_way: Counter[Key] = Counter()

    @contextmanager
    def attempt(self, asker: Asker, now: float, *, secret: bool = False) -> Iterator[Trying]:
        """Context of one attempt. Raises Slowed instead of beginning it.

        now      epoch s. An exception inside is no failure unless `failed` was set
        secret   the secret is too long to be guessed, so strangers do not slow its owner down
        """
        budgets = _budgets(asker)
        if asker.browser and self._wait(budgets) is not None:
            asker = msgspec.structs.replace(asker, browser="")
            budgets = _budgets(asker)
        budgets = [b for b in budgets if not (secret and b[0] is STRANGERS)]
        reset = self._wait(budgets)
        if reset is not None:
            raise Slowed(retry_after(reset, now))
        trying = Trying(asker)
        self._under_way.update(key for _, key in budgets)
        try:
            yield trying
            if not trying.failed:
                self._was_right(budgets)
        finally:
            for item, key in budgets:
                self._under_way[key] -= 1
                if self._under_way[key] <= 0:
                    del self._under_way[key]
                if trying.failed and item is not RIGHT:
                    self._limiter.hit(item, *key)

    def _wait(self, budgets: list[Budget]) -> float | None:
        """Until when (epoch s) a budget is used up; None: each has some left."""
        for item, key in budgets:
            reset, remaining = self._limiter.get_window_stats(item, *key)
            if remaining - self._under_way[key] <= 0:
                return reset
        return None

    def _was_right(self, budgets: list[Budget]) -> None:
        for item, key in budgets:
            if item is RIGHT:
                self._limiter.hit(item, *key)
            elif item is PER_ACCOUNT:  # a sign-in resets the count
                self._limiter.clear(item, *key)


def asker_of(request: Request, account: str, browser: str = "") -> Asker:
    return Asker(line(client_address(request)), account, browser)


def client_address(request: Request) -> str:
    return request.client.host if request.client else ""


def retry_after(reset: float, now: float) -> int:
    """Whole seconds for the Retry-After header: at least 1, at most the window."""
    return min(max(ceil(reset - now), 1), int(PER_ACCOUNT.get_expiry()))


def _budgets(asker: Asker) -> list[Budget]:
    """The budgets that an attempt counts against."""
    if asker.browser:
        return [(PER_ACCOUNT, ("browser", asker.browser)), (RIGHT, ("known", asker.account))]
    place = (asker.network, asker.account)
    return [
        (PER_ACCOUNT, ("place", *place)),
        (PER_ADDRESS, ("network", asker.network)),
        (STRANGERS, ("account", asker.account)),
        (RIGHT, ("right", *place)),
    ]
