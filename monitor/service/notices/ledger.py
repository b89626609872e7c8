"""The ledger of notices: makes rows from decisions, and messages to contacts from rows.

The core decides which contacts are notified (`core.notices`). A decision becomes rows, one for each
channel of the contact, in the same commit as the alarm; `delivery` sends them after it. If the
database does not accept the commit, the notice waits for it at most two seconds: the alarm that the
database accepts no writes is one of those to be sent.

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
    Sender,
    scheme_of,
)
from monitor.adapters.store import Audited, Entry, NoticeRow, Store, StoreError
from monitor.adapters.store.questions import notices as ledger
from monitor.adapters.store.questions.contacts import ContactRow
from monitor.adapters.store.tables.entry import WAITING
from monitor.codecs.contract.notice_text import Message, Moved, session_code
from monitor.core.notices import escalation as policy
from monitor.core.vocabulary.events import AlarmChanged, Closed, Event, Notice
from monitor.core.vocabulary.inputs import NoticeReported
from monitor.core.vocabulary.words import RANK, Mode
from monitor.service.clock import Clock
from monitor.service.notices import rota
from monitor.service.notices.contact_book import ContactBook
from monitor.service.notices.delivery import CHANGED, Delivery, Sending, cancelled
from monitor.service.notices.seals import Seals
from monitor.service.sessions.open_session import Place, Session
from monitor.service.sessions.open_sessions import Ward

log = structlog.get_logger(__name__)

LINK_S: Final = 24 * 3600.0


class Notices:
    """The notices: `decided` for every decision, before it is stored; `run` sends.

    The state of a notice that is on its way is in memory, and newer than the disk: every change is
    noted here first, and then written.
    """

    def __init__(
        self, clock: Clock, store: Store, ward: Ward, sender: Sender, registry: CollectorRegistry
    ) -> None:
        self._clock = clock
        self._store = store
        self._ward = ward
        self._sender = sender
        self.seals = Seals(store)
        self.book = ContactBook(clock, store, ward, sender.rules)
        self._delivery = Delivery(clock, store, sender, self)
        # Keeps ids unique: after a kill, numbers come again that were sent and not recorded.
        self._process = secrets.token_hex(3)
        self._outcomes = Counter(
            "dosing_monitor_notices", "Notices by channel and what became of them",
            ["channel", "state"], registry=registry,
        )  # fmt: skip

    async def load(self) -> None:
        """Load the contacts, the keys, and the notices that the last process had yet to send."""
        await self.seals.load()
        self._sender.pusher.use(self.seals.vapid)
        waiting = await self._store.read(ledger.waiting_notices)
        for running in self._ward.sessions.values():
            for row in await self._store.read(ledger.notices_of_encounter, running.id):
                running.notices[_place(row)] = row
        await self.book.load()
        for row in waiting:
            session = self._ward.sessions.get(row.encounter)
            contact = self.book.find(row.contact)
            at = contact.urls[row.place : row.place + 1] if contact else ()
            if row.purpose == "test" or session is None or not _stands(session, row.alarm):
                self.put_down([self._over(row, "the service restarted")])
            elif not at or scheme_of(at[0]) != row.channel:
                self.put_down([self._over(row, CHANGED)])
            else:
                self._delivery.take(row, at[0])
        for running in self._ward.running:
            self.book.brief(running)

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
                why = "it is over"
                if alarm.acknowledged_by and event.transition != "cleared":
                    why = f"acknowledged by {alarm.acknowledged_by}"
                rows += self._delivery.cancel(why, _of_alarm(alarm.id))
            elif type(event) is Closed:
                why = "the session is closed"
                rows += self._delivery.cancel(why, _of_encounter(session.id))
        for row in rows:
            self._keep(row)
        return rows

    def _rows(self, session: Session, event: Notice, first: Notice) -> list[NoticeRow]:
        contact = self.book.contacts.get(event.contact)
        if contact is None:
            return []
        message = f"{session.id}-n{first.number}-{self._process}"
        fresh = [
            NoticeRow(
                id=f"{session.id}-n{event.number}-{self._process}.{place}", message=message,
                encounter=session.id, alarm=event.alarm_id, contact=contact.id, name=contact.name,
                channel=scheme_of(url), place=place, priority=event.priority, kind=event.kind,
                onset=event.onset, queued_at=event.at, at=event.at, round=event.round,
                began=event.began, priority_since=event.priority_since, called_at=event.called_at,
            )
            for place, url in enumerate(contact.urls)
        ]  # fmt: skip
        rows: list[NoticeRow] = []
        for row in fresh:
            kept_back = self._kept_back(session, event, contact, contact.urls[row.place])
            if kept_back:
                rows.append(self._over(row, kept_back))
                continue
            rows += self._delivery.cancel("a newer notice took its place", _same_as(row))
            rows.append(row)
            self._delivery.take(row, contact.urls[row.place])
        return rows

    def _kept_back(self, session: Session, event: Notice, contact: ContactRow, url: str) -> str:
        """Return why this notice is only recorded; "" if it is sent."""
        return event.suppressed or self.book.not_of_this_mode(session, contact, url)

    def _over(self, row: NoticeRow, why: str) -> NoticeRow:
        return cancelled(row, why, self._clock.now())

    async def run(self) -> None:
        await self._delivery.run()

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
            self._delivery.note(row)
            self._keep(row)
        if rows:
            now = self._clock.now()
            entry = Entry(encounter_id="", at=now, notices=rows, audited=audited)
            self._store.append(entry)

    async def rows_of(self, message: str) -> list[NoticeRow]:
        """Return all rows of a message, in their newest state."""
        sending = self._delivery.find(message)
        newest = dict(sending.newest) if sending is not None else {}
        for session in self._ward.sessions.values():
            kept = [row for row in session.notices.values() if row.message == message]
            newest = {row.id: row for row in kept} | newest
        if not newest:
            # Its newest state may still be on its way to the disk.
            await self._delivery.committed()
        with suppress(StoreError):
            for row in await self._store.read(ledger.notices_of_message, message):
                newest.setdefault(row.id, row)
        return list(newest.values())

    def mark(self, rows: Sequence[NoticeRow], **times: float) -> None:
        """Record when the link of these rows was opened or used."""
        self.put_down([msgspec.structs.replace(self._delivery.newest(r), **times) for r in rows])

    def declined(self, rows: Sequence[NoticeRow], now: float) -> None:
        """Record that the contact declines, and cancel the rows that still wait for it."""
        mine = {(row.alarm, row.contact) for row in rows}
        why = "who was told cannot take it"
        over = self._delivery.cancel(why, lambda row: (row.alarm, row.contact) in mine)
        self.put_down([row for row in over if row.id not in {r.id for r in rows}])
        self.mark(rows, declined_at=now)

    def told_by(self, event: Notice) -> list[str]:
        """Return the name of the contact that this decision notifies; empty if it is only
        recorded."""
        contact = self.book.contacts.get(event.contact)
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
            contact = self.book.find(row.contact)
            assert contact is not None
            self._delivery.take(row, contact.urls[row.place])
        self.put_down(rows, audited)
        messages = {row.message: None for row in rows}
        under_way = [s for m in messages if (s := self._delivery.find(m)) is not None]
        with suppress(TimeoutError):
            async with asyncio.timeout(within):
                for sending in under_way:
                    await sending.tried.wait()
        return [row for sending in under_way for row in sending.newest.values()]

    # --- for the delivery -----------------------------------------------------------------------

    def has(self, contact_id: int, url: str) -> bool:
        return self.book.has(contact_id, url)

    def unreached(self, rows: Sequence[NoticeRow], why: str) -> None:
        for row in rows:
            session = self._ward.sessions.get(row.encounter)
            if session is not None and row.alarm:
                given = NoticeReported(row.alarm, row.contact, ok=False, why=why)
                self._ward.apply(session, given, self._clock.now())

    def reached(self, contact: int) -> None:
        """Report that this contact works again, in every session that lists it as unreached."""
        for session in self._ward.running:
            if contact in session.encounter.state.escalation.unreached:
                self._ward.apply(session, NoticeReported("", contact, ok=True), self._clock.now())

    async def withdraw(self, url: str) -> None:
        await self.book.withdraw(url)

    # --- messages -----------------------------------------------------------------------------

    def message(self, sending: Sending, rows: Sequence[NoticeRow]) -> Message:
        # The oldest of the most urgent rows: a less urgent one must not give them its time.
        worst = min(rows, key=lambda row: (-RANK[row.priority], _came(row)))
        since, called, zone = worst.onset, worst.called_at, self.book.zone(sending.contact)
        return Message(
            id=sending.id, purpose=worst.purpose, mode=self._mode(worst.encounter),
            session=session_code(worst.encounter), priority=worst.priority, kind=worst.kind,
            since=since, since_text=rota.local(since, zone),
            link=self.seals.link(sending.id), alarms=len({row.alarm for row in rows}),
            round=max(row.round for row in rows), moved=moved(worst, zone),
            called="" if called is None else rota.beside(called, _came(worst), zone),
        )  # fmt: skip

    def _mode(self, encounter: str) -> Mode:
        session = self._ward.sessions.get(encounter)
        return "real" if session is None else session.encounter.state.session.facts.mode

    def signing_key(self, contact: int) -> bytes:
        return self.seals.signing_key(contact)


def moved(row: NoticeRow, zone: str) -> Moved | None:
    """Return the change of its alarm's priority; None: there was no change, or no record of it."""
    since = row.priority_since
    if since is None or since == row.onset:
        return None
    onset = rota.beside(row.onset, since, zone)
    return Moved(since, rota.local(since, zone), onset, row.began)


def _came(row: NoticeRow) -> float:
    return row.onset if row.priority_since is None else row.priority_since


def _place(row: NoticeRow) -> Place:
    return row.alarm, row.contact, row.place


def _of_alarm(alarm: str) -> Callable[[NoticeRow], bool]:
    return lambda row: row.alarm == alarm


def _of_encounter(encounter: str) -> Callable[[NoticeRow], bool]:
    return lambda row: row.encounter == encounter


def _same_as(row: NoticeRow) -> Callable[[NoticeRow], bool]:
    """Select earlier rows of the same alarm to the same contact on the same channel."""
    return lambda old: _place(old) == _place(row) and old.id != row.id


def _stands(session: Session, alarm_id: str) -> bool:
    return alarm_id in session.encounter.state.escalation.pending
