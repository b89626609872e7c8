"""A running store, and ways to read its database without it."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection, select

from monitor.adapters.store import Entry, Store, StoreError
from monitor.adapters.store.database.engines import Database
from monitor.adapters.store.questions.encounters import read_journal
from monitor.adapters.store.tables.definitions import observations
from monitor.core.vocabulary.inputs import Observed
from tests.adapters.store.sessions import furnish, opening

T = TypeVar("T")


class Running(Store):
    """A started store that records its callbacks, in order."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.url = url
        self.groups: list[list[object]] = []
        self.faults: list[StoreError | None] = []
        self.set_aside: list[tuple[object, StoreError]] = []
        # Called with each group of tokens before it is recorded.
        self.spy: Callable[[list[object]], None] = lambda tokens: None

    def go(self) -> None:
        self.start(asyncio.get_running_loop(), self._confirmed, self.faults.append, self._set_aside)

    @property
    def confirmed(self) -> list[object]:
        return [token for group in self.groups for token in group]

    def _confirmed(self, tokens: list[object]) -> None:
        self.spy(tokens)
        self.groups.append(tokens)

    def _set_aside(self, entry: Entry, error: StoreError) -> None:
        self.set_aside.append((entry.token, error))


async def opened(url: str) -> Running:
    running = Running(url)
    running.run(furnish, 4)
    running.go()
    await running.commit(opening(0))
    await running.commit(opening(1))
    return running


def ask(url: str, query: Callable[[Connection], T]) -> T:
    """Query immediately on another connection than the store's: it sees only committed data."""
    database = Database(url)
    try:
        with database.reading.begin() as connection:
            return query(connection)
    finally:
        database.reading.dispose()


def numbers(connection: Connection) -> list[int]:
    """Return the sequence numbers of all stored readings, in the order of storing."""
    rows = select(observations.c.seq).order_by(observations.c.id)
    return [seq for seq in connection.execute(rows).scalars() if seq is not None]


async def journalled(store: Store) -> list[int | None]:
    """Return the sequence numbers of the observations in the journal of e0, in order."""
    inputs = [step.input for step in await store.read(read_journal, "e0")]
    return [i.observation.seq for i in inputs if isinstance(i, Observed)]
