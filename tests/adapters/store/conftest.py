"""The same tests on both databases: SQLite in a file, and a real PostgreSQL server."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import TypeVar

import pytest
import pytest_asyncio
from sqlalchemy import Connection

from monitor.adapters.store import Entry, Store, StoreError
from monitor.adapters.store.database import Database
from tests.adapters.store.sessions import furnish, opening

T = TypeVar("T")


class Running(Store):
    """A started store that notes what it is told, in order."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.url = url
        self.groups: list[list[object]] = []
        self.faults: list[StoreError | None] = []
        self.set_aside: list[tuple[object, StoreError]] = []
        # Called with each group of tokens before it is noted.
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


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/data/monitor.db"
    return str(request.getfixturevalue("postgres"))


@pytest.fixture
def migrated(url: str) -> Store:
    """A store with its schema, not started."""
    store = Store(url)
    store.migrate()
    return store


@pytest_asyncio.fixture
async def store(migrated: Store, url: str) -> AsyncIterator[Running]:
    """A started store with two open sessions, e0 and e1."""
    running = await opened(url)
    yield running
    await running.stop()


async def opened(url: str) -> Running:
    running = Running(url)
    running.run(furnish, 4)
    running.go()
    await running.commit(opening(0))
    await running.commit(opening(1))
    return running


def ask(url: str, query: Callable[[Connection], T]) -> T:
    """Ask another connection than the store's, at once: what it sees is committed."""
    database = Database(url)
    try:
        with database.reading.begin() as connection:
            return query(connection)
    finally:
        database.reading.dispose()
