"""The contacts: who can be notified, at which addresses, and when they are on duty.

Contacts and browsers are read from disk; each session is given as much of them as the core may
know. Rotas are converted to periods for a few days, so a session is given them again in time.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from monitor.adapters.deliver import (
    CANARY_URL,
    PUSH,
    Browser,
    Rules,
    browser_of,
    loopback,
    scheme_of,
)
from monitor.adapters.store import Store, StoreError
from monitor.adapters.store.questions.browsers import BrowserRow, drop_browser, list_browsers
from monitor.adapters.store.questions.contacts import ContactRow, Preferences, list_contacts
from monitor.core.vocabulary.inputs import Contact as Known
from monitor.core.vocabulary.inputs import ContactsChanged
from monitor.core.vocabulary.reasons import NONE, Reason
from monitor.service.clock import Clock
from monitor.service.notices import rota
from monitor.service.sessions.open_session import Session
from monitor.service.sessions.open_sessions import Ward, in_turns

# Contacts that are a user's browsers have ids below this.
BROWSERS: Final = -100
# How far ahead rotas are computed for a session, and after how long they are computed again.
AHEAD_S: Final = 3 * 24 * 3600.0
AGAIN_S: Final = 24 * 3600.0
LOOK_S: Final = 60.0
A_TURN: Final = 20  # sessions that get their contacts in one turn of the loop
CANARY_ID: Final = -1
_CANARY: Final = ContactRow(
    id=CANARY_ID, name="canary", urls=(CANARY_URL,), order=0, after_s=0.0, created_at=0.0
)


class ContactBook:
    """The contacts of the service. `brief` gives them to a session; `keep` refreshes them."""

    def __init__(self, clock: Clock, store: Store, ward: Ward, rules: Rules) -> None:
        self._clock = clock
        self._store = store
        self._ward = ward
        self._rules = rules
        self.contacts: dict[int, ContactRow] = {}

    def find(self, contact_id: int) -> ContactRow | None:
        """Return the contact, or the canary's own, which is on no list."""
        return _CANARY if contact_id == CANARY_ID else self.contacts.get(contact_id)

    def has(self, contact_id: int, url: str) -> bool:
        """Return whether the contact has this address at present."""
        contact = self.find(contact_id)
        return contact is not None and url in contact.urls

    def address(self, contact_id: int, index: int) -> str:
        """Return the address at this index of the contact's list; "" if there is none."""
        contact = self.find(contact_id)
        return "".join(contact.urls[index : index + 1]) if contact else ""

    def zone(self, contact_id: int) -> str:
        """Return the time zone of the contact; UTC if there is no such contact any more."""
        contact = self.find(contact_id)
        return contact.preferences.zone if contact else _CANARY.preferences.zone

    async def load(self) -> None:
        found = await self._store.read(list_contacts)
        found += _of_browsers(await self._store.read(list_browsers))
        self.contacts = {contact.id: contact for contact in found}

    async def reload(self) -> None:
        """Read the contacts from disk again, and pass a change to every session."""
        before = self.contacts
        await self.load()
        if before != self.contacts:
            await self._brief_all(self._ward.running)

    async def withdraw(self, url: str) -> None:
        """Forget a browser that has unsubscribed: the next alarm does not try it again."""
        if scheme_of(url) == PUSH:
            with suppress(StoreError):
                await self._store.write(drop_browser, browser_of(url).endpoint)
                await self.reload()

    async def keep(self) -> None:
        """Refresh contacts and rotas once a minute: rotas are computed for a few days only, and a
        command that disables a user does not notify us."""
        while True:
            await asyncio.sleep(LOOK_S)
            with suppress(StoreError):
                await self.reload()
            now = self._clock.now()
            await self._brief_all([s for s in self._ward.running if now - s.briefed_at > AGAIN_S])

    async def _brief_all(self, sessions: Sequence[Session]) -> None:
        async for session in in_turns(sessions, A_TURN):
            self.brief(session)

    def brief(self, session: Session) -> None:
        """Give a session the contacts that can be notified."""
        now = self._clock.now()
        given = ContactsChanged(tuple(_known(c, now) for c in self.contacts.values()))
        session.briefed_at = now
        session.confirmed = {c.id: c.confirmed_at for c in self.contacts.values()}
        session.kept_back = frozenset(
            c.id
            for c in self.contacts.values()
            if all(self.not_of_this_mode(session, c, url) for url in c.urls)
        )
        if given.contacts or session.encounter.state.escalation.contacts:
            self._ward.apply(session, given, now)
        else:  # a page waits to learn that there are no contacts
            self._ward.show(session)

    def not_of_this_mode(self, session: Session, contact: ContactRow, url: str) -> Reason:
        """Return why a notice of this session is not sent to this address; NONE: it may be."""
        mode = session.encounter.state.session.facts.mode
        if mode == "real" or contact.preferences.simulated or loopback(url, self._rules):
            return NONE
        return Reason("other_mode", {"mode": mode})


def _of_browsers(rows: Sequence[BrowserRow]) -> list[ContactRow]:
    """Return each user's browsers as one contact: notified immediately, for the sessions that the
    user supervises."""
    urls: dict[tuple[int, str], list[str]] = {}
    for row in rows:
        browser = Browser(row.endpoint, row.p256dh, row.auth)
        urls.setdefault((row.user_id, row.user), []).append(browser.url)
    return [
        ContactRow(
            id=BROWSERS - user_id, name=f"{user}’s browser", urls=tuple(of), order=0, after_s=0.0,
            created_at=0.0, preferences=Preferences(user=user, simulated=True),
        )
        for (user_id, user), of in urls.items()
    ]  # fmt: skip


def _known(contact: ContactRow, now: float) -> Known:
    """Return as much of a contact as the core may know."""
    wants = contact.preferences
    since, until = now - 3600.0, now + AHEAD_S
    return Known(
        id=contact.id, name=contact.name, after_s=contact.after_s, order=contact.order,
        user=wants.user, person=contact.id > 0, low=wants.low,
        duty=rota.spans(wants.rota, wants.zone, since, until) if wants.rota else None,
        quiet=rota.spans(wants.quiet, wants.zone, since, until),
    )  # fmt: skip
