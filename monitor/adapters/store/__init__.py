"""The database: every reading, decision and act is on disk before it is reported to anyone.

`Store` takes entries from the event loop and confirms them after their commit. The package
`questions` contains the queries and changes: plain functions of a connection, run by `Store.read`,
`Store.write` or `Store.run`. `writing.quarantine_quota` limits how much input that could not be
taken is kept.
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
from monitor.adapters.store.tables.journal import JournalRow, JournalStep, decode_journal_row
from monitor.adapters.store.tables.store_errors import (
    Alike,
    BackupRefused,
    BadCursor,
    BadUrl,
    Claimed,
    Deactivated,
    DeviceBusy,
    EntryRefused,
    LastAdmin,
    Missing,
    NotFirst,
    NotUnique,
    StoreError,
)

__all__ = [
    "Alike",
    "Audited",
    "BackupRefused",
    "BadCursor",
    "BadUrl",
    "Claim",
    "Claimed",
    "Deactivated",
    "DeviceBusy",
    "Dropped",
    "Entry",
    "EntryRefused",
    "Holder",
    "JournalRow",
    "JournalStep",
    "LastAdmin",
    "Lost",
    "Missing",
    "NotFirst",
    "NotUnique",
    "NoticeRow",
    "Opening",
    "Page",
    "Quarantined",
    "Store",
    "StoreError",
    "decode_journal_row",
]
