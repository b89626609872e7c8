"""Database engines from a URL: where the database is, and how connections to it are set up.

There are two engines. `writing` gives each caller its own connection and ensures that a commit is
on disk when it returns; a transaction takes the write lock when it begins, because a SQLite reader
that turns writer half-way fails immediately. `reading` is a small pool whose connections cannot
write; each transaction sees one state of the database.
"""

import os
from functools import cached_property
from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from typing import Any, Final

from psycopg import Connection as PsycopgConnection
from sqlalchemy import URL, Connection, Engine, NullPool, QueuePool, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from monitor.adapters.store.tables.store_errors import BadUrl, StoreError

READERS: Final = 4
# How long one statement waits for another process's lock before that counts as a fault. The
# writer's timeout is short, because `pending` and the storage fault report its waiting.
WRITER_PATIENCE_MS: Final = 1_000
READER_PATIENCE_MS: Final = 5_000
COMMAND_PATIENCE_MS: Final = 10_000

_POSTGRES: Final[dict[str, Any]] = {
    "application_name": "dosing-monitor",
    "connect_timeout": 5,
    # The loss of a server that vanished without closing is detected within seconds, not after two
    # hours.
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}


class Database:
    """One database. Raises BadUrl if the URL names none; opens no connection until used."""

    def __init__(self, url: str) -> None:
        try:
            self._url = _with_driver(make_url(url))
        except ArgumentError:
            # The text is not repeated: a password may be in it.
            raise BadUrl(
                "The database URL cannot be read; write sqlite:///… or postgresql://user@host/name."
            ) from None
        self.sqlite = self._url.get_backend_name() == "sqlite"
        self.file: Path | None = None
        if self.sqlite:
            # Absolute from the start, so that a change of the working directory does not lead to
            # another database.
            self.file = Path(self._url.database or "").absolute()
            self._url = self._url.set(database=str(self.file))

    @property
    def where(self) -> str:
        """The location of the database for messages, without a password."""
        return str(self.file) if self.file else self._url.render_as_string(hide_password=True)

    def writing(self, patience_ms: int = COMMAND_PATIENCE_MS) -> Engine:
        if self.sqlite:
            engine = self._engine(poolclass=NullPool)
            _prepare_sqlite(engine, "BEGIN IMMEDIATE", patience_ms, ("synchronous=FULL",))
        else:
            engine = self._engine(poolclass=NullPool)
            _prepare_postgres(engine, patience_ms)
        return engine

    @cached_property
    def reading(self) -> Engine:
        pool: dict[str, Any] = {
            "poolclass": QueuePool,
            "pool_size": READERS,
            "max_overflow": 0,
            "pool_pre_ping": True,
        }
        if self.sqlite:
            engine = self._engine(**pool)
            _prepare_sqlite(engine, "BEGIN", READER_PATIENCE_MS, ("query_only=ON",))
            return engine
        return self._engine(**pool, isolation_level="REPEATABLE READ").execution_options(
            postgresql_readonly=True
        )

    def make_file(self) -> None:
        """Create a SQLite file that only this account can read, because it stores health data."""
        if self.file is None:
            return
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(self.file, os.O_CREAT | os.O_RDWR, 0o600))
        except OSError as error:
            raise StoreError(
                f"The database file {self.file} cannot be opened ({error.strerror}); make its "
                "folder writable or name another one in the database URL."
            ) from None

    def _engine(self, **settings: Any) -> Engine:
        if not self.sqlite:
            asked = set(self._url.query)
            settings["connect_args"] = {k: v for k, v in _POSTGRES.items() if k not in asked}
            settings["use_native_hstore"] = False
            settings["paramstyle"] = "format"
        # Parameters contain readings and names, and the text of an error reaches a log.
        return create_engine(self._url, hide_parameters=True, **settings)


def _with_driver(url: URL) -> URL:
    if url.drivername == "sqlite" and url.database not in {None, "", ":memory:"}:
        return url
    if url.drivername in {"postgresql", "postgres", "postgresql+psycopg"}:
        return url.set(drivername="postgresql+psycopg")
    raise BadUrl(
        f"A database URL of the kind {url.drivername!r} is not known here or names no file; "
        "write sqlite:///… or postgresql://user@host/name."
    )


def _prepare_sqlite(engine: Engine, begin: str, patience_ms: int, more: tuple[str, ...]) -> None:
    def connect(connection: SqliteConnection, _: object) -> None:
        # The driver's own transactions begin too late and do not cover schema changes.
        connection.isolation_level = None
        for pragma in (f"busy_timeout={patience_ms}", "foreign_keys=ON", *more):
            connection.execute(f"PRAGMA {pragma}")

    def begun(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    event.listen(engine, "connect", connect)
    event.listen(engine, "begin", begun)


def _prepare_postgres(engine: Engine, patience_ms: int) -> None:
    """Set up each connection independently of the server's settings.

    A confirmed commit is on disk, waiting for a lock times out, and the transaction of a broken
    connection is rolled back soon, not after hours.
    """

    def connect(connection: PsycopgConnection[Any], _: object) -> None:
        connection.autocommit = True
        connection.execute(f"SET lock_timeout = {patience_ms}")
        connection.execute(f"SET idle_in_transaction_session_timeout = {COMMAND_PATIENCE_MS}")
        connection.execute(
            "SELECT set_config('synchronous_commit', 'on', false)"
            " WHERE current_setting('synchronous_commit') = 'off'"
        )
        connection.autocommit = False

    event.listen(engine, "connect", connect)
