"""Who did what that belongs to no session: users, sign-ins, devices, patients, contacts, protocols.

Each row is written in the transaction of what it tells. What was and what is stand in `detail`, a
JSON object; no password, key or address of a contact is in it, nor a hash of one: that one was
changed is said.
"""

import os
import pwd
from contextvars import ContextVar
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, insert

from monitor.adapters.store.tables.schema import audit

# Whoever may run commands on the server.
COMMAND: Final = "the command line"
# What nobody asked for, as a sign-in that expires.
SERVICE: Final = "the service"
# Who tries to sign in. No user's name has a blank, so none of these three is one.
STRANGER: Final = "not signed in"

# The address of whoever asks, as a trusted proxy names it; "": nobody asks. Whoever takes a request
# sets it, and the store carries it to its writer: no act can forget to pass it on.
ORIGIN: Final[ContextVar[str]] = ContextVar("origin", default="")


def noted(
    connection: Connection, at: float, by: str, action: str, of: str, *,
    origin: str | None = None, **detail: Any,
) -> None:  # fmt: skip
    """by "": nobody is to be named, as where tests furnish a clinic; then nothing is written.
    origin: of an act that is carried out elsewhere than it was asked for; None: as `ORIGIN` has it.
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
    """Whose account of this machine runs a command."""
    try:
        return f"account {pwd.getpwuid(os.getuid()).pw_name}"
    except KeyError:
        return f"account {os.getuid()}"
