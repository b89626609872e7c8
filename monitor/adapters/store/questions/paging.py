"""One page of a listing, and the mark from which the next one goes on."""

from typing import Generic, TypeVar

from msgspec import Struct

from monitor.adapters.store.tables.errors import BadCursor

T = TypeVar("T")


class Page(Struct, Generic[T]):
    """count: of the whole listing, not of this page. next: None on the last page."""

    items: list[T]
    count: int
    next: str | None


def page(rows: list[tuple[T, str]], limit: int, count: int) -> Page[T]:
    """`rows`: up to `limit + 1` items, each with its own mark; the extra one only shows itself."""
    shown = rows[:limit]
    more = len(rows) > limit
    return Page([item for item, _ in shown], count, shown[-1][1] if more and shown else None)


def number(after: str | None) -> int | None:
    """The mark of a listing that is ordered by one integer. Raises BadCursor."""
    if after is None:
        return None
    try:
        return int(after)
    except ValueError:
        raise BadCursor from None


def time_and_number(after: str | None) -> tuple[float, int] | None:
    """The mark of a listing that is ordered by time, then by an integer. Raises BadCursor."""
    if after is None:
        return None
    time, _, rest = after.partition("_")
    try:
        return float(time), int(rest)
    except ValueError:
        raise BadCursor from None


def mark(time: float, count: int) -> str:
    # repr gives a float's shortest text that reads back as the same float.
    return f"{time!r}_{count}"
