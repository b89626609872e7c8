"""Clears what is retained where nothing belongs, in bounded work.

A broker hands what it retained to whoever subscribes, at each start and each connection anew. A
device that retains its readings on ever more topics would make each start longer. So such a message
is handed on once, as the history that it is, and then taken back with an empty one.
"""

from collections.abc import Callable
from typing import Final

# Under way at once, in topics and in bytes. What is beyond has its turn at the next sweep.
TOPICS: Final = 10_000
BYTES: Final = 4 * 1024 * 1024


class Broom:
    """misplaced   is this a topic on which nothing may stay?

    cleared   how many were, since the start
    """

    def __init__(self, misplaced: Callable[[str], bool]) -> None:
        self._misplaced = misplaced
        self._under_way: dict[int, int] = {}  # a topic's hash -> its length: topics may be long
        self._bytes = 0
        self.cleared = 0

    @property
    def idle(self) -> bool:
        """Everything that was taken back is gone. If it never is, the broker does not let us."""
        return not self._under_way

    def takes(self, topic: str) -> bool:
        """A retained message came on it. True: publish an empty one there, retained, at QoS 0."""
        key = hash(topic)
        if key in self._under_way or not self._misplaced(topic):
            return False
        if len(self._under_way) >= TOPICS or self._bytes >= BYTES:
            return False
        self._under_way[key] = len(topic)
        self._bytes += len(topic)
        return True

    def is_echo(self, topic: str) -> bool:
        """An empty message came on it. True: it is our own, and says nothing to anybody."""
        length = self._under_way.pop(hash(topic), None)
        if length is None:
            return False
        self._bytes -= length
        self.cleared += 1
        return True

    def forget(self) -> None:
        """The connection is another one; what is still retained comes again."""
        self._under_way.clear()
        self._bytes = 0
