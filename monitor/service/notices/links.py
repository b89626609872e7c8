"""The link of a notice and its acts: look at the session, acknowledge the alarms, decline them.

A link is a message's number with a seal, valid for a day and one acknowledgement. A person who
entered the right PIN gets a temporary grant, to look first and to act afterwards.
"""

import hashlib
import hmac
import time
from collections import Counter
from collections.abc import Awaitable, Sequence
from typing import Final

from monitor.adapters.http.errors import Unknown
from monitor.adapters.http.ports.notices import Linked, LinkState, Seen
from monitor.adapters.http.waiting import written
from monitor.adapters.store import NoticeRow, Store
from monitor.adapters.store.questions import contacts as book
from monitor.adapters.store.questions.contacts import ContactRow
from monitor.adapters.store.questions.users import user_named
from monitor.codecs.contract.notice_text import ABOUT, session_code, since
from monitor.core.vocabulary.events import Notice
from monitor.core.vocabulary.inputs import NoticeDeclined
from monitor.core.vocabulary.reasons import Reason
from monitor.core.vocabulary.refusals import Refused
from monitor.core.vocabulary.words import RANK
from monitor.service.clock import Clock
from monitor.service.notices import behind_link, rota
from monitor.service.notices.dispatch import moved
from monitor.service.notices.notices import Notices
from monitor.service.sessions.open_sessions import Ward

LINK_S: Final = 24 * 3600.0
GRANT_S: Final = 15 * 60.0
BY_LINK: Final = "by the link of a notice"


class Links:
    """The part of the outbox that handles links."""

    def __init__(self, clock: Clock, store: Store, ward: Ward, notices: Notices) -> None:
        self._clock = clock
        self._store = store
        self._ward = ward
        self._notices = notices

    async def _and_reloaded(self, act: Awaitable[object]) -> None:
        await act
        await self._notices.book.reload()

    async def linked(self, token: str, *, opened: bool) -> Linked:
        message = self._notices.seals.unsealed(token)
        rows = await self._notices.ledger.rows_of(message) if message else []
        if not rows:
            raise Unknown(Reason("no_such", {"thing": "notice"}))
        now = self._clock.now()
        if opened and all(row.seen_at is None for row in rows):
            self._notices.ledger.mark(rows, seen_at=now)
        first = rows[0]
        contact = await self._store.read(book.find_contact, first.contact)
        supervisor, phone = await self._supervisor(first.encounter)
        return Linked(
            message=first.message, purpose=first.purpose, state=self._state(rows, now),
            contact=first.contact, name=first.name,
            encounter=first.encounter, pin_hash=contact.pin_hash if contact else None,
            lines=_lines(rows, contact), supervisor=supervisor, phone=phone,
            declined=any(row.declined_at is not None for row in rows),
            alarms=frozenset(row.alarm for row in rows if row.alarm),
        )  # fmt: skip

    async def _supervisor(self, encounter: str) -> tuple[str, str]:
        """Return the supervisor of that open session and their telephone number; "": not known."""
        session = self._ward.sessions.get(encounter)
        name = session.encounter.state.supervision.supervisor.name if session else ""
        user = await self._store.read(user_named, name) if name else None
        return name, (user.phone or "") if user else ""

    async def seen(self, linked: Linked, *, private: bool) -> Seen | None:
        session = self._ward.sessions.get(linked.encounter)
        if session is None or not session.open:
            return None
        contact = self._notices.book.contacts.get(linked.contact)
        zone = contact.preferences.zone if contact else "UTC"
        return behind_link.seen(
            session, zone, self._clock.now(), private=private, own=linked.alarms
        )

    def grant(self, linked: Linked) -> str:
        until = int(time.time() + GRANT_S)
        return f"{until}.{self._grant_seal(linked, until)}"

    def granted(self, linked: Linked, grant: str) -> bool:
        until, _, seal = grant.partition(".")
        if not (until.isascii() and until.isdecimal() and len(until) < 12):
            return False
        right = self._grant_seal(linked, int(until)).encode()
        same = hmac.compare_digest(seal.encode("utf-8", "replace"), right)
        return same and linked.pin_hash is not None and time.time() < int(until)

    def _grant_seal(self, linked: Linked, until: int) -> str:
        """Return the seal of a grant, which is invalid once the contact's PIN is changed."""
        return self._notices.seals.seal(f"grant {linked.message} {until} {linked.pin_hash}")

    async def decline(self, linked: Linked, *, by: str) -> list[str]:
        rows = await self._notices.ledger.rows_of(linked.message)
        if linked.purpose == "test" or self._state(rows, self._clock.now()) != "open":
            raise Refused(Reason("declined_in_vain"))
        waiting, told = self._waiting(rows), dict[str, None]()
        self._notices.ledger.declined(rows, self._clock.now())
        for alarm in waiting:
            session = self._ward.encounter_of(alarm)
            if session is None:
                continue
            kept_back = tuple(session.kept_back)
            given = NoticeDeclined(alarm, linked.contact, by, kept_back)
            for event in await written(self._ward.act(session, given, self._clock.now())):
                if type(event) is Notice and event.contact != linked.contact:
                    told.update(dict.fromkeys(self._notices.ledger.told_by(event)))
        return list(told)

    def _state(self, rows: Sequence[NoticeRow], now: float) -> LinkState:
        first = rows[0]
        if any(row.acknowledged_at is not None for row in rows):
            return "used"
        if now > first.queued_at + LINK_S:
            return "expired"
        if first.purpose == "test":
            contact = self._notices.book.contacts.get(first.contact)
            as_tested = contact is not None and first.addresses == mark(contact)
            return "open" if as_tested else "changed"
        return "open" if self._waiting(rows) else "over"

    def _waiting(self, rows: Sequence[NoticeRow]) -> list[str]:
        """Return the alarms of these rows that are not acknowledged. An alarm that has become worse
        since, or has started again, is not among them: there is a newer link that reports it."""
        found = []
        for alarm, told_at in {row.alarm: row.queued_at for row in rows}.items():
            session = self._ward.encounter_of(alarm)
            telling = session.encounter.state.escalation.pending.get(alarm) if session else None
            if telling is not None and told_at >= telling.begun:
                found.append(alarm)
        return found

    async def use(self, linked: Linked, *, by: str) -> None:
        rows = await self._notices.ledger.rows_of(linked.message)
        now = self._clock.now()
        state = self._state(rows, now)
        if state != "open":
            raise Refused(Reason("link_closed", {"state": state}))
        # Recorded first, and without a wait: of two people who press together only one succeeds.
        self._notices.ledger.mark(rows, acknowledged_at=now)
        if linked.purpose == "test":
            act = self._store.write(book.confirm_contact, linked.contact, now, by)
            await written(self._and_reloaded(act))
            return
        for alarm in self._waiting(rows):
            session = self._ward.encounter_of(alarm)
            if session is not None:
                took = self._ward.acknowledge(session, alarm, by=by, note=BY_LINK, by_link=True)
                await written(took)


def mark(contact: ContactRow) -> str:
    """Return a hash of the contact's addresses: a test proves only those that it went to."""
    return hashlib.sha256("\n".join(contact.urls).encode()).hexdigest()[:16]


def _worst_first(row: NoticeRow) -> int:
    return -RANK[row.priority]


def _lines(rows: Sequence[NoticeRow], contact: ContactRow | None) -> tuple[str, ...]:
    """Return the text of the page: like the notice itself, without a patient's name or values."""
    first = rows[0]
    if first.purpose == "test":
        return ("This was a test. Nobody is in danger.",)
    zone = contact.preferences.zone if contact else "UTC"
    alike = Counter(
        f"{row.priority.capitalize()} priority, {ABOUT[row.kind]}, session "
        f"{session_code(row.encounter)}, {since(rota.local(row.onset, zone), moved(row, zone))}."
        for row in sorted({row.alarm: row for row in rows}.values(), key=_worst_first)
    )
    return tuple(line if n == 1 else f"{n} alarms. {line}" for line, n in alike.items())
