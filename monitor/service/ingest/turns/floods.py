"""Which devices send too much, and when that is over."""

from typing import Final

from msgspec import Struct

BEGINS_S: Final = 2.0  # a device that was away comes back with a burst, and that is none
ENDS_S: Final = 5.0


class Flood(Struct):
    """One device's. since: the first message over its budget, of those that follow each other
    within `ENDS_S`; newest: the last; told: it is told as a flood."""

    since: float
    newest: float
    told: bool = False

    def over_budget(self, now: float) -> None:
        if now - self.newest >= ENDS_S and not self.told:
            self.since = now
        self.newest = now

    def begins(self, waited: float, *, dropped: bool) -> bool:
        """waited: for how long the oldest message has, s."""
        goes_on = self.newest - self.since >= BEGINS_S
        return not self.told and (goes_on or waited >= BEGINS_S or dropped)

    def ends(self, now: float, *, waiting: bool) -> bool:
        return not waiting and now - self.newest >= ENDS_S
