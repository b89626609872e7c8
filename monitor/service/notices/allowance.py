"""How often something may be done within a while, by key; in memory."""

from collections import deque
from math import ceil

Key = int | str


class Allowance:
    """most: so many within the last `within` seconds, of each key."""

    def __init__(self, most: int, within: float) -> None:
        self.most = most
        self.within = within
        self._done: dict[Key, deque[float]] = {}

    def wait(self, key: Key, count: int, now: float) -> int:
        """Whole seconds until `count` more are allowed, at least 1; 0: they are now. More than
        `most` at once are allowed where none was done of late: they cannot be made fewer."""
        done = self._done.get(key)
        if not done or now - done[-1] >= self.within or now < done[-1]:
            return 0
        over = sum(now - at < self.within for at in done) + count - self.most
        if over <= 0:
            return 0
        # When so many of the oldest do not count any more.
        recent = [at for at in done if now - at < self.within]
        oldest = recent[min(over, len(recent)) - 1]
        wait = max(1, ceil(oldest + self.within - now))
        # A sum of floats may fall short by its last digit: then it would still count by then.
        return wait if now + wait - oldest >= self.within else wait + 1

    def take(self, key: Key, count: int, now: float) -> None:
        for old in [k for k, done in self._done.items() if now - done[-1] >= self.within]:
            del self._done[old]
        done = self._done.setdefault(key, deque(maxlen=self.most))
        done.extend([now] * count)
