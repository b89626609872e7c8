"""Locks that end with their process, even if it is killed. `FileLock` locks a file.

The operating system or the database server keeps them, so that a killed process leaves no stale
lock. The text in the lock file or in a statement only names the holder; it never proves that the
lock is held.
"""

import fcntl
import os
import socket
from contextlib import suppress
from pathlib import Path
from typing import Final, Protocol

import msgspec
from msgspec import Struct

from monitor.adapters.store.tables.store_errors import StoreError
from monitor.codecs.times import iso

_ATTEMPTS: Final = 5


class Holder(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The holder of a lock, as it describes itself.

    process   0: unknown; in a container often 1, so that it does not distinguish holders
    since     epoch seconds; None: unknown
    http      address of its page; "" until it is known
    ending    it was requested to stop
    """

    host: str
    process: int = 0
    since: float | None = None
    http: str = ""
    ending: bool = False

    @classmethod
    def this_process(cls, since: float | None = None) -> "Holder":
        return cls(host=socket.gethostname(), process=os.getpid(), since=since)

    def __str__(self) -> str:
        who = (
            f"process {self.process} on {self.host}"
            if self.process
            else f"a process on {self.host}"
        )
        since = "" if self.since is None else f", since {iso(self.since)}"
        return who + since + (f", {self.http}" if self.http else "")


class Lock(Protocol):
    """A lock that one process holds. Used by one thread at a time.

    what   the locked thing, as the subject of a sentence
    else_  the setting by which to use another
    """

    what: str
    else_: str

    def take(self, holder: Holder) -> bool:
        """Take or keep the lock and publish `holder`. Return False if another process has it.

        Raises StoreError or DBAPIError if the state of the lock cannot be found out now.
        """

    def other(self) -> Holder | None:
        """Return the present holder, as far as it is known; None: unknown."""

    def release(self) -> None:
        """Release the lock."""


class FileLock:
    """A lock on a separate file, which is never removed: another process may be about to lock it.

    It is not on the database's file: closing any handle of that file would end SQLite's own locks.
    """

    def __init__(self, file: Path, what: str, else_: str) -> None:
        self.what = what
        self.else_ = else_
        self._file: Final = file
        self._handle: int | None = None
        self._told: Holder | None = None

    def take(self, holder: Holder) -> bool:
        for _ in range(_ATTEMPTS):
            if self._is_mine():
                self._tell(holder)
                return True
            # Not locked yet, or the file was removed or replaced: a lock on a file without a name
            # keeps no process out.
            self.release()
            handle = self._open()
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(handle)
                return False
            except OSError as error:
                os.close(handle)
                raise StoreError(
                    f"{self._file} cannot be locked ({error.strerror}); put it on a disk of this "
                    f"machine with {self.else_}."
                ) from None
            self._handle = handle
        raise StoreError(f"{self._file} is replaced again and again; end the program that does it.")

    def other(self) -> Holder | None:
        try:
            return msgspec.json.decode(self._file.read_bytes(), type=Holder)
        except (OSError, msgspec.DecodeError):
            return None

    def release(self) -> None:
        handle, self._handle, self._told = self._handle, None, None
        if handle is not None:
            os.close(handle)

    def _open(self) -> int:
        try:
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            return os.open(self._file, os.O_CREAT | os.O_RDWR, 0o600)
        except OSError as error:
            raise StoreError(
                f"The lock file {self._file} cannot be opened ({error.strerror}); make it and its "
                f"folder writable or name another one in {self.else_}."
            ) from None

    def _is_mine(self) -> bool:
        if self._handle is None:
            return False
        try:
            return os.path.samestat(self._file.stat(), os.fstat(self._handle))
        except OSError:
            return False

    def _tell(self, holder: Holder) -> None:
        if self._told == holder:
            return
        assert self._handle is not None
        # On a full disk the holder's name is missing; the lock is held nevertheless.
        with suppress(OSError):
            os.ftruncate(self._handle, 0)
            os.pwrite(self._handle, msgspec.json.encode(holder), 0)
        self._told = holder
