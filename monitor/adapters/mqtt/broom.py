"""Clear retained messages from topics where they do not belong, in bounded work.

A broker sends its retained messages to each new subscriber, at each start and each connection
again. A device that retains its readings on ever more topics would make each start longer. So such
a message is handed on once, as history, and then cleared with an empty one.
"""

from collections.abc import Callable
from typing import Final

# The limit of pending clears, in topics and in bytes. Messages beyond it wait for the next sweep.
TOPICS: Final = 10_000
BYTES: Final = 4 * 1024 * 1024


class Broom:
    """The clearing of misplaced retained messages.

    misplaced   whether retained messages are forbidden on a topic
    cleared     number of messages cleared since the start
    """

    def __init__(self, misplaced: Callable[[str], bool]) -> None:
        self._misplaced = misplaced
        self._under_way: dict[int, int] = {}  # a topic's hash -> its length: topics may be long
        self._bytes = 0
        self.cleared = 0

    @property
    def idle(self) -> bool:
        """Whether all pending clears are done. If that never happens, the broker forbids them."""
        return not self._under_way

    def takes(self, topic: str) -> bool:
        """Take a retained message's topic. True: publish an empty one there, retained, at QoS 0."""
        key = hash(topic)
        if key in self._under_way or not self._misplaced(topic):
            return False
        if len(self._under_way) >= TOPICS or self._bytes >= BYTES:
            return False
        self._under_way[key] = len(topic)
        self._bytes += len(topic)
        return True

    def is_echo(self, topic: str) -> bool:
        """Take an empty message's topic. True: the message is our own clear; ignore it."""
        length = self._under_way.pop(hash(topic), None)
        if length is None:
            return False
        self._bytes -= length
        self.cleared += 1
        return True

    def forget(self) -> None:
        """Forget pending clears: a new connection brings again the messages still retained."""
        self._under_way.clear()
        self._bytes = 0
