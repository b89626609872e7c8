"""Signs that a cuff inflates (0x2A36): the record that follows was measured just now.

After an outage they prove less. What waited meanwhile, in the device, a bridge or a broker, comes
all at once: the sign of half an hour ago, and in the same second the record that was measured then.
So the signs since an outage count for nothing until time has passed since the first of them.
"""

from typing import Final

from msgspec import Struct

INFLATED_S: Final = 60.0
# No cuff has its reading sooner than 20 s after it began to inflate. What waited is handed over by
# hundreds of messages a second: half an hour of a cuff and of a strap beside it, some 3,000, within
# a few seconds. Half of the one is enough for the other; and who is wrong here has doubted a live
# reading, not believed a stored one.
BACKLOG_S: Final = 10.0


class Signs(Struct, omit_defaults=True):
    """What one device let hear. All are receipts, s.

    newest   the newest sign that proves something, not used up yet
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
        """Was a cuff heard that measured what is received now?"""
        self._clear_up(received)
        return self.newest is not None and received - self.newest <= INFLATED_S

    def use_up(self) -> None:
        """One measurement is heard for one record."""
        self.newest = self.last = None

    def _clear_up(self, now: float) -> None:
        """No backlog lasts so long: what was heard since the first is of its own time."""
        if self.first is None or now - self.first < BACKLOG_S:
            return
        self.newest, self.last = self.last, None
        self.outage, self.first = False, None
