"""Browsers to which their owners allowed push notices while no tab is open."""

from typing import Final
from urllib.parse import urlsplit

from msgspec import Struct
from sqlalchemy import Connection, delete, select

from monitor.adapters.store.tables.audits import noted
from monitor.adapters.store.tables.bulk import dialect_insert
from monitor.adapters.store.tables.definitions import browsers, users
from monitor.adapters.store.tables.store_errors import Missing, Owned

MOST: Final = 8  # of one user


class BrowserRow(Struct, frozen=True, kw_only=True):
    """A browser's push subscription. user_id, user: its owner."""

    user_id: int
    user: str
    endpoint: str
    p256dh: str
    auth: str


def add_browser(
    connection: Connection, user: str, endpoint: str, p256dh: str, auth: str, at: float
) -> None:
    """Add a subscription, or update the same one in its place. Raises Missing if there is no such
    user; Owned if it is another user's, who alone may withdraw it."""
    user_id = connection.execute(select(users.c.id).where(users.c.name == user)).scalar()
    if user_id is None:
        raise Missing("user", user)
    is_new = (
        connection.execute(select(browsers.c.id).where(browsers.c.endpoint == endpoint)).first()
        is None
    )
    values = {"user_id": user_id, "p256dh": p256dh, "auth": auth, "created_at": at}
    statement = dialect_insert(connection.dialect, browsers).values(endpoint=endpoint, **values)
    changed = connection.execute(
        statement.on_conflict_do_update(
            index_elements=("endpoint",), set_=values, where=browsers.c.user_id == user_id
        ).returning(browsers.c.id)
    )
    if changed.first() is None:
        raise Owned
    if is_new:
        # Without its address, which is enough to send to it.
        noted(connection, at, user, "browser_added", user, service=urlsplit(endpoint).hostname)
    mine = browsers.alias()  # otherwise the subquery would refer to the row being deleted
    newest = (
        select(mine.c.id).where(mine.c.user_id == user_id)
        .order_by(mine.c.created_at.desc(), mine.c.id.desc()).limit(MOST)
    )  # fmt: skip
    connection.execute(
        delete(browsers).where(browsers.c.user_id == user_id, browsers.c.id.not_in(newest))
    )


def drop_browser(
    connection: Connection, endpoint: str, user: str | None = None, at: float = 0.0
) -> None:
    """Delete a subscription if it is this user's; None: any user's, for a browser that withdrew
    it."""
    statement = delete(browsers).where(browsers.c.endpoint == endpoint)
    if user is not None:
        own = select(users.c.id).where(users.c.name == user)
        statement = statement.where(browsers.c.user_id.in_(own))
    if connection.execute(statement).rowcount and user is not None:
        noted(connection, at, user, "browser_removed", user)


def list_browsers(connection: Connection) -> list[BrowserRow]:
    """Return the browsers of users who may act and are not disabled, in the order of addition."""
    statement = (
        select(browsers.c.user_id, users.c.name, browsers.c.endpoint, browsers.c.p256dh,
               browsers.c.auth)
        .join(users, users.c.id == browsers.c.user_id)
        .where(users.c.disabled.is_(False), users.c.role != "viewer")
        .order_by(browsers.c.id)
    )  # fmt: skip
    return [
        BrowserRow(user_id=row[0], user=row[1], endpoint=row[2], p256dh=row[3], auth=row[4])
        for row in connection.execute(statement)
    ]
