"""The lane of one device: a queue of the messages that are not judged yet.

Messages are judged in the order in which they came, so a short backlog is judged as it happened.
Once more waits than can be judged in a moment, the newest reading goes first, and of pressures the
newest and the worst, several times a second: the present must not wait for the past. These readings
keep their places in the queue, so that numbers are confirmed to the device in order.

The lane is bounded. Beyond the bound the oldest messages go, and the caller records the loss.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct

from monitor.adapters.mqtt import AckToken
from monitor.core.vocabulary.vitals import PRESSURES, Observation

# With more readings than this, or with one that has waited longer, the newest goes first.
DEEP: Final = 1000
DEEP_S: Final = 0.25
PICK_S: Final = 0.25  # twenty times in each 5 s, of which the worst pressure must be judged
# The share from which a lane is full: a message of many readings that displaced the oldest ones
# leaves some room behind.
FULL: Final = 0.92


class Most(Struct, frozen=True):
    """The most that may wait in one lane."""

    readings: int
    bytes: int


class Aside(Struct, frozen=True):
    """Content that goes to quarantine: the reason in short and as a sentence, and the raw bytes.

    readings  the number of readings that it counts as
    count     the number of elements of its message that it represents
    """

    short: str
    reason: str
    raw: bytes
    readings: int = 1
    count: int = 1


class Handed(Struct, eq=False):
    """One message on its way to be judged.

    issued     time of receipt
    elements   how many readings it seems to contain, before it is read
    serving    the session that its device served then
    slots      its parts; None: it is not read yet; at: how many of them are passed
    left       how many of them are not settled yet
               A message and its slots refer to each other until the last slot is passed: the
               collector of cycles runs seldom, and gigabytes could wait for it
    size       of its payload, bytes; the slots take several times as much memory
    """

    device: str
    topic: str
    format: str
    payload: bytes
    token: AckToken | None
    issued: float
    retained: bool = False
    elements: int = 1
    serving: object | None = None
    aside: Aside | None = None
    slots: Sequence["Slot"] | None = None
    at: int = 0
    left: int = 0
    size: int = 0


class Slot(Struct, eq=False):
    """One reading of a message, or a part of it that is set aside.

    judged   it was judged, maybe before its turn; picked: to be judged before its turn
    filed    its count and number, and whether it was new, as found when it was judged
    """

    handed: Handed
    observation: Observation | None = None
    aside: Aside | None = None
    judged: bool = False
    picked: bool = False
    filed: tuple[str, int, bool] | None = None

    @property
    def measured(self) -> float:
        """The time of measurement, where it is given; else the time of receipt."""
        found = None if self.observation is None else self.observation.effective
        return self.handed.issued if found is None else found


def seems(payload: bytes) -> int:
    """Return how many readings a message may contain, without reading it."""
    return max(1, payload.count(b"{"))


class Lane:
    """The queue of one device. readings, bytes: the amount that waits; begun: a reading of this
    device was ever judged in its turn."""

    def __init__(self, most: Most) -> None:
        self._most = most
        self._queue: deque[Handed] = deque()
        self._unread: deque[Handed] = deque()
        self._ahead: deque[Slot] = deque()  # to be judged before their turn
        self._candidates: dict[str, tuple[float, Slot]] = {}
        self._picked_at = float("-inf")
        self._upto = float("-inf")  # measurement time of the newest that was judged
        self.begun = False
        self.readings = 0
        self.bytes = 0

    @property
    def empty(self) -> bool:
        return not self._queue and not self._ahead

    @property
    def full(self) -> bool:
        """Whether the next message may displace the oldest."""
        most = self._most
        return (
            self.readings >= FULL * most.readings
            or self.bytes >= FULL * most.bytes
            or len(self._queue) >= FULL * most.readings
        )

    @property
    def unread_messages(self) -> int:
        return len(self._unread)

    @property
    def since(self) -> float | None:
        """Time of receipt of the oldest message that waits."""
        return self._queue[0].issued if self._queue else None

    # --- in ---------------------------------------------------------------------------------

    def put(self, handed: Handed) -> None:
        self._queue.append(handed)
        self._unread.append(handed)
        self.readings += handed.elements
        self.bytes += handed.size

    def unread(self, *, newest: bool) -> Handed | None:
        """Return a message to be read now: the newest, or the oldest."""
        if not self._unread:
            return None
        return self._unread.pop() if newest else self._unread.popleft()

    def read(self, handed: Handed, slots: Sequence[Slot]) -> None:
        """Note the parts of a message that was read."""
        handed.slots = slots
        handed.left = len(slots)
        self.readings += len(slots) - handed.elements
        handed.payload = b""
        for slot in slots:
            if slot.observation is not None:
                self._consider(slot, slot.observation)

    def _consider(self, slot: Slot, observation: Observation) -> None:
        measured = slot.measured
        self._prefer("newest", measured, slot)
        for vital in PRESSURES:
            value = observation.values.get(vital)
            if value is not None:
                self._prefer("pressure", measured, slot)
                self._prefer(f"highest {vital}", value, slot)
                self._prefer(f"lowest {vital}", -value, slot)

    def _prefer(self, name: str, rank: float, slot: Slot) -> None:
        known = self._candidates.get(name)
        if known is None or rank >= known[0]:
            self._candidates[name] = (rank, slot)

    # --- out --------------------------------------------------------------------------------

    def ahead(self, now: float) -> Slot | None:
        """Return a reading that is to be judged before its turn, if there is one now."""
        # After a restart the numbers below the lowest on disk are awaited, but not for ever; then
        # the device would forget them, sent or not. So one reading is judged in its turn first.
        if not self.begun:
            return None
        if not self._ahead and now - self._picked_at >= PICK_S and self._deep(now):
            self._picked_at = now
            found = {
                id(slot): slot
                for name, (rank, slot) in self._candidates.items()
                if not slot.judged and (name != "newest" or rank > self._upto)
            }
            self._candidates = {}
            for slot in sorted(found.values(), key=lambda slot: slot.measured):
                slot.picked = True
                self._ahead.append(slot)
        while self._ahead:
            slot = self._ahead.popleft()
            if not slot.judged:
                self._upto = max(self._upto, slot.measured)
                return slot
        return None

    def next(self) -> Slot | None:
        """Pass and return the oldest slot, which may have been judged before. None: the lane is
        empty, or its oldest message is not read yet."""
        while self._queue:
            head = self._queue[0]
            if head.slots is None:
                return None
            if head.at < len(head.slots):
                slot = head.slots[head.at]
                head.at += 1
                self.begun = True
                self.readings -= 1
                if slot.observation is not None:
                    self._upto = max(self._upto, slot.measured)
                if head.at == len(head.slots):
                    head.slots = ()
                    self._pass()
                return slot
            self._pass()  # it was empty
        self._candidates = {}
        return None

    def excess(self, most: Most | None = None) -> Iterator[Handed | Slot]:
        """Pass and yield the oldest contents beyond the bound: messages that were not read, and
        readings, judged or not. most: another bound than the lane's own."""
        most = most or self._most
        while self._queue and (
            self.readings > most.readings
            or self.bytes > most.bytes
            or len(self._queue) > most.readings
        ):
            head = self._queue[0]
            if head.slots is None:
                self._pass()
                if self._unread and self._unread[0] is head:
                    self._unread.popleft()
                self.readings -= head.elements
                yield head
            elif (slot := self.next()) is not None:
                yield slot

    def _pass(self) -> None:
        self.bytes -= self._queue.popleft().size

    def wanted(self, slot: Slot) -> bool:
        """Return whether it is the newest or the worst of a while, which is not dropped."""
        return slot.picked or any(slot is known for _, known in self._candidates.values())

    def _deep(self, now: float) -> bool:
        if self.readings > DEEP:
            return True
        return bool(self._queue) and now - self._queue[0].issued >= DEEP_S
