"""When a device counts as flooding, and when its flood is over."""

from typing import Final

from msgspec import Struct

BEGINS_S: Final = 2.0  # a device that was away returns with a burst, which is no flood
ENDS_S: Final = 5.0


class Flood(Struct):
    """The messages of one device over its budget that follow each other within `ENDS_S`.

    since    the first of them; newest: the last
    told     it is reported as a flood
    """

    since: float
    newest: float
    told: bool = False

    def over_budget(self, now: float) -> None:
        if now - self.newest >= ENDS_S and not self.told:
            self.since = now
        self.newest = now

    def begins(self, waited: float, *, dropped: bool) -> bool:
        """Return whether a flood begins now. waited: for how long the oldest message waits, s."""
        goes_on = self.newest - self.since >= BEGINS_S
        return not self.told and (goes_on or waited >= BEGINS_S or dropped)

    def ends(self, now: float, *, waiting: bool) -> bool:
        return not waiting and now - self.newest >= ENDS_S
