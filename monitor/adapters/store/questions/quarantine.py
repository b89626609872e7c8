"""Listings of the quarantine and the audit, newest first: users look for recent events."""

from collections.abc import Sequence
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, Table, func, or_, select

from monitor.adapters.store.questions.paging import Page, number, page
from monitor.adapters.store.tables.definitions import audit, quarantine, quarantine_dropped


class QuarantineRow(Struct, frozen=True):
    """A row of the quarantine. excerpt: at most 512 bytes of `size`. count: the number of elements
    that the row represents."""

    id: int
    at: float
    topic: str
    device: str
    format: str
    reason: str
    excerpt: bytes
    size: int
    count: int


class DroppedRow(Struct, frozen=True):
    """The number of rows of a lane that the quarantine dropped to keep within its quota.

    lane       a device; "": all senders that are no registered device
    since, at  when it first and last dropped rows of this lane
    """

    lane: str
    rows: int
    since: float
    at: float


class AuditRow(Struct, frozen=True):
    """A row of the audit. detail: a JSON object. origin: see `audits`; "": no request."""

    id: int
    at: float
    user: str
    action: str
    object: str
    detail: str
    origin: str


_QUARANTINE: Final = tuple(quarantine.c[name] for name in QuarantineRow.__struct_fields__)
_AUDIT: Final = tuple(audit.c[name] for name in AuditRow.__struct_fields__)


def list_quarantine(
    connection: Connection, limit: int, after: str | None = None
) -> Page[QuarantineRow]:
    """Return rows of the quarantine, newest first. Raises BadCursor."""
    rows, count = _newest(connection, quarantine, _QUARANTINE, limit, after)
    return page([(QuarantineRow(*row), str(row.id)) for row in rows], limit, count)


def list_dropped(connection: Connection, limit: int) -> tuple[int, list[DroppedRow]]:
    """Return the number of all rows ever dropped, and the lanes that lost rows most recently."""
    table = quarantine_dropped
    total = connection.execute(select(func.coalesce(func.sum(table.c.rows), 0))).scalar_one()
    last = select(table.c.lane, table.c.rows, table.c.since, table.c.at)
    rows = connection.execute(last.order_by(table.c.at.desc(), table.c.lane).limit(limit))
    return int(total), [DroppedRow(*row) for row in rows]


def list_audit(
    connection: Connection, limit: int, after: str | None = None, *,
    by: str | None = None, since: float | None = None, until: float | None = None,
) -> Page[AuditRow]:  # fmt: skip
    """Return acts by this person or on their account, in [since, until). None: any person, any
    time. Raises BadCursor."""
    wanted = [
        *([] if by is None else [or_(audit.c.user == by, audit.c.object == by)]),
        *([] if since is None else [audit.c.at >= since]),
        *([] if until is None else [audit.c.at < until]),
    ]
    rows, count = _newest(connection, audit, _AUDIT, limit, after, wanted)
    return page([(AuditRow(*row), str(row.id)) for row in rows], limit, count)


def _newest(
    connection: Connection, table: Table, columns: tuple[Any, ...], limit: int, after: str | None,
    wanted: Sequence[ColumnElement[bool]] = (),
) -> tuple[Any, int]:  # fmt: skip
    statement = select(*columns).where(*wanted).order_by(table.c.id.desc()).limit(limit + 1)
    if (mark := number(after)) is not None:
        statement = statement.where(table.c.id < mark)
    counted = select(func.count()).select_from(table).where(*wanted)
    count = connection.execute(counted).scalar_one()
    return connection.execute(statement), count
