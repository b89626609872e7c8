"""The only clock of the service; all other code receives the time as an argument.

It runs on the monotonic clock, so that a step of the machine's wall clock neither triggers a
deadline nor hides one; it reads the wall clock once, at the start. It may run fast (modes test and
demo) or *follow*: a following clock does not move until a caller moves it. In this way the demo
plays its past without time running ahead of the data.
"""

import time
from collections.abc import Callable

Real = Callable[[], float]


class Clock:
    """The service's time: `now()` returns epoch seconds and never goes back."""

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
        """Return seconds on a clock that no setting changes: for sign-ins and back-offs."""
        return self._monotonic()

    def at(self, real: float) -> float:
        """Return the value of `now` at this moment of `real`; 0 (unknown moment): the present one.

        A following clock returns its present time: the messages that move it arrive by the same
        route as the messages that it times.
        """
        if self.following:
            return self._base
        if not real:
            return self.now()
        # From the moment alone: messages that were read together get the same time of receipt, to
        # the last digit.
        return self._base + max(0.0, real - self._since) * self.speed

    def not_before(self, moment: float) -> None:
        """Move the clock forward to this moment, if it is behind: the record is in the past even
        if the machine's clock was set back."""
        if moment > self.now():
            self._base, self._since = moment, self._monotonic()

    def follow(self, moment: float) -> None:
        """Move a following clock; it never goes back."""
        if self.following:
            self._base = max(self._base, moment)

    def run(self, moment: float, speed: float) -> None:
        """End the following: from this moment on the clock runs by itself."""
        if self.following:
            self._base, self._since = max(self._base, moment), self._monotonic()
            self.speed, self.following = speed, False

    def wait(self, until: float) -> float | None:
        """Return the real seconds until then, 0 if it is past; None if the clock does not move."""
        left = until - self.now()
        if left <= 0:
            return 0.0
        return None if self.following else left / self.speed
