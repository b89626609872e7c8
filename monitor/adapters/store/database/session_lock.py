"""A lock that ends with its connection to a PostgreSQL server, and so with its process."""

from contextlib import suppress
from secrets import token_hex
from typing import Any, Final
from zlib import crc32

import msgspec
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from monitor.adapters.store.database.engines import WRITER_PATIENCE_MS, Database
from monitor.adapters.store.database.locks import Holder
from monitor.adapters.store.tables.store_errors import TakesNoWrites

# The two-number form cannot clash with the lock of `upgrade`. The second number is the schema's.
_PRODUCT: Final = 0x646F7369
# The lock of a machine that vanished without closing is freed within seconds, not after two hours.
_KEEPALIVES: Final = (
    ("tcp_keepalives_idle", 5),
    ("tcp_keepalives_interval", 2),
    ("tcp_keepalives_count", 3),
    ("tcp_user_timeout", 10_000),
)


class SessionLock:
    """An advisory lock of a PostgreSQL connection that serves only this lock.

    It applies to one database and one schema. The text of the connection's last statement names
    the holder; the server shows that text to other connections of the same account.
    """

    def __init__(self, database: Database, what: str, else_: str) -> None:
        self.what = what
        self.else_ = else_
        self._database: Final = database
        self._name: Final = f"dosing-monitor claim {token_hex(8)}"
        self._connection: Connection | None = None
        self._schema = 0
        self._ours = False

    def take(self, holder: Holder) -> bool:
        # The text goes into an SQL comment: it must neither end the comment nor look like a
        # parameter.
        said = msgspec.json.encode(holder).decode().replace("%", r"\u0025").replace("*", r"\u002a")
        if self._connection is not None:
            # The connection may have ended with a server that is back by now; that is no failure.
            with suppress(DBAPIError):
                return self._asked(said)
            self.release()
        try:
            return self._asked(said)
        except DBAPIError:
            self.release()
            raise

    def other(self) -> Holder | None:
        try:
            found = self._holding(self._connected())
        except DBAPIError:
            self.release()
            return None
        if found is None:
            return None
        said = (found.query or "").partition("/* ")[2].removesuffix(" */")
        try:
            return msgspec.json.decode(said, type=Holder)
        except msgspec.DecodeError:
            # The server does not show statements of another account.
            since = found.backend_start and found.backend_start.timestamp()
            return Holder(host=found.client or "an unknown machine", since=since)

    def release(self) -> None:
        connection, self._connection, self._ours = self._connection, None, False
        if connection is not None:
            with suppress(SQLAlchemyError):
                connection.invalidate()  # without a rollback: a dead server does not answer
            with suppress(SQLAlchemyError):
                connection.close()

    def _asked(self, said: str) -> bool:
        connection = self._connected()
        if self._ours:
            connection.exec_driver_sql(f"SELECT 1 /* {said} */")
            return True
        sql = f"SELECT pg_try_advisory_lock({_PRODUCT}, {self._schema}) /* {said} */"
        self._ours = bool(connection.exec_driver_sql(sql).scalar())
        if not self._ours and self._former(connection):
            raise TakesNoWrites(self.what, "a lost connection of ours has its lock")
        return self._ours

    def _connected(self) -> Connection:
        if self._connection is None:
            engine = self._database.writing(WRITER_PATIENCE_MS)
            connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            self._connection = connection
            connection.exec_driver_sql(f"SET application_name = '{self._name}'")
            for name, value in _KEEPALIVES:
                connection.exec_driver_sql(f"SET {name} = {value}")
            schema = connection.exec_driver_sql("SELECT current_schema()").scalar() or ""
            self._schema = crc32(schema.encode()) & 0x7FFF_FFFF
        return self._connection

    def _holding(self, connection: Connection) -> Any:
        return connection.exec_driver_sql(
            "SELECT pid, application_name, query, backend_start, host(client_addr) AS client"
            " FROM pg_locks JOIN pg_stat_activity USING (pid)"
            " WHERE locktype = 'advisory' AND granted AND objsubid = 2"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            " AND classid = %s AND objid = %s",
            (_PRODUCT, self._schema),
        ).one_or_none()

    def _former(self, connection: Connection) -> bool:
        """Whether the lock's holder is a connection that only this side gave up; then end it."""
        found = self._holding(connection)
        if found is None or found.application_name != self._name:
            return False
        connection.exec_driver_sql(f"SELECT pg_terminate_backend({found.pid})")
        return True
