"""A small outbox for tests of the web.

It checks contacts like the real one, sends no notice, and resolves no link.
"""

from collections.abc import Sequence

from monitor.adapters.deliver import NotAllowed, Rules, check
from monitor.adapters.http.errors import Invalid, Unknown
from monitor.adapters.http.ports.notices import Linked, Seen
from monitor.adapters.store import NoticeRow, Store
from monitor.adapters.store.questions.contacts import Wanted, find_contact
from monitor.core.vocabulary.reasons import plain
from monitor.service.notices import rota


class SmallOutbox:
    def __init__(self, store: Store) -> None:
        self._store = store

    def check(self, wanted: Wanted) -> None:
        for url in wanted.urls:
            try:
                check(url, Rules(), resolve=False)
            except NotAllowed as refused:
                raise Invalid("urls", plain(str(refused))) from None
        try:
            rota.zone(wanted.preferences.zone)
        except rota.NoZone as error:
            raise Invalid("zone", plain(str(error))) from None

    def on_duty(self) -> frozenset[str]:
        return frozenset()

    async def changed(self) -> None:
        """Ignored: no notices are sent here."""

    def signing_key(self, contact_id: int) -> bytes:
        return b"%064d" % contact_id

    async def test(
        self, contact_ids: Sequence[int] | None, encounter_id: str, *, by: str
    ) -> list[NoticeRow]:
        for contact_id in contact_ids or ():
            if await self._store.read(find_contact, contact_id) is None:
                raise Unknown(plain("There is no contact of that id."))
        return []

    @property
    def push_key(self) -> str:
        return "key"

    async def add_browser(self, user: str, endpoint: str, p256dh: str, auth: str) -> None:
        """Ignored: no browser is notified here."""

    async def drop_browser(self, user: str, endpoint: str) -> None:
        """Ignored: no browser is notified here."""

    async def linked(self, token: str, *, opened: bool) -> Linked:
        raise Unknown(plain("There is no such notice."))

    async def seen(self, linked: Linked, *, private: bool) -> Seen | None:
        """Return None: no link is known here."""
        return None

    def grant(self, linked: Linked) -> str:
        return ""

    def granted(self, linked: Linked, grant: str) -> bool:
        return False

    async def decline(self, linked: Linked, *, by: str) -> list[str]:
        return []

    async def use(self, linked: Linked, *, by: str) -> None:
        """Ignored: no link is known here."""
