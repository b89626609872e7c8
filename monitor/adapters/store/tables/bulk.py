"""Bulk INSERT: many rows in few steps of the database driver, and little Python for each row.

A driver releases the interpreter lock at every step and waits to get it back, up to the
interpreter's switch interval (5 ms) while the event loop is busy. `executemany` takes one step per
row: beside a busy thread, 200 readings took most of a second. So each call here is one INSERT of
many rows.

SQLite gets them as VALUES. The text depends on the number of rows; powers of two keep the
number of texts, and so of prepared statements, small.

psycopg parses a text with thousands of placeholders in Python each time, which costs more than the
database does. PostgreSQL therefore gets one parameter per column, a JSON array, and the same text
for any number of rows.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final

import msgspec
from sqlalchemy import (
    JSON,
    Connection,
    Dialect,
    Insert,
    LargeBinary,
    Table,
    bindparam,
    cast,
    func,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite

MOST_ROWS: Final = 512

# The INSERT of each dialect that supports ON CONFLICT. Both have the same methods.
AnyInsert = sqlite.Insert | postgresql.Insert
Complete = Callable[[AnyInsert], Insert]

_encode: Final = msgspec.json.Encoder().encode


def dialect_insert(dialect: Dialect, table: Table) -> AnyInsert:
    return sqlite.insert(table) if dialect.name == "sqlite" else postgresql.insert(table)


def plain(statement: AnyInsert) -> Insert:
    return statement


def keep_first(*columns: str) -> Complete:
    """Skip a new row if a row with the same `columns` exists."""

    def complete(statement: AnyInsert) -> Insert:
        return statement.on_conflict_do_nothing(index_elements=columns)

    return complete


def keep_last(*columns: str) -> Complete:
    """Update an existing row with the same `columns` from the new row's other values."""

    def complete(statement: AnyInsert) -> Insert:
        fresh = {c.name: c for c in statement.excluded if c.name not in (*columns, "key")}
        return statement.on_conflict_do_update(index_elements=columns, set_=fresh)

    return complete


class BulkInsert:
    """INSERT into some columns of one table, any number of rows.

    columns   in the order of the table
    complete  `plain`, `keep_first` or `keep_last`; with the last, PostgreSQL requires that each
              row's key occurs at most once in a call
    """

    def __init__(
        self, dialect: Dialect, table: Table, columns: Sequence[str], complete: Complete = plain
    ) -> None:
        self._dialect = dialect
        self._table = table
        self._columns = tuple(columns)
        self._complete = complete
        if self._columns != tuple(c.name for c in table.columns if c.name in self._columns):
            raise ValueError(f"{table.name} has its columns in another order")
        self._binary = [isinstance(table.c[name].type, LargeBinary) for name in self._columns]
        self._by_rows: dict[int, str] = {}
        self._by_columns = "" if dialect.name == "sqlite" else self._compile(self._of_arrays())

    def run(self, connection: Connection, flat: list[Any]) -> None:
        """Insert the rows of `flat`: their values in sequence, in the order of the columns."""
        if not flat:
            return
        if self._by_columns:
            connection.exec_driver_sql(self._by_columns, self._arrays(flat))
        else:
            self._run_by_rows(connection, flat)

    # --- SQLite -----------------------------------------------------------------------------------

    def _run_by_rows(self, connection: Connection, flat: list[Any]) -> None:
        width = len(self._columns)
        start = 0
        while left := (len(flat) - start) // width:
            rows = min(MOST_ROWS, 1 << (left.bit_length() - 1))
            if rows not in self._by_rows:
                self._by_rows[rows] = self._compile(self._of_rows(rows))
            end = start + rows * width
            connection.exec_driver_sql(self._by_rows[rows], tuple(flat[start:end]))
            start = end

    def _of_rows(self, rows: int) -> AnyInsert:
        values: list[dict[str, Any]] = [
            {name: bindparam(f"{name}_{row}") for name in self._columns} for row in range(rows)
        ]
        return dialect_insert(self._dialect, self._table).values(values)

    # --- PostgreSQL -------------------------------------------------------------------------------

    def _arrays(self, flat: list[Any]) -> tuple[str, ...]:
        """Return one JSON array per column, with bytes in PostgreSQL's notation."""
        width = len(self._columns)
        columns = [flat[i::width] for i in range(width)]
        for i, binary in enumerate(self._binary):
            if binary:
                columns[i] = [v if v is None else f"\\x{v.hex()}" for v in columns[i]]
        return tuple(_encode(values).decode() for values in columns)

    def _of_arrays(self) -> AnyInsert:
        # Set-returning functions beside each other in a SELECT advance in step.
        unrolled = (
            cast(
                func.json_array_elements_text(cast(bindparam(name), JSON)), self._table.c[name].type
            )
            for name in self._columns
        )
        statement = dialect_insert(self._dialect, self._table)
        return statement.from_select(self._columns, select(*unrolled))

    def _compile(self, statement: AnyInsert) -> str:
        return str(self._complete(statement).compile(dialect=self._dialect))
