"""What was heard and is not on disk yet: held, and how long that may go on.

A message is confirmed to the broker after its commit. While the database takes no writes nothing
is confirmed, and a broker delivers only so many unconfirmed messages (its in-flight window): when
that is full the service would be deaf. So from half a window on the oldest are confirmed to the
broker all the same. They are *at risk*: no device is told that they are on disk (`acks`), so that
one which keeps what was not confirmed sends them again should this process die now. Detection and
the live view go on; `storage_fault` stands in every session until everything is on disk again.

Messages that wait for their turn behind others of their device fill the window just so, and nobody
else could be heard: while any waits, the oldest are confirmed to the broker in the same way.
"""

import asyncio
from collections.abc import Iterable
from itertools import islice
from typing import Final, Protocol

from monitor.adapters.mqtt import AckToken, MqttPort
from monitor.adapters.store import Store
from monitor.service.clock import Clock
from monitor.service.ingest.turns.intake import MOST_PENDING
from monitor.service.sessions.open_sessions import Ward

SLOW_S: Final = 2.0  # a commit takes milliseconds; one that takes so long is as good as a fault
TOLD_S: Final = 3.0
LOOK_S: Final = 0.25


# As many readings wait in all lanes at most before the broker's queue has to serve as well.
MOST_WAITING: Final = 200_000


class Lanes(Protocol):
    """What waits for its turn. busy: something does; waiting: so many readings."""

    @property
    def busy(self) -> bool: ...
    @property
    def waiting(self) -> int: ...


class _NoLanes:
    busy = False
    waiting = 0


class Holding:
    """`arrived` and `settled` for every message; `run` looks at the store.

    lanes     set once they are there
    window    how many unconfirmed messages the broker delivers at most
    at_risk   confirmed to the broker and not on disk
    """

    def __init__(self, clock: Clock, ward: Ward, store: Store, window: int) -> None:
        self._clock = clock
        self._ward = ward
        self._store = store
        self.window = window
        self.lanes: Lanes = _NoLanes()
        self.port: MqttPort | None = None
        self._held: dict[AckToken, None] = {}  # those that the broker waits for, oldest first
        self._risked: set[AckToken] = set()
        self._generation = 0
        self._reason = ""
        self._failing_since: float | None = None
        self._told = False

    @property
    def held(self) -> int:
        """Messages that the broker waits to have confirmed."""
        return len(self._held)

    @property
    def at_risk(self) -> int:
        return len(self._risked)

    @property
    def reason(self) -> str:
        """Why the database takes no writes; "" while it does."""
        if self._store.faulted:
            return self._reason or "it does not take writes"
        return "" if self._failing_since is None else "it is too slow"

    def database_said(self, error: Exception | None) -> None:
        """A fault begins, or (None) is over."""
        said = str(error).rpartition("does not take writes: ")[2] if error else ""
        self._reason = said.rstrip(".")
        self.look()

    def arrived(self, token: AckToken) -> None:
        """After a message was handed to the store, or to its device's lane."""
        if not token.qos:
            return
        self._held[token] = None
        self._generation = token.generation
        if self._failing_since is not None or self.lanes.busy:
            self._release()

    def settled(self, tokens: Iterable[AckToken]) -> list[AckToken]:
        """They are on disk. Answers those that the broker waits for."""
        waited = []
        for token in tokens:
            if token in self._risked:
                self._risked.remove(token)
            else:
                self._held.pop(token, None)
                waited.append(token)
        return waited

    def _release(self) -> None:
        """Confirm the oldest to the broker, so that it goes on delivering."""
        if self.port is None or self._store.pending >= MOST_PENDING:
            return
        if self.lanes.waiting >= MOST_WAITING:
            return
        over = self.held - max(1, self.window // 2)
        if over <= 0:
            return
        # Only the oldest few are touched: at every message of a long fault, thousands at risk.
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
        """Is the database at fault, and for how long by now?"""
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
        """For how long the oldest entry has waited, s of real time."""
        oldest = self._store.oldest
        if oldest is None or self._clock.following:  # a past that is played is not late
            return 0.0
        return (self._clock.now() - oldest) / self._clock.speed
