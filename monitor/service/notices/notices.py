"""Notices, put together: decision, row of the ledger, attempt, report, each handing on to the next.

`ledger` makes rows and dispatches from decisions, `delivery` attempts a dispatch, `reports` applies
how an attempt ended. None of the three calls one before it.
"""

import asyncio
from contextlib import aclosing

import structlog
from prometheus_client import CollectorRegistry

from monitor.adapters.deliver import Sender, failed
from monitor.adapters.store import Store
from monitor.service.clock import Clock
from monitor.service.notices.contact_book import ContactBook
from monitor.service.notices.delivery import Delivery
from monitor.service.notices.dispatch import Dispatch, Report
from monitor.service.notices.ledger import NoticeLedger
from monitor.service.notices.reports import NoticeReports
from monitor.service.notices.seals import Seals
from monitor.service.sessions.open_sessions import Ward

log = structlog.get_logger(__name__)


class Notices:
    """All parts of notices: `load` once, then `run` sends."""

    def __init__(
        self, clock: Clock, store: Store, ward: Ward, sender: Sender, registry: CollectorRegistry
    ) -> None:
        self._clock = clock
        self._ward = ward
        self._sender = sender
        self.seals = Seals(store)
        self.book = ContactBook(clock, store, ward, sender.rules)
        self.ledger = NoticeLedger(clock, store, ward, self.book, self.seals, registry)
        self._delivery = Delivery(clock, sender, self.book)
        self._reports = NoticeReports(ward, self.ledger, self.book)

    async def load(self) -> None:
        """Load the keys, the contacts, and the notices that the last process had yet to send."""
        await self.seals.load()
        self._sender.pusher.use(self.seals.vapid)
        await self.book.load()
        await self.ledger.load()
        for running in self._ward.running:
            self.book.brief(running)

    async def run(self) -> None:
        """Send each message on each of its channels, in a separate task."""
        async with asyncio.TaskGroup() as group:
            while True:
                dispatch, index = await self.ledger.next()
                group.create_task(self._carry(dispatch, index), name=f"notice {dispatch.id}")

    async def _carry(self, dispatch: Dispatch, index: int) -> None:
        try:
            await self.ledger.committed()
            async with aclosing(self._delivery.attempts(dispatch, index)) as attempts:
                async for report in attempts:
                    await self._reports.apply(report)
        except Exception as error:  # noqa: BLE001 - one notice; the others must go out
            await self._give_up(dispatch, index, type(error).__name__)
        self.ledger.ended(dispatch, index)

    async def _give_up(self, dispatch: Dispatch, index: int, kind: str) -> None:
        log.error("notice_failed", kind=kind)
        outcome = failed("attempt_failed", error=kind, here=True)
        try:
            await self._reports.apply(
                Report(dispatch, index, outcome, self._clock.now(), last=True)
            )
        except Exception as error:  # noqa: BLE001 - its record fails too; the others must go out
            log.error("notice_failed", kind=type(error).__name__)  # noqa: TRY400
