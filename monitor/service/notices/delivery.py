"""Delivery of notices: a separate task for each channel, with attempts, pauses and results.

A dead, slow or wrong channel delays itself alone. The state in memory here is newer than the disk;
every change of a notice is reported to the `LedgerPort`, which records it.
"""

import asyncio
import random
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Final, Protocol

import msgspec
import structlog
from msgspec import Struct

from monitor.adapters.deliver import CANARY_URL, Outcome, Sender
from monitor.adapters.store import NoticeRow, Store
from monitor.adapters.store.tables.entry import WAITING
from monitor.codecs.contract.notice_text import Message
from monitor.service.clock import Clock

log = structlog.get_logger(__name__)

COMMIT_S: Final = 2.0
# Seconds between attempts; a little more or less, so that not all retries come at the same time.
PAUSES_S: Final = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0)
JITTER: Final = 0.2
# For a medium or low alarm the next channel is used if one has not accepted it for this long.
FALL_BACK_S: Final = 10.0
CHANGED: Final = "this contact was changed or removed"
TOO_LATE: Final = "it was on its way when it was cancelled"


class Sending(Struct, eq=False):
    """One message while it is on its way.

    urls       by index of the channel, as they were at the decision
    rows       by index, those that wait: one for each alarm; newest: the state of all of them
    failed     channels that did not accept it at the first attempt; sent: one has accepted it
    reported   its contact was reported as not reached
    moved      set on a change; tried: set when every channel was tried once
    """

    id: str
    contact: int
    urls: dict[int, str] = {}
    rows: dict[int, list[NoticeRow]] = {}
    failed: set[int] = set()
    sent: bool = False
    reported: bool = False
    newest: dict[str, NoticeRow] = {}
    moved: asyncio.Event = msgspec.field(default_factory=asyncio.Event)
    tried: asyncio.Event = msgspec.field(default_factory=asyncio.Event)

    def put(self, row: NoticeRow) -> None:
        """Set the newest state of a row; the rows that wait are those its channel has to send."""
        self.newest[row.id] = row
        others = [r for r in self.rows.get(row.place, []) if r.id != row.id]
        self.rows[row.place] = [*others, row] if row.state in WAITING else others
        if all(r.attempts or r.state not in WAITING for r in self.newest.values()):
            self.tried.set()
        self.moved.set()


class LedgerPort(Protocol):
    """The contacts, the texts and the record of notices, as `Delivery` needs them."""

    def message(self, sending: Sending, rows: Sequence[NoticeRow]) -> Message:
        """Return the message for these rows in its present form."""

    def has(self, contact_id: int, url: str) -> bool:
        """Return whether the contact still has this address."""

    def signing_key(self, contact: int) -> bytes:
        """Return the key that signs webhooks of this contact."""

    def put_down(self, rows: Sequence[NoticeRow]) -> None:
        """Record the new state of these rows, in memory and on disk."""

    def unreached(self, rows: Sequence[NoticeRow], why: str) -> None:
        """Report that no channel of their contact has accepted these so far."""

    def reached(self, contact: int) -> None:
        """Report that a channel of this contact has accepted a notice."""

    async def withdraw(self, url: str) -> None:
        """Report that this address will never accept a notice."""


class Delivery:
    """Delivers notices: `take` and `cancel` at any time; `run` sends."""

    def __init__(self, clock: Clock, store: Store, sender: Sender, office: LedgerPort) -> None:
        self._clock = clock
        self._store = store
        self._sender = sender
        self._office = office
        self._sending: dict[str, Sending] = {}
        self._fresh: asyncio.Queue[tuple[Sending, int]] = asyncio.Queue()

    def find(self, message: str) -> Sending | None:
        """Return a message that is on its way; None: it is not."""
        return self._sending.get(message)

    def newest(self, row: NoticeRow) -> NoticeRow:
        """Return the newest state of a row; the row itself, if it is not on its way."""
        sending = self._sending.get(row.message)
        return row if sending is None else sending.newest.get(row.id, row)

    def note(self, row: NoticeRow) -> None:
        """Note the new state of a row, if it is on its way."""
        sending = self._sending.get(row.message)
        if sending is not None:
            sending.put(row)

    def take(self, row: NoticeRow, url: str) -> None:
        """Queue a row for delivery to this address."""
        sending = self._sending.get(row.message)
        if sending is None:
            sending = self._sending[row.message] = Sending(row.message, row.contact)
        fresh = row.place not in sending.urls
        sending.urls.setdefault(row.place, url)
        sending.put(row)
        if fresh:
            self._fresh.put_nowait((sending, row.place))

    def cancel(self, why: str, wanted: Callable[[NoticeRow], bool]) -> list[NoticeRow]:
        """Cancel the waiting rows for which `wanted` is true, and return them."""
        over: list[NoticeRow] = []
        for sending in self._sending.values():
            for row in [r for rows in sending.rows.values() for r in rows if wanted(r)]:
                over.append(cancelled(row, why, self._clock.now()))
                sending.put(over[-1])
        return over

    # --- delivery -----------------------------------------------------------------------------

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            while True:
                sending, place = await self._fresh.get()
                group.create_task(self._deliver(sending, place), name=f"notice {sending.id}")

    async def _deliver(self, sending: Sending, place: int) -> None:
        try:
            await self.committed()
            if await self._is_wanted(sending, place):
                await self._attempts(sending, place)
            await self._late(sending, place)
        except Exception as error:  # noqa: BLE001 - one notice; the others must go out
            log.error("notice_failed", kind=type(error).__name__)  # noqa: TRY400
            self._fail(sending, place, f"it failed here ({type(error).__name__})")
        del sending.urls[place]
        if not sending.urls:
            self._sending.pop(sending.id, None)

    async def committed(self) -> None:
        """Wait for the commit of all decisions until now, but not long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(COMMIT_S):
                await self._store.flush()

    async def _is_wanted(self, sending: Sending, place: int) -> bool:
        """Wait until this channel is needed: for a high alarm immediately, for others when the
        channel before it fails. Return whether there is still a row to send."""
        if place == 0 or _at_once(sending.rows[place]):
            return True
        until = self._clock.real() + FALL_BACK_S * place
        earlier = {p for p in sending.rows if p < place}
        while sending.rows[place] and not sending.sent and not earlier <= sending.failed:
            if not await self._moved(sending, until):
                return True
        return bool(sending.rows[place])

    async def _moved(self, sending: Sending, until: float) -> bool:
        """Wait for a change. Return False if `until` (real seconds) comes first."""
        left = until - self._clock.real()
        if left <= 0:
            return False
        sending.moved.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(left):
                await sending.moved.wait()
        return True

    async def _attempts(self, sending: Sending, place: int) -> None:
        for pause in (*PAUSES_S, None):
            outcome = await self._attempt(sending, place)
            if outcome is None or outcome.ok:
                return
            if outcome.final or pause is None:
                self._fail(sending, place, outcome.detail)
                if outcome.final:
                    await self._office.withdraw(sending.urls[place])
                return
            spread = pause * (1 + random.uniform(-JITTER, JITTER))  # noqa: S311 - no secret
            until = self._clock.real() + spread
            while sending.rows[place] and await self._moved(sending, until):
                pass

    async def _attempt(self, sending: Sending, place: int) -> Outcome | None:
        """Try once to send. Return the outcome; None: there is no row left to send."""
        sent: list[NoticeRow] = []

        def make() -> Message | None:
            """Build the message when its turn comes, without the rows that were cancelled."""
            sent[:] = sending.rows[place]
            return self._office.message(sending, sent) if sent else None

        url, key = sending.urls[place], f"{sending.id}.{place}"
        if not sending.rows[place]:
            return None
        sent[:] = sending.rows[place]
        if url != CANARY_URL and not self._office.has(sending.contact, url):
            outcome: Outcome | None = Outcome(False, CHANGED, final=True)
        else:
            try:
                secret = self._office.signing_key(sending.contact)
                outcome = await self._sender.send(url, make, key, secret)
            except Exception as error:  # noqa: BLE001 - ours; tried again like any other
                outcome = Outcome(False, f"it failed here ({type(error).__name__})")
        if outcome is not None:
            self._told(sending, place, sent, outcome)
        return outcome

    def _told(self, sending: Sending, place: int, sent: list[NoticeRow], outcome: Outcome) -> None:
        """Report the outcome of an attempt to the ledger and the core. sent: its rows."""
        now = self._clock.now()
        changed = []
        for row in (sending.newest[old.id] for old in sent):
            late = "" if row.state in WAITING else TOO_LATE
            if late and not outcome.ok:
                continue  # cancelled meanwhile, and not delivered
            changed.append(msgspec.structs.replace(
                row, state="sent" if outcome.ok else "retrying", at=now, attempts=row.attempts + 1,
                detail=late or outcome.detail, sent_at=now if outcome.ok else None,
                delivered_at=now if outcome.delivered else None,
            ))  # fmt: skip
        if outcome.ok:
            sending.sent = True
            for other, rows in sending.rows.items():
                if other != place and not _at_once(rows):
                    changed += [cancelled(row, "another channel took it", now) for row in rows]
        else:
            sending.failed.add(place)
        self._office.put_down(changed)
        sending.moved.set()
        if outcome.ok:
            self._office.reached(sending.contact)
        else:
            self._report(sending, outcome.detail)

    async def _late(self, sending: Sending, place: int) -> None:
        """Record a late success: an attempt that was given up, and the notice with it, may have
        arrived after all."""
        outcome = await self._sender.late(f"{sending.id}.{place}")
        if outcome is not None and outcome.ok:
            mine = [row for row in sending.newest.values() if row.place == place]
            self._told(sending, place, [row for row in mine if row.state != "sent"], outcome)

    def _fail(self, sending: Sending, place: int, why: str) -> None:
        now = self._clock.now()
        dead = [
            msgspec.structs.replace(row, state="failed", at=now, detail=why)
            for row in sending.rows.get(place, ())
        ]
        for row in dead:
            log.error("notice_given_up", notice=row.id, channel=row.channel, reason=why)
        sending.failed.add(place)
        self._office.put_down(dead)
        self._report(sending, why)

    def _report(self, sending: Sending, why: str) -> None:
        """Report once that no channel of the contact has accepted it at its first attempt."""
        if sending.sent or sending.reported or not sending.failed >= set(sending.rows):
            return
        sending.reported = True
        self._office.unreached([r for r in sending.newest.values() if r.state != "sent"], why)


def _at_once(rows: Sequence[NoticeRow]) -> bool:
    """Return whether these go out on every channel of the contact at the same time."""
    return any(row.priority == "high" or row.purpose == "test" for row in rows)


def cancelled(row: NoticeRow, why: str, now: float) -> NoticeRow:
    """Return the row as cancelled. The reason why it had not arrived before is kept."""
    before = f"; before that, {row.detail}" if row.detail else ""
    return msgspec.structs.replace(row, state="cancelled", at=now, detail=why + before)
