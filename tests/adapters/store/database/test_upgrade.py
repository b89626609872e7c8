"""A database is upgraded to this program's schema, or refused with a reason and left unchanged."""

import os
import sqlite3
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor as Threads
from contextlib import closing
from importlib import import_module
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Connection, insert, inspect, text

from monitor.adapters.store import Store, StoreError
from monitor.adapters.store.questions.clinic import Device, find_device
from monitor.adapters.store.questions.contacts import Preferences, list_contacts
from monitor.adapters.store.questions.users import add_user, user_named
from monitor.adapters.store.tables.definitions import encounter_devices, metadata
from tests.adapters.store.running import Running, ask
from tests.adapters.store.sessions import T0, reading

MIGRATE = "import sys; from monitor.adapters.store import Store; Store(sys.argv[1]).migrate()"
REPOSITORY = Path(__file__).parents[4]
STEPS = REPOSITORY / "monitor" / "adapters" / "store" / "migrations" / "versions"


def file_of(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


def test_the_migrations_lead_to_the_schema_of_the_code(migrated: Store, url: str) -> None:
    def difference(connection: Connection) -> object:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return compare_metadata(context, metadata)

    assert ask(url, difference) == []
    # The comparison does not cover check constraints.
    constraints = ask(
        url, lambda connection: inspect(connection).get_check_constraints("observations")
    )
    assert [c["name"] for c in constraints] == ["ck_observations_finite"]


async def test_the_schema_alone_keeps_a_device_to_one_open_session(store: Running) -> None:
    def attach(connection: Connection, until: float | None) -> None:
        values = {"encounter": 2, "device": "strap-0", "since": T0, "until": until}
        connection.execute(insert(encounter_devices).values(**values))

    await store.write(attach, T0 + 1)
    with pytest.raises(StoreError):
        await store.write(attach, None)


def test_migrating_again_changes_nothing(migrated: Store) -> None:
    user = migrated.run(add_user, "anna", "admin", "hash", T0)
    migrated.migrate()
    assert migrated.run(user_named, "anna") == user


def test_a_database_of_the_first_version_keeps_what_is_in_it(url: str) -> None:
    store = Store(url)
    if store.where.startswith("/"):
        file_of(url).parent.mkdir()
    first = import_module("monitor.adapters.store.migrations.versions.0001_first_schema")

    def made(connection: Connection) -> None:
        with Operations.context(MigrationContext.configure(connection)):
            first.upgrade()
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
        connection.execute(text("INSERT INTO alembic_version VALUES ('0001')"))
        connection.execute(text(
            "INSERT INTO contacts (name, urls, order_, after_s, created_at) "
            "VALUES ('anna', '[\"mailto://a\"]', 3, 30, 5)"
        ))  # fmt: skip
        connection.execute(text(
            "INSERT INTO devices (id, kind, site, created_at) VALUES ('cuff', 'cuff', 'home', 5)"
        ))  # fmt: skip

    store.run(made)
    store.migrate()
    (kept,) = store.run(list_contacts)
    assert (kept.name, kept.urls, kept.preferences, kept.pin_hash) == (
        "anna", ("mailto://a",), Preferences(), None,
    )  # fmt: skip
    device = store.run(find_device, "cuff")
    assert device == Device(id="cuff", kind="cuff", site="home", created_at=5, user=None)


def test_processes_that_start_together_migrate_one_after_the_other(url: str) -> None:
    started = [
        subprocess.Popen(
            [sys.executable, "-c", MIGRATE, url], cwd=REPOSITORY, stderr=subprocess.PIPE
        )
        for _ in range(4)
    ]
    said = [process.communicate(timeout=60)[1] for process in started]
    assert [process.returncode for process in started] == [0] * 4, said
    newest = max(file.name[:4] for file in STEPS.glob("0*.py"))
    assert ask(url, lambda c: c.execute(text("SELECT * FROM alembic_version")).all()) == [(newest,)]


def test_a_file_that_another_process_is_creating_is_waited_for(tmp_path: Path) -> None:
    """The switch to a write-ahead log fails immediately, not after the usual timeout."""
    file = tmp_path / "monitor.db"
    with closing(sqlite3.connect(file, isolation_level=None)) as other, Threads(1) as thread:
        other.execute("BEGIN IMMEDIATE")
        migrating = thread.submit(Store(f"sqlite:///{file}").migrate)
        with pytest.raises(TimeoutError):
            migrating.result(timeout=0.3)
        other.execute("ROLLBACK")
        migrating.result(timeout=10)


async def test_a_user_is_added_while_the_service_writes(store: Running) -> None:
    for n in range(1, 2000):
        store.append(reading(n))
    command = Store(store.url)
    command.migrate()
    command.run(add_user, "anna", "admin", "hash", T0)
    await store.flush()
    assert await store.read(user_named, "anna")
    assert store.confirmed == list(range(1, 2000))
    assert store.faults == []


def test_a_newer_database_is_refused(migrated: Store) -> None:
    migrated.run(lambda c: c.execute(text("UPDATE alembic_version SET version_num = '9001'")))
    with pytest.raises(StoreError, match=r"newer version of Dosing Monitor \(schema 9001\)"):
        migrated.migrate()


def test_another_programs_database_is_refused(url: str) -> None:
    store = Store(url)
    if store.where.startswith("/"):
        file_of(url).parent.mkdir()
    store.run(lambda connection: connection.execute(text("CREATE TABLE users (who text)")))
    with pytest.raises(StoreError, match="another program's tables"):
        store.migrate()
    assert ask(url, lambda connection: inspect(connection).get_table_names()) == ["users"]


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "monitor.db"
    file.write_bytes(b"These are my holiday notes. " * 100)
    with pytest.raises(StoreError) as caught:
        Store(f"sqlite:///{file}").migrate()
    assert str(file) in str(caught.value)
    assert "put a backup in its place" in str(caught.value)
    assert file.read_bytes().startswith(b"These are")


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/monitor.db"
    store = Store(url)
    store.migrate()
    for i in range(200):
        store.run(add_user, f"user {i}", "viewer", "hash" * 50, T0)
    with closing(sqlite3.connect(file_of(url))) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    whole = file_of(url).read_bytes()
    page = whole.index(b"user 150") // 4096 * 4096
    file_of(url).write_bytes(whole[:page] + os.urandom(4096) + whole[page + 4096 :])
    with pytest.raises(StoreError, match="is damaged or no database"):
        store.migrate()


def test_a_folder_is_made_and_only_this_account_can_read_the_file(tmp_path: Path) -> None:
    file = tmp_path / "not" / "there" / "monitor.db"
    Store(f"sqlite:///{file}").migrate()
    for name in ("monitor.db", "monitor.db-wal", "monitor.db-shm"):
        if (path := file.with_name(name)).exists():
            assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("in the way")
    with pytest.raises(StoreError, match=r"data/monitor.db cannot be opened"):
        Store(f"sqlite:///{tmp_path}/data/monitor.db").migrate()
