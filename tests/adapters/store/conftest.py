"""The same tests on both databases: SQLite in a file, and a real PostgreSQL server."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from monitor.adapters.store import Store
from tests.adapters.store.running import Running, opened


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
