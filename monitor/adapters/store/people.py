"""Users, and the tokens that prove who a request comes from. Only hashes of both secrets."""

from typing import Any, Final

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, delete, func, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from monitor.adapters.store.audits import SERVICE, noted
from monitor.adapters.store.entry import Audited
from monitor.adapters.store.errors import Alike, Conflict, LastAdmin, Missing, NotFirst
from monitor.adapters.store.schema import browsers, tokens, users
from monitor.core.labels import likeness


class User(Struct, frozen=True):
    """role: admin, therapist or viewer. A disabled user has no valid token. phone: where to call
    that person; None: nobody said."""

    id: int
    name: str
    role: str
    password_hash: str
    created_at: float
    disabled: bool
    phone: str | None = None

    @property
    def runs_sessions(self) -> bool:
        """May act in a session: sign in, and more than look."""
        return not self.disabled and self.role != "viewer"


_USER: Final = (
    *(users.c.id, users.c.name, users.c.role, users.c.password_hash),
    *(users.c.created_at, users.c.disabled, users.c.phone),
)


def add_user(
    connection: Connection, name: str, role: str, password_hash: str, at: float, by: str = "",
    phone: str | None = None,
) -> User:  # fmt: skip
    """by: on the audit; see `audits`. Raises Conflict when the name is taken, or looks like one
    that is."""
    alike = likeness(name)
    taken = connection.execute(select(users.c.name).where(users.c.likeness == alike)).scalar()
    if taken is not None:
        raise Alike(taken, name, "user")
    values = {"name": name, "role": role, "password_hash": password_hash, "phone": phone}
    statement = insert(users).values(**values, created_at=at, disabled=False, likeness=alike)
    try:
        row = connection.execute(statement.returning(*_USER)).mappings().one()
    except IntegrityError:
        raise Conflict("user", name) from None
    noted(connection, at, by, "user_added", name, after={"role": role})
    return User(**row)


def add_first_user(
    connection: Connection, name: str, role: str, password_hash: str, at: float, by: str = ""
) -> User:
    """Raises NotFirst when there is a user, also one whom another process adds at this moment."""
    if connection.dialect.name != "sqlite":  # whose transactions that write are one by one
        connection.execute(text("LOCK TABLE users IN SHARE ROW EXCLUSIVE MODE"))
    if count_users(connection):
        raise NotFirst
    return add_user(connection, name, role, password_hash, at, by)


def count_users(connection: Connection) -> int:
    """Disabled ones too: whoever disabled them was here."""
    return int(connection.execute(select(func.count()).select_from(users)).scalar_one())


def user_named(connection: Connection, name: str) -> User | None:
    row = connection.execute(select(*_USER).where(users.c.name == name)).mappings().first()
    return User(**row) if row else None


def all_users(connection: Connection) -> list[User]:
    """By name."""
    rows = connection.execute(select(*_USER).order_by(users.c.name)).mappings()
    return [User(**row) for row in rows]


def change_user(
    connection: Connection,
    name: str,
    *,
    role: str | None = None,
    password_hash: str | None = None,
    disabled: bool | None = None,
    at: float = 0.0,
    by: str = "",
) -> User:
    """Change what is not None. A new password, and being disabled, end every session of the user;
    no browser is told any more of somebody who may not act.

    at, by: when and by whom, on the audit. Raises Missing.
    """
    before = user_named(connection, name)
    given = {"role": role, "password_hash": password_hash, "disabled": disabled}
    values = {key: value for key, value in given.items() if value is not None}
    if values:
        connection.execute(update(users).where(users.c.name == name).values(**values))
    user = user_named(connection, name)
    if user is None:
        raise Missing("user", name)
    new: dict[str, Any] = {} if password_hash is None else {"password": "changed"}
    if password_hash is not None or disabled:
        ended = connection.execute(delete(tokens).where(tokens.c.user_id == user.id)).rowcount
        if ended:
            new["sign_ins_ended"] = ended
    if before is not None:
        noted(
            connection, at, by, "user_changed", name, before=_said(before), after=_said(user), **new
        )
    if not user.runs_sessions:
        connection.execute(delete(browsers).where(browsers.c.user_id == user.id))
    return user


def alter_user(
    connection: Connection,
    name: str,
    *,
    role: str | None = None,
    password_hash: str | None = None,
    disabled: bool | None = None,
    audited: Audited | None = None,
    at: float = 0.0,
    by: str = "",
) -> User:
    """`change_user`, which leaves an administrator who may sign in, and says who did it.

    Raises Missing, and LastAdmin: nothing was changed.
    """
    if disabled or role not in (None, "admin"):
        _keep_an_admin(connection, name)
    return change_user(
        connection, name, role=role, password_hash=password_hash, disabled=disabled, at=at,
        by=by if audited is None else audited.user,
    )  # fmt: skip


def _keep_an_admin(connection: Connection, name: str) -> None:
    """Two who disable each other come here one after the other, and the second finds one left.

    By the lock on all of them: the server looks at each again once it has it. In one order, so
    that neither waits for the other.
    """
    admins = (
        select(users.c.name)
        .where(users.c.role == "admin", users.c.disabled.is_(False))
        .order_by(users.c.id)
        .with_for_update()
    )
    if list(connection.execute(admins).scalars()) == [name]:
        raise LastAdmin(name)


def _said(user: User) -> dict[str, str | bool]:
    return {"role": user.role, "disabled": user.disabled}


def set_phone(
    connection: Connection, name: str, phone: str | None, at: float, by: str = ""
) -> User:
    """Where that person is called from now on; None: nowhere. by: on the audit. Raises Missing."""
    before = user_named(connection, name)
    if before is None:
        raise Missing("user", name)
    connection.execute(update(users).where(users.c.name == name).values(phone=phone))
    noted(
        connection, at, by, "user_phone_changed", name,
        before={"phone": before.phone}, after={"phone": phone},
    )  # fmt: skip
    return msgspec.structs.replace(before, phone=phone)


def add_token(
    connection: Connection, token_hash: str, user_id: int, at: float, expires_at: float,
    by: str = "",
) -> None:  # fmt: skip
    """by: who signs in, on the audit."""
    values = {"hash": token_hash, "user_id": user_id, "created_at": at, "last_used_at": at}
    connection.execute(insert(tokens).values(**values, expires_at=expires_at))
    noted(connection, at, by, "signed_in", by)


def token_user(connection: Connection, token_hash: str, at: float) -> User | None:
    """Whose token it is; None: nobody's, or no longer valid at `at`."""
    valid = (
        select(*_USER)
        .join(tokens, tokens.c.user_id == users.c.id)
        .where(tokens.c.hash == token_hash, tokens.c.expires_at > at, users.c.disabled.is_(False))
    )
    row = connection.execute(valid).mappings().first()
    return User(**row) if row else None


def use_token(connection: Connection, token_hash: str, at: float, expires_at: float) -> None:
    """Note that it was used, and until when it is good now."""
    connection.execute(
        update(tokens)
        .where(tokens.c.hash == token_hash)
        .values(last_used_at=at, expires_at=expires_at)
    )


def drop_token(connection: Connection, token_hash: str, at: float) -> None:
    """Its owner signs out; on the audit."""
    mine = tokens.c.hash == token_hash
    whose = select(users.c.name).join(tokens, tokens.c.user_id == users.c.id).where(mine)
    name = connection.execute(whose).scalar()
    if name is not None:
        connection.execute(delete(tokens).where(mine))
        noted(connection, at, name, "signed_out", name)


def drop_expired_tokens(connection: Connection, at: float) -> int:
    """Returns how many there were; on the audit."""
    over = tokens.c.expires_at <= at
    found = connection.execute(
        select(users.c.name, func.count(), func.max(tokens.c.expires_at))
        .join(tokens, tokens.c.user_id == users.c.id).where(over)
        .group_by(users.c.name).order_by(users.c.name)
    ).all()  # fmt: skip
    connection.execute(delete(tokens).where(over))
    for name, count, last in found:
        noted(
            connection, at, SERVICE, "sign_in_ended", name, origin="",
            why="expired", count=count, last=last,
        )  # fmt: skip
    return sum(count for _, count, _ in found)
