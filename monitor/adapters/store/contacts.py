"""Contacts: who is told of a high alarm, and in which order."""

from typing import Final

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, RowMapping, delete, insert, select

from monitor.adapters.store.errors import Missing
from monitor.adapters.store.schema import contacts


class Contact(Struct, frozen=True, kw_only=True):
    """Who is told of a high alarm. `urls` hold addresses and secrets: never in a log."""

    id: int
    name: str
    urls: tuple[str, ...]
    order: int
    after_s: float
    created_at: float


_CONTACT: Final = (
    *(contacts.c.id, contacts.c.name, contacts.c.urls),
    *(contacts.c.order_, contacts.c.after_s, contacts.c.created_at),
)


def add_contact(
    connection: Connection, name: str, urls: tuple[str, ...], order: int, after_s: float, at: float
) -> Contact:
    text = msgspec.json.encode(urls).decode()
    values = {"name": name, "urls": text, "order_": order, "after_s": after_s}
    statement = insert(contacts).values(**values, created_at=at).returning(*_CONTACT)
    return _contact(connection.execute(statement).mappings().one())


def find_contact(connection: Connection, contact_id: int) -> Contact | None:
    row = (
        connection.execute(select(*_CONTACT).where(contacts.c.id == contact_id)).mappings().first()
    )
    return _contact(row) if row else None


def list_contacts(connection: Connection) -> list[Contact]:
    """In the order in which they are told."""
    order = (contacts.c.after_s, contacts.c.order_, contacts.c.id)
    return [
        _contact(row) for row in connection.execute(select(*_CONTACT).order_by(*order)).mappings()
    ]


def drop_contact(connection: Connection, contact_id: int) -> None:
    """Raises Missing."""
    if not connection.execute(delete(contacts).where(contacts.c.id == contact_id)).rowcount:
        raise Missing("contact", str(contact_id))


def _contact(row: RowMapping) -> Contact:
    return Contact(
        id=row["id"],
        name=row["name"],
        urls=msgspec.json.decode(row["urls"], type=tuple[str, ...]),
        order=row["order_"],
        after_s=row["after_s"],
        created_at=row["created_at"],
    )
