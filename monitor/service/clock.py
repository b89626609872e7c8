"""The one clock. Everything else is handed the time.

Inside it runs on the monotonic clock, so that a step of the machine's wall clock fires nothing
and hides nothing; the wall is read once, at the start. It may run fast (modes test and demo) or
*follow*: then it stands still until somebody moves it, which is how the demo's past is played
without time running ahead of the data.
"""

import time
from collections.abc import Callable

Real = Callable[[], float]


class Clock:
    """now(): epoch seconds, never going back."""

    def __init__(
        self,
        speed: float = 1.0,
        *,
        start: float | None = None,
        following: bool = False,
        wall: Real = time.time,
        monotonic: Real = time.monotonic,
    ) -> None:
        self._monotonic = monotonic
        self._base = wall() if start is None else start
        self._since = monotonic()
        self.speed = speed
        self.following = following

    def now(self) -> float:
        if self.following:
            return self._base
        return self._base + (self._monotonic() - self._since) * self.speed

    def real(self) -> float:
        """Seconds on a clock that no setting changes: for sign-ins and back-offs."""
        return self._monotonic()

    def at(self, real: float) -> float:
        """What `now` was, or would have been, at that moment of `real`; 0: it is not known.

        While it follows, now: what moves it comes by the same way as what is timed by it.
        """
        if self.following:
            return self._base
        if not real:
            return self.now()
        # Of the moment alone: what was read together was received together, to the last digit.
        return self._base + max(0.0, real - self._since) * self.speed

    def not_before(self, moment: float) -> None:
        """What is on the record already happened: a clock set back does not undo it."""
        if moment > self.now():
            self._base, self._since = moment, self._monotonic()

    def follow(self, moment: float) -> None:
        """Move a following clock; it never goes back."""
        if self.following:
            self._base = max(self._base, moment)

    def run(self, moment: float, speed: float) -> None:
        """From here on it runs by itself."""
        if self.following:
            self._base, self._since = max(self._base, moment), self._monotonic()
            self.speed, self.following = speed, False

    def wait(self, until: float) -> float | None:
        """Real seconds until then, 0 if it is past; None: it stands still."""
        left = until - self.now()
        if left <= 0:
            return 0.0
        return None if self.following else left / self.speed
