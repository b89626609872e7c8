"""Audit of acts that change no data: reads of restricted data, and failed sign-ins.

Bounded for any number of attempts: an attacker must not fill the disk with it. No caller waits for
the disk: an address that is needed in an emergency is shown while the database does not answer, and
the row follows.
"""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any, Final, Literal, Protocol

import msgspec
from msgspec import Struct
from prometheus_client import CollectorRegistry, Counter

from monitor.adapters.http.doors.doors import line
from monitor.adapters.store import Audited, Entry, Store
from monitor.adapters.store.tables.audits import ORIGIN, STRANGER

Read = Literal["emergency_read", "record_read", "contacts_read", "audit_read"]
SignInAct = Literal[
    "signed_in", "signed_out", "sign_in_failed", "sign_in_turned_away", "password_confirmed",
    "password_changed", "password_reset",
]  # fmt: skip

DAY_S: Final = 86_400.0
# Reads remembered as recorded; beyond this number the oldest is forgotten, and recorded again.
REMEMBERED: Final = 50_000
# The ids of at most this many sessions of one listing; the others are only counted.
NAMED: Final = 100
WINDOW_S: Final = 3600.0
# Addresses counted separately within a window; attempts from further ones are counted together.
PLACES: Final = 64
MANY: Final = "many addresses"


class Reader(Protocol):
    """The person to whom data is shown. sign_in: hash of the token."""

    @property
    def name(self) -> str: ...
    @property
    def sign_in(self) -> str: ...


class _Tried(Struct):
    """Failed attempts on one account from one place within a window. unseen: those refused without
    a check. told: the count in the audit."""

    since: float
    count: int = 0
    unseen: int = 0
    told: int = 0


class Trail:
    """now: real time, epoch s. registry: counts sign-ins for the operator."""

    def __init__(
        self, store: Store, now: Callable[[], float], registry: CollectorRegistry | None = None
    ) -> None:
        self._store = store
        self._now = now
        self._acts = Counter(
            "dosing_monitor_sign_ins", "Sign-ins and what became of them", ["act"],
            registry=registry,
        )  # fmt: skip
        self._shown: OrderedDict[tuple[str, str, str], float] = OrderedDict()
        self._tried: dict[tuple[str, str], _Tried] = {}

    # --- reads of restricted data -----------------------------------------------------------------

    def shown(self, reader: Reader, what: Read, of: Sequence[str] = ("",)) -> None:
        """Record a read, once a day for each sign-in and object. of: ids of sessions; "": of no
        session."""
        day = self._now() // DAY_S
        new = [one for one in of if self._first(reader, what, one, day)]
        if not new:
            return
        alone = new[0] if len(new) == 1 else ""
        detail: dict[str, Any] = {}
        if not alone and new != [""]:
            detail = {"sessions": new[:NAMED], "more": len(new) - len(new[:NAMED])}
        self._put_down(reader.name, what, alone, detail)

    def _first(self, reader: Reader, what: Read, one: str, day: float) -> bool:
        key = (reader.sign_in, what, one)
        if self._shown.get(key) == day:
            return False
        self._shown[key] = day
        self._shown.move_to_end(key)
        if len(self._shown) > REMEMBERED:
            self._shown.popitem(last=False)
        return True

    # --- failed sign-ins --------------------------------------------------------------------------

    def failed(self, account: str | None) -> None:
        """Count a wrong password, PIN or link, or a right one where its user may not sign in.
        account: the account concerned; None: no known account. The typed name may be a password,
        and is not kept."""
        self.counted("sign_in_failed")
        self._count(account, unseen=False)

    def turned_away(self) -> None:
        """Count an attempt refused without a check, because too many had failed or too many
        waited."""
        self.counted("sign_in_turned_away")
        self._count(None, unseen=True)

    def counted(self, act: SignInAct) -> None:
        """Count an act whose audit row is in its own commit, for the operator's metrics."""
        self._acts.labels(act).inc()

    def _count(self, account: str | None, *, unseen: bool) -> None:
        now = self._now()
        self._end_windows(now)
        origin = ORIGIN.get()
        key = (account or "", line(origin) if origin else "")
        if key not in self._tried and len(self._tried) >= PLACES:
            key = (account or "", MANY)
        tried = self._tried.setdefault(key, _Tried(now))
        tried.count += 1
        tried.unseen += unseen
        # 1, 2, 4, 8, …: a million failures are twenty rows, and the first is written immediately.
        if tried.count >= 2 * tried.told:
            self._tell(key, tried)

    def _end_windows(self, now: float) -> None:
        over = [key for key, tried in self._tried.items() if now - tried.since >= WINDOW_S]
        for key in over:
            tried = self._tried.pop(key)
            if tried.count > tried.told:
                self._tell(key, tried)

    def _tell(self, key: tuple[str, str], tried: _Tried) -> None:
        account, place = key
        detail: dict[str, Any] = {"count": tried.count, "since": tried.since}
        if tried.unseen:
            detail["not_looked_at"] = tried.unseen
        if not account:
            detail["account"] = "unknown"
        tried.told = tried.count
        self._put_down(STRANGER, "sign_in_failed", account, detail, place)

    def _put_down(
        self, by: str, action: str, of: str, detail: dict[str, Any], origin: str | None = None
    ) -> None:
        text = msgspec.json.encode(detail).decode()
        row = Audited(user=by, action=action, object=of, detail=text)
        if origin is not None:
            row = msgspec.structs.replace(row, origin=origin)
        self._store.append(Entry(encounter_id="", at=self._now(), audited=(row,)))
