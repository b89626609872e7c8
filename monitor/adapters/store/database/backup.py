"""Back up a SQLite database to a file and restore it. PostgreSQL has programs for that.

A backup is one state of the database, taken while the service writes: it contains each reading
together with every decision about it. A restore puts such a file in the database's place, keeps
the former database, and refuses while a process uses it.
"""

import json
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from monitor.adapters.store.database.claim import claim_of_file
from monitor.adapters.store.database.engines import COMMAND_PATIENCE_MS, Database
from monitor.adapters.store.database.locks import Holder
from monitor.adapters.store.tables.audits import COMMAND, account
from monitor.adapters.store.tables.store_errors import BackupRefused, StoreError

_PATIENCE_S: Final = COMMAND_PATIENCE_MS / 1000


def back_up(database: Database, to: Path, at: float) -> str:
    """Write one state of the database to the file `to`. at: now.

    Returns why the audit has no entry of this backup, or "" if it has one: a full disk takes no
    entry, and needs its backup most. Raises BackupRefused or StoreError; then there is no such
    file.
    """
    source = _file_of(database, "pg_dump --format=custom --file=FILE")
    if not source.exists():
        raise BackupRefused(f"There is no database at {source} to back up.")
    if to.exists():
        raise BackupRefused(f"{to} is there already; name another file.")
    part = to.with_name(f"{to.name}.part")
    try:
        os.close(os.open(part, os.O_CREAT | os.O_TRUNC | os.O_RDWR, 0o600))
        with closing(sqlite3.connect(source, timeout=_PATIENCE_S, isolation_level=None)) as open_:
            # Audited first, so that the copy contains its own entry. If the copy then fails, the
            # entry records the attempt.
            untold = _told(open_, at, "backup_made", to)
            open_.execute("VACUUM INTO ?", (str(part),))
        _check(part)
        _flush(part)
        part.rename(to)
    except OSError as error:
        raise BackupRefused(f"{to} cannot be written ({error.strerror}).") from None
    except sqlite3.Error as error:
        raise StoreError(f"The database at {source} cannot be read ({error}).") from None
    finally:
        part.unlink(missing_ok=True)
    return untold


def put_back(database: Database, file: Path, at: float, *, replace: bool) -> Path | None:
    """Make `file` the database. Return the path where the former one is kept, None if none was.

    Raises BackupRefused if `file` is no whole database, or if the present database is in use or
    exists and may not be replaced. Then no file was changed.
    """
    target = _file_of(database, "pg_restore --clean --if-exists --dbname=URL FILE")
    _check(file)
    there = target.exists() and target.stat().st_size > 0
    if there and not replace:
        raise BackupRefused(f"There is a database at {target}; give --replace to put it aside.")
    database.make_file()
    lock, ourselves = claim_of_file(target), Holder.this_process()
    if not lock.take(ourselves):
        who = lock.other() or "another process"
        raise BackupRefused(f"The database at {target} is in use ({who}); stop the service first.")
    part = target.with_name(f"{target.name}.part")
    try:
        shutil.copyfile(file, part)
        part.chmod(0o600)
        with closing(sqlite3.connect(part, timeout=_PATIENCE_S, isolation_level=None)) as copy:
            if untold := _told(copy, at, "database_restored", file):
                raise StoreError(f"{part} cannot be written ({untold}).")
        _flush(part)
        kept = _set_aside(target) if there else None
        part.replace(target)
    except OSError as error:
        raise StoreError(f"{target} cannot be written ({error.strerror}).") from None
    finally:
        part.unlink(missing_ok=True)
        lock.release()
    return kept


def _told(connection: sqlite3.Connection, at: float, action: str, file: Path) -> str:
    """Write an audit entry with the columns that every version has. Return why it failed, or ""."""
    told = {"file": str(file.absolute()), "origin": account()}
    row = (at, COMMAND, action, "database", json.dumps(told))
    try:
        connection.execute(
            'INSERT INTO audit (at, "user", action, object, detail) VALUES (?, ?, ?, ?, ?)', row
        )
    except sqlite3.Error as error:
        return str(error)
    return ""


def _file_of(database: Database, instead: str) -> Path:
    if database.file is None:
        raise BackupRefused(f"The database at {database.where} is PostgreSQL's: use {instead}.")
    return database.file


def _check(file: Path) -> None:
    """Raise BackupRefused unless `file` is a whole database of this program."""
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
            (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
            if verdict != "ok":
                raise BackupRefused(f"{file} is damaged ({verdict}).")
            connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.Error as error:
        raise BackupRefused(f"{file} is no backup of Dosing Monitor ({error}).") from None


def _set_aside(target: Path) -> Path:
    """Rename the database, its log merged into it. Return the new path.

    Raises BackupRefused if another process has the database open.
    """
    try:
        with closing(sqlite3.connect(target, timeout=0.5, isolation_level=None)) as connection:
            # To leave the write-ahead log mode, SQLite needs exclusive access to the file.
            connection.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.OperationalError:
        raise BackupRefused(
            f"The database at {target} is in use; stop the service first."
        ) from None
    except sqlite3.DatabaseError:
        _with_its_log(target)  # damaged: kept unchanged
    number = 1
    while (kept := target.with_name(f"{target.name}.replaced-{number}")).exists():
        number += 1
    return target.rename(kept)


def _with_its_log(target: Path) -> None:
    for end in ("-wal", "-shm"):
        log = target.with_name(target.name + end)
        if log.exists():
            log.rename(log.with_name(f"{log.name}.damaged"))


def _flush(file: Path) -> None:
    """Sync the file and its folder to disk, before the file takes its final name."""
    for place in (file, file.parent):
        handle = os.open(place, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
