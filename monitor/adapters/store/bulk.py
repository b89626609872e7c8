"""Many rows in few steps of the database driver.

SQLite's driver gives up the interpreter lock at every step of a statement and waits to have it
back, up to the interpreter's switch interval (5 ms) while the event loop is busy. `executemany`
is one step a row: measured beside a busy thread, 200 readings took most of a second. One INSERT of
many rows is one step. Its text depends on the number of rows; powers of two keep the number of
texts, and so of prepared statements, small.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final

from sqlalchemy import Connection, Dialect, Insert, Table, bindparam
from sqlalchemy.dialects import postgresql, sqlite

MOST_ROWS: Final = 512

# Both dialects' own INSERT, the one with ON CONFLICT. They have the same methods.
AnyInsert = sqlite.Insert | postgresql.Insert


def dialect_insert(dialect: Dialect, table: Table) -> AnyInsert:
    return sqlite.insert(table) if dialect.name == "sqlite" else postgresql.insert(table)


def plain(statement: AnyInsert) -> Insert:
    return statement


def keep_first(*columns: str) -> Callable[[AnyInsert], Insert]:
    """A row whose `columns` are there already is passed over."""

    def complete(statement: AnyInsert) -> Insert:
        return statement.on_conflict_do_nothing(index_elements=columns)

    return complete


def keep_last(*columns: str) -> Callable[[AnyInsert], Insert]:
    """A row whose `columns` are there already takes the new row's other values."""

    def complete(statement: AnyInsert) -> Insert:
        fresh = {c.name: c for c in statement.excluded if c.name not in columns}
        fresh.pop("key", None)
        return statement.on_conflict_do_update(index_elements=columns, set_=fresh)

    return complete


class BulkInsert:
    """INSERT into some columns of one table, any number of rows.

    columns   in the order in which the table has them
    complete  `plain`, `keep_first` or `keep_last`; with the last, PostgreSQL wants each row's key
              no more than once in a call
    """

    def __init__(
        self,
        dialect: Dialect,
        table: Table,
        columns: Sequence[str],
        complete: Callable[[AnyInsert], Insert] = plain,
    ) -> None:
        self._dialect = dialect
        self._table = table
        self._columns = tuple(columns)
        self._complete = complete
        self._texts = {1: self._compile(1)}

    def run(self, connection: Connection, flat: list[Any]) -> None:
        """`flat`: the rows' values one after another, each row in the order of the columns."""
        width = len(self._columns)
        start = 0
        while left := (len(flat) - start) // width:
            rows = min(MOST_ROWS, 1 << (left.bit_length() - 1))
            end = start + rows * width
            connection.exec_driver_sql(self._text(rows), tuple(flat[start:end]))
            start = end

    def _text(self, rows: int) -> str:
        text = self._texts.get(rows)
        if text is None:
            text = self._texts[rows] = self._compile(rows)
        return text

    def _compile(self, rows: int) -> str:
        names = [[f"{column}_{row}" for column in self._columns] for row in range(rows)]
        values: list[dict[str, Any]] = [
            {column: bindparam(name) for column, name in zip(self._columns, row, strict=True)}
            for row in names
        ]
        statement = self._complete(dialect_insert(self._dialect, self._table).values(values))
        compiled = statement.compile(dialect=self._dialect)
        order = [name for row in names for name in row]
        if getattr(compiled, "positiontup", None) != order:
            raise ValueError(f"{self._table.name} has its columns in another order")
        return str(compiled)
