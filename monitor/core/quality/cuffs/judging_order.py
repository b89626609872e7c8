"""The order in which measurements were judged, and which of them by limits over the baseline.

When a measurement is struck out, or proves to be old, the rest are judged once more. Each is then
judged as before: in its turn, at its moment, by limits over the baseline only if a dose was on
record by then, and not at all where a newer one had come before it. So judging again changes only
the consequences of the one that is gone.
"""

from msgspec import Struct


class Turn(Struct, frozen=True, array_like=True):
    """number: from 1, of all measurements of the session; at: when it was judged."""

    number: int
    at: float


class Turns(Struct, omit_defaults=True):
    """The turns of a session.

    count  how many there were
    dosed  how many there were when the first dose was recorded; None: there is no dose, or its time
           was corrected: then the measurement time decides which came after it
    """

    count: int = 0
    dosed: int | None = None

    def take(self, now: float) -> Turn:
        self.count += 1
        return Turn(self.count, now)

    def dose(self) -> None:
        """The first dose is recorded now."""
        self.dosed = self.count

    def forget_dose(self) -> None:
        """Its time was corrected."""
        self.dosed = None

    def after_dose(self, turn: Turn, effective: float, dosed_at: float | None) -> bool:
        """Return whether limits over the baseline were in force when it was judged.

        effective  when it was measured
        dosed_at   the first dose
        """
        if dosed_at is None:
            return False
        if self.dosed is None:
            return effective >= dosed_at
        return turn.number > self.dosed
