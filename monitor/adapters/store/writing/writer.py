"""The one writer thread.

The event loop appends and continues. The thread takes the queued items, up to `MOST_ITEMS`, commits
them, reports, and takes the items queued meanwhile: a lone reading is committed immediately, and
groups grow with the load, without a timer.

When the database does not take a group, the group is kept and retried for ever; later ones wait
behind it in order. `on_fault` is called with the error when a fault begins and with None when it
ends.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from threading import Event, Thread
from typing import Final, TypeVar

from sqlalchemy.exc import DBAPIError

from monitor.adapters.store.tables.entry import Entry
from monitor.adapters.store.tables.store_errors import StoreError, fault
from monitor.adapters.store.writing.commits import Act, CommitOutcome, Committer, Item

T = TypeVar("T")

MOST_ITEMS: Final = 500
FIRST_PAUSE_S: Final = 0.05
LONGEST_PAUSE_S: Final = 5.0

OnCommit = Callable[[list[object]], None]
OnFault = Callable[[StoreError | None], None]
OnRefused = Callable[[Entry, StoreError], None]


class Writer:
    """The writer. Call `append` from the loop's thread. All callbacks run in the loop, in order.

    on_commit   the tokens of one commit, in the order they were appended
    on_fault    the database stops taking entries / takes entries again (None)
    on_refused  this entry will never be in the record; an excerpt is in quarantine
    """

    def __init__(
        self,
        committer: Committer,
        where: str,
        loop: asyncio.AbstractEventLoop,
        on_commit: OnCommit,
        on_fault: OnFault,
        on_refused: OnRefused,
    ) -> None:
        self._committer = committer
        self._where = where
        self._loop = loop
        self._on_commit = on_commit
        self._on_fault = on_fault
        self._on_refused = on_refused
        self._queue: deque[Item] = deque()
        self._group: list[Item] = []
        self._wake = Event()
        self._stop = Event()
        self.faulted = False
        self._thread = Thread(target=self._work, name="store-writer", daemon=True)
        self._thread.start()

    def append(self, item: Item) -> None:
        self._queue.append(item)
        # Checked first, because `set` takes a lock. The thread clears the event before it checks
        # the queue, so that an item appended in between is either seen or wakes it.
        if not self._wake.is_set():
            self._wake.set()

    @property
    def pending(self) -> int:
        """The number of items that are not on disk yet."""
        return len(self._queue) + len(self._group)

    @property
    def oldest(self) -> float | None:
        """The time of the oldest entry that is not on disk yet; None if all are."""
        # The queue is copied only behind a group that consists of acts: it may be long, and this is
        # read four times a second.
        for items in (self._group, self._queue):
            for item in tuple(items):
                if not isinstance(item, Act):
                    return item.at if isinstance(item, Entry) else item.entry.at
        return None

    def stop(self) -> None:
        """End the thread after the queued items, or immediately while the database is at fault."""
        self._stop.set()
        self._wake.set()

    def join(self, timeout: float) -> None:
        self._thread.join(timeout)

    def _work(self) -> None:
        while self._take() and self._until_committed():
            pass
        self._committer.close()

    def _take(self) -> bool:
        """Wait for items and make them the group. False: stopped, and the queue is empty."""
        queue = self._queue
        while not queue:
            if self._stop.is_set():
                return False
            self._wake.clear()
            if not queue and not self._stop.is_set():
                self._wake.wait()
        # The group grows item by item, so that `pending` never misses one.
        while queue and len(self._group) < MOST_ITEMS:
            self._group.append(queue.popleft())
        return True

    def _until_committed(self) -> bool:
        """Commit the group, retrying as long as necessary. False: stopped during a fault."""
        pause, reconnected = FIRST_PAUSE_S, False
        while True:
            try:
                outcome = self._committer.commit(self._group)
            except Exception as error:  # noqa: BLE001 - whatever it is, the entries are kept
                self._committer.drop()
                if _cut_off(error) and not reconnected:
                    # The server may have restarted while the writer was idle; that is no fault.
                    reconnected = True
                    continue
                self._tell(fault(error, self._where))
            else:
                # Before the report: a slow group that is on disk would still count as waiting.
                self._group = []
                self._tell(None)
                self._call(self._settle, outcome)
                return True
            if self._stop.wait(pause):
                return False
            pause = min(2 * pause, LONGEST_PAUSE_S)

    def _tell(self, error: StoreError | None) -> None:
        """Report a fault when it begins and when it ends, not while it lasts."""
        if self.faulted != (error is not None):
            self.faulted = error is not None
            self._call(self._on_fault, error)

    def _call(self, callback: Callable[[T], None], argument: T) -> None:
        # The loop may be closed when a process ends in the middle of a fault.
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(callback, argument)

    def _settle(self, outcome: CommitOutcome) -> None:
        if outcome.tokens:
            self._on_commit(outcome.tokens)
        for entry, error in outcome.refused:
            self._on_refused(entry, error)
        for future, answer in outcome.answers:
            if future.done():
                continue
            if isinstance(answer, Exception):
                future.set_exception(answer)
            else:
                future.set_result(answer)


def _cut_off(error: Exception) -> bool:
    return isinstance(error, DBAPIError) and error.connection_invalidated
