"""Which URLs name a database, and which parts of one messages show or hide."""

from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, make_url, text

from monitor.adapters.store import Store, StoreError
from monitor.adapters.store.tables.definitions import audit
from tests.adapters.store.running import Running, ask
from tests.adapters.store.sessions import T0
from tests.parts import free_port


@pytest.mark.parametrize(
    "url",
    ["", "monitor.db", "sqlite://", "sqlite:///:memory:", "mysql://u:hush@h/n", "//hush:hush@:x/"],
)
def test_what_names_no_database_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(StoreError) as caught:
        Store(url)
    assert "sqlite:///…" in str(caught.value)
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_an_unreachable_server_is_named_without_its_password(scheme: str) -> None:
    port = free_port()
    store = Store(f"{scheme}://monitor:hush@127.0.0.1:{port}/clinic")
    with pytest.raises(StoreError) as caught:
        store.migrate()
    assert f"127.0.0.1:{port}/clinic" in str(caught.value)
    assert "hush" not in str(caught.value)


def test_a_relative_path_stays_where_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    store = Store("sqlite:///data/monitor.db")
    monkeypatch.chdir("/")
    assert store.where == str(tmp_path / "data" / "monitor.db")


async def test_a_question_cannot_write(store: Running) -> None:
    def intrude(connection: Connection) -> None:
        values = {"user": "", "action": "", "object": "", "detail": ""}
        connection.execute(insert(audit).values(at=T0, **values))

    with pytest.raises(StoreError):
        await store.read(intrude)


def test_a_commit_waits_for_the_disk_whatever_the_server_is_set_to(
    migrated: Store, url: str
) -> None:
    if url.startswith("postgresql"):
        asked, answer = "SHOW synchronous_commit", "on"
        off = f"ALTER DATABASE {make_url(url).database} SET synchronous_commit = off"
        migrated.run(lambda connection: connection.execute(text(off)))
        assert ask(url, lambda connection: connection.execute(text(asked)).scalar()) == "off"
    else:
        asked, answer = "PRAGMA synchronous", "2"
    assert str(migrated.run(lambda c: c.execute(text(asked)).scalar())) == answer


async def test_a_store_that_does_not_run_takes_nothing(migrated: Store) -> None:
    with pytest.raises(StoreError, match="not running"):
        await migrated.flush()
