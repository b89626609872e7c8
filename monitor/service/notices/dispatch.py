"""A message on its way: its rows, its addresses, and what the report of an attempt does to them.

The ledger makes a `Dispatch` and hands it on. The attempts read it when their turn comes, so that a
row that was cancelled meanwhile is not sent; they change nothing in it. Each attempt is a `Report`.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from typing import Final

import msgspec
from msgspec import Struct

from monitor.adapters.deliver import Outcome
from monitor.adapters.store import NoticeRow
from monitor.adapters.store.tables.entry import WAITING
from monitor.codecs.contract.notice_text import Message, Moved, session_code
from monitor.core.sentences.english import english
from monitor.core.vocabulary.reasons import NONE, Reason, plain
from monitor.core.vocabulary.words import RANK, Mode
from monitor.service.notices import rota

CHANGED: Final = Reason("contact_changed")
TOO_LATE: Final = Reason("on_its_way")


class Dispatch(Struct, eq=False, kw_only=True):
    """One message to one contact.

    mode       of its session; link: to its page; secret: signs webhooks
    urls       by index of the channel, as they were at the decision; of channels still under way
    rows       by index, those that wait: one for each alarm; newest: the state of all of them
    failed     channels that did not accept it at the first attempt; sent: one has accepted it
    reported   its contact was reported as not reached
    moved      set on a change; tried: set when every channel was tried once
    """

    id: str
    contact: int
    mode: Mode
    link: str
    secret: bytes
    urls: dict[int, str] = {}
    rows: dict[int, list[NoticeRow]] = {}
    failed: set[int] = set()
    sent: bool = False
    reported: bool = False
    newest: dict[str, NoticeRow] = {}
    moved: asyncio.Event = msgspec.field(default_factory=asyncio.Event)
    tried: asyncio.Event = msgspec.field(default_factory=asyncio.Event)

    def put(self, row: NoticeRow) -> None:
        """Set the newest state of a row; the rows that wait are those its channel has to send."""
        self.newest[row.id] = row
        others = [r for r in self.rows.get(row.channel_index, []) if r.id != row.id]
        self.rows[row.channel_index] = [*others, row] if row.state in WAITING else others
        if all(r.attempts or r.state not in WAITING for r in self.newest.values()):
            self.tried.set()
        self.moved.set()

    def cancel(
        self, why: Reason, wanted: Callable[[NoticeRow], bool], now: float
    ) -> list[NoticeRow]:
        """Cancel the waiting rows for which `wanted` is true, and return them."""
        waiting = [row for rows in self.rows.values() for row in rows if wanted(row)]
        over = [cancelled(row, why, now) for row in waiting]
        for row in over:
            self.put(row)
        return over

    def at_once(self, index: int) -> bool:
        """Return whether this channel is used without waiting for those before it."""
        return any(row.priority == "high" or row.purpose == "test" for row in self.rows[index])

    def message(self, rows: Sequence[NoticeRow], zone: str) -> Message:
        """Return the text for these rows. zone: of the contact, for times of day."""
        # The oldest of the most urgent rows: a less urgent one must not give them its time.
        worst = min(rows, key=lambda row: (-RANK[row.priority], _came(row)))
        since, called = worst.onset, worst.called_at
        return Message(
            id=self.id, purpose=worst.purpose, mode=self.mode,
            session=session_code(worst.encounter), priority=worst.priority, kind=worst.kind,
            since=since, since_text=rota.local(since, zone),
            link=self.link, alarms=len({row.alarm for row in rows}),
            round=max(row.round for row in rows), moved=moved(worst, zone),
            called="" if called is None else rota.beside(called, _came(worst), zone),
        )  # fmt: skip

    def take(self, report: "Report") -> list[NoticeRow]:
        """Note how an attempt ended; return the rows that it changes, in their new state."""
        if report.outcome.ok:
            self.sent = True
        else:
            self.failed.add(report.index)
        changed = {row.id: row for row in (*self._attempted(report), *self._spared_by(report))}
        if report.last and not report.outcome.ok:
            for row in self.rows.get(report.index, ()):
                tried = changed.get(row.id, row)
                failed = msgspec.structs.replace(tried, state="failed", at=report.at)
                changed[row.id] = because(failed, report.outcome.because)
        self.moved.set()
        return list(changed.values())

    def _attempted(self, report: "Report") -> Iterator[NoticeRow]:
        ok, at = report.outcome.ok, report.at
        for row in (self.newest[row_id] for row_id in report.rows):
            late = NONE if row.state in WAITING else TOO_LATE
            if late and not ok:
                continue  # cancelled meanwhile, and not delivered
            tried = msgspec.structs.replace(
                row, state="sent" if ok else "retrying", at=at, attempts=row.attempts + 1,
                sent_at=at if ok else None, delivered_at=at if report.outcome.delivered else None,
            )  # fmt: skip
            yield because(tried, late or report.outcome.because)

    def _spared_by(self, report: "Report") -> Iterator[NoticeRow]:
        """Cancel the rows of the other channels, after one has accepted the message."""
        if report.outcome.ok:
            for index in self.rows:
                if index != report.index and not self.at_once(index):
                    for row in self.rows[index]:
                        yield cancelled(row, Reason("another_channel"), report.at)

    def unreached_now(self) -> bool:
        """Return True once: when no channel has accepted it at its first attempt."""
        if self.sent or self.reported or not self.failed >= set(self.rows):
            return False
        self.reported = True
        return True


class Report(Struct, frozen=True, eq=False):
    """The end of one attempt on one channel of a message.

    at     when it ended, service's clock
    rows   the ids of its rows; rows that were cancelled before it began are not among them
    last   no attempt on this channel follows
    """

    dispatch: Dispatch
    index: int
    outcome: Outcome
    at: float
    rows: tuple[str, ...] = ()
    last: bool = False


def cancelled(row: NoticeRow, why: Reason, now: float) -> NoticeRow:
    """Return the row as cancelled. The reason why it had not arrived before is kept."""
    before = row.because or (plain(row.detail) if row.detail else NONE)
    if before:
        why = Reason("not_before", {"reason": why, "why": before})
    return because(msgspec.structs.replace(row, state="cancelled", at=now), why)


def because(row: NoticeRow, why: Reason) -> NoticeRow:
    """Return the row with this reason, as data and as a sentence."""
    return msgspec.structs.replace(row, detail=english(why), because=why)


def moved(row: NoticeRow, zone: str) -> Moved | None:
    """Return the change of its alarm's priority; None: there was no change, or no record of it."""
    since = row.priority_since
    if since is None or since == row.onset:
        return None
    onset = rota.beside(row.onset, since, zone)
    return Moved(since, rota.local(since, zone), onset, row.began)


def _came(row: NoticeRow) -> float:
    return row.onset if row.priority_since is None else row.priority_since
