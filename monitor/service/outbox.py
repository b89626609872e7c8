"""What people do about notices, through the web: the implementation of its `Outbox`."""

import hashlib
import secrets
from collections import Counter
from collections.abc import Awaitable, Sequence
from typing import Final

from monitor.adapters.deliver import NotAllowed, Rules, check, check_endpoint, scheme_of
from monitor.adapters.store import NoticeRow, Store, browsers
from monitor.adapters.store import contacts as book
from monitor.adapters.store.contacts import Contact, Wanted
from monitor.adapters.web.errors import Invalid, Unknown
from monitor.adapters.web.outbox import Linked, LinkState
from monitor.adapters.web.waiting import written
from monitor.codecs.notices import ABOUT, session_code, since
from monitor.core.events import Acknowledged, Refused
from monitor.core.notices import reachable
from monitor.service import rota
from monitor.service.clock import Clock
from monitor.service.notices import LINK_S, Notices, moved
from monitor.service.ward import Ward

TEST_S: Final = 12.0
TEST_APART_S: Final = 3.0


class Outbox:
    """Implements `monitor.adapters.web.outbox.Outbox`."""

    def __init__(
        self, clock: Clock, store: Store, ward: Ward, notices: Notices, rules: Rules
    ) -> None:
        self._clock = clock
        self._store = store
        self._ward = ward
        self._notices = notices
        self._rules = rules
        self._tested: dict[tuple[int, str], float] = {}

    def check(self, wanted: Wanted) -> None:
        for place, url in enumerate(wanted.urls, 1):
            try:
                recipients = len(check(url, self._rules, resolve=False))
            except NotAllowed as refused:
                raise Invalid("urls", f"address {place} cannot be used: {refused}.") from None
            if recipients > 1:
                # What fails for one of them is repeated for all, and nobody could say who was told.
                words = f"address {place} has {recipients} recipients: give each its own."
                raise Invalid("urls", words)
        try:
            rota.zone(wanted.preferences.zone)
        except rota.NoZone as error:
            raise Invalid("zone", str(error)) from None

    async def changed(self) -> None:
        await self._notices.reload()

    def signing_key(self, contact_id: int) -> bytes:
        return self._notices.signing_key(contact_id)

    # --- trying it out ------------------------------------------------------------------------

    async def test(self, contact_ids: Sequence[int] | None, encounter_id: str) -> list[NoticeRow]:
        contacts = self._of_session(encounter_id) if contact_ids is None else contact_ids
        rows: list[NoticeRow] = []
        for contact_id in contacts:
            contact = self._notices.contacts.get(contact_id)
            if contact is None:
                raise Unknown("There is no contact of that id.")
            self._not_too_often(contact, encounter_id)
            rows += self._test_of(contact, encounter_id)
        return await self._notices.send(rows, within=TEST_S)

    def _not_too_often(self, contact: Contact, encounter_id: str) -> None:
        """An SMS costs money, and a stuck button presses itself."""
        place = (contact.id, encounter_id)
        now, last = self._clock.real(), self._tested.get(place)
        if last is not None and now - last < TEST_APART_S:
            raise Refused(
                f"{contact.name} was sent a test a moment ago. Wait for it, then try again."
            )
        self._tested[place] = now

    def _of_session(self, encounter_id: str) -> list[int]:
        session = self._ward.sessions.get(encounter_id)
        if session is None:
            raise Unknown("There is no open session with this id.")
        told = reachable(session.encounter.state, self._clock.now())
        return [contact.id for contact in told if contact.id > 0]

    def _test_of(self, contact: Contact, encounter_id: str) -> list[NoticeRow]:
        now, message = self._clock.now(), f"t{secrets.token_hex(6)}"
        return [
            NoticeRow(
                id=f"{message}.{place}", message=message, encounter=encounter_id, alarm="",
                contact=contact.id, name=contact.name, channel=scheme_of(url), place=place,
                priority="low", kind="technical", onset=now, queued_at=now, at=now, purpose="test",
                addresses=_mark(contact),
            )
            for place, url in enumerate(contact.urls)
        ]  # fmt: skip

    # --- browsers -----------------------------------------------------------------------------

    @property
    def push_key(self) -> str:
        return self._notices.push_key

    async def add_browser(self, user: str, endpoint: str, p256dh: str, auth: str) -> None:
        try:
            check_endpoint(endpoint, self._rules, resolve=False)
        except NotAllowed as refused:
            raise Invalid("endpoint", f"{refused}.") from None
        now = self._clock.now()
        act = self._store.write(browsers.add_browser, user, endpoint, p256dh, auth, now)
        await written(self._and_reloaded(act))

    async def drop_browser(self, endpoint: str) -> None:
        act = self._store.write(browsers.drop_browser, endpoint)
        await written(self._and_reloaded(act))

    async def _and_reloaded(self, act: Awaitable[object]) -> None:
        await act
        await self._notices.reload()

    # --- links --------------------------------------------------------------------------------

    async def linked(self, token: str, *, opened: bool) -> Linked:
        message = self._notices.unsealed(token)
        rows = await self._notices.rows_of(message) if message else []
        if not rows:
            raise Unknown("There is no such notice.")
        now = self._clock.now()
        if opened and all(row.seen_at is None for row in rows):
            self._notices.mark(rows, seen_at=now)
        first = rows[0]
        contact = await self._store.read(book.find_contact, first.contact)
        return Linked(
            message=first.message, purpose=first.purpose, state=self._state(rows, now),
            contact=first.contact, name=first.name,
            encounter=first.encounter, pin_hash=contact.pin_hash if contact else None,
            lines=_lines(rows, contact),
        )  # fmt: skip

    def _state(self, rows: Sequence[NoticeRow], now: float) -> LinkState:
        first = rows[0]
        if any(row.acknowledged_at is not None for row in rows):
            return "used"
        if now > first.queued_at + LINK_S:
            return "expired"
        if first.purpose == "test":
            contact = self._notices.contacts.get(first.contact)
            as_tested = contact is not None and first.addresses == _mark(contact)
            return "open" if as_tested else "changed"
        return "open" if self._waiting(rows) else "over"

    def _waiting(self, rows: Sequence[NoticeRow]) -> list[str]:
        """The alarms among these that nobody has acknowledged. What has become worse since, or has
        come on anew, is not taken by a link that says less: there is a newer one."""
        found = []
        for alarm, told_at in {row.alarm: row.queued_at for row in rows}.items():
            session = self._ward.encounter_of(alarm)
            telling = session.encounter.state.tellings.get(alarm) if session else None
            if telling is not None and told_at >= telling.begun:
                found.append(alarm)
        return found

    async def use(self, linked: Linked, *, by: str) -> None:
        rows = await self._notices.rows_of(linked.message)
        now = self._clock.now()
        state = self._state(rows, now)
        if state != "open":
            why = "of a test that went to other addresses" if state == "changed" else state
            raise Refused(f"This link is {why}; nothing was done by it.")
        # Put down first, and at once: two who press at the same moment are not both the one.
        self._notices.mark(rows, acknowledged_at=now)
        if linked.purpose == "test":
            act = self._store.write(book.confirm_contact, linked.contact, now)
            await written(self._and_reloaded(act))
            return
        for alarm in self._waiting(rows):
            session = self._ward.encounter_of(alarm)
            if session is not None:
                given = Acknowledged(alarm, by, "by the link of a notice")
                await written(self._ward.act(session, given, self._clock.now()))


def _mark(contact: Contact) -> str:
    """Tells these addresses from others: a test proves those that it went to."""
    return hashlib.sha256("\n".join(contact.urls).encode()).hexdigest()[:16]


def _lines(rows: Sequence[NoticeRow], contact: Contact | None) -> tuple[str, ...]:
    """As the notice itself: no name of a patient, no value."""
    first = rows[0]
    if first.purpose == "test":
        return ("This was a test. Nobody is in danger.",)
    zone = contact.preferences.zone if contact else "UTC"
    alike = Counter(
        f"{row.priority.capitalize()} priority, {ABOUT[row.kind]}, session "
        f"{session_code(row.encounter)}, {since(rota.local(row.onset, zone), moved(row, zone))}."
        for row in {row.alarm: row for row in rows}.values()
    )
    return tuple(line if n == 1 else f"{n} alarms. {line}" for line, n in alike.items())
