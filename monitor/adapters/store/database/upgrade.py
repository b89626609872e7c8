"""Upgrade a database to the schema of this program, or explain in one sentence why not.

The upgrade is one transaction behind a lock, so that two processes that start at the same moment
(the service, and a command that adds a user) upgrade one after the other, and a failed step leaves
the database unchanged.
"""

import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from threading import Event
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect
from sqlalchemy.exc import DBAPIError

from monitor.adapters.store.database.engines import COMMAND_PATIENCE_MS, Database
from monitor.adapters.store.tables.definitions import metadata
from monitor.adapters.store.tables.store_errors import StoreError

_STEPS: Final = Path(__file__).parents[1] / "migrations"
# Any number is valid, as long as no other program uses the same one on the same database.
_POSTGRES_LOCK: Final = 0x646F73696E67
_WAL_PAUSE_S: Final = 0.05


def migrate(database: Database) -> None:
    """Upgrade to the newest schema. On StoreError the database is unchanged."""
    database.make_file()
    engine = database.writing()
    try:
        if database.file:
            _prepare_file(database.file)
        with engine.begin() as connection:
            if not database.sqlite:
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_POSTGRES_LOCK})")
            _upgrade(connection, database.where)
    except (DBAPIError, sqlite3.Error) as error:
        raise StoreError(explain(database, error)) from None
    finally:
        engine.dispose()


def _upgrade(connection: Connection, where: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(_STEPS).replace("%", "%%"))
    config.attributes["connection"] = connection
    script = ScriptDirectory.from_config(config)
    present = MigrationContext.configure(connection).get_current_heads()
    known = {step.revision for step in script.walk_revisions()}
    if not known.issuperset(present):
        raise StoreError(
            f"The database at {where} was written by a newer version of Dosing Monitor (schema "
            f"{', '.join(present)}); install that version, or use another database."
        )
    if not present and set(metadata.tables) & set(inspect(connection).get_table_names()):
        raise StoreError(
            f"The database at {where} holds another program's tables; use an empty database."
        )
    if set(present) != set(script.get_heads()):
        command.upgrade(config, "head")


def _prepare_file(file: Path) -> None:
    """Check that the file is whole, and switch it to a write-ahead log (the file keeps the mode).

    Neither takes the write lock: a running service continues to write while a command checks.
    """
    patience = COMMAND_PATIENCE_MS / 1000
    with closing(sqlite3.connect(file, timeout=patience, isolation_level=None)) as connection:
        (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        if verdict != "ok":
            raise sqlite3.DatabaseError(verdict)
        # The switch does not wait: it fails immediately while another process does the same.
        pause = Event()
        for _ in range(round(patience / _WAL_PAUSE_S)):
            with suppress(sqlite3.OperationalError):
                connection.execute("PRAGMA journal_mode=WAL")
                return
            pause.wait(_WAL_PAUSE_S)
        connection.execute("PRAGMA journal_mode=WAL")


def explain(database: Database, error: DBAPIError | sqlite3.Error) -> str:
    """Return one sentence for the operator: why the database cannot be used, and how to fix it."""
    reason = error.orig if isinstance(error, DBAPIError) else error
    lines = str(reason).strip().splitlines() or [""]
    if not database.sqlite:
        return (
            f"The database at {database.where} cannot be used ({lines[0]}); check that the server "
            "runs and that the URL is right."
        )
    if "locked" in lines[0]:
        return f"The database at {database.where} is locked by another program; end that one first."
    return (
        f"The database at {database.where} is damaged or no database ({lines[0]}); put a backup in "
        "its place with dosing-monitor restore, or move it away to start with an empty one."
    )
