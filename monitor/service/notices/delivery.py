"""The attempts to send a message on one channel: when, how often, and a report after each.

A dead, slow or wrong channel delays itself alone. The attempts read the message and the contact's
present addresses, and change neither: `reports` applies their reports.
"""

import asyncio
import random
from collections.abc import AsyncGenerator
from contextlib import suppress
from typing import Final

from monitor.adapters.deliver import Outcome, Sender, failed
from monitor.adapters.store import NoticeRow
from monitor.codecs.contract.notice_text import Message
from monitor.service.clock import Clock
from monitor.service.notices.contact_book import ContactBook
from monitor.service.notices.dispatch import CHANGED, Dispatch, Report

# Seconds between attempts; a little more or less, so that not all retries come at the same time.
PAUSES_S: Final = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0)
JITTER: Final = 0.2
# For a medium or low alarm the next channel is used if one has not accepted it for this long.
FALL_BACK_S: Final = 10.0


class Delivery:
    """Sends messages, each channel by its own course of `attempts`."""

    def __init__(self, clock: Clock, sender: Sender, book: ContactBook) -> None:
        self._clock = clock
        self._sender = sender
        self._book = book

    async def attempts(self, dispatch: Dispatch, index: int) -> AsyncGenerator[Report, None]:
        """Send on this channel, and yield a report after each attempt. A report must be applied to
        the dispatch before the next one is requested."""
        if await self._is_wanted(dispatch, index):
            for pause in (*PAUSES_S, None):
                report = await self._attempt(dispatch, index, last=pause is None)
                if report is None:
                    break
                yield report
                if report.outcome.ok or report.last or pause is None:
                    break
                await self._rest(dispatch, index, pause)
        late = await self._late(dispatch, index)
        if late is not None:
            yield late

    async def _is_wanted(self, dispatch: Dispatch, index: int) -> bool:
        """Wait until this channel is needed: for a high alarm immediately, for others when the
        channel before it fails. Return whether there is still a row to send."""
        if index == 0 or dispatch.at_once(index):
            return True
        until = self._clock.real() + FALL_BACK_S * index
        earlier = {p for p in dispatch.rows if p < index}
        while dispatch.rows[index] and not dispatch.sent and not earlier <= dispatch.failed:
            if not await self._moved(dispatch, until):
                return True
        return bool(dispatch.rows[index])

    async def _rest(self, dispatch: Dispatch, index: int, pause: float) -> None:
        """Wait for the next attempt, while there is still a row to send."""
        spread = pause * (1 + random.uniform(-JITTER, JITTER))  # noqa: S311 - no secret
        until = self._clock.real() + spread
        while dispatch.rows[index] and await self._moved(dispatch, until):
            pass

    async def _moved(self, dispatch: Dispatch, until: float) -> bool:
        """Wait for a change. Return False if `until` (real seconds) comes first."""
        left = until - self._clock.real()
        if left <= 0:
            return False
        dispatch.moved.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(left):
                await dispatch.moved.wait()
        return True

    async def _attempt(self, dispatch: Dispatch, index: int, *, last: bool) -> Report | None:
        """Try once to send. Return the report; None: there is no row left to send."""
        if not dispatch.rows[index]:
            return None
        sent = list(dispatch.rows[index])
        if not self._book.has(dispatch.contact, dispatch.urls[index]):
            outcome: Outcome | None = Outcome(False, CHANGED)
            last = True
        else:
            outcome = await self._send(dispatch, index, sent)
        if outcome is None:
            return None
        ids = tuple(row.id for row in sent)
        return Report(dispatch, index, outcome, self._clock.now(), ids, last=last or outcome.final)

    async def _send(
        self, dispatch: Dispatch, index: int, sent: list[NoticeRow]
    ) -> Outcome | None:  # fmt: skip
        """Send the rows that wait when the attempt's turn comes, and set `sent` to them."""

        def make() -> Message | None:
            sent[:] = dispatch.rows[index]
            return dispatch.message(sent, self._book.zone(dispatch.contact)) if sent else None

        url, key = dispatch.urls[index], f"{dispatch.id}.{index}"
        try:
            return await self._sender.send(url, make, key, dispatch.secret)
        except Exception as error:  # noqa: BLE001 - ours; tried again like any other
            return failed("attempt_failed", error=type(error).__name__, here=True)

    async def _late(self, dispatch: Dispatch, index: int) -> Report | None:
        """Return a late success: an attempt that was given up, and the notice with it, may have
        arrived after all."""
        outcome = await self._sender.late(f"{dispatch.id}.{index}")
        if outcome is None or not outcome.ok:
            return None
        mine = [row for row in dispatch.newest.values() if row.channel_index == index]
        ids = tuple(row.id for row in mine if row.state != "sent")
        return Report(dispatch, index, outcome, self._clock.now(), ids)
