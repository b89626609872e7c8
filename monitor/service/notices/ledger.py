"""The ledger of notices: makes rows from decisions, and a dispatch from the rows of a message.

The core decides which contacts are notified (`core.notices`). A decision becomes rows, one for each
channel of the contact, in the same commit as the alarm; they are sent after it. If the database
does not accept the commit, the notice waits for it at most two seconds: the alarm that the database
accepts no writes is one of those to be sent.

All decisions of one moment for one contact are one message, about any number of alarms.
"""

import asyncio
import secrets
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Final

import msgspec
import structlog
from prometheus_client import CollectorRegistry, Counter

from monitor.adapters.deliver import (
    scheme_of,
)
from monitor.adapters.store import Audited, Entry, NoticeRow, Store, StoreError
from monitor.adapters.store.questions import notices as ledger
from monitor.adapters.store.questions.contacts import ContactRow
from monitor.adapters.store.tables.entry import WAITING
from monitor.core.notices import escalation as policy
from monitor.core.vocabulary.events import AlarmChanged, Closed, Event, Notice
from monitor.core.vocabulary.reasons import Reason
from monitor.service.clock import Clock
from monitor.service.notices.contact_book import ContactBook
from monitor.service.notices.dispatch import CHANGED, Dispatch, cancelled
from monitor.service.notices.seals import Seals
from monitor.service.sessions.open_session import Place, Session
from monitor.service.sessions.open_sessions import Ward

log = structlog.get_logger(__name__)

COMMIT_S: Final = 2.0


class NoticeLedger:
    """The rows of notices: `decided` for every decision, before it is stored; `next` hands on.

    The state of a notice that is on its way is in memory, and newer than the disk: every change is
    noted here first, and then written.
    """

    def __init__(
        self, clock: Clock, store: Store, ward: Ward, book: ContactBook, seals: Seals,
        registry: CollectorRegistry,
    ) -> None:  # fmt: skip
        self._clock = clock
        self._store = store
        self._ward = ward
        self._book = book
        self._seals = seals
        self._under_way: dict[str, Dispatch] = {}
        self._fresh: asyncio.Queue[tuple[Dispatch, int]] = asyncio.Queue()
        # Keeps ids unique: after a kill, numbers come again that were sent and not recorded.
        self._process = secrets.token_hex(3)
        self._outcomes = Counter(
            "dosing_monitor_notices", "Notices by channel and what became of them",
            ["channel", "state"], registry=registry,
        )  # fmt: skip

    async def load(self) -> None:
        """Load the rows of the open sessions, and those that the last process had yet to send."""
        waiting = await self._store.read(ledger.waiting_notices)
        for running in self._ward.sessions.values():
            for row in await self._store.read(ledger.notices_of_encounter, running.id):
                running.notices[_place(row)] = row
        for row in waiting:
            session = self._ward.sessions.get(row.encounter)
            url = self._book.address(row.contact, row.channel_index)
            if row.purpose == "test" or session is None or not _stands(session, row.alarm):
                self.put_down([self._over(row, Reason("restarted"))])
            elif scheme_of(url) != row.channel:
                self.put_down([self._over(row, CHANGED)])
            else:
                self._hand_on(row, url)

    # --- messages under way -------------------------------------------------------------------

    async def next(self) -> tuple[Dispatch, int]:
        """Wait for the next message to be sent, and return it with the index of the channel."""
        return await self._fresh.get()

    async def committed(self) -> None:
        """Wait for the commit of all decisions until now, but not long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(COMMIT_S):
                await self._store.flush()

    def ended(self, dispatch: Dispatch, index: int) -> None:
        """Note that no attempt on this channel of the message follows."""
        del dispatch.urls[index]
        if not dispatch.urls:
            self._under_way.pop(dispatch.id, None)

    def _hand_on(self, row: NoticeRow, url: str) -> None:
        """Add a row to the dispatch of its message; a channel that is new to it is handed on."""
        dispatch = self._under_way.get(row.message)
        if dispatch is None:
            session = self._ward.sessions.get(row.encounter)
            dispatch = self._under_way[row.message] = Dispatch(
                id=row.message, contact=row.contact,
                mode="real" if session is None else session.encounter.state.session.facts.mode,
                link=self._seals.link(row.message), secret=self._seals.signing_key(row.contact),
            )  # fmt: skip
        fresh = row.channel_index not in dispatch.urls
        dispatch.urls.setdefault(row.channel_index, url)
        dispatch.put(row)
        if fresh:
            self._fresh.put_nowait((dispatch, row.channel_index))

    def _cancel(self, why: Reason, wanted: Callable[[NoticeRow], bool]) -> list[NoticeRow]:
        """Cancel the waiting rows for which `wanted` is true, and return them."""
        now, over = self._clock.now(), list[NoticeRow]()
        for dispatch in self._under_way.values():
            over += dispatch.cancel(why, wanted, now)
        return over

    # --- decisions ----------------------------------------------------------------------------

    def decided(self, session: Session, events: Sequence[Event], now: float) -> list[NoticeRow]:
        """Return the rows that belong in the commit of these events; they are sent after it."""
        rows: list[NoticeRow] = []
        # Rounds that were missed together, as while the service did not run, become one.
        newest = {(e.alarm_id, e.contact): e for e in events if type(e) is Notice}
        first: dict[int, Notice] = {}
        for event in events:
            if type(event) is Notice:
                if newest[event.alarm_id, event.contact] is event:
                    rows += self._rows(session, event, first.setdefault(event.contact, event))
            elif type(event) is AlarmChanged and event.transition in policy.ENDS:
                alarm = event.alarm
                why = Reason("alarm_over")
                if alarm.acknowledged_by and event.transition != "cleared":
                    why = Reason("acknowledged_by", {"by": alarm.acknowledged_by})
                rows += self._cancel(why, _of_alarm(alarm.id))
            elif type(event) is Closed:
                rows += self._cancel(Reason("closed_meanwhile"), _of_encounter(session.id))
        for row in rows:
            self._keep(row)
        return rows

    def _rows(self, session: Session, event: Notice, first: Notice) -> list[NoticeRow]:
        contact = self._book.contacts.get(event.contact)
        if contact is None:
            return []
        message = f"{session.id}-n{first.number}-{self._process}"
        fresh = [
            NoticeRow(
                id=f"{session.id}-n{event.number}-{self._process}.{index}", message=message,
                encounter=session.id, alarm=event.alarm_id, contact=contact.id, name=contact.name,
                channel=scheme_of(url), channel_index=index, priority=event.priority,
                kind=event.kind, onset=event.onset, queued_at=event.at, at=event.at,
                round=event.round,
                began=event.began, priority_since=event.priority_since, called_at=event.called_at,
            )
            for index, url in enumerate(contact.urls)
        ]  # fmt: skip
        rows: list[NoticeRow] = []
        for row in fresh:
            kept_back = self._kept_back(session, event, contact, contact.urls[row.channel_index])
            if kept_back:
                rows.append(self._over(row, kept_back))
                continue
            rows += self._cancel(Reason("newer_notice"), _same_as(row))
            rows.append(row)
            self._hand_on(row, contact.urls[row.channel_index])
        return rows

    def _kept_back(self, session: Session, event: Notice, contact: ContactRow, url: str) -> Reason:
        """Return why this notice is only recorded; NONE: it is sent."""
        return event.because or self._book.not_of_this_mode(session, contact, url)

    def _over(self, row: NoticeRow, why: Reason) -> NoticeRow:
        return cancelled(row, why, self._clock.now())

    def _keep(self, row: NoticeRow) -> None:
        """Keep the row for the page, and count it when it is final."""
        if row.state not in WAITING:
            self._outcomes.labels(row.channel, row.state).inc()
        session = self._ward.sessions.get(row.encounter)
        if session is not None:
            known = session.notices.get(_place(row))
            if known is None or known.queued_at <= row.queued_at:
                session.notices[_place(row)] = row
            self._ward.show(session)

    def put_down(self, rows: Sequence[NoticeRow], audited: Sequence[Audited] = ()) -> None:
        """Record the new state of these rows in memory and on disk. audited: who had them sent."""
        for row in rows:
            if (dispatch := self._under_way.get(row.message)) is not None:
                dispatch.put(row)
        if rows:
            now = self._clock.now()
            self._store.append(Entry(encounter_id="", at=now, notices=rows, audited=audited))
        for row in rows:
            self._keep(row)

    async def rows_of(self, message: str) -> list[NoticeRow]:
        """Return all rows of a message, in their newest state."""
        dispatch = self._under_way.get(message)
        newest = dict(dispatch.newest) if dispatch is not None else {}
        for session in self._ward.sessions.values():
            kept = [row for row in session.notices.values() if row.message == message]
            newest = {row.id: row for row in kept} | newest
        if not newest:
            # Its newest state may still be on its way to the disk.
            await self.committed()
        with suppress(StoreError):
            for row in await self._store.read(ledger.notices_of_message, message):
                newest.setdefault(row.id, row)
        return list(newest.values())

    def mark(self, rows: Sequence[NoticeRow], **times: float) -> None:
        """Record when the link of these rows was opened or used."""
        self.put_down([msgspec.structs.replace(self._newest(row), **times) for row in rows])

    def _newest(self, row: NoticeRow) -> NoticeRow:
        """Return the newest state of a row; the row itself, if it is not on its way."""
        dispatch = self._under_way.get(row.message)
        return row if dispatch is None else dispatch.newest.get(row.id, row)

    def declined(self, rows: Sequence[NoticeRow], now: float) -> None:
        """Record that the contact declines, and cancel the rows that still wait for it."""
        mine = {(row.alarm, row.contact) for row in rows}
        over = self._cancel(Reason("cannot_take_it"), lambda row: (row.alarm, row.contact) in mine)
        self.put_down([row for row in over if row.id not in {r.id for r in rows}])
        self.mark(rows, declined_at=now)

    def told_by(self, event: Notice) -> list[str]:
        """Return the name of the contact that this decision notifies; empty if it is only
        recorded."""
        contact = self._book.contacts.get(event.contact)
        session = self._ward.encounter_of(event.alarm_id)
        if contact is None or session is None:
            return []
        sent = [u for u in contact.urls if not self._kept_back(session, event, contact, u)]
        return [contact.name] if sent and contact.id > 0 else []

    async def send(
        self, rows: Sequence[NoticeRow], within: float, audited: Sequence[Audited] = ()
    ) -> list[NoticeRow]:
        """Send notices that belong to no alarm. Return their state after at most `within` s."""
        for row in rows:
            self._hand_on(row, self._book.address(row.contact, row.channel_index))
        self.put_down(rows, audited)
        messages = {row.message: None for row in rows}
        under_way = [d for m in messages if (d := self._under_way.get(m)) is not None]
        with suppress(TimeoutError):
            async with asyncio.timeout(within):
                for dispatch in under_way:
                    await dispatch.tried.wait()
        return [row for dispatch in under_way for row in dispatch.newest.values()]


def _place(row: NoticeRow) -> Place:
    return row.alarm, row.contact, row.channel_index


def _of_alarm(alarm: str) -> Callable[[NoticeRow], bool]:
    return lambda row: row.alarm == alarm


def _of_encounter(encounter: str) -> Callable[[NoticeRow], bool]:
    return lambda row: row.encounter == encounter


def _same_as(row: NoticeRow) -> Callable[[NoticeRow], bool]:
    """Select earlier rows of the same alarm to the same contact on the same channel."""
    return lambda old: _place(old) == _place(row) and old.id != row.id


def _stands(session: Session, alarm_id: str) -> bool:
    return alarm_id in session.encounter.state.escalation.pending
