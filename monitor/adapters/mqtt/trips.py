"""Round trips of the canary's test messages: when each was sent, which returned, how long it took.

Each message carries a random token that cannot be guessed: a message that returns with it passed
through the broker. A returned message also settles those before it, because the broker may drop a
message of QoS 0.
"""

import secrets
from collections.abc import Callable
from typing import NamedTuple

Seconds = Callable[[], float]


class _Sent(NamedTuple):
    at: float
    late: float  # the loop's total lateness by then


class Trips:
    """Round trips of test messages. clock: monotonic, s. lateness: the loop's total lateness, s.

    A loop that is held up sends late and reads late, which is not the broker's fault: so the
    lateness during a trip is subtracted from its duration.
    """

    def __init__(self, clock: Seconds, lateness: Seconds) -> None:
        self._clock = clock
        self._lateness = lateness
        self._under_way: dict[bytes, _Sent] = {}  # oldest first
        self._newest: float | None = None

    def send(self) -> bytes:
        """Return the payload of the next test message, which is sent now."""
        word = secrets.token_hex(8).encode()
        self._under_way[word] = _Sent(self._clock(), self._lateness())
        return word

    def back(self, word: bytes, read_at: float) -> bool:
        """Record a returned message. Return False for an unknown token, which proves no trip."""
        if (sent := self._under_way.get(word)) is None:
            return False
        for known in list(self._under_way):
            del self._under_way[known]
            if known == word:
                break
        self._newest = self._took(sent, read_at)
        return True

    def forget(self) -> None:
        """Forget the pending trips: the connection has ended, and no message will return."""
        self._under_way.clear()

    @property
    def missed(self) -> int:
        """The number of messages that have not returned."""
        return len(self._under_way)

    @property
    def owed_s(self) -> float:
        """The age of the oldest message that has not returned, s, including the loop's lateness."""
        oldest = next(iter(self._under_way.values()), None)
        return 0.0 if oldest is None else self._clock() - oldest.at

    @property
    def seconds(self) -> float | None:
        """The duration of the last round trip, or of the present one so far if longer, s."""
        oldest = next(iter(self._under_way.values()), None)
        if oldest is None:
            return self._newest
        return max(self._newest or 0.0, self._took(oldest, self._clock()))

    def _took(self, sent: _Sent, until: float) -> float:
        return max(0.0, until - sent.at - (self._lateness() - sent.late))
