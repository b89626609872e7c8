"""What waits for the broker while it cannot be reached."""

from collections.abc import Iterable
from typing import Final

from msgspec import Struct

LIMIT: Final = 10_000


class QueuedMessage(Struct, frozen=True):
    """One message that we publish. `keep`: worth sending later when it cannot go now."""

    topic: str
    payload: bytes
    qos: int = 1
    retain: bool = False
    keep: bool = False


class PublishQueue:
    """Messages in the order in which they were put in, at most `limit` of them.

    Of retained messages only the newest of a topic is kept: the broker would do the same. When
    full, the oldest goes: a command or a status loses its worth with time. `dropped` counts those.
    """

    def __init__(self, limit: int = LIMIT) -> None:
        self._limit = limit
        self._waiting: dict[str | int, QueuedMessage] = {}
        self._number = 0
        self.dropped = 0

    def __len__(self) -> int:
        return len(self._waiting)

    def put(self, message: QueuedMessage) -> None:
        """Keep for later, behind everything else."""
        self._number += 1
        key: str | int = message.topic if message.retain else self._number
        self._waiting.pop(key, None)
        self._waiting[key] = message
        if len(self._waiting) > self._limit:
            del self._waiting[next(iter(self._waiting))]
            self.dropped += 1

    def put_back(self, messages: Iterable[QueuedMessage]) -> None:
        """Keep messages that were sent and never confirmed: they come before everything else."""
        later = self.take()
        for message in [*messages, *later]:
            self.put(message)

    def take(self) -> list[QueuedMessage]:
        """All of them, oldest first; the box is empty afterwards."""
        messages = list(self._waiting.values())
        self._waiting = {}
        return messages
