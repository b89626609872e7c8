"""The database: what was measured, decided and done, on disk before anybody is told.

`Store` takes entries from the event loop and confirms them after their commit. The modules beside
it hold the questions (`people`, `clinic`, `contacts`, `protocols`, `encounters`, `findings`,
`records`): plain functions of a connection, run by `Store.read`, `Store.write` or `Store.run`.
How much of what could not be taken is kept is decided in `quarantine`.
"""

from monitor.adapters.store.database.claim import Claim
from monitor.adapters.store.database.locks import Holder
from monitor.adapters.store.questions.paging import Page
from monitor.adapters.store.store import Store
from monitor.adapters.store.tables.entry import (
    Audited,
    Dropped,
    Entry,
    Lost,
    NoticeRow,
    Opening,
    Quarantined,
)
from monitor.adapters.store.tables.errors import (
    Alike,
    BackupRefused,
    BadCursor,
    BadUrl,
    Claimed,
    Conflict,
    Deactivated,
    DeviceBusy,
    LastAdmin,
    Missing,
    NotFirst,
    Refused,
    StoreError,
)
from monitor.adapters.store.tables.journal import JournalRow, Step, decode_journal_row

__all__ = [
    "Alike",
    "Audited",
    "BackupRefused",
    "BadCursor",
    "BadUrl",
    "Claim",
    "Claimed",
    "Conflict",
    "Deactivated",
    "DeviceBusy",
    "Dropped",
    "Entry",
    "Holder",
    "JournalRow",
    "LastAdmin",
    "Lost",
    "Missing",
    "NotFirst",
    "NoticeRow",
    "Opening",
    "Page",
    "Quarantined",
    "Refused",
    "Step",
    "Store",
    "StoreError",
    "decode_journal_row",
]
