"""One page of a listing, and the cursor from which the next page continues."""

from typing import Generic, TypeVar

from msgspec import Struct

from monitor.adapters.store.tables.store_errors import BadCursor

T = TypeVar("T")


class Page(Struct, Generic[T]):
    """One page of a listing. count: items of the whole listing, not of this page. next: the cursor
    of the next page, None on the last."""

    items: list[T]
    count: int
    next: str | None


def page(rows: list[tuple[T, str]], limit: int, count: int) -> Page[T]:
    """Make a page. rows: up to `limit + 1` items with their cursors; the extra one only shows that
    more follow."""
    shown = rows[:limit]
    more = len(rows) > limit
    return Page([item for item, _ in shown], count, shown[-1][1] if more and shown else None)


def number(after: str | None) -> int | None:
    """Read the cursor of a listing ordered by one integer. Raises BadCursor."""
    if after is None:
        return None
    try:
        return int(after)
    except ValueError:
        raise BadCursor from None


def time_and_number(after: str | None) -> tuple[float, int] | None:
    """Read the cursor of a listing ordered by time, then by an integer. Raises BadCursor."""
    if after is None:
        return None
    time, _, rest = after.partition("_")
    try:
        return float(time), int(rest)
    except ValueError:
        raise BadCursor from None


def mark(time: float, count: int) -> str:
    # repr returns the shortest text of a float that parses to the same float.
    return f"{time!r}_{count}"
