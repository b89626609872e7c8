"""People's acts on notices through the web: the implementation of its `NoticesPort`."""

import secrets
from collections.abc import Sequence
from typing import Final

import msgspec

from monitor.adapters.deliver import NotAllowed, Rules, check, check_endpoint, scheme_of
from monitor.adapters.http.errors import Invalid, TooOften, Unknown
from monitor.adapters.http.waiting import written
from monitor.adapters.store import Audited, NoticeRow, Store
from monitor.adapters.store.questions import browsers
from monitor.adapters.store.questions.contacts import ContactRow, Wanted
from monitor.core.notices.on_duty import reachable
from monitor.core.vocabulary.reasons import Facts, Reason
from monitor.service.clock import Clock
from monitor.service.notices import rota
from monitor.service.notices.allowance import Allowance
from monitor.service.notices.links import Links, mark
from monitor.service.notices.notices import Notices
from monitor.service.sessions.open_sessions import Ward

TEST_S: Final = 12.0
TEST_APART_S: Final = 3.0
# An SMS costs money and a telephone rings; yet a clinic that opens all its sessions together tests
# each of them.
TESTS_WITHIN_S: Final = 600.0
TESTS_TO_A_CONTACT: Final = 12
TESTS_BY_A_USER: Final = 40


class NoticeDesk(Links):
    """Tests of contacts, their rotas, and browsers, beside the links.

    Implements `monitor.adapters.http.ports.notices.NoticesPort`.
    """

    def __init__(
        self, clock: Clock, store: Store, ward: Ward, notices: Notices, rules: Rules
    ) -> None:
        super().__init__(clock, store, ward, notices)
        self._rules = rules
        self._apart = Allowance(1, TEST_APART_S)
        self._to_contact = Allowance(TESTS_TO_A_CONTACT, TESTS_WITHIN_S)
        self._by_user = Allowance(TESTS_BY_A_USER, TESTS_WITHIN_S)

    def check(self, wanted: Wanted) -> None:
        for number, url in enumerate(wanted.urls, 1):
            try:
                recipients = len(check(url, self._rules, resolve=False))
            except NotAllowed as refused:
                unusable: Facts = {"number": number, "cause": refused.because}
                raise Invalid("urls", Reason("address_unusable", unusable)) from None
            if recipients > 1:
                # A failure of one recipient is retried for all, and no one would know who got it.
                several: Facts = {"number": number, "count": recipients}
                raise Invalid("urls", Reason("address_of_several", several))
        try:
            rota.zone(wanted.preferences.zone)
        except rota.NoZone:
            name = wanted.preferences.zone
            raise Invalid("zone", Reason("no_time_zone", {"name": name})) from None

    def on_duty(self) -> frozenset[str]:
        now = self._clock.now()
        return frozenset(
            contact.preferences.user
            for contact in self._notices.book.contacts.values()
            if contact.id > 0
            and (wants := contact.preferences).user
            and wants.rota
            and any(
                since <= now < until
                for since, until in rota.spans(wants.rota, wants.zone, now, now + 1)
            )
        )

    async def changed(self) -> None:
        await self._notices.book.reload()

    def signing_key(self, contact_id: int) -> bytes:
        return self._notices.seals.signing_key(contact_id)

    # --- tests --------------------------------------------------------------------------------

    async def test(
        self, contact_ids: Sequence[int] | None, encounter_id: str, *, by: str
    ) -> list[NoticeRow]:
        contacts = []
        for one in self._of_session(encounter_id) if contact_ids is None else contact_ids:
            contact = self._notices.book.contacts.get(one)
            if contact is None:
                raise Unknown(Reason("no_such_id", {"thing": "contact"}))
            contacts.append(contact)
        self._not_too_often(contacts, encounter_id, by)
        rows = [row for contact in contacts for row in self._test_of(contact, encounter_id)]
        told = msgspec.json.encode({"contacts": [contact.id for contact in contacts]}).decode()
        act = Audited(user=by, action="test_notice_sent", object=encounter_id, detail=told)
        return await self._notices.ledger.send(rows, within=TEST_S, audited=(act,))

    def _not_too_often(self, contacts: Sequence[ContactRow], encounter_id: str, by: str) -> None:
        """Check and charge the limits, for all of these contacts together. Raises TooOften."""
        now = self._clock.real()
        for contact in contacts:
            if wait := self._apart.wait(f"{contact.id} {encounter_id}", 1, now):
                raise TooOften(Reason("tested_just_now", {"name": contact.name}), wait)
            if wait := self._to_contact.wait(contact.id, 1, now):
                often = {"name": contact.name, **_often(self._to_contact, wait)}
                raise TooOften(Reason("tested_often", often), wait)
        if wait := self._by_user.wait(by, len(contacts), now):
            raise TooOften(Reason("tests_often", _often(self._by_user, wait)), wait)
        for contact in contacts:
            self._apart.take(f"{contact.id} {encounter_id}", 1, now)
            self._to_contact.take(contact.id, 1, now)
        if contacts:
            self._by_user.take(by, len(contacts), now)

    def _of_session(self, encounter_id: str) -> list[int]:
        session = self._ward.sessions.get(encounter_id)
        if session is None:
            raise Unknown(Reason("no_open_session"))
        told = reachable(session.encounter.state, self._clock.now())
        return [contact.id for contact in told if contact.id > 0]

    def _test_of(self, contact: ContactRow, encounter_id: str) -> list[NoticeRow]:
        now, message = self._clock.now(), f"t{secrets.token_hex(6)}"
        return [
            NoticeRow(
                id=f"{message}.{index}", message=message, encounter=encounter_id, alarm="",
                contact=contact.id, name=contact.name, channel=scheme_of(url), channel_index=index,
                priority="low", kind="technical", onset=now, queued_at=now, at=now, purpose="test",
                addresses=mark(contact),
            )
            for index, url in enumerate(contact.urls)
        ]  # fmt: skip

    # --- browsers -----------------------------------------------------------------------------

    @property
    def push_key(self) -> str:
        return self._notices.seals.push_key

    async def add_browser(self, user: str, endpoint: str, p256dh: str, auth: str) -> None:
        try:
            check_endpoint(endpoint, self._rules, resolve=False)
        except NotAllowed as refused:
            unusable = Reason("browser_unusable", {"why": refused.because})
            raise Invalid("endpoint", unusable) from None
        now = self._clock.now()
        act = self._store.write(browsers.add_browser, user, endpoint, p256dh, auth, now)
        await written(self._and_reloaded(act))

    async def drop_browser(self, user: str, endpoint: str) -> None:
        act = self._store.write(browsers.drop_browser, endpoint, user, self._clock.now())
        await written(self._and_reloaded(act))


def _often(allowance: Allowance, wait: int) -> Facts:
    minutes = round(allowance.within / 60)
    return {"count": allowance.most, "minutes": minutes, "seconds": wait}
