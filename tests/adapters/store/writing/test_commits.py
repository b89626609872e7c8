"""An entry that can never be written fails alone; a lost answer is not taken for a failure."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import msgspec
import pytest
from sqlalchemy import Connection, func, make_url, select, text

from monitor.adapters.store import Entry, EntryRefused, Missing, Quarantined, Store, StoreError
from monitor.adapters.store.questions.encounters import read_journal
from monitor.adapters.store.questions.quarantine import list_quarantine
from monitor.adapters.store.tables.definitions import commits
from monitor.core.vocabulary.inputs import Note
from tests.adapters.store.running import Running, ask, journalled, numbers
from tests.adapters.store.sessions import T0, furnish, judged, opening, reading
from tests.parts import wait_until

POISON = {
    "no number": reading(50, verdicts=(judged(50, float("nan")),)),
    "endless": reading(50, verdicts=(judged(50, float("inf")),)),
    "too large": reading(50, verdicts=(msgspec.structs.replace(judged(50), seq=2**70),)),
    "no text": Entry("e0", T0 + 50, Note("\ud800", "anna"), token=50),
    "nobody's": reading(50, encounter="e99"),
}


@pytest.mark.parametrize("kind", POISON)
async def test_an_entry_that_can_never_be_written_is_set_aside_alone(
    store: Running, kind: str
) -> None:
    for n in range(1, 11):
        store.append(reading(n))
    store.append(POISON[kind])
    for n in range(11, 21):
        store.append(reading(n))
    await store.flush()

    assert store.confirmed == list(range(1, 21))
    assert ask(store.url, numbers) == list(range(1, 21))
    assert await journalled(store) == list(range(1, 21))
    (token, error), *others = store.set_aside
    assert (token, others, store.refused, store.faults) == (50, [], 1, [])
    assert isinstance(error, EntryRefused | Missing)
    (kept,) = (await store.read(list_quarantine, 10)).items
    assert kept.reason == f"store: {error}"
    assert kept.at == T0 + 50


@pytest.mark.parametrize("kind", POISON)
async def test_whoever_waits_for_such_an_entry_is_told(store: Running, kind: str) -> None:
    with pytest.raises(StoreError):
        await store.commit(POISON[kind])
    assert (await store.read(list_quarantine, 10)).count == 0
    assert store.confirmed == []
    await store.commit(reading(1))
    steps = await store.read(read_journal, "e0")
    assert [step.n for step in steps] == [1, 2, 3], "its numbers are given out again"


async def test_a_text_with_a_zero_byte_never_stops_anything(store: Running) -> None:
    """SQLite accepts it, PostgreSQL does not: either way the others are written."""
    store.append(reading(1, verdicts=(msgspec.structs.replace(judged(1), boot="a\0b"),)))
    held = Quarantined(topic="a\0\ud800", reason="no \0 JSON", excerpt=b"\0" * 600, size=10**6)
    store.append(Entry("", T0, token="held", quarantined=(held,)))
    store.append(Entry("e0", T0 + 3, Note("a\0b", "anna"), token="note"))
    await store.flush()
    assert store.confirmed[-2:] == ["held", "note"]
    rows = (await store.read(list_quarantine, 10)).items
    kept = next(row for row in rows if row.size == 10**6)
    assert (kept.excerpt, kept.reason) == (b"\0" * 512, "no \ufffd JSON")
    assert (await store.read(read_journal, "e0"))[-1].input == Note("a\0b", "anna")


async def test_a_refusal_quotes_no_value(store: Running) -> None:
    with pytest.raises(EntryRefused) as caught:
        await store.commit(reading(50, verdicts=(judged(50, 1e31),)))
    assert "finite" in str(caught.value)
    assert "strap" not in str(caught.value)
    assert caught.value.__cause__ is None


async def test_a_writer_leaves_nothing_of_its_own_behind(store: Running) -> None:
    await store.commit(reading(1))
    rows = select(func.count()).select_from(commits)
    assert ask(store.url, lambda connection: connection.execute(rows).scalar()) == 1
    await store.stop()
    assert ask(store.url, lambda connection: connection.execute(rows).scalar()) == 0


class Severed:
    """A TCP relay that can break the store's connection at a COMMIT, and deliver it later."""

    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port
        self.armed = False
        self.broken = asyncio.Event()
        self.deliver = asyncio.Event()

    @asynccontextmanager
    async def port(self) -> AsyncIterator[int]:
        """Yield the port to connect to; at the end, close every connection."""
        ends: list[asyncio.Task[None]] = []

        def accept(near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
            ends.append(asyncio.create_task(self._relay(near, back)))

        server = await asyncio.start_server(accept, "127.0.0.1", 0)
        yield server.sockets[0].getsockname()[1]
        server.close()
        await asyncio.gather(*ends)

    async def _relay(self, near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        far, forth = await asyncio.open_connection(self._host, self._port)
        copying = asyncio.create_task(self._copy(far, back))
        while data := await near.read(65536):
            if self.armed and b"COMMIT" in data:
                self.armed = False
                back.transport.abort()
                self.broken.set()
                await self.deliver.wait()
            forth.write(data)
        forth.write_eof()
        await copying
        for end in (forth, back):
            end.close()
            with suppress(ConnectionError):
                await end.wait_closed()

    async def _copy(self, far: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        while data := await far.read(65536):
            back.write(data)


def waiting_for_a_lock(connection: Connection) -> bool:
    rows = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    return bool(connection.execute(rows).scalar_one())


@pytest.mark.parametrize("late", [False, True], ids=["is lost", "is yet to be"])
async def test_a_commit_whose_answer_is_missing_is_not_written_twice(
    postgres: str, late: bool
) -> None:
    target = make_url(postgres)
    Store(postgres).migrate()
    Store(postgres).run(furnish)
    line = Severed(str(target.host), int(target.port or 0))
    async with line.port() as port:
        store = Running(target.set(port=port).render_as_string(hide_password=False))
        store.go()
        await store.commit(opening())
        line.armed = True
        for n in range(1, 301):
            store.append(reading(n))
        async with asyncio.timeout(20):
            await line.broken.wait()
            if late:
                # The new connection is in use while the old commit has not arrived.
                await wait_until(lambda: ask(postgres, waiting_for_a_lock))
            line.deliver.set()
            await store.flush()
        assert store.confirmed == list(range(1, 301))
        assert await journalled(store) == list(range(1, 301))
        assert store.set_aside == []
        await store.stop()
