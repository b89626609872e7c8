"""Does somebody else connect with our client id? Pure: times come in.

A broker ends the older of two connections with the same client id, and MQTT 3.1.1 does not let it
say why. What gives it away is that the broker is there: it accepted us, ended the connection, and
accepts us again at once, again and again.
"""

from collections import deque
from typing import Final

ENDS: Final = 3
WITHIN_S: Final = 60.0
QUIET_S: Final = 60.0  # a connection that lives so long has nobody who fights for it
REASON: Final = "somebody else connects to the broker with our client id, again and again"


class Contest:
    """`ended`, `unreachable` and `lives` are told what happens; `since`: when the fight began.

    None: there is none.
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
        """It does not accept us: then it was the broker that went, and not we who were ousted."""
        if self.since is None:
            self._ends.clear()

    def lives(self, seconds: float) -> None:
        """A connection has lived for so long."""
        if seconds >= QUIET_S:
            self._ends.clear()
            self.since = None
