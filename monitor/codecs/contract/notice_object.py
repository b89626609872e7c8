"""One notice of the ledger as JSON: in the status object, and in the listings of notices."""

from typing import Protocol

from monitor.codecs.contract.wire import Json
from monitor.codecs.times import iso
from monitor.core.vocabulary.reasons import Reason


class LedgerNotice(Protocol):
    """The facts of a notice that people see. `NoticeRow` of the store has them, and others.

    alarm     "" for a test; contact: the contact's number, `name`: their name
    """

    @property
    def id(self) -> str: ...
    @property
    def message(self) -> str: ...
    @property
    def alarm(self) -> str: ...
    @property
    def purpose(self) -> str: ...
    @property
    def contact(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def channel(self) -> str: ...
    @property
    def priority(self) -> str: ...
    @property
    def round(self) -> int: ...
    @property
    def state(self) -> str: ...
    @property
    def at(self) -> float: ...
    @property
    def attempts(self) -> int: ...
    @property
    def detail(self) -> str: ...
    @property
    def because(self) -> Reason: ...
    @property
    def queued_at(self) -> float: ...
    @property
    def sent_at(self) -> float | None: ...
    @property
    def delivered_at(self) -> float | None: ...
    @property
    def seen_at(self) -> float | None: ...
    @property
    def acknowledged_at(self) -> float | None: ...
    @property
    def declined_at(self) -> float | None: ...


def notice_json(row: LedgerNotice) -> Json:
    """Return one notice on one channel, with its delivery so far."""
    return {
        "id": row.id,
        "message": row.message,
        "alarm": row.alarm or None,
        "purpose": row.purpose,
        "contact": row.name,
        "contact_id": row.contact,
        "channel": row.channel,
        "priority": row.priority,
        "round": row.round,
        "state": row.state,
        "at": iso(row.at),
        "attempts": row.attempts,
        "detail": row.detail,
        **({"because": row.because} if row.because else {}),
        "queued_at": iso(row.queued_at),
        "sent_at": iso(row.sent_at),
        "delivered_at": iso(row.delivered_at),
        "seen_at": iso(row.seen_at),
        "acknowledged_at": iso(row.acknowledged_at),
        "declined_at": iso(row.declined_at),
    }
