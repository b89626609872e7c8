"""The errors of the store, and whose fault each of them is.

StoreError
├── OfCaller       the caller's, with the reason as data
│   ├── NotUnique    the item to add exists already
│   │   ├── Alike      a label, name or id that people would mistake for an existing one
│   │   └── Owned      a browser's subscription that is another user's
│   ├── DeviceBusy   the device serves another open encounter
│   ├── Deactivated  the device serves no encounter any more
│   ├── Missing      the item to change does not exist
│   ├── LastAdmin    no user could manage users any more
│   ├── NotFirst     a user exists already
│   └── BadCursor    a page cursor that this store never issued
├── TakesNoWrites  the database's: it takes no entries now
├── Unfit          the caller's: a label that no person could type again
├── BadUrl         the operator's: the URL names no database, on any machine
├── Claimed        the operator's: another service has the database
├── BackupRefused  the operator's: this cannot be backed up, or restored to that place
└── EntryRefused   the entry's own: the database will never take it unchanged

A plain StoreError is the fault of the database or the operator: its message is one sentence that
states the fault, the place and the remedy. No message contains a stored value: messages reach
logs.
"""

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, SQLAlchemyError

from monitor.core.sentences.english import english
from monitor.core.vocabulary.reasons import Facts, Reason


class StoreError(Exception):
    """The database cannot be used now."""

    @property
    def cause(self) -> str:
        """The message as the end of a sentence of ours."""
        return str(self).rstrip(".")


class TakesNoWrites(StoreError):
    """The database takes no entries now. words: its own, or the system's."""

    def __init__(self, what: str, words: str) -> None:
        self._words = words
        super().__init__(f"{what} does not take writes: {words}".strip())

    @property
    def cause(self) -> str:
        return self._words.rstrip(".")


class OfCaller(StoreError):
    """The caller's fault: with its reason, for a person."""

    def __init__(self, because: Reason) -> None:
        self.because = because
        super().__init__(english(because))


class NotUnique(OfCaller):
    def __init__(self, kind: str, key: str, because: Reason | None = None) -> None:
        self.kind = kind
        self.key = key
        super().__init__(because or Reason("exists_already", {"thing": kind, "name": key}))


class Alike(NotUnique):
    """A label, name or id looks like an existing one. known: the existing one."""

    def __init__(self, known: str, label: str, kind: str = "patient") -> None:
        self.known = known
        alike: Facts = {"thing": kind, "name": label, "known": known}
        super().__init__(kind, label, None if known == label else Reason("looks_alike", alike))


class Unfit(StoreError):
    """A label cannot be accepted. The message gives the reason, and how the label looks.

    The message has no full stop.
    """


class Owned(NotUnique):
    """A subscription belongs to another user. The message does not name the user."""

    def __init__(self) -> None:
        super().__init__("subscription", "", Reason("browser_of_another"))


class Deactivated(OfCaller):
    def __init__(self, device: str) -> None:
        self.device = device
        super().__init__(Reason("device_deactivated", {"device": device}))


class DeviceBusy(OfCaller):
    def __init__(self, device: str, encounter_id: str) -> None:
        self.device = device
        self.encounter_id = encounter_id
        busy: Facts = {"device": device, "session": encounter_id}
        super().__init__(Reason("device_in_session", busy))


class Missing(OfCaller):
    def __init__(self, kind: str, key: str) -> None:
        self.kind = kind
        self.key = key
        super().__init__(Reason("no_such_name", {"thing": kind, "name": key}))


class LastAdmin(OfCaller):
    def __init__(self, name: str) -> None:
        super().__init__(Reason("last_admin", {"name": name}))


class NotFirst(OfCaller):
    def __init__(self) -> None:
        super().__init__(Reason("user_exists"))


class BadUrl(StoreError):
    """The URL names no database. The message never repeats it in full: a password may be in it."""


class Claimed(StoreError):
    """Another service has the database. The message names it."""


class BackupRefused(StoreError):
    """A backup or restore was refused. No file was changed."""


class BadCursor(OfCaller):
    def __init__(self) -> None:
        super().__init__(Reason("foreign_cursor"))


class EntryRefused(StoreError):
    """The database refuses an entry for good.

    `reason` names the broken rule (a constraint, a type), never the value.
    """

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"The database refuses the entry: {reason}.")


def is_own_fault(error: Exception) -> bool:
    """Whether an entry will fail on every retry; otherwise its surroundings are at fault.

    Integrity and data errors are about the row; an error that is no database error (a text that
    cannot be encoded, a number too large to bind) arose while the row was made. In doubt the
    answer is no: an entry that waits is safe, one that is set aside is not in the record.
    """
    if isinstance(error, IntegrityError | DataError):
        return True
    return not isinstance(error, SQLAlchemyError | OSError | MemoryError)


def refusal(error: Exception) -> StoreError:
    """Return the error for the entry's caller: ours unchanged, the database's without values.

    PostgreSQL quotes the row in an error's detail, so only the rule's name is taken over; SQLite's
    texts name only tables and columns.
    """
    if isinstance(error, StoreError):
        return error
    if not isinstance(error, DBAPIError):
        return EntryRefused(type(error).__name__)
    origin = error.orig
    diagnosis = getattr(origin, "diag", None)
    rule = str(origin) if diagnosis is None else diagnosis.constraint_name or diagnosis.column_name
    return EntryRefused(f"{type(origin).__name__} {rule or ''}".strip())


def fault(error: Exception, where: str) -> StoreError:
    """Return the error that stops every entry, in one line that is fit for a log."""
    if isinstance(error, StoreError):
        return error
    origin = error.orig if isinstance(error, DBAPIError) and error.orig else error
    lines = str(origin).strip().splitlines() or [""]
    return TakesNoWrites(f"The database at {where}", lines[0])
