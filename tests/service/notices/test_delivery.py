"""The attempts on one channel, with a real server and without a ledger."""

from collections.abc import Iterator
from contextlib import aclosing
from pathlib import Path
from typing import Final

import pytest

from monitor.adapters.deliver import Pusher, Rules, Sender
from monitor.adapters.store.questions.contacts import ContactRow
from monitor.core.sentences.english import english
from monitor.service.notices.contact_book import ContactBook
from monitor.service.notices.delivery import Delivery
from monitor.service.notices.dispatch import CHANGED, Dispatch, Report
from tests.parts.sinks import HttpSink
from tests.service.notices.test_dispatch import dispatch, row
from tests.service.rig import START, Rig

RULES: Final = Rules(allow=("json://127.0.0.1",))


@pytest.fixture
def sink() -> Iterator[HttpSink]:
    sink = HttpSink()
    yield sink
    sink.close()


class Channel:
    """One message to one contact at this address of the sink."""

    def __init__(self, folder: Path, url: str, now: str | None = None) -> None:
        rig = Rig(f"sqlite:///{folder / 'ward.db'}")
        book = ContactBook(rig.clock, rig.store, rig.ward, RULES)
        urls = (url if now is None else now,)
        book.contacts[1] = ContactRow(
            id=1, name="Anna", urls=urls, order=0, after_s=0.0, created_at=START
        )
        sender = Sender(RULES, lambda: START, Pusher("mailto:nobody@example.com"))
        self._delivery = Delivery(rig.clock, sender, book)
        self.dispatch: Dispatch = dispatch(row(0))
        self.dispatch.urls[0] = url

    async def reports(self, most: int) -> list[Report]:
        """Return the first reports, each applied as the caller has to."""
        found: list[Report] = []
        async with aclosing(self._delivery.attempts(self.dispatch, 0)) as attempts:
            async for report in attempts:
                found.append(report)
                for changed in self.dispatch.take(report):
                    self.dispatch.put(changed)
                if len(found) == most:
                    break
        return found


async def test_an_accepted_message_is_one_report(tmp_path: Path, sink: HttpSink) -> None:
    (report,) = await Channel(tmp_path, sink.url("ok")).reports(9)
    assert (report.outcome.ok, report.rows, report.index) == (True, ("e-1.0",), 0)
    assert len(sink.got) == 1


async def test_a_refused_one_is_a_report_each_and_is_tried_again(
    tmp_path: Path, sink: HttpSink
) -> None:
    found = await Channel(tmp_path, sink.url("broken")).reports(2)
    assert [(english(r.outcome.because), r.last) for r in found] == [("it answered 500", False)] * 2


async def test_an_address_that_the_contact_has_no_more_is_told_nothing_and_ends_it(
    tmp_path: Path, sink: HttpSink
) -> None:
    gone = Channel(tmp_path, sink.url("ok"), now=sink.url("other"))
    (report,) = await gone.reports(9)
    assert (report.outcome.ok, report.outcome.because, report.last) == (False, CHANGED, True)
    assert sink.got == []


async def test_of_cancelled_rows_there_is_neither_an_attempt_nor_a_report(
    tmp_path: Path, sink: HttpSink
) -> None:
    over = Channel(tmp_path, sink.url("ok"))
    over.dispatch.cancel(CHANGED, lambda _: True, START)
    assert await over.reports(9) == []
    assert sink.got == []
