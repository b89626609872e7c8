"""A rate limit: how often an action is allowed within a period, by key; in memory."""

from collections import deque
from math import ceil

Key = int | str


class Allowance:
    """A rate limit: at most `most` actions within the last `within` seconds, for each key."""

    def __init__(self, most: int, within: float) -> None:
        self.most = most
        self.within = within
        self._done: dict[Key, deque[float]] = {}

    def wait(self, key: Key, count: int, now: float) -> int:
        """Return the whole seconds until `count` more are allowed, at least 1; 0: they are now.
        More than `most` together are allowed if there were no recent ones: they cannot be
        split."""
        done = self._done.get(key)
        if not done or now - done[-1] >= self.within or now < done[-1]:
            return 0
        over = sum(now - at < self.within for at in done) + count - self.most
        if over <= 0:
            return 0
        # When this many of the oldest do not count any more.
        recent = [at for at in done if now - at < self.within]
        oldest = recent[min(over, len(recent)) - 1]
        wait = max(1, ceil(oldest + self.within - now))
        # A sum of floats may be short by its last digit: then the oldest would still count.
        return wait if now + wait - oldest >= self.within else wait + 1

    def take(self, key: Key, count: int, now: float) -> None:
        for old in [k for k, done in self._done.items() if now - done[-1] >= self.within]:
            del self._done[old]
        done = self._done.setdefault(key, deque(maxlen=self.most))
        done.extend([now] * count)
