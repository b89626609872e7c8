"""The queue of messages to publish while the broker cannot be reached."""

from collections.abc import Iterable
from typing import Final

from msgspec import Struct

LIMIT: Final = 10_000


class QueuedMessage(Struct, frozen=True):
    """One message to publish. `keep`: send it later if it cannot be sent now."""

    topic: str
    payload: bytes
    qos: int = 1
    retain: bool = False
    keep: bool = False


class PublishQueue:
    """A queue of at most `limit` messages, in the order of insertion.

    Of retained messages only the newest of a topic is kept, as the broker would do. A full queue
    drops the oldest message: a command or a status loses its value with time. `dropped` counts
    these.
    """

    def __init__(self, limit: int = LIMIT) -> None:
        self._limit = limit
        self._waiting: dict[str | int, QueuedMessage] = {}
        self._number = 0
        self.dropped = 0

    def __len__(self) -> int:
        return len(self._waiting)

    def put(self, message: QueuedMessage) -> None:
        """Append a message to the queue."""
        self._number += 1
        key: str | int = message.topic if message.retain else self._number
        self._waiting.pop(key, None)
        self._waiting[key] = message
        if len(self._waiting) > self._limit:
            del self._waiting[next(iter(self._waiting))]
            self.dropped += 1

    def put_back(self, messages: Iterable[QueuedMessage]) -> None:
        """Put messages that were sent and never confirmed back at the front of the queue."""
        later = self.take()
        for message in [*messages, *later]:
            self.put(message)

    def take(self) -> list[QueuedMessage]:
        """Return all messages, oldest first, and empty the queue."""
        messages = list(self._waiting.values())
        self._waiting = {}
        return messages
