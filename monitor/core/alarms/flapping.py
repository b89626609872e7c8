"""An alarm that flaps around a limit is one occurrence, and stays on for a minimum time.

A condition *rises* through a priority when it comes to hold at that one or a higher, and *falls*
through it when it no longer holds that high. One that rose through a priority `RISES` times within
`WITHIN_S` flaps there: its signal stays on, and as high, until `STAYS_S` after it last held that
high. A rise is still reported immediately; no signal falls sooner than it would otherwise.

Engineering defaults, argued in docs/decisions/0025: alarm management calls three alarms in a minute
chattering; a cuff measures once a minute at most, and its repeat comes within two.
"""

from typing import Final

from msgspec import Struct

RISES: Final = 3
WITHIN_S: Final = 600.0
STAYS_S: Final = 120.0


class Flaps(Struct, omit_defaults=True):
    """Rises and falls of conditions, by key and rank (1 low to 3 high); times of decision.

    rises   the newest times at which it rose through a rank
    until   if it flaps there: until when it stays at that rank
    """

    rises: dict[str, dict[int, list[float]]] = {}
    until: dict[str, dict[int, float]] = {}

    def move(self, key: str, before: int, rank: int, at: float) -> None:
        """Note that the condition moved from rank `before` (0: it did not hold) to `rank`."""
        for through in range(before + 1, rank + 1):
            times = self.rises.setdefault(key, {}).setdefault(through, [])
            times.append(at)
            del times[:-RISES]
        for through in range(rank + 1, before + 1):
            if self._flaps(key, through, at):
                self.until.setdefault(key, {})[through] = at + STAYS_S

    def stays_until(self, key: str, rank: int) -> float | None:
        """Return when a signal whose condition fell to `rank` may follow it; None: now."""
        until = self.until.get(key)
        return None if not until else max((t for r, t in until.items() if r > rank), default=None)

    def over(self, key: str) -> None:
        self.until.pop(key, None)

    def _flaps(self, key: str, rank: int, at: float) -> bool:
        times = self.rises.get(key, {}).get(rank, ())
        return len(times) == RISES and at - times[0] <= WITHIN_S
