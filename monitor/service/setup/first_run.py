"""The link by which the person who started the service makes the first administrator.

On an empty database the link is shown once: on the terminal from which the service was started,
else in a file that only its account may read. It is never in a log, and the service itself keeps
only its hash. It expires after 15 minutes, by either clock of the machine, and as soon as there is
any user.
"""

import hashlib
import hmac
import os
import secrets
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, TextIO
from urllib.parse import urlsplit

import structlog

from monitor.adapters.http.errors import Invalid
from monitor.adapters.http.routes.first_run import State
from monitor.adapters.http.waiting import written
from monitor.adapters.store import Store
from monitor.adapters.store.questions import users
from monitor.adapters.store.tables.audits import COMMAND
from monitor.core.vocabulary.reasons import plain
from monitor.service.setup.account_commands import UnfitAccount, fit

log = structlog.get_logger(__name__)

LASTS_S: Final = 15 * 60.0
TOKEN_BYTES: Final = 32
FILE: Final = "first-administrator"
INSTEAD: Final = "dosing-monitor user add NAME --role admin"

Clock = Callable[[], float]


class FirstRun:
    """The link and its state. Implements `monitor.adapters.http.routes.first_run.FirstRunPort`.

    clocks   seconds; the link expires when it does by any of them: one may be set back, another
             may stop while the machine sleeps. The first gives the times of the record.
    """

    def __init__(
        self, store: Store, folder: Path, clocks: tuple[Clock, ...] = (time.time, time.monotonic)
    ) -> None:
        self._store = store
        self._file = folder / FILE
        self._clocks = clocks
        self._hash = b""
        self._begun: tuple[float, ...] = ()
        self._written = False

    async def begin(self, address: str, terminal: TextIO | None) -> None:
        """Show the link, if there is no user yet. address: of the page. terminal: None if the
        service was not started from one."""
        self._forget_file()
        if await self._store.read(users.count_users):
            return
        token = secrets.token_urlsafe(TOKEN_BYTES)
        self._hash, self._begun = _hashed(token), tuple(clock() for clock in self._clocks)
        link = f"{_from_here(address)}/first/{token}"
        if terminal is not None:
            terminal.write(
                "\nThere is no user yet. Who opens this link within 15 minutes makes the first "
                f"administrator:\n\n  {link}\n\n"
            )
            terminal.flush()
        else:
            self._write(link)

    def look(self) -> None:
        """Delete the file of an expired link. To be called from time to time."""
        if self._written and self._expired:
            self._forget_file()
            log.warning("first_administrator_link_expired", do=f"start again, or {INSTEAD}")

    def end(self) -> None:
        if self._written:
            self._forget_file()

    # --- for the web --------------------------------------------------------------------------

    async def state(self, token: str) -> State:
        if not self._hash or not hmac.compare_digest(_hashed(token), self._hash):
            return "unknown"
        if await self._store.read(users.count_users):
            return "used"
        return "expired" if self._expired else "open"

    def check(self, name: str, password: str) -> None:
        try:
            fit(name, password)
        except UnfitAccount as unfit:
            raise Invalid(unfit.field, plain(str(unfit))) from None

    async def found(self, name: str, password_hash: str) -> None:
        at = self._clocks[0]()
        act = self._store.write(users.add_first_user, name, "admin", password_hash, at, COMMAND)
        await written(act)
        self._forget_file()
        log.info("first_administrator_made")

    # --- inside -------------------------------------------------------------------------------

    @property
    def _expired(self) -> bool:
        gone = (clock() - begun for clock, begun in zip(self._clocks, self._begun, strict=True))
        return any(seconds >= LASTS_S for seconds in gone)

    def _write(self, link: str) -> None:
        try:
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            # A file that no other process made, and not through a link to elsewhere.
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
            with os.fdopen(os.open(self._file, flags, 0o600), "w") as file:
                file.write(f"{link}\n")
        except OSError as error:
            log.warning(
                "first_administrator_link_not_written", file=str(self._file),
                reason=error.strerror, do=INSTEAD,
            )  # fmt: skip
            return
        self._written = True
        log.info("first_administrator_link", file=str(self._file), minutes=round(LASTS_S / 60))

    def _forget_file(self) -> None:
        """Delete the link's file, also that of a service that was killed."""
        self._written = False
        try:
            self._file.unlink(missing_ok=True)
        except OSError as error:
            log.warning("first_administrator_link_left", reason=error.strerror)


def _hashed(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


def _from_here(address: str) -> str:
    """Replace "every address of this machine", which no browser can open, by loopback."""
    address = address.rstrip("/")
    parts = urlsplit(address)
    loopback = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(parts.hostname or "")  # noqa: S104
    return f"{parts.scheme}://{loopback}:{parts.port}" if loopback else address
