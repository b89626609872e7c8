"""Received messages that are not on disk yet, and when the oldest are confirmed all the same.

A message is confirmed to the broker after its commit. While the database accepts no writes, no
message is confirmed, and a broker delivers only a limited number of unconfirmed messages (its
in-flight window): once that is full, the service would receive no more. So from half a window on,
the oldest are confirmed to the broker all the same. They are *at risk*: they are not confirmed to
their devices (`acks`), so that a device which keeps unconfirmed readings sends them again if this
process dies now. Detection and the live view continue; `storage_fault` remains in every session
until all messages are on disk again.

Messages that wait for their turn behind others of their device fill the window in the same way, and
messages of other devices would not get in: while any waits, the oldest are confirmed to the broker
likewise.
"""

import asyncio
from collections.abc import Iterable
from itertools import islice
from typing import Final, Protocol

from monitor.adapters.mqtt import AckToken, MqttPort
from monitor.adapters.store import Store, StoreError
from monitor.service.clock import Clock
from monitor.service.ingest.turns.intake import MOST_PENDING
from monitor.service.sessions.open_sessions import Ward

SLOW_S: Final = 2.0  # a commit takes milliseconds; one that takes this long counts as a fault
TOLD_S: Final = 3.0
LOOK_S: Final = 0.25


# With more readings in all lanes, further messages have to wait in the broker's queue.
MOST_WAITING: Final = 200_000


class Lanes(Protocol):
    """The readings that wait for their turn. busy: there are some; waiting: their number."""

    @property
    def busy(self) -> bool: ...
    @property
    def waiting(self) -> int: ...


class _NoLanes:
    busy = False
    waiting = 0


class UnconfirmedMessages:
    """Messages before their commit: `arrived` and `settled` for each; `run` checks the store.

    lanes     set after construction
    window    how many unconfirmed messages the broker delivers at most
    at_risk   messages that are confirmed to the broker and not on disk
    """

    def __init__(self, clock: Clock, ward: Ward, store: Store, window: int) -> None:
        self._clock = clock
        self._ward = ward
        self._store = store
        self.window = window
        self.lanes: Lanes = _NoLanes()
        self.port: MqttPort | None = None
        self._held: dict[AckToken, None] = {}  # not confirmed to the broker, oldest first
        self._risked: set[AckToken] = set()
        self._generation = 0
        self._reason = ""
        self._failing_since: float | None = None
        self._told = False

    @property
    def held(self) -> int:
        """The number of messages that are not confirmed to the broker."""
        return len(self._held)

    @property
    def at_risk(self) -> int:
        return len(self._risked)

    @property
    def reason(self) -> str:
        """Why the database accepts no writes; "" while it does."""
        if self._store.faulted:
            return self._reason or "it does not take writes"
        return "" if self._failing_since is None else "it is too slow"

    def database_said(self, error: StoreError | None) -> None:
        """Note that a fault of the database begins, or (None) ends."""
        self._reason = "" if error is None else error.cause
        self.look()

    def arrived(self, token: AckToken) -> None:
        """Note a message that was handed to the store, or to its device's lane."""
        if not token.qos:
            return
        self._held[token] = None
        self._generation = token.generation
        if self._failing_since is not None or self.lanes.busy:
            self._release()

    def settled(self, tokens: Iterable[AckToken]) -> list[AckToken]:
        """Remove messages that are on disk. Return those that are not confirmed to the broker."""
        waited = []
        for token in tokens:
            if token in self._risked:
                self._risked.remove(token)
            else:
                self._held.pop(token, None)
                waited.append(token)
        return waited

    def _release(self) -> None:
        """Confirm the oldest to the broker, so that it continues to deliver."""
        if self.port is None or self._store.pending >= MOST_PENDING:
            return
        if self.lanes.waiting >= MOST_WAITING:
            return
        over = self.held - max(1, self.window // 2)
        if over <= 0:
            return
        # Only the oldest few are touched: a long fault runs this for each of thousands of messages.
        oldest = list(islice(self._held, over))
        released = [token for token in oldest if token.generation == self._generation]
        for token in oldest:
            del self._held[token]  # of a connection that ended: the broker sends it again
        self._risked.update(released)
        self.port.ack_many(released)

    # --- the fault --------------------------------------------------------------------------------

    async def run(self) -> None:
        while True:
            self.look()
            await asyncio.sleep(LOOK_S)

    def look(self) -> None:
        """Check whether the database has a fault, and for how long; report it and its end."""
        now = self._clock.real()
        if not self._store.faulted and self._waited() <= SLOW_S:
            self._failing_since = None
            if self.lanes.busy:
                self._release()
            if self._told and (self.lanes.busy or not self.at_risk):
                self._told = False
                self._ward.fault_over("storage_fault")
            return
        if self._failing_since is None:
            self._failing_since = now
        self._release()
        if not self._told and now - self._failing_since >= TOLD_S:
            self._told = True
            since = self._clock.now() - (now - self._failing_since) * self._clock.speed
            self._ward.fault("storage_fault", self.reason, since)

    def _waited(self) -> float:
        """Return for how long the oldest entry has waited, s of real time."""
        oldest = self._store.oldest
        if oldest is None or self._clock.following:  # a past that is played is not late
            return 0.0
        return (self._clock.now() - oldest) / self._clock.speed
