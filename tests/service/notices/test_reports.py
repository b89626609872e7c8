"""How an attempt ended changes the rows on disk, then the sessions, then the contacts."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from structlog.testing import capture_logs

from monitor.adapters.deliver import Outcome, failed
from monitor.adapters.store import NoticeRow
from monitor.adapters.store.questions.browsers import add_browser
from monitor.adapters.store.questions.users import add_user
from monitor.core.vocabulary.inputs import NoticeReported
from monitor.service.notices.dispatch import Dispatch, Report
from monitor.service.notices.reports import NoticeReports
from monitor.service.sessions.open_session import Session
from tests.service.notices.notified import HERE, Notified
from tests.service.rig import START

ACCEPTED = Outcome(True)
REFUSED = failed("answered", status=500)
GONE = failed("browser_withdrawn", final=True)


class Reported(Notified):
    """Notices whose attempts end as the test says."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.reports = NoticeReports(self.ward, self.notices.ledger, self.notices.book)

    async def ends(self, dispatch: Dispatch, index: int, outcome: Outcome, *, last: bool) -> None:
        ids = tuple(row.id for row in dispatch.rows[index])
        await self.reports.apply(Report(dispatch, index, outcome, START + 5, ids, last=last))

    async def under_way(self) -> Dispatch:
        """Return the message of the newest decision."""
        dispatch, _ = await self.notices.ledger.next()
        return dispatch


@pytest_asyncio.fixture
async def rig(fresh: str) -> AsyncIterator[Reported]:
    rig = Reported(fresh)
    await rig.begin()
    yield rig
    await rig.end()


def unreached(session: Session) -> dict[int, Any]:
    return dict(session.encounter.state.escalation.unreached)


async def states(rig: Reported, session: Session) -> list[tuple[str, int]]:
    return [(row.state, row.attempts) for row in await rig.rows(session)]


@pytest.mark.parametrize(("outcome", "last", "state", "missed"), [
    (ACCEPTED, False, "sent", False),
    (REFUSED, False, "retrying", True),
    (REFUSED, True, "failed", True),
])  # fmt: skip
async def test_an_outcome_is_on_disk_and_a_failure_reaches_the_core(
    rig: Reported, outcome: Outcome, last: bool, state: str, missed: bool
) -> None:
    anna = await rig.contact()
    session = await rig.session()
    rig.help(session)
    with capture_logs() as logged:
        await rig.ends(await rig.under_way(), 0, outcome, last=last)
    assert await states(rig, session) == [(state, 1)]
    assert (set(unreached(session)) == {anna.id}) == missed
    given_up = [line["reason"] for line in logged if line["event"] == "notice_given_up"]
    assert given_up == (["it answered 500"] if last else [])


async def test_a_contact_is_unreached_only_when_no_channel_has_accepted_it(
    rig: Reported,
) -> None:
    anna = await rig.contact(HERE, HERE + "2")
    session = await rig.session()
    rig.help(session)
    dispatch = await rig.under_way()
    await rig.ends(dispatch, 0, REFUSED, last=False)
    assert unreached(session) == {}
    await rig.ends(dispatch, 1, REFUSED, last=False)
    assert set(unreached(session)) == {anna.id}
    await rig.ends(dispatch, 1, ACCEPTED, last=False)
    assert unreached(session) == {}


async def test_a_contact_that_works_again_is_reached_in_every_session(rig: Reported) -> None:
    anna = await rig.contact()
    sessions = [await rig.session(name) for name in ("e1", "e2", "e3")]
    for session in sessions[:2]:
        alarm = rig.help(session)
        missed = NoticeReported(alarm, anna.id, ok=False, because=REFUSED.because)
        rig.ward.apply(session, missed, rig.clock.now())
    await rig.ends(await rig.under_way(), 0, ACCEPTED, last=False)
    assert [unreached(session) for session in sessions] == [{}, {}, {}]


async def test_a_report_of_a_session_that_is_closed_is_on_disk_and_harms_none(
    rig: Reported,
) -> None:
    await rig.contact()
    session = await rig.session()
    rig.help(session)
    dispatch = await rig.under_way()
    rig.ward.remove(session)
    await rig.ends(dispatch, 0, REFUSED, last=True)
    assert await states(rig, session) == [("failed", 1)]


@pytest.mark.parametrize(("outcome", "kept"), [(GONE, False), (REFUSED, True), (ACCEPTED, True)])
async def test_a_browser_that_is_gone_for_good_is_no_contact_any_more(
    rig: Reported, outcome: Outcome, kept: bool
) -> None:
    await rig.store.write(add_user, "thea", "therapist", "hash", START)
    keys = ("cDI1NmRo", "c2l4dGVlbiBieXRlcyEh")
    await rig.store.write(add_browser, "thea", "https://push.example.invalid/a", *keys, START)
    await rig.notices.book.reload()
    (browser,) = rig.notices.book.contacts.values()
    row = NoticeRow(
        id="m.0", message="m", encounter="", alarm="", contact=browser.id, name="thea",
        channel="webpush", channel_index=0, priority="low", kind="technical", onset=START,
        queued_at=START, at=START, purpose="test",
    )  # fmt: skip
    await rig.notices.ledger.send([row], within=0.01)
    await rig.ends(await rig.under_way(), 0, outcome, last=not kept)
    assert (browser.id in rig.notices.book.contacts) == kept
