"""The clinic's own protocols. Presets are code, in the core."""

from typing import Final

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, func, insert, select

from monitor.adapters.store.tables.audits import noted
from monitor.adapters.store.tables.definitions import protocols


class ProtocolVersion(Struct, frozen=True):
    """A version of a protocol. body: JSON. A change makes a new version; the earlier ones stay."""

    id: str
    version: int
    body: str
    created_at: float
    by: str


_PROTOCOL: Final = (
    *(protocols.c.id, protocols.c.version, protocols.c.body),
    *(protocols.c.created_at, protocols.c.by),
)


def save_protocol(
    connection: Connection, protocol_id: str, body: str, at: float, by: str
) -> ProtocolVersion:
    """Add the next version of that protocol; the first version is 1."""
    newest = select(func.max(protocols.c.version)).where(protocols.c.id == protocol_id)
    version = (connection.execute(newest).scalar() or 0) + 1
    saved = ProtocolVersion(protocol_id, version, body, at, by)
    connection.execute(insert(protocols).values(**msgspec.structs.asdict(saved)))
    noted(connection, at, by, "protocol_saved", protocol_id, version=version)
    return saved


def find_protocol(connection: Connection, protocol_id: str) -> ProtocolVersion | None:
    """Return the newest version of a protocol."""
    row = connection.execute(
        select(*_PROTOCOL)
        .where(protocols.c.id == protocol_id)
        .order_by(protocols.c.version.desc())
        .limit(1)
    ).first()
    return ProtocolVersion(*row) if row else None


def list_protocols(connection: Connection) -> list[ProtocolVersion]:
    """Return the newest version of each protocol, by id."""
    rows = connection.execute(select(*_PROTOCOL).order_by(protocols.c.id, protocols.c.version))
    return list({row.id: ProtocolVersion(*row) for row in rows}.values())
