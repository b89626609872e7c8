"""Running sessions with contacts whose notices are decided and recorded, and never sent."""

from typing import Any, Final

from prometheus_client import CollectorRegistry

from monitor.adapters.deliver import Pusher, Rules, Sender
from monitor.adapters.http.ports.notices import Linked
from monitor.adapters.live.hub import Hub
from monitor.adapters.store import NoticeRow
from monitor.adapters.store.questions.contacts import ContactRow, Wanted, add_contact
from monitor.adapters.store.questions.notices import notices_of_encounter
from monitor.core.vocabulary.inputs import AskForHelp
from monitor.service.clock import Clock
from monitor.service.ingest.unconfirmed import UnconfirmedMessages
from monitor.service.notices.notice_acts import NoticeDesk
from monitor.service.notices.notices import Notices
from monitor.service.sessions.open_session import Session
from tests.service.rig import START, Rig

HERE: Final = "json://127.0.0.1:9/ok"
RULES: Final = Rules(allow=("json://127.0.0.1",))


class Notified(Rig):
    """A ward with notices that nothing sends: their rows stay queued."""

    def __init__(self, url: str) -> None:
        self.monotonic = 100.0
        super().__init__(url, Clock(start=START, monotonic=lambda: self.monotonic))
        self.hub = Hub(CollectorRegistry())
        self.holding = UnconfirmedMessages(self.clock, self.ward, self.store, 10)
        sender = Sender(RULES, lambda: START, Pusher("mailto:nobody@example.com"))
        self.notices = Notices(self.clock, self.store, self.ward, sender, self.registry)
        self.notices.seals.url = "http://127.0.0.1"
        self.ward.telling = self.notices.ledger.decided
        self.outbox = NoticeDesk(self.clock, self.store, self.ward, self.notices, RULES)

    async def contact(self, *urls: str, name: str = "Anna", **wants: Any) -> ContactRow:
        known: dict[str, Any] = {"order": 0, "after_s": 0.0} | wants
        wanted = Wanted(name=name, urls=urls or (HERE,), **known)
        made = await self.store.write(add_contact, wanted, self.clock.now())
        await self.notices.book.reload()
        return made

    async def session(self, name: str = "e1") -> Session:
        """Open a session whose contacts are those of now."""
        session = await self.open(name)
        self.notices.book.brief(session)
        return session

    def help(self, session: Session) -> str:
        """Call for help from the room; return the id of the alarm."""
        self.ward.apply(session, AskForHelp("sitter"), self.clock.now())
        return f"{session.id}-{session.encounter.state.alarms.issued}"

    async def rows(self, session: Session) -> list[NoticeRow]:
        await self.store.flush()
        return await self.store.read(notices_of_encounter, session.id)

    def token(self, row: NoticeRow) -> str:
        return self.notices.seals.link(row.message).rpartition("/")[2]

    async def linked(self, row: NoticeRow, *, opened: bool = True) -> Linked:
        return await self.outbox.linked(self.token(row), opened=opened)
