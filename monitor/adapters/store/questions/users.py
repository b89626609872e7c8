"""Users, and the tokens that prove which user sends a request. Only hashes of both secrets."""

from collections.abc import Collection
from typing import Any, Final

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, case, delete, func, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from monitor.adapters.store.tables.audits import SERVICE, noted
from monitor.adapters.store.tables.definitions import browsers, tokens, users
from monitor.adapters.store.tables.store_errors import (
    Alike,
    LastAdmin,
    Missing,
    NotFirst,
    NotUnique,
)
from monitor.core.vocabulary.labels import likeness

_CHANGED: Final = {"password": "changed"}
# A command does not know which sign-ins have pages that watch a session. So the sign-ins that it
# ends stay in doubt for this time: meanwhile the service finds those that watch, and accepts no
# other.
FOUND_WITHIN_S: Final = 60.0
CHANGED, IN_DOUBT = 0.0, -1.0


class User(Struct, frozen=True):
    """A user. A disabled user has no valid token.

    role            admin, therapist or viewer
    phone           the person's number; None: unknown
    reset_at        since when a new password is required at the next sign-in; None: it is not
    browsers_since  a browser that signed in before this time does not count as known
    """

    id: int
    name: str
    role: str
    password_hash: str
    created_at: float
    disabled: bool
    phone: str | None = None
    reset_at: float | None = None
    browsers_since: float | None = None

    @property
    def runs_sessions(self) -> bool:
        """Whether the user may sign in and act in a session, not only view it."""
        return not self.disabled and self.role != "viewer"


_USER: Final = (
    *(users.c.id, users.c.name, users.c.role, users.c.password_hash),
    *(users.c.created_at, users.c.disabled, users.c.phone),
    *(users.c.reset_at, users.c.browsers_since),
)


class SignInToken(Struct, frozen=True):
    """One sign-in.

    proven_at   when the password was last entered, epoch s; CHANGED: not since the password was
                changed; IN_DOUBT: likewise, and the token is valid only for a page that watches
    """

    user: User
    proven_at: float
    expires_at: float


def add_user(
    connection: Connection, name: str, role: str, password_hash: str, at: float, by: str = "",
    phone: str | None = None,
) -> User:  # fmt: skip
    """Add a user. by: for the audit; see `audits`. Raises NotUnique if the name is taken, Alike if
    it looks like one that is."""
    alike = likeness(name)
    taken = connection.execute(select(users.c.name).where(users.c.likeness == alike)).scalar()
    if taken is not None:
        raise Alike(taken, name, "user")
    values = {"name": name, "role": role, "password_hash": password_hash, "phone": phone}
    statement = insert(users).values(**values, created_at=at, disabled=False, likeness=alike)
    try:
        row = connection.execute(statement.returning(*_USER)).mappings().one()
    except IntegrityError:
        raise NotUnique("user", name) from None
    noted(connection, at, by, "user_added", name, after={"role": role})
    return User(**row)


def add_first_user(
    connection: Connection, name: str, role: str, password_hash: str, at: float, by: str = ""
) -> User:
    """Add the first user. Raises NotFirst if one exists, also if another process just adds it."""
    if connection.dialect.name != "sqlite":  # SQLite runs writing transactions one by one
        connection.execute(text("LOCK TABLE users IN SHARE ROW EXCLUSIVE MODE"))
    if count_users(connection):
        raise NotFirst
    return add_user(connection, name, role, password_hash, at, by)


def count_users(connection: Connection) -> int:
    """Count the users, including disabled ones: they prove that the first user exists."""
    return int(connection.execute(select(func.count()).select_from(users)).scalar_one())


def user_named(connection: Connection, name: str) -> User | None:
    row = connection.execute(select(*_USER).where(users.c.name == name)).mappings().first()
    return User(**row) if row else None


def all_users(connection: Connection) -> list[User]:
    """Return all users, sorted by name."""
    rows = connection.execute(select(*_USER).order_by(users.c.name)).mappings()
    return [User(**row) for row in rows]


def change_user(  # noqa: PLR0913 - what can be changed, named by who calls
    connection: Connection,
    name: str,
    *,
    role: str | None = None,
    password_hash: str | None = None,
    disabled: bool | None = None,
    reset: bool | None = None,
    watched: Collection[str] | None = (),
    at: float = 0.0,
    by: str = "",
) -> User:
    """Change the values that are not None. A new password, a reset and disabling end the user's
    sign-ins; the browsers of a user who may not act receive no more push notices.

    reset     whether a new password is required at the next sign-in
    watched   sign-ins (hashes) whose pages watch an open session: they may only view from now on,
              unless the user is disabled. None: unknown, see FOUND_WITHIN_S
    at, by    time and author, for the audit

    Raises Missing.
    """
    before = user_named(connection, name)
    given = {"role": role, "password_hash": password_hash, "disabled": disabled}
    values: dict[str, object] = {key: v for key, v in given.items() if v is not None}
    if reset is not None:
        values["reset_at"] = at if reset else None
    if reset or disabled:
        values["browsers_since"] = at
    if values:
        connection.execute(update(users).where(users.c.name == name).values(**values))
    user = user_named(connection, name)
    if user is None:
        raise Missing("user", name)
    new: dict[str, Any] = {} if password_hash is None else dict(_CHANGED)
    if reset is not None:
        new["must_change_password"] = reset
    if disabled:
        ended = connection.execute(delete(tokens).where(tokens.c.user_id == user.id))
        new |= _counted(sign_ins_ended=ended.rowcount)
    elif password_hash is not None or reset:
        new |= _end_tokens(connection, user.id, watched, at)
    if before is not None:
        noted(
            connection, at, by, "user_changed", name, before=_said(before), after=_said(user), **new
        )
    if not user.runs_sessions:
        connection.execute(delete(browsers).where(browsers.c.user_id == user.id))
    return user


def own_password(
    connection: Connection, name: str, password_hash: str, own: str, watched: Collection[str],
    at: float, expires_at: float,
) -> None:  # fmt: skip
    """Set the user's own new password from the sign-in `own` (a hash), which stays valid. Raises
    Missing."""
    user = user_named(connection, name)
    if user is None:
        raise Missing("user", name)
    values = {"password_hash": password_hash, "reset_at": None}
    connection.execute(update(users).where(users.c.id == user.id).values(**values))
    ended = _end_tokens(connection, user.id, watched, at, own)
    _prove(connection, own, at, expires_at)
    said = _said(user)
    noted(connection, at, name, "user_changed", name, before=said, after=said, **_CHANGED, **ended)


def _end_tokens(
    connection: Connection, user_id: int, watched: Collection[str] | None, at: float, own: str = ""
) -> dict[str, Any]:
    """End all sign-ins of the user except `own` and those that watch; the latter no longer count
    as proof of the password. Return the details for the audit."""
    mine = (tokens.c.user_id == user_id) & (tokens.c.hash != own)
    soon = at + FOUND_WITHIN_S
    if watched is None:
        later = mine & (tokens.c.expires_at > soon)
        connection.execute(update(tokens).where(later).values(expires_at=soon))
        doubted = connection.execute(update(tokens).where(mine).values(created_at=IN_DOUBT))
        return _counted(sign_ins_in_doubt=doubted.rowcount)
    ended = connection.execute(delete(tokens).where(mine, tokens.c.hash.not_in(watched)))
    looking = connection.execute(update(tokens).where(mine).values(created_at=CHANGED))
    return _counted(sign_ins_ended=ended.rowcount, sign_ins_looking_on=looking.rowcount)


def _counted(**sign_ins: int) -> dict[str, Any]:
    """Return the counts that are not zero, for the audit."""
    return {became: count for became, count in sign_ins.items() if count}


def alter_user(  # noqa: PLR0913 - as above
    connection: Connection,
    name: str,
    *,
    role: str | None = None,
    password_hash: str | None = None,
    disabled: bool | None = None,
    reset: bool | None = None,
    watched: Collection[str] | None = (),
    at: float = 0.0,
    by: str = "",
) -> User:
    """Do `change_user`, but keep at least one administrator who may sign in.

    Raises Missing, and LastAdmin: then no value was changed.
    """
    if disabled or role not in (None, "admin"):
        _keep_an_admin(connection, name)
    return change_user(
        connection, name, role=role, password_hash=password_hash, disabled=disabled,
        reset=reset, watched=watched, at=at, by=by,
    )  # fmt: skip


def _keep_an_admin(connection: Connection, name: str) -> None:
    """Raise LastAdmin if this is the only administrator who may sign in.

    If two administrators disable each other, the second waits for the first and finds one left:
    the query locks the rows of all administrators, and the server checks each row again once it
    has the lock. One order of the rows prevents a deadlock of the two.
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
    """Set the person's phone number; None: no number. by: for the audit. Raises Missing."""
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
    by: str = "", instead: Collection[str] = (), *, known: bool = False,
) -> None:  # fmt: skip
    """Add a sign-in. by: the user, for the audit. instead: hashes of the sign-ins that it replaces.
    known: this browser had signed this user in before."""
    said: dict[str, Any] = {"known_browser": known}
    if instead:
        gone = connection.execute(delete(tokens).where(tokens.c.hash.in_(instead)))
        said |= _counted(sign_ins_ended=gone.rowcount)
    values = {"hash": token_hash, "user_id": user_id, "created_at": at, "last_used_at": at}
    connection.execute(insert(tokens).values(**values, expires_at=expires_at))
    noted(connection, at, by, "signed_in", by, **said)


def token(connection: Connection, token_hash: str, at: float) -> SignInToken | None:
    """Return the sign-in of this hash; None if it is unknown or no longer valid at `at`."""
    valid = (
        select(*_USER, tokens.c.created_at.label("proven_at"), tokens.c.expires_at)
        .join(tokens, tokens.c.user_id == users.c.id)
        .where(tokens.c.hash == token_hash, tokens.c.expires_at > at, users.c.disabled.is_(False))
    )
    row = connection.execute(valid).mappings().first()
    if row is None:
        return None
    user = User(**{column.name: row[column.name] for column in _USER})
    return SignInToken(user, row["proven_at"], row["expires_at"])


def used_tokens(connection: Connection, user_id: int, at: float) -> dict[str, float]:
    """Return the valid tokens of a user: hash -> time of last use."""
    mine = select(tokens.c.hash, tokens.c.last_used_at).where(
        tokens.c.user_id == user_id, tokens.c.expires_at > at
    )
    return {row.hash: row.last_used_at for row in connection.execute(mine)}


def use_token(connection: Connection, token_hash: str, at: float, expires_at: float) -> None:
    """Record a use of the token and its new expiry; this also ends its doubt."""
    in_doubt = tokens.c.created_at < CHANGED
    connection.execute(
        update(tokens)
        .where(tokens.c.hash == token_hash)
        .values(
            last_used_at=at, expires_at=expires_at,
            created_at=case((in_doubt, CHANGED), else_=tokens.c.created_at),
        )
    )  # fmt: skip


def prove_token(connection: Connection, token_hash: str, at: float, expires_at: float) -> None:
    """Record on the token and the audit that the password was entered again."""
    name = _holder(connection, token_hash)
    if name is not None:
        _prove(connection, token_hash, at, expires_at)
        noted(connection, at, name, "password_confirmed", name)


def _prove(connection: Connection, token_hash: str, at: float, expires_at: float) -> None:
    connection.execute(
        update(tokens)
        .where(tokens.c.hash == token_hash)
        .values(created_at=at, last_used_at=at, expires_at=expires_at)
    )


def _holder(connection: Connection, token_hash: str) -> str | None:
    mine = tokens.c.hash == token_hash
    whose = select(users.c.name).join(tokens, tokens.c.user_id == users.c.id).where(mine)
    return connection.execute(whose).scalar()


def drop_token(connection: Connection, token_hash: str, at: float) -> None:
    """Sign out: delete the token and record it on the audit."""
    name = _holder(connection, token_hash)
    if name is not None:
        connection.execute(delete(tokens).where(tokens.c.hash == token_hash))
        noted(connection, at, name, "signed_out", name)


def drop_expired_tokens(connection: Connection, at: float) -> int:
    """Delete expired tokens and record it on the audit. Return their number."""
    over = tokens.c.expires_at <= at
    doubted = (tokens.c.created_at < CHANGED).label("doubted")
    found = connection.execute(
        select(users.c.name, doubted, func.count(), func.max(tokens.c.expires_at))
        .join(tokens, tokens.c.user_id == users.c.id).where(over)
        .group_by(users.c.name, "doubted").order_by(users.c.name, "doubted")
    ).all()  # fmt: skip
    connection.execute(delete(tokens).where(over))
    for name, by_a_change, count, last in found:
        why = "changed by a command" if by_a_change else "expired"
        noted(
            connection, at, SERVICE, "sign_in_ended", name, origin="",
            why=why, count=count, last=last,
        )  # fmt: skip
    return sum(count for _, _, count, _ in found)
