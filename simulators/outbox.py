"""What a device has measured and nobody has confirmed yet.

A reading leaves when `acks` names its number or a later one of the same boot. Until then it is
sent again: all of it after a new connection, and, while no confirmation moves anything, the
oldest batch after a while, each time after twice as long. Confirmations are cumulative, so the
oldest batch holds whatever the receiver waits for; once that is confirmed, it is listening again
and gets the rest, once.
"""

from collections import deque
from itertools import islice, takewhile
from typing import Final

from simulators.native import Reading

BATCH: Final = 50
RESEND_S: Final = 10.0
RESEND_AT_MOST: Final = 6.0  # times the first interval


class Outbox:
    """A bounded ring buffer of readings, each with its running number.

    boot       restart mark; told with every reading
    capacity   beyond it the oldest falls out: `fell_out` counts those, confirmed ones do not
    resend_s   seconds without progress before the oldest batch goes again; inf: never
    """

    def __init__(self, boot: str, capacity: int = 3600, resend_s: float = RESEND_S) -> None:
        self.boot = boot
        self.capacity = capacity
        self.fell_out = 0
        self.confirmed = 0
        self.last = 0
        self._resend_s = resend_s
        self._patience = resend_s
        self._resend_at: float | None = None
        self._kept: deque[tuple[int, Reading]] = deque()
        self._sent = 0
        self._probed = 0  # the last number of a batch that was sent again; 0: none is out

    def __len__(self) -> int:
        return len(self._kept)

    def add(self, content: Reading) -> Reading:
        """Number a reading and keep it; answers it as it will be sent."""
        self.last += 1
        reading: Reading = {"seq": self.last, **content, "boot": self.boot}
        self._kept.append((self.last, reading))
        if len(self._kept) > self.capacity:
            self._kept.popleft()
            self.fell_out += 1
        return reading

    def due(self, now: float) -> tuple[list[Reading], list[Reading]]:
        """(to be sent again, never sent on this connection), oldest first; both count as sent."""
        again: list[Reading] = []
        if self._resend_at is not None and now >= self._resend_at:
            again = [r for seq, r in islice(self._kept, BATCH) if seq <= self._sent]
            self._probed = min(self._sent, self._kept[0][0] + BATCH - 1) if again else 0
            self._patience = min(self._patience * 2, self._resend_s * RESEND_AT_MOST)
            self._resend_at = now + self._patience
        fresh = [r for _, r in takewhile(lambda kept: kept[0] > self._sent, reversed(self._kept))]
        fresh.reverse()
        self._sent = self.last
        if self._resend_at is None and self._kept:
            self._resend_at = now + self._patience
        return again, fresh

    @property
    def deadline(self) -> float:
        """When `due` will have something to send again; inf: not as things stand."""
        return float("inf") if self._resend_at is None else self._resend_at

    def confirm(self, boot: str, seq: int, now: float) -> int:
        """Forget everything up to `seq` of this boot; answers how many readings that was."""
        if boot != self.boot:
            return 0
        before = len(self._kept)
        while self._kept and self._kept[0][0] <= seq:
            self._kept.popleft()
        gone = before - len(self._kept)
        self.confirmed += gone
        if gone:
            self._wait_afresh(now, self._resend_s)
        if self._probed and seq >= self._probed:
            self._probed = 0
            if self._kept and seq < self._sent:
                self._sent, self._resend_at = seq, now
        return gone

    def disconnected(self) -> None:
        """Nothing that was sent counts as sent any more."""
        self._sent = 0
        self._resend_at = None
        self._probed = 0

    def patience(self, resend_s: float, now: float) -> None:
        """From now on wait that long for progress before sending again."""
        self._resend_s = resend_s
        self._wait_afresh(now, resend_s)

    def restart(self, boot: str) -> None:
        """The device starts anew: numbers begin at 1 and what was kept is gone."""
        self.fell_out += len(self._kept)
        self._kept.clear()
        self.boot, self.last = boot, 0
        self.disconnected()

    def _wait_afresh(self, now: float, patience: float) -> None:
        self._patience = patience
        self._resend_at = now + patience if self._kept else None
