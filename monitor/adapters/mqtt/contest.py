"""Detect that another client connects with our client id. Pure: times are arguments.

A broker ends the older of two connections with the same client id, and MQTT 3.1.1 has no way to
report why. The pattern shows it: the broker accepts us, ends the connection, and accepts us again
immediately, again and again.
"""

from collections import deque
from typing import Final

ENDS: Final = 3
WITHIN_S: Final = 60.0
QUIET_S: Final = 60.0  # a connection that lives so long has no contender
REASON: Final = "somebody else connects to the broker with our client id, again and again"


class Contest:
    """A contest for our client id. Call `ended`, `unreachable` and `lives` with the events.

    since   when the contest began; None: no contest
    """

    def __init__(self) -> None:
        self._ends: deque[float] = deque(maxlen=ENDS)
        self.since: float | None = None

    def ended(self, now: float) -> None:
        """The broker ended a connection that it had accepted."""
        self._ends.append(now)
        if len(self._ends) == ENDS and now - self._ends[0] <= WITHIN_S and self.since is None:
            self.since = self._ends[0]

    def unreachable(self) -> None:
        """The broker does not accept us: so it was down, and no other client ousted us."""
        if self.since is None:
            self._ends.clear()

    def lives(self, seconds: float) -> None:
        """A connection has lasted for `seconds`."""
        if seconds >= QUIET_S:
            self._ends.clear()
            self.since = None
