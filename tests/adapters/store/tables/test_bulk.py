"""Each row is written once, for any number of rows."""

import pytest
from sqlalchemy import Connection, select

from monitor.adapters.store import Store
from monitor.adapters.store.tables.bulk import MOST_ROWS, BulkInsert, keep_first, keep_last
from monitor.adapters.store.tables.definitions import commits


@pytest.mark.parametrize("count", [0, 1, 199, MOST_ROWS + 1])
def test_any_number_of_rows_is_written_completely(migrated: Store, count: int) -> None:
    def fill(connection: Connection) -> list[tuple[str, int]]:
        insert = BulkInsert(connection.dialect, commits, ("writer", "number"))
        insert.run(connection, [value for i in range(count) for value in (f"w{i}", i)])
        rows = connection.execute(select(commits).order_by(commits.c.number))
        return [(row.writer, row.number) for row in rows]

    assert migrated.run(fill) == [(f"w{i}", i) for i in range(count)]


@pytest.mark.parametrize(("keep", "kept"), [(keep_first, 1), (keep_last, 2)])
def test_a_row_that_is_there_already_stays_or_takes_the_new_values(
    migrated: Store, keep: type, kept: int
) -> None:
    def fill(connection: Connection) -> object:
        insert = BulkInsert(connection.dialect, commits, ("writer", "number"), keep("writer"))
        insert.run(connection, ["same", 1])
        insert.run(connection, ["other", 7, "same", 2])
        rows = connection.execute(select(commits).order_by(commits.c.number.desc()))
        return [tuple(row) for row in rows]

    assert migrated.run(fill) == [("other", 7), ("same", kept)]


def test_columns_in_another_order_than_the_tables_are_noticed_at_once(migrated: Store) -> None:
    with pytest.raises(ValueError, match="commits has its columns in another order"):
        migrated.run(lambda c: BulkInsert(c.dialect, commits, ("number", "writer")))
