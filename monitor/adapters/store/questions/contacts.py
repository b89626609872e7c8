"""Contacts: the recipients of alarm notices, their order and their addresses."""

from typing import Any, Final, Literal

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, RowMapping, insert, select, update

from monitor.adapters.store.tables.audits import noted
from monitor.adapters.store.tables.definitions import contacts
from monitor.adapters.store.tables.store_errors import Missing

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class Shift(Struct, frozen=True, forbid_unknown_fields=True):
    """A weekly shift on these days; "HH:MM" in the contact's time zone. An end before the beginning
    is on the next day; equal times mean the whole day."""

    days: tuple[Day, ...]
    begins: str
    ends: str


class Preferences(Struct, frozen=True, kw_only=True):
    """A contact's preferences. Each field is optional.

    user       notices only of sessions that this user supervises; "": of all
    zone       IANA name of the time zone of `rota` and `quiet`, and of times in notices
    rota       when on duty; empty: always
    quiet      when low alarms are not sent
    low        whether low alarms are sent at all
    simulated  notices also of sessions in modes test and demo, for any address
    """

    user: str = ""
    zone: str = "UTC"
    rota: tuple[Shift, ...] = ()
    quiet: tuple[Shift, ...] = ()
    low: bool = False
    simulated: bool = False


class ContactRow(Struct, frozen=True, kw_only=True):
    """A recipient of alarm notices. `urls` contain addresses and secrets: never log them.

    confirmed_at   when the arrival of a test notice was last confirmed
    pin_hash       of the PIN by which this contact acknowledges; None: only by signing in
    """

    id: int
    name: str
    urls: tuple[str, ...]
    order: int
    after_s: float
    created_at: float
    preferences: Preferences = Preferences()
    pin_hash: str | None = None
    confirmed_at: float | None = None


class Wanted(Struct, frozen=True, kw_only=True):
    """The values for a new or changed contact. pin_hash "": no PIN; None: keep the present PIN, if
    any."""

    name: str
    urls: tuple[str, ...]
    order: int
    after_s: float
    preferences: Preferences = Preferences()
    pin_hash: str | None = None


_CONTACT: Final = (
    *(contacts.c.id, contacts.c.name, contacts.c.urls),
    *(contacts.c.order_, contacts.c.after_s, contacts.c.created_at),
    *(contacts.c.preferences, contacts.c.pin_hash, contacts.c.confirmed_at),
)


def add_contact(connection: Connection, wanted: Wanted, at: float, by: str = "") -> ContactRow:
    """Add a contact. by: for the audit, here and below."""
    statement = insert(contacts).values(**_values(wanted), created_at=at).returning(*_CONTACT)
    made = _contact(connection.execute(statement).mappings().one())
    noted(connection, at, by, "contact_added", str(made.id), after=_said(made))
    return made


def change_contact(
    connection: Connection, contact_id: int, wanted: Wanted, at: float = 0.0, by: str = ""
) -> ContactRow:
    """Replace all values of a contact, except the PIN if `pin_hash` is None. Raises Missing.

    New addresses clear `confirmed_at`: no one has confirmed yet that a notice arrives there.
    """
    before = find_contact(connection, contact_id)
    if before is None:
        raise Missing("contact", str(contact_id))
    values = _values(wanted)
    if wanted.pin_hash is None:
        del values["pin_hash"]
    if wanted.urls != before.urls:
        values["confirmed_at"] = None
    statement = update(contacts).where(contacts.c.id == contact_id).values(**values)
    after = _contact(connection.execute(statement.returning(*_CONTACT)).mappings().one())
    secret = {
        name: "changed"
        for name, moved in (
            ("addresses", after.urls != before.urls),
            ("PIN", after.pin_hash != before.pin_hash),
        )
        if moved
    }
    noted(
        connection, at, by, "contact_changed", str(contact_id),
        before=_said(before), after=_said(after), **secret,
    )  # fmt: skip
    return after


def confirm_contact(connection: Connection, contact_id: int, at: float, by: str = "") -> None:
    """Record that the arrival of a test notice was confirmed."""
    statement = update(contacts).where(contacts.c.id == contact_id)
    connection.execute(statement.values(confirmed_at=at))
    noted(connection, at, by, "contact_confirmed", str(contact_id))


def find_contact(connection: Connection, contact_id: int) -> ContactRow | None:
    """Return a contact; None also for a removed one."""
    present = (contacts.c.id == contact_id, contacts.c.removed_at.is_(None))
    row = connection.execute(select(*_CONTACT).where(*present)).mappings().first()
    return _contact(row) if row else None


def list_contacts(connection: Connection) -> list[ContactRow]:
    """Return contacts in the order in which they receive notices."""
    order = (contacts.c.after_s, contacts.c.order_, contacts.c.id)
    statement = select(*_CONTACT).where(contacts.c.removed_at.is_(None)).order_by(*order)
    return [_contact(row) for row in connection.execute(statement).mappings()]


def drop_contact(connection: Connection, contact_id: int, at: float, by: str = "") -> None:
    """Remove a contact and erase its addresses and PIN. Raises Missing."""
    before = find_contact(connection, contact_id)
    statement = update(contacts).where(contacts.c.id == contact_id, contacts.c.removed_at.is_(None))
    if not connection.execute(statement.values(removed_at=at, urls="[]", pin_hash=None)).rowcount:
        raise Missing("contact", str(contact_id))
    if before is not None:
        noted(connection, at, by, "contact_removed", str(contact_id), before=_said(before))


def _said(contact: ContactRow) -> dict[str, Any]:
    """Describe a contact without its addresses, which may contain a password, and its PIN."""
    return {
        "name": contact.name,
        "channels": [url.partition(":")[0] for url in contact.urls],
        "order": contact.order,
        "after_s": contact.after_s,
        **msgspec.to_builtins(contact.preferences),
        "has_pin": contact.pin_hash is not None,
    }


def _values(wanted: Wanted) -> dict[str, Any]:
    return {
        "name": wanted.name,
        "urls": msgspec.json.encode(wanted.urls).decode(),
        "order_": wanted.order,
        "after_s": wanted.after_s,
        "preferences": msgspec.json.encode(wanted.preferences).decode(),
        "pin_hash": wanted.pin_hash or None,
    }


def _contact(row: RowMapping) -> ContactRow:
    return ContactRow(
        id=row["id"],
        name=row["name"],
        urls=msgspec.json.decode(row["urls"], type=tuple[str, ...]),
        order=row["order_"],
        after_s=row["after_s"],
        created_at=row["created_at"],
        preferences=msgspec.json.decode(row["preferences"], type=Preferences),
        pin_hash=row["pin_hash"],
        confirmed_at=row["confirmed_at"],
    )
