"""The outbox at work: notices are sent, tried again, cancelled, and told of in the ledger.

The core decides who is told (`core.notices`). A decision becomes rows, one for each channel of the
contact, in the very commit that has the alarm; after it each row is delivered by a task of its
own, so that a channel that is dead, slow or wrong holds up itself alone. Should the database not
take the commit, the notice does not wait for it longer than two seconds: the alarm that it takes
no writes is one of those to be told.

What was decided at one moment for one contact is one message, however many alarms it is about.
"""

import asyncio
import base64
import hashlib
import hmac
import random
import secrets
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

import msgspec
import structlog
from msgspec import Struct
from prometheus_client import CollectorRegistry, Counter

from monitor.adapters.deliver import (
    CANARY_URL,
    Browser,
    Outcome,
    Sender,
    loopback,
    new_key,
    public_key,
    scheme_of,
)
from monitor.adapters.store import Entry, NoticeRow, Store
from monitor.adapters.store import notices as ledger
from monitor.adapters.store.browsers import BrowserRow, list_browsers
from monitor.adapters.store.contacts import Contact, Preferences, list_contacts
from monitor.codecs.notices import Message, session_code
from monitor.core import notices as policy
from monitor.core.events import (
    AlarmChanged,
    Closed,
    ContactsChanged,
    Event,
    Mode,
    Notice,
    NoticeReported,
)
from monitor.core.events import Contact as Known
from monitor.service import rota
from monitor.service.clock import Clock
from monitor.service.session import Session
from monitor.service.ward import Ward

log = structlog.get_logger(__name__)

COMMIT_S: Final = 2.0
# Seconds between attempts; a little more or less, so that not everything comes back at once.
PAUSES_S: Final = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0)
JITTER: Final = 0.2
# Of a medium or low alarm the next channel is used when one has not taken it for so long.
FALL_BACK_S: Final = 10.0
WAITING: Final = ("queued", "retrying")
KEY: Final = "notices"
VAPID: Final = "vapid"
# Contacts that are a user's browsers have ids below this.
BROWSERS: Final = -100
# How far ahead rotas are worked out for a session, and how long before the end again.
AHEAD_S: Final = 3 * 24 * 3600.0
AGAIN_S: Final = 24 * 3600.0
LINK_S: Final = 24 * 3600.0
CANARY_ID: Final = -1
_CANARY: Final = Contact(
    id=CANARY_ID, name="canary", urls=(CANARY_URL,), order=0, after_s=0.0, created_at=0.0
)


class Sending(Struct, eq=False):
    """One message while it is on its way.

    rows       by place of the channel, one for each alarm; newest: what became of all of them
    failed     channels that have not taken it at the first attempt; sent: one has taken it
    moved      something changed; tried: every channel was, once
    """

    id: str
    contact: int
    rows: dict[int, list[NoticeRow]]
    failed: set[int] = set()
    sent: bool = False
    reported: bool = False
    newest: dict[str, NoticeRow] = {}
    moved: asyncio.Event = msgspec.field(default_factory=asyncio.Event)
    tried: asyncio.Event = msgspec.field(default_factory=asyncio.Event)


class Notices:
    """`decided` for every decision, before it is stored; `run` sends. url: where links lead."""

    def __init__(
        self, clock: Clock, store: Store, ward: Ward, sender: Sender, registry: CollectorRegistry
    ) -> None:
        self._clock = clock
        self._store = store
        self._ward = ward
        self._sender = sender
        self.url = ""
        self.contacts: dict[int, Contact] = {}
        self._sending: dict[str, Sending] = {}
        self._fresh: asyncio.Queue[tuple[Sending, int]] = asyncio.Queue()
        self._key = b""
        self._vapid = ""
        self._outcomes = Counter(
            "dosing_monitor_notices", "Notices by channel and what became of them",
            ["channel", "state"], registry=registry,
        )  # fmt: skip

    async def load(self) -> None:
        """Contacts, the key, and what the last process had yet to send."""
        made = secrets.token_urlsafe(32)
        self._key = (await self._store.write(ledger.key, KEY, made)).encode()
        self._vapid = await self._store.write(ledger.key, VAPID, new_key())
        self._sender.pusher.use(self._vapid)
        await self.reload()
        for row in await self._store.read(ledger.waiting_notices):
            session = self._ward.sessions.get(row.encounter)
            if row.purpose == "alarm" and session is not None and _stands(session, row.alarm):
                self._take(row)
            else:
                self._store.append(self._entry([self._over(row, "the service restarted")]))
        for session in self._ward.sessions.values():
            for row in await self._store.read(ledger.notices_of_encounter, session.id):
                session.notices.setdefault(row.id, row)

    @property
    def push_key(self) -> str:
        """What a browser subscribes with."""
        return public_key(self._vapid)

    async def reload(self) -> None:
        """The contacts as they are on disk now; every session learns of them."""
        found = await self._store.read(list_contacts)
        found += _of_browsers(await self._store.read(list_browsers))
        self.contacts = {contact.id: contact for contact in found}
        for session in list(self._ward.sessions.values()):
            self.brief(session)

    def brief(self, session: Session) -> None:
        """Tell a session who can be told."""
        now = self._clock.now()
        given = ContactsChanged(tuple(_known(c, now) for c in self.contacts.values()))
        session.briefed_at = now
        session.confirmed = {c.id: c.confirmed_at for c in self.contacts.values()}
        if given.contacts or session.encounter.state.contacts:
            self._ward.apply(session, given, now)

    def look(self) -> None:
        """Now and then: rotas are worked out for a few days only."""
        for session in list(self._ward.sessions.values()):
            if self._clock.now() - session.briefed_at > AGAIN_S:
                self.brief(session)

    # --- decisions ----------------------------------------------------------------------------

    def decided(self, session: Session, events: Sequence[Event], now: float) -> list[NoticeRow]:
        """The rows that belong into the commit of these events; they are sent after it."""
        rows: list[NoticeRow] = []
        first: dict[int, Notice] = {}
        for event in events:
            if type(event) is Notice:
                rows += self._rows(session, event, first.setdefault(event.contact, event))
            elif type(event) is AlarmChanged and event.transition in policy.ENDS:
                alarm = event.alarm
                why = "it is over"
                if alarm.acknowledged_by and event.transition != "cleared":
                    why = f"acknowledged by {alarm.acknowledged_by}"
                rows += self._cancel({alarm.id}, why)
            elif type(event) is Closed:
                rows += self._cancel(None, "the session is closed", session.id)
        for row in rows:
            self._keep(row)
        return rows

    def _rows(self, session: Session, event: Notice, first: Notice) -> list[NoticeRow]:
        contact = self.contacts.get(event.contact)
        if contact is None:
            return []
        rows = [
            NoticeRow(
                id=f"{session.id}-n{event.number}.{place}", message=f"{session.id}-n{first.number}",
                encounter=session.id, alarm=event.alarm_id, contact=contact.id, name=contact.name,
                channel=scheme_of(url), place=place, priority=event.priority, kind=event.kind,
                onset=event.onset, queued_at=event.at, at=event.at, round=event.round,
            )
            for place, url in enumerate(contact.urls)
        ]  # fmt: skip
        if event.suppressed:
            return [self._over(row, event.suppressed) for row in rows]
        mode = session.encounter.state.facts.mode
        if mode != "real" and not contact.preferences.simulated:
            rules = self._sender.rules
            rows = [
                row if loopback(contact.urls[row.place], rules)
                else self._over(row, f"a session in mode {mode}: this contact is told of real ones")
                for row in rows
            ]  # fmt: skip
        for row in rows:
            if row.state == "queued":
                self._take(row)
        return rows

    def _take(self, row: NoticeRow) -> None:
        """Have it delivered."""
        sending = self._sending.get(row.message)
        if sending is None:
            sending = Sending(row.message, row.contact, {})
            self._sending[row.message] = sending
        fresh = row.place not in sending.rows
        sending.rows.setdefault(row.place, []).append(row)
        sending.newest[row.id] = row
        if fresh:
            self._fresh.put_nowait((sending, row.place))

    def _cancel(self, alarms: set[str] | None, why: str, encounter: str = "") -> list[NoticeRow]:
        """What waits for these alarms, or for any of an encounter, is not sent any more."""
        over: list[NoticeRow] = []
        for sending in self._sending.values():
            for place, rows in sending.rows.items():
                kept = []
                for row in rows:
                    mine = row.encounter == encounter if alarms is None else row.alarm in alarms
                    if mine and row.state in WAITING:
                        over.append(self._over(row, why))
                    else:
                        kept.append(row)
                sending.rows[place] = kept
            sending.moved.set()
        return over

    def _over(self, row: NoticeRow, why: str) -> NoticeRow:
        return msgspec.structs.replace(row, state="cancelled", at=self._clock.now(), detail=why)

    def _keep(self, row: NoticeRow) -> None:
        if row.state not in WAITING:
            self._outcomes.labels(row.channel, row.state).inc()
        session = self._ward.sessions.get(row.encounter)
        if session is not None:
            session.notices[row.id] = row
            self._ward.show(session)

    def put_down(self, rows: Sequence[NoticeRow]) -> None:
        """What became of notices that are on their way no more, or that their links tell."""
        for row in rows:
            self._keep(row)
        self._store.append(self._entry(rows))

    async def send(self, rows: Sequence[NoticeRow], within: float) -> list[NoticeRow]:
        """Send what no alarm asked for; answers what came of it, after so many seconds at most."""
        self.put_down(rows)
        for row in rows:
            self._take(row)
        under_way = [self._sending[message] for message in {row.message: None for row in rows}]
        with suppress(TimeoutError):
            async with asyncio.timeout(within):
                for sending in under_way:
                    await sending.tried.wait()
        return [row for sending in under_way for row in sending.newest.values()]

    # --- delivery -----------------------------------------------------------------------------

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            while True:
                sending, place = await self._fresh.get()
                group.create_task(self._deliver(sending, place), name=f"notice {sending.id}")

    async def _deliver(self, sending: Sending, place: int) -> None:
        try:
            await self._committed()
            if await self._is_wanted(sending, place):
                await self._attempts(sending, place)
        except Exception as error:  # noqa: BLE001 - one notice; the others must go out
            log.error("notice_failed", kind=type(error).__name__)  # noqa: TRY400
            self._fail(sending, place, f"it failed here ({type(error).__name__})")
        del sending.rows[place]
        if not sending.rows:
            self._sending.pop(sending.id, None)

    async def _committed(self) -> None:
        """A moment, for the commit of the alarm."""
        with suppress(TimeoutError):
            async with asyncio.timeout(COMMIT_S):
                await self._store.flush()

    async def _is_wanted(self, sending: Sending, place: int) -> bool:
        """Of a high alarm every channel at once; of others the next when the one before fails."""
        rows = sending.rows[place]
        at_once = any(r.priority == "high" or r.purpose == "test" for r in rows)
        if place == 0 or at_once:
            return True
        until = self._clock.real() + FALL_BACK_S * place
        earlier = {p for p in sending.rows if p < place}
        while sending.rows[place] and not sending.sent and not earlier <= sending.failed:
            left = until - self._clock.real()
            if left <= 0:
                return True
            sending.moved.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(left):
                    await sending.moved.wait()
        if sending.sent:
            over = [self._over(row, "another channel took it") for row in sending.rows[place]]
            self._record(sending, place, over)
            return False
        return bool(sending.rows[place])

    async def _attempts(self, sending: Sending, place: int) -> None:
        for pause in (*PAUSES_S, None):
            outcome = await self._attempt(sending, place)
            if outcome is None or outcome.ok:
                return
            if outcome.final or pause is None:
                self._fail(sending, place, outcome.detail)
                return
            spread = pause * (1 + random.uniform(-JITTER, JITTER))  # noqa: S311 - no secret
            await self._pause(sending, place, spread)

    async def _pause(self, sending: Sending, place: int, seconds: float) -> None:
        """Until it is time again, or nothing is left to send."""
        until = self._clock.real() + seconds
        while sending.rows[place] and (left := until - self._clock.real()) > 0:
            sending.moved.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(left):
                    await sending.moved.wait()

    async def _attempt(self, sending: Sending, place: int) -> Outcome | None:
        """None: nobody wants it any more."""
        rows = sending.rows[place]
        if not rows:
            return None
        contact = self.contacts.get(sending.contact)
        if sending.contact == CANARY_ID:
            contact = _CANARY
        if contact is None or place >= len(contact.urls):
            outcome = Outcome(False, "this contact was changed or removed", final=True)
        else:
            message = self._message(sending, rows, contact)
            key = f"{sending.id}.{place}"
            outcome = await self._sender.send(
                contact.urls[place], message, key, self.signing_key(contact.id)
            )
        self._told(sending, place, rows, outcome)
        return outcome

    def _told(self, sending: Sending, place: int, rows: list[NoticeRow], outcome: Outcome) -> None:
        """What came of an attempt, for the ledger and for the core. rows: as they were sent."""
        now = self._clock.now()
        wanted = {row.id for row in sending.rows[place]}
        changed = []
        for row in rows:
            late = "" if row.id in wanted else "it was on its way when it was cancelled"
            if late and not outcome.ok:
                continue  # cancelled meanwhile, and nobody got it
            changed.append(msgspec.structs.replace(
                row, state="sent" if outcome.ok else "retrying", at=now, attempts=row.attempts + 1,
                detail=late or outcome.detail, sent_at=now if outcome.ok else None,
                delivered_at=now if outcome.delivered else None,
            ))  # fmt: skip
        if outcome.ok:
            sending.sent = True
        else:
            sending.failed.add(place)
        self._record(sending, place, changed)
        sending.moved.set()
        if outcome.ok:
            self._reached(sending.contact)
        elif not sending.sent and not sending.reported and sending.failed >= set(sending.rows):
            sending.reported = True
            self._report(changed, outcome.detail)

    def _fail(self, sending: Sending, place: int, why: str) -> None:
        now = self._clock.now()
        dead = [
            msgspec.structs.replace(row, state="failed", at=now, detail=why)
            for row in sending.rows[place]
        ]
        for row in dead:
            log.error("notice_given_up", notice=row.id, channel=row.channel, reason=why)
        self._record(sending, place, dead)

    def _record(self, sending: Sending, place: int, rows: list[NoticeRow]) -> None:
        sending.rows[place] = [row for row in rows if row.state in WAITING]
        for row in rows:
            sending.newest[row.id] = row
            self._keep(row)
        if all(row.attempts or row.state not in WAITING for row in sending.newest.values()):
            sending.tried.set()
        if rows:
            self._store.append(self._entry(rows))

    def _entry(self, rows: Sequence[NoticeRow]) -> Entry:
        return Entry(encounter_id="", at=self._clock.now(), notices=rows)

    def _report(self, rows: list[NoticeRow], why: str) -> None:
        """No channel of this contact has taken it so far."""
        for row in rows:
            session = self._ward.sessions.get(row.encounter)
            if session is not None and session.open and row.alarm:
                given = NoticeReported(row.alarm, row.contact, ok=False, why=why)
                self._ward.apply(session, given, self._clock.now())

    def _reached(self, contact: int) -> None:
        """It works again: in every session that holds it to be broken."""
        for session in list(self._ward.sessions.values()):
            if contact in session.encounter.state.unreached and session.open:
                self._ward.apply(session, NoticeReported("", contact, ok=True), self._clock.now())

    # --- what is sent -------------------------------------------------------------------------

    def _message(self, sending: Sending, rows: Sequence[NoticeRow], contact: Contact) -> Message:
        rank = {"high": 0, "medium": 1, "low": 2}
        worst = min(rows, key=lambda row: (rank[row.priority], row.onset))
        since = min(row.onset for row in rows)
        return Message(
            id=sending.id, purpose=worst.purpose, mode=self._mode(worst.encounter),
            session=session_code(worst.encounter), priority=worst.priority, kind=worst.kind,
            since=since, since_text=rota.local(since, contact.preferences.zone),
            link=self.link(sending.id), alarms=len(rows), round=max(row.round for row in rows),
        )  # fmt: skip

    def _mode(self, encounter: str) -> Mode:
        session = self._ward.sessions.get(encounter)
        return "real" if session is None else session.encounter.state.facts.mode

    def signing_key(self, contact: int) -> bytes:
        """What webhooks of this contact are signed with: hexadecimal, as the administrator sees."""
        whole = hmac.new(self._key, f"contact {contact}".encode(), hashlib.sha256)
        return whole.hexdigest().encode()

    def link(self, message: str) -> str:
        return f"{self.url}/n/{message}.{self._seal(message)}"

    def unsealed(self, token: str) -> str | None:
        """The message that a link is of; None: it is not one of ours."""
        message, _, seal = token.rpartition(".")
        right = self._seal(message).encode()
        return message if hmac.compare_digest(seal.encode("utf-8", "replace"), right) else None

    def _seal(self, message: str) -> str:
        whole = hmac.new(self._key, f"link {message}".encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(whole[:18]).decode()


def _of_browsers(rows: Sequence[BrowserRow]) -> list[Contact]:
    """Each user's own browsers, as one contact: told at once, of what that user supervises."""
    urls: dict[tuple[int, str], list[str]] = {}
    for row in rows:
        browser = Browser(row.endpoint, row.p256dh, row.auth)
        urls.setdefault((row.user_id, row.user), []).append(browser.url)
    return [
        Contact(
            id=BROWSERS - user_id, name=f"{user}’s browser", urls=tuple(of), order=0, after_s=0.0,
            created_at=0.0, preferences=Preferences(user=user, simulated=True),
        )
        for (user_id, user), of in urls.items()
    ]  # fmt: skip


def _stands(session: Session, alarm_id: str) -> bool:
    return alarm_id in session.encounter.state.tellings


def _known(contact: Contact, now: float) -> Known:
    """As much of a contact as the core may know."""
    wants = contact.preferences
    since, until = now - 3600.0, now + AHEAD_S
    return Known(
        id=contact.id, name=contact.name, after_s=contact.after_s, order=contact.order,
        user=wants.user, low=wants.low,
        duty=rota.spans(wants.rota, wants.zone, since, until) if wants.rota else None,
        quiet=rota.spans(wants.quiet, wants.zone, since, until),
    )  # fmt: skip
