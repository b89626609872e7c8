"""`dosing-monitor backup` and `restore`: copy the database to a file, or replace it by a copy."""

import time
from pathlib import Path

from monitor.adapters.store import Store
from monitor.config import Config


def back_up(config: Config, to: Path) -> str:
    """Copy the database. Return why this is not in the audit log; "" if it is.

    Raises BackupRefused or StoreError.
    """
    return Store(config.database_url).back_up(to, time.time())


def put_back(config: Config, file: Path, *, replace: bool) -> Path | None:
    """Restore the database. Return where the old one is kept, None without one.

    Raises BackupRefused or StoreError.
    """
    return Store(config.database_url).put_back(file, time.time(), replace=replace)
