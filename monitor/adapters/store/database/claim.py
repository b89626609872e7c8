"""One service per database: the first service holds the claim until its process ends.

Two services would decide the same alarms twice and write two histories of one session. So a
service claims the database before it reads any data; a second service is refused, with a message
that names the holder.

A claim on a server ends with the server. The service continues, as in every outage, takes the
claim again as soon as the server answers, and does not write before. If another service has the
claim by then, this one must end (`lost`): the other has read the record and decides. Of two
services that decide, each would be half wrong; the supervisor restarts the one that stops, and it
waits its turn.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from threading import Event, Thread
from threading import Lock as Mutex
from typing import Final

from msgspec.structs import replace
from sqlalchemy.exc import DBAPIError

from monitor.adapters.store.database.engines import Database
from monitor.adapters.store.database.locks import FileLock, Holder, Lock
from monitor.adapters.store.database.session_lock import SessionLock
from monitor.adapters.store.database.upgrade import explain
from monitor.adapters.store.tables.store_errors import Claimed, StoreError, fault

LOOK_S: Final = 1.0
AWAY_S: Final = 0.2
PAUSE_S: Final = 0.1
# A server may notice a moment late that a killed holder's connection ended, and a new holder may
# not have written yet who it is.
PATIENCE_S: Final = 1.5
# A service that was requested to stop ends within 5 s.
ENDING_S: Final = 7.0
_DATABASE: Final = "DOSING_MONITOR_DATABASE_URL"
_FOLDER: Final = "DOSING_MONITOR_DATA"


class Claim:
    """The claim of this service: `take` it, `say` new facts about the holder, `release` it.

    A thread keeps it meanwhile.

    held   no other service had it at the last check
    lost   another service has it; this one must end
    """

    def __init__(
        self, url: str, folder: Path | None = None, *, patience: float = PATIENCE_S
    ) -> None:
        """folder: of the service's own broker; patience: how long `take` waits for a holder, s.

        Raises BadUrl; opens no file or connection yet.
        """
        self._database: Final = Database(url)
        self._patience = patience
        self._locks: Final[Sequence[Lock]] = (_of(self._database), *_of_folder(folder))
        self._holder = Holder(host="")
        self._turn = Mutex()
        self._wake = Event()
        self._over = False
        self._thread: Thread | None = None
        self.held = False
        self.reason = ""
        self.lost: Claimed | None = None

    def take(self, holder: Holder) -> None:
        """Take the claim, waiting a moment for a holder that is about to end.

        Raises Claimed or StoreError.
        """
        self._holder = holder
        self._database.make_file()
        try:
            for lock in self._locks:
                self._take(lock)
        except StoreError:
            self._release()
            raise
        except DBAPIError as error:
            self._release()
            raise StoreError(explain(self._database, error)) from None
        self.held = True
        self._thread = Thread(target=self._keep, name="claim", daemon=True)
        self._thread.start()

    def say(self, *, http: str = "", ending: bool = False) -> None:
        """Update the facts about the holder that a refused service reads. Does not wait."""
        self._holder = replace(self._holder, http=http or self._holder.http, ending=ending)
        self._wake.set()

    def confirm(self) -> None:
        """Check now that the claim is held, or take it again. Raises Claimed or StoreError."""
        with self._turn:
            if self.lost is not None:
                raise self.lost
            try:
                for lock in self._locks:
                    if not lock.take(self._holder):
                        self.lost = _refusal(lock, lock.other())
                        raise self.lost
            except Exception as error:  # noqa: BLE001 - it is not known that nobody else has it
                said = fault(error, self._database.where)
                self.held, self.reason = False, str(said)
                raise said from None
            self.held, self.reason = True, ""

    def release(self) -> None:
        """Release the claim within half a second.

        If the server hangs, its part of the claim ends with the process.
        """
        self._over = True
        self._wake.set()
        if self._thread is not None:
            self._thread.join(0.5)

    def _take(self, lock: Lock) -> None:
        pause, waited, ending = Event(), 0.0, False
        while not lock.take(self._holder):
            other = lock.other()
            # A holder that released the lock since `take` is None here. An earlier pass may have
            # read that it was ending; that still counts.
            ending |= other is not None and other.ending
            if waited >= (ENDING_S if ending else self._patience):
                raise _refusal(lock, other)
            pause.wait(PAUSE_S)
            waited += PAUSE_S

    def _keep(self) -> None:
        while self.lost is None:
            self._wake.wait(LOOK_S if self.held else AWAY_S)
            self._wake.clear()
            if self._over:
                break
            try:
                self.confirm()
            except StoreError:
                continue  # it is in `reason` or in `lost`
        with self._turn:
            self._release()

    def _release(self) -> None:
        self.held = False
        for lock in self._locks:
            lock.release()


def claim_of_file(file: Path) -> FileLock:
    """Return the lock of a SQLite database, also for a restore that replaces the database."""
    # All links to the database resolve to one path, and so to one lock.
    beside = os.path.realpath(file) + ".lock"
    return FileLock(Path(beside), f"The database at {file}", _DATABASE)


def _of(database: Database) -> Lock:
    if database.file is not None:
        return claim_of_file(Path(database.file))
    return SessionLock(database, f"The database at {database.where}", _DATABASE)


def _of_folder(folder: Path | None) -> Sequence[Lock]:
    if folder is None:
        return ()
    folder = folder.absolute()
    if any(place.exists() and not place.is_dir() for place in (folder, *folder.parents)):
        return ()  # no service can use it, and the first write to it reports the fault
    return (FileLock(folder / "service.lock", f"The data folder {folder}", _FOLDER),)


def _refusal(lock: Lock, other: Holder | None) -> Claimed:
    who = str(other) if other else "one that does not say who it is"
    return Claimed(
        f"{lock.what} is in use by another service ({who}); stop that one first, or give this one "
        f"another in {lock.else_}."
    )
