"""A strap's contact bit that always says no is learned to be wrong, while the heart rate lives.

Some straps say "no contact" with a good rate, all the time or on each second connection. The proof
is a minute of life: intervals that vary as a heart's and agree with the rate, or, from a strap
that sends none, a rate that goes up and down in small steps. On recordings (28, 25 h) a rate moves
6 to 37 times a minute, and hardly ever by more than 4 at once; numbers from nothing do. What a
strap on a table keeps sending does not move at all.

Without their intervals each of these recordings would have taught it, most within 80 s; with them
all but one, whose every second or third beat is too early: that looks like numbers from nothing,
and goes on to be doubted.

What was learned is of one connection, as is that the bit said yes once, so that its no counts.
"""

from typing import Final

from msgspec import Struct

PROOF_S: Final = 60.0
STEP: Final = 4.0  # /min from one reading to the next
MOVES: Final = 6
EACH_WAY: Final = 2
APART_S: Final = 10.0  # from one reading to the next


class Skin(Struct):
    """What one device's contact bit is worth. Times are measurement times.

    boot       of which connection this is
    wrong      it says no, and the heart rate lives: it is no evidence
    beating    since when the intervals live without a break
    since      since when the rate moves in small steps only; `ups` and `downs` of them
    """

    boot: str = ""
    wrong: bool = False
    beating: float | None = None
    since: float | None = None
    ups: int = 0
    downs: int = 0

    def nothing_proved(self) -> None:
        self.beating = self.since = None
        self.ups = self.downs = 0

    def frozen(self) -> None:
        """What told that the bit is wrong does not live any more."""
        self.wrong = False
        self.nothing_proved()

    def see(
        self, effective: float, gap: float, step: float, *, beats: bool | None, sure: bool
    ) -> None:
        """A reading that says "no contact", and nothing else speaks against it.

        gap, step   from the reading before it, s and /min
        beats       its intervals live, or do not; None: there are too few
        sure        the readings of late make one course
        """
        if beats is False:
            self.nothing_proved()
            return
        if not beats:
            self.beating = None
        elif self.beating is None:
            self.beating = effective
        if self.since is None or gap > APART_S or abs(step) > STEP:
            self.since, self.ups, self.downs = effective, 0, 0
        else:
            self.ups += step > 0
            self.downs += step < 0
        if self.beating is not None and effective - self.beating >= PROOF_S:
            self.wrong = True
        elif step and sure and effective - self.since >= PROOF_S:
            many = self.ups + self.downs >= MOVES
            self.wrong |= many and min(self.ups, self.downs) >= EACH_WAY
