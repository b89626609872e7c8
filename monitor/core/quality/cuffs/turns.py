"""In which order measurements were judged, and which of them by limits over the baseline.

When one of them is struck out, or proves to be old, the rest are judged once more. Each is judged
then as it was: in its turn, at its moment, by limits over the baseline only if there was a dose on
record by then, and not at all where a newer one had come before it. So judging again changes
nothing but what follows from the one that is gone.
"""

from msgspec import Struct


class Turn(Struct, frozen=True, array_like=True):
    """number: from 1, of all measurements of the session; at: when it was judged."""

    number: int
    at: float


class Turns(Struct, omit_defaults=True):
    """count  how many there were
    dosed  how many there were when the first dose was recorded; None: none is, or its time was
           corrected: then the time of measurement says what was measured after it
    """

    count: int = 0
    dosed: int | None = None

    def take(self, now: float) -> Turn:
        self.count += 1
        return Turn(self.count, now)

    def after_dose(self, turn: Turn | None, effective: float, dosed_at: float | None) -> bool:
        """Limits over the baseline were in force when it was judged. turn None: an older version
        took none; effective: when it was measured; dosed_at: the first dose."""
        if dosed_at is None:
            return False
        if turn is None or self.dosed is None:
            return effective >= dosed_at
        return turn.number > self.dosed
