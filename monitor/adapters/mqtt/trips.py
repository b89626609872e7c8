"""Our own test messages that are under way: when each left, which came back, how long that took.

Each carries a word that nobody can guess before it is sent: what comes back with it went round. One
that comes back proves it for those before it, too; the broker may drop a message of QoS 0.
"""

import secrets
from collections.abc import Callable
from typing import NamedTuple

Seconds = Callable[[], float]


class _Sent(NamedTuple):
    at: float
    late: float  # how late the loop had come by then, added up


class Trips:
    """clock: s that run steadily. lateness: by how much the loop has come late, added up, s.

    A loop that is held up sends late and reads late, and that is not the broker's doing: by so
    much a trip counts for less.
    """

    def __init__(self, clock: Seconds, lateness: Seconds) -> None:
        self._clock = clock
        self._lateness = lateness
        self._under_way: dict[bytes, _Sent] = {}  # oldest first
        self._newest: float | None = None

    def send(self) -> bytes:
        """What the next one says; it leaves now."""
        word = secrets.token_hex(8).encode()
        self._under_way[word] = _Sent(self._clock(), self._lateness())
        return word

    def back(self, word: bytes, read_at: float) -> bool:
        """One came back. False: it is none of these, and proves nothing."""
        if (sent := self._under_way.get(word)) is None:
            return False
        for known in list(self._under_way):
            del self._under_way[known]
            if known == word:
                break
        self._newest = self._took(sent, read_at)
        return True

    def forget(self) -> None:
        """The connection has ended; nothing comes back any more."""
        self._under_way.clear()

    @property
    def missed(self) -> int:
        """How many are not back."""
        return len(self._under_way)

    @property
    def owed_s(self) -> float:
        """How long ago the oldest left that is not back, s, the loop's lateness included."""
        oldest = next(iter(self._under_way.values()), None)
        return 0.0 if oldest is None else self._clock() - oldest.at

    @property
    def seconds(self) -> float | None:
        """How long the last way round took, or the present one by now if that is more."""
        oldest = next(iter(self._under_way.values()), None)
        if oldest is None:
            return self._newest
        return max(self._newest or 0.0, self._took(oldest, self._clock()))

    def _took(self, sent: _Sent, until: float) -> float:
        return max(0.0, until - sent.at - (self._lateness() - sent.late))
