"""Users, and the tokens that prove who a request comes from. Only hashes of both secrets."""

from collections.abc import Collection
from typing import Any, Final

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, case, delete, func, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from monitor.adapters.store.tables.audits import SERVICE, noted
from monitor.adapters.store.tables.errors import Alike, LastAdmin, Missing, NotFirst, NotUnique
from monitor.adapters.store.tables.schema import browsers, tokens, users
from monitor.core.vocabulary.labels import likeness

_CHANGED: Final = {"password": "changed"}
# A command does not know which pages watch. What it ends is in doubt for so long: the service finds
# those that watch meanwhile, and takes no other.
FOUND_WITHIN_S: Final = 60.0
CHANGED, IN_DOUBT = 0.0, -1.0


class User(Struct, frozen=True):
    """role: admin, therapist or viewer. A disabled user has no valid token. phone: where to call
    that person; None: nobody said. reset_at: since when a new password is asked for at the next
    sign-in; None: it is not. browsers_since: a browser that signed in before is not known by it."""

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
        """May act in a session: sign in, and more than look."""
        return not self.disabled and self.role != "viewer"


_USER: Final = (
    *(users.c.id, users.c.name, users.c.role, users.c.password_hash),
    *(users.c.created_at, users.c.disabled, users.c.phone),
    *(users.c.reset_at, users.c.browsers_since),
)


class SignInToken(Struct, frozen=True):
    """One sign-in. proven_at: when the password was given last, epoch s; CHANGED: not since it was
    changed; IN_DOUBT: and it is good for a page alone that watches."""

    user: User
    proven_at: float
    expires_at: float


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
        raise NotUnique("user", name) from None
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
    """Change what is not None. A new password, a reset, and being disabled end the sign-ins of the
    user; no browser is told any more of somebody who may not act.

    reset     a new password is asked for at the next sign-in, or not any more
    watched   sign-ins (hashes) whose pages watch an open session: they look on, and no more, unless
              the user is disabled. None: nobody knows which, see FOUND_WITHIN_S
    at, by    when and by whom, on the audit

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
    """A user's own new password, given at the sign-in `own` (a hash), which goes on. Raises
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
    """All but `own` and those that watch, which from now on prove no password any more. Answers
    what the audit says of it."""
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
    """What became of how many, if any, for the audit."""
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
    """`change_user`, which leaves an administrator who may sign in, and says who did it.

    Raises Missing, and LastAdmin: nothing was changed.
    """
    if disabled or role not in (None, "admin"):
        _keep_an_admin(connection, name)
    return change_user(
        connection, name, role=role, password_hash=password_hash, disabled=disabled,
        reset=reset, watched=watched, at=at, by=by,
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
    by: str = "", instead: Collection[str] = (), *, known: bool = False,
) -> None:  # fmt: skip
    """by: who signs in, on the audit. instead: hashes of those that go for it. known: the browser
    had signed this user in before."""
    said: dict[str, Any] = {"known_browser": known}
    if instead:
        gone = connection.execute(delete(tokens).where(tokens.c.hash.in_(instead)))
        said |= _counted(sign_ins_ended=gone.rowcount)
    values = {"hash": token_hash, "user_id": user_id, "created_at": at, "last_used_at": at}
    connection.execute(insert(tokens).values(**values, expires_at=expires_at))
    noted(connection, at, by, "signed_in", by, **said)


def token(connection: Connection, token_hash: str, at: float) -> SignInToken | None:
    """None: nobody's, or no longer valid at `at`."""
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
    """The valid tokens of a user: hash -> when it was last used."""
    mine = select(tokens.c.hash, tokens.c.last_used_at).where(
        tokens.c.user_id == user_id, tokens.c.expires_at > at
    )
    return {row.hash: row.last_used_at for row in connection.execute(mine)}


def use_token(connection: Connection, token_hash: str, at: float, expires_at: float) -> None:
    """Note that it was used, and until when it is good now: so it is in doubt no more."""
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
    """Its password was given again; on the audit."""
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
    """Its owner signs out; on the audit."""
    name = _holder(connection, token_hash)
    if name is not None:
        connection.execute(delete(tokens).where(tokens.c.hash == token_hash))
        noted(connection, at, name, "signed_out", name)


def drop_expired_tokens(connection: Connection, at: float) -> int:
    """Returns how many there were; on the audit."""
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
