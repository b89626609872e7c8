"""The reports of attempts: the one module where an outcome changes rows and reaches the core."""

from collections.abc import Sequence

import structlog

from monitor.adapters.store import NoticeRow
from monitor.core.sentences.english import english
from monitor.core.vocabulary.inputs import NoticeReported
from monitor.core.vocabulary.reasons import Reason
from monitor.service.notices.contact_book import ContactBook
from monitor.service.notices.dispatch import Report
from monitor.service.notices.ledger import NoticeLedger
from monitor.service.sessions.open_session import Session
from monitor.service.sessions.open_sessions import Ward

log = structlog.get_logger(__name__)


class NoticeReports:
    """Applies reports: to the ledger first, then to the sessions, then to the contacts."""

    def __init__(self, ward: Ward, ledger: NoticeLedger, book: ContactBook) -> None:
        self._ward = ward
        self._ledger = ledger
        self._book = book

    async def apply(self, report: Report) -> None:
        dispatch, outcome = report.dispatch, report.outcome
        changed = dispatch.take(report)
        for row in changed:
            if row.state == "failed":
                log.error(
                    "notice_given_up",
                    notice=row.id,
                    channel=row.channel,
                    reason=english(outcome.because),
                )
        self._ledger.put_down(changed)
        if outcome.ok:
            self._reached(dispatch.contact, report.at)
        elif dispatch.unreached_now():
            rows = [row for row in dispatch.newest.values() if row.state != "sent"]
            self._unreached(rows, outcome.because, report.at)
        if outcome.final and not outcome.ok:
            await self._book.withdraw(dispatch.urls[report.index])

    def _unreached(self, rows: Sequence[NoticeRow], because: Reason, now: float) -> None:
        """Report that no channel of their contact has accepted these so far."""
        why = english(because)
        for row in rows:
            session = self._ward.sessions.get(row.encounter)
            if session is not None and row.alarm:
                self._to_core(
                    session,
                    NoticeReported(row.alarm, row.contact, ok=False, why=why, because=because),
                    now,
                )

    def _reached(self, contact: int, now: float) -> None:
        """Report that this contact works again, in every session that lists it as unreached."""
        for session in self._ward.running:
            if contact in session.encounter.state.escalation.unreached:
                self._to_core(session, NoticeReported("", contact, ok=True), now)

    def _to_core(self, session: Session, given: NoticeReported, now: float) -> None:
        try:
            self._ward.apply(session, given, now)
        except Exception as error:  # noqa: BLE001 - one session; the others must learn of it
            kind = type(error).__name__
            log.error("notice_report_failed", encounter=session.id, kind=kind)  # noqa: TRY400
