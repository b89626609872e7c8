"""`dosing-monitor backup` and `restore`: a copy of the database, and a copy made the database."""

import time
from pathlib import Path

from monitor.adapters.store import Store
from monitor.config import Config


def back_up(config: Config, to: Path) -> str:
    """Answers why it is not on the audit; "": it is. Raises BackupRefused or StoreError."""
    return Store(config.database_url).back_up(to, time.time())


def put_back(config: Config, file: Path, *, replace: bool) -> Path | None:
    """Answers where what was there is kept now. Raises BackupRefused or StoreError."""
    return Store(config.database_url).put_back(file, time.time(), replace=replace)
