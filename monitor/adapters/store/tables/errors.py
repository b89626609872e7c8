"""What the store says when it cannot do as it was told, and whose fault it is.

StoreError
├── Conflict      the caller's: what is to be added is there already
│   ├── Alike     a label, name or id that people would take for one that is there
│   └── Owned     a browser's subscription that is another user's
├── Unfit         the caller's: a label that nobody could type again
├── DeviceBusy    the caller's: the device serves another open encounter
├── Deactivated   the caller's: the device serves no encounter any more
├── Missing       the caller's: what is to be changed is not there
├── LastAdmin     the caller's: nobody could manage users any more
├── NotFirst      the caller's: there is a user already
├── BadUrl        the operator's: the URL names no database, whatever runs where
├── Claimed       the operator's: another service has the database
├── BadCursor     the caller's: a page mark that this store never gave out
├── BackupRefused the operator's: this cannot be backed up, or put in that place
└── Refused       the entry's own: the database will never take it as it is

A plain StoreError is the database's or the operator's: its message is one sentence that says
what, where and what to do. No message holds a stored value: messages reach logs.
"""

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, SQLAlchemyError


class StoreError(Exception):
    """The database cannot be used now."""


class NotUnique(StoreError):
    def __init__(self, kind: str, key: str) -> None:
        self.kind = kind
        self.key = key
        super().__init__(f"There is a {kind} {key} already.")


class Alike(NotUnique):
    """known: the label, name or id that is there."""

    def __init__(self, known: str, label: str, kind: str = "patient") -> None:
        super().__init__(kind, label)
        self.known = known
        words = f"There is a {kind} {known} already."
        if known != label:
            words += (
                f" {label} looks like it: what differs only by case, accents, blanks, dashes or "
                "letters that look alike is one."
            )
        self.args = (words,)


class Unfit(StoreError):
    """The message says why, and what it looks like; without a full stop."""


class Owned(NotUnique):
    """Does not say whose."""

    def __init__(self) -> None:
        super().__init__("subscription", "")
        self.args = ("This subscription is another user's. Let the browser make a new one.",)


class Deactivated(StoreError):
    def __init__(self, device: str) -> None:
        self.device = device
        super().__init__(f"Device {device} is deactivated: activate it first.")


class DeviceBusy(StoreError):
    def __init__(self, device: str, encounter_id: str) -> None:
        self.device = device
        self.encounter_id = encounter_id
        super().__init__(f"Device {device} has an open encounter already: {encounter_id}.")


class Missing(StoreError):
    def __init__(self, kind: str, key: str) -> None:
        self.kind = kind
        self.key = key
        super().__init__(f"There is no {kind} {key}.")


class LastAdmin(StoreError):
    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name} is the last administrator who may sign in, and stays one. First add another "
            "(dosing-monitor user add NAME --role admin) or make somebody one (dosing-monitor "
            "user change NAME --role admin)."
        )


class NotFirst(StoreError):
    def __init__(self) -> None:
        super().__init__("There is a user already.")


class BadUrl(StoreError):
    """The text of the URL is not repeated in full: a password may be in it."""


class Claimed(StoreError):
    """The message says who has it."""


class BackupRefused(StoreError):
    """Nothing was changed."""


class BadCursor(StoreError):
    def __init__(self) -> None:
        super().__init__("The cursor is not one that a listing gave out.")


class EntryRefused(StoreError):
    """`reason` names the rule that was broken (a constraint, a type), never the value."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"The database refuses the entry: {reason}.")


def is_own_fault(error: Exception) -> bool:
    """Will this entry fail again however often it is tried? Else the surroundings are at fault.

    Integrity and data errors are about the row; what is no database error at all (a text that
    cannot be encoded, a number too large to bind) happened while the row was made. In doubt the
    answer is no: an entry that waits is safe, one that is set aside is not in the record.
    """
    if isinstance(error, IntegrityError | DataError):
        return True
    return not isinstance(error, SQLAlchemyError | OSError | MemoryError)


def refusal(error: Exception) -> StoreError:
    """The error to hand to whoever gave the entry; ours pass, the database's lose their values.

    PostgreSQL quotes the row in an error's detail, so that only the rule's name is taken over;
    SQLite's own texts name tables and columns only.
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
    """What stands in the way of every entry, in one line that is fit for a log."""
    if isinstance(error, StoreError):
        return error
    origin = error.orig if isinstance(error, DBAPIError) and error.orig else error
    lines = str(origin).strip().splitlines() or [""]
    return StoreError(f"The database at {where} does not take writes: {lines[0]}".strip())
