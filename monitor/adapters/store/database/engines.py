"""From a URL to engines: where the database is, and how connections to it are set up.

Two ways in. `writing` gives each caller a connection of its own and promises that a commit is on
disk when it returns; a transaction takes the write lock when it begins, because a SQLite reader
that turns writer half-way fails at once. `reading` is a small pool whose connections cannot
write, each transaction seeing one state of the database.
"""

import os
from functools import cached_property
from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from typing import Any, Final

from psycopg import Connection as PsycopgConnection
from sqlalchemy import URL, Connection, Engine, NullPool, QueuePool, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from monitor.adapters.store.tables.errors import BadUrl, StoreError

READERS: Final = 4
# How long one statement waits for another process's lock before that counts as a fault. The
# writer's wait is short, since its waiting is what `pending` and a storage fault are about.
WRITER_PATIENCE_MS: Final = 1_000
READER_PATIENCE_MS: Final = 5_000
COMMAND_PATIENCE_MS: Final = 10_000

_POSTGRES: Final[dict[str, Any]] = {
    "application_name": "dosing-monitor",
    "connect_timeout": 5,
    # A server that vanished without a word is noticed within seconds, not after two hours.
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}


class Database:
    """One database. Raises BadUrl for a URL that names none; touches nothing until used."""

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
            # Absolute from the start: a change of the working directory is not a new database.
            self.file = Path(self._url.database or "").absolute()
            self._url = self._url.set(database=str(self.file))

    @property
    def where(self) -> str:
        """The place to name in a message: no password in it."""
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
        """Create a SQLite file that only this account can read: health data goes into it."""
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
        # Parameters are readings and names; an error's text ends in a log.
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
        # The driver's own transactions begin too late and leave schema changes out of them.
        connection.isolation_level = None
        for pragma in (f"busy_timeout={patience_ms}", "foreign_keys=ON", *more):
            connection.execute(f"PRAGMA {pragma}")

    def begun(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    event.listen(engine, "connect", connect)
    event.listen(engine, "begin", begun)


def _prepare_postgres(engine: Engine, patience_ms: int) -> None:
    """Whatever the server is set to: a commit that is confirmed is on disk, a wait for a lock
    ends, and what a broken connection left half done is undone soon and not after hours."""

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
