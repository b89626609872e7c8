"""The audit of acts outside sessions: users, sign-ins, devices, patients, contacts, protocols.

Each row is written in the transaction of the act that it records. `detail`, a JSON object, contains
the values before and after. It never contains a password, a key, a contact's address or a hash of
one, only the fact that one was changed.
"""

import os
import pwd
from contextvars import ContextVar
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, insert

from monitor.adapters.store.tables.definitions import audit

# A person who may run commands on the server.
COMMAND: Final = "the command line"
# The author of acts that no person requested, such as the expiry of a sign-in.
SERVICE: Final = "the service"
# A person who tries to sign in. A user's name has no blank, so these three cannot be user names.
STRANGER: Final = "not signed in"

# The client's address, as a trusted proxy reports it; "": no request. The request handler sets it,
# and the store carries it to its writer, so that no act can forget to pass it on.
ORIGIN: Final[ContextVar[str]] = ContextVar("origin", default="")


def noted(
    connection: Connection, at: float, by: str, action: str, of: str, *,
    origin: str | None = None, **detail: Any,
) -> None:  # fmt: skip
    """Add a row to the audit.

    by "": the act has no author, as where tests set up a clinic; then no row is written.
    origin: of an act that runs elsewhere than it was requested; None: that of `ORIGIN`.
    """
    if by:
        where = ORIGIN.get() if origin is None else origin
        row = {
            "at": at, "user": by, "action": action, "object": of,
            "detail": msgspec.json.encode(detail).decode(),
            "origin": where or (account() if by == COMMAND else ""),
        }  # fmt: skip
        connection.execute(insert(audit).values(row))


def account() -> str:
    """Return the account of this machine that runs the command."""
    try:
        return f"account {pwd.getpwuid(os.getuid()).pw_name}"
    except KeyError:
        return f"account {os.getuid()}"
