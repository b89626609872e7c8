"""Locks that die with their process, whatever ends it; here that of a file.

They are the operating system's or the server's own: nothing has to be cleaned up after a kill, and
what stands in a file or in a statement only says who holds the lock, never that it is held.
"""

import fcntl
import os
import socket
from contextlib import suppress
from pathlib import Path
from typing import Final, Protocol

import msgspec
from msgspec import Struct

from monitor.adapters.store.tables.errors import StoreError
from monitor.codecs.times import iso

_ATTEMPTS: Final = 5


class Holder(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who has a lock, as it says of itself.

    process   0: unknown; in a container often 1, so that it tells no two holders apart
    since     epoch seconds; None: unknown
    http      where its page is; "" until it is known
    ending    it was asked to stop
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
    """Used by one thread at a time.

    what   what it is of, as the subject of a sentence
    else_  what to set in order to use another
    """

    what: str
    else_: str

    def take(self, holder: Holder) -> bool:
        """Have it, newly or still, and say so of `holder`. False: somebody else has it.

        Raises StoreError or DBAPIError: nobody can tell now.
        """

    def other(self) -> Holder | None:
        """Who has it, as far as it can be told."""

    def release(self) -> None:
        """Give it up."""


class FileLock:
    """On a file of its own, which stays: to remove it would take it from under a newcomer.

    Not on the database's file: closing any handle of that one would end SQLite's own locks.
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
            # Not yet, or the file was removed or replaced: a lock on what has no name keeps
            # nobody out.
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
        # On a full disk nobody is told who holds it; it is held all the same.
        with suppress(OSError):
            os.ftruncate(self._handle, 0)
            os.pwrite(self._handle, msgspec.json.encode(holder), 0)
        self._told = holder
