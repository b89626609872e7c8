"""Signs that a cuff inflates (0x2A36): the record that follows was measured just now.

After an outage they prove less. Messages that waited meanwhile, in the device, a bridge or a
broker, come together: the sign of half an hour ago, and in the same second the record that was
measured then. So signs since an outage do not count until time has passed since the first of them.
"""

from typing import Final

from msgspec import Struct

INFLATED_S: Final = 60.0
# No cuff has its reading sooner than 20 s after it began to inflate. A backlog is handed over at
# hundreds of messages a second: half an hour of a cuff and of a strap beside it, some 3,000, within
# a few seconds. Half of the 20 s is enough for the backlog; and an error here means that a live
# reading was doubted, not that a stored one was believed.
BACKLOG_S: Final = 10.0


class Signs(Struct, omit_defaults=True):
    """The inflation signs of one device. All times are receipts, s.

    newest   the newest sign that is evidence, not used up yet
    outage   the device or we were away, and the signs since may be of a backlog
    first    the first sign since; last: the newest of those, not used up yet
    """

    newest: float | None = None
    outage: bool = False
    first: float | None = None
    last: float | None = None

    def hear(self, now: float) -> None:
        if not self.outage:
            self.newest = now
            return
        if self.first is None:
            self.first = now
        self.last = now
        self._clear_up(now)

    def went_away(self, now: float) -> None:
        self._clear_up(now)
        self.outage, self.first, self.last = True, None, None

    def prove(self, received: float) -> bool:
        """Return whether a sign shows that the record received now was measured just now."""
        self._clear_up(received)
        return self.newest is not None and received - self.newest <= INFLATED_S

    def use_up(self) -> None:
        """Use the sign up: one measurement makes one record."""
        self.newest = self.last = None

    def _clear_up(self, now: float) -> None:
        """End the outage once no backlog can last: later signs are of their own time."""
        if self.first is None or now - self.first < BACKLOG_S:
            return
        self.newest, self.last = self.last, None
        self.outage, self.first = False, None
