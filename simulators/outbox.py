"""The readings of a device that are not confirmed yet.

A reading is removed when `acks` names its number or a later one of the same boot. Until then it is
sent again: all readings after a new connection, and, while no confirmation makes progress, the
oldest batch after a while, with twice the wait each time. Confirmations are cumulative, so the
oldest batch contains the reading that the receiver waits for; once that is confirmed, the receiver
is listening again and gets the rest, once.
"""

from collections import deque
from itertools import islice, takewhile
from typing import Final

from simulators.native import Reading

BATCH: Final = 50
RESEND_S: Final = 10.0
RESEND_AT_MOST: Final = 6.0  # times the first interval


class Outbox:
    """A bounded ring buffer of readings, each with its sequence number.

    boot       restart mark; sent with every reading
    capacity   beyond it the oldest is dropped: `fell_out` counts those, without confirmed ones
    resend_s   seconds without progress before the oldest batch is sent again; inf: never
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
        self._probed = 0  # the last number of a batch that was sent again; 0: no such batch

    def __len__(self) -> int:
        return len(self._kept)

    def add(self, content: Reading) -> Reading:
        """Number a reading and keep it; return it as it will be sent."""
        self.last += 1
        reading: Reading = {"seq": self.last, **content, "boot": self.boot}
        self._kept.append((self.last, reading))
        if len(self._kept) > self.capacity:
            self._kept.popleft()
            self.fell_out += 1
        return reading

    def due(self, now: float) -> tuple[list[Reading], list[Reading]]:
        """Return the readings to send again, and those not yet sent on this connection.

        Each list is oldest first; all count as sent.
        """
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
        """When `due` will have readings to send again; inf: never in the present state."""
        return float("inf") if self._resend_at is None else self._resend_at

    def confirm(self, boot: str, seq: int, now: float) -> int:
        """Remove all readings of this boot up to `seq`; return how many readings that was."""
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
        """The connection is lost: no reading counts as sent any more."""
        self._sent = 0
        self._resend_at = None
        self._probed = 0

    def patience(self, resend_s: float, now: float) -> None:
        """From now on wait that long for progress before sending again."""
        self._resend_s = resend_s
        self._wait_afresh(now, resend_s)

    def restart(self, boot: str) -> None:
        """The device restarts: numbers begin at 1 and the kept readings are gone."""
        self.fell_out += len(self._kept)
        self._kept.clear()
        self.boot, self.last = boot, 0
        self.disconnected()

    def _wait_afresh(self, now: float, patience: float) -> None:
        self._patience = patience
        self._resend_at = now + patience if self._kept else None
