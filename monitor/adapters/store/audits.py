"""Who changed what belongs to no session: users, devices, patients, contacts, protocols.

Each row is written in the transaction of what it tells. What was and what is stand in `detail`, a
JSON object; no password, key or address is in it, nor a hash of one: that one was changed is said.
"""

from typing import Any, Final

import msgspec
from sqlalchemy import Connection, insert

from monitor.adapters.store.schema import audit

# Whoever may run commands on the server.
COMMAND: Final = "the command line"


def noted(
    connection: Connection, at: float, by: str, action: str, of: str, **detail: Any
) -> None:  # fmt: skip
    """by "": nobody is to be named, as where tests furnish a clinic; then nothing is written."""
    if by:
        said = msgspec.json.encode(detail).decode()
        row = {"at": at, "user": by, "action": action, "object": of, "detail": said}
        connection.execute(insert(audit).values(row))
