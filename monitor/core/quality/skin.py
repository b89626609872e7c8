"""Learn that a strap's contact bit is wrong: always "no contact", while the heart rate lives.

Some straps report "no contact" with a good rate, all the time or on each second connection. The
proof is a minute of life: intervals that vary as a heart's and agree with the rate, or, from a
strap without intervals, a rate that goes up and down in small steps. On recordings (28, 25 h) a
rate moves 6 to 37 times a minute, and hardly ever by more than 4 in one step; noise does. The
values of a strap that lies on a table do not move at all.

Without their intervals each of these recordings would have taught it, most within 80 s; with them
all but one, whose every second or third beat is too early: it looks like noise, and continues to be
doubted.

The lesson applies to one connection only. So does a report of contact, after which "no contact"
counts.
"""

from typing import Final

from msgspec import Struct

PROOF_S: Final = 60.0
STEP: Final = 4.0  # /min from one reading to the next
MOVES: Final = 6
EACH_WAY: Final = 2
APART_S: Final = 10.0  # from one reading to the next


class Skin(Struct):
    """How far one device's contact bit can be trusted. Times are measurement times.

    boot       the connection to which this applies
    wrong      it reports no contact while the heart rate lives: it is no evidence
    beating    since when the intervals live without a break
    since      since when the rate moves in small steps only; `ups`, `downs`: how many
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
        """Trust the bit again: the rate that proved it wrong does not live any more."""
        self.wrong = False
        self.nothing_proved()

    def see(
        self, effective: float, gap: float, step: float, *, beats: bool | None, sure: bool
    ) -> None:
        """Take a reading that reports "no contact" and that no other evidence contradicts.

        gap, step   from the reading before it, s and /min
        beats       its intervals live, or do not; None: there are too few
        sure        the recent readings make one course
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
