"""A database that goes away and returns: one report, and no loss."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Protocol

import pytest

from monitor.adapters.store import Store
from monitor.adapters.store.questions.findings import list_observations
from monitor.adapters.store.questions.users import add_user
from tests.adapters.store.running import Running, ask, journalled, numbers, opened
from tests.adapters.store.sessions import T0, reading
from tests.parts import Postgres, wait_until


@pytest.fixture(scope="module")
def postgres_server(own_postgres: Postgres) -> Postgres:
    """The server of `url`."""
    return own_postgres


class Outage(Protocol):
    """Takes a database away from the store, and gives it back."""

    def begin(self) -> None: ...
    def end(self) -> None: ...


class ServerGone:
    def __init__(self, server: Postgres) -> None:
        self._server = server

    def begin(self) -> None:
        self._server.stop()

    def end(self) -> None:
        self._server.start()


class FileLocked:
    def __init__(self, other: sqlite3.Connection) -> None:
        self._other = other

    def begin(self) -> None:
        self._other.execute("BEGIN EXCLUSIVE")

    def end(self) -> None:
        self._other.execute("ROLLBACK")


@pytest.fixture
def outage(url: str, request: pytest.FixtureRequest) -> Iterator[Outage]:
    if url.startswith("postgresql"):
        yield ServerGone(request.getfixturevalue("postgres_server"))
        return
    file = Path(url.removeprefix("sqlite:///"))
    file.parent.mkdir()
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        yield FileLocked(other)


async def test_an_outage_is_told_once_and_loses_nothing(outage: Outage, store: Running) -> None:
    await store.commit(reading(1))
    outage.begin()
    for n in range(2, 800):
        store.append(reading(n))
    await wait_until(lambda: store.faults, what="the fault")
    acknowledged = asyncio.ensure_future(store.write(add_user, "anna", "viewer", "hash", T0))
    assert (store.faulted, store.confirmed) == (True, [1])
    assert store.pending >= 798
    assert store.oldest == T0 + 2

    outage.end()

    async with asyncio.timeout(20):
        await acknowledged
    assert (store.faulted, store.confirmed) == (False, list(range(1, 800)))
    assert [error is None for error in store.faults] == [False, True]
    assert ask(store.url, numbers) == list(range(1, 800))
    assert await journalled(store) == list(range(1, 800))
    assert "strap" not in str(store.faults[0])


async def test_a_server_that_restarted_while_nothing_was_written_is_no_fault(
    postgres: str, postgres_server: Postgres
) -> None:
    Store(postgres).migrate()
    store = await opened(postgres)
    await store.commit(reading(1))
    assert (await store.read(list_observations, "e0", 10)).count == 1
    postgres_server.stop()
    postgres_server.start()
    await store.commit(reading(2))
    assert (await store.read(list_observations, "e0", 10)).count == 2
    assert (store.confirmed, store.faults) == ([1, 2], [])
    await store.stop()


async def test_stopping_in_an_outage_gives_up_in_time_and_says_how_much(
    outage: Outage, store: Running
) -> None:
    await store.commit(reading(1))
    outage.begin()
    try:
        store.append(reading(2))
        async with asyncio.timeout(4):
            given_up = await store.stop(within=0.3)
    finally:
        outage.end()
    # The entry, and the act that waits for it.
    assert given_up == 2
    assert store.confirmed == [1]
    assert ask(store.url, numbers) == [1]
