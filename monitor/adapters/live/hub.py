"""The hub of the live view: sends messages to every connected page, each page at its own pace.

A publisher hands a message over once, as JSON without its `seq`, and continues; the hub puts it
into every seat (see `seat`). Each seat has its own task that sends, so the slowest reader delays
only itself. For one recipient, waiting (back-pressure) would be right: it slows the sender to the
reader's rate. For many it is wrong, because the slowest would set the pace of all.

Statuses are throttled once for all pages: the first is sent immediately, then no more than one
every `STATUS_EVERY_S`, and the last one always arrives.

A snapshot grows with the number of open sessions, and pages come in crowds: after a restart, or
when one person opens and closes them endlessly. So all pages that wait get the same snapshot, and
between two snapshots the loop has several times as long for alarms.
"""

import asyncio
from collections.abc import Callable
from typing import Any, Final, Protocol

import msgspec
from msgspec import Struct
from prometheus_client import CollectorRegistry, Counter, Gauge

from monitor.adapters.live.seat import Presence, Seat
from monitor.codecs.contract.wire import heartbeat_json, person_json, snapshot_json
from monitor.core.sentences.english import english
from monitor.core.vocabulary.reasons import Reason

HEARTBEAT_S: Final = 1.0
# A little more than a quarter second, so that no page's clock counts five within a second.
STATUS_EVERY_S: Final = 0.26
# Pause between two snapshots; one takes some 0.2 ms a session, on two slow cores.
BETWEEN_S: Final = 0.05
BETWEEN_A_SESSION_S: Final = 0.001
SEATS: Final = 1000
# Of those, reserved for people who may act: a viewer cannot take one of them.
FOR_ACTING: Final = 200
# A person watches from a few screens, with a window for each of a dozen sessions at most; when a
# page reconnects over a bad line, its old seat remains taken for ten seconds more.
PER_SIGN_IN: Final = 32
PER_USER: Final = 64

VIEWER: Final = "viewer"
SIGNED_OUT: Final = 4401
RESTARTING: Final = 1012
FAULT: Final = 1011

Body = bytes | Callable[[], bytes]


class Full(Exception):
    """No seat is free for this page. The reason names a remedy."""

    def __init__(self, because: Reason) -> None:
        self.because = because
        super().__init__(english(because))


class Seating(Struct, frozen=True, kw_only=True):
    """How many pages may be connected: in all, reserved for people who may act, of one person."""

    seats: int = SEATS
    for_acting: int = FOR_ACTING
    per_sign_in: int = PER_SIGN_IN
    per_user: int = PER_USER


class StatusSource(Protocol):
    """Provides the hub with the content of a snapshot. The desk is one."""

    def statuses(self) -> list[dict[str, Any]]:
        """Return each open encounter as the contract's status object, with label and emergency."""

    def clock(self) -> dict[str, float]:
        """`{"time": epoch seconds, "speed": 1.0}` by the service's clock."""

    def shown(self, alarm_id: str, by: str) -> None:
        """A page reports that it displayed this alarm. Unchecked: the id may be any text."""


class PageCounters:
    """The hub's metrics, for the operator."""

    def __init__(self, registry: CollectorRegistry) -> None:
        name = "dosing_monitor_live"
        self.seats = Gauge(f"{name}_connections", "Pages connected now", registry=registry)
        self.sent = Counter(f"{name}_messages", "Messages sent to pages", registry=registry)
        self.ended = Counter(
            f"{name}_closed", "Connections the service closed", ["code"], registry=registry
        )
        self.ignored = Counter(
            f"{name}_ignored", "Messages of pages not understood", registry=registry
        )


class _Pace(Struct):
    """The throttle of one encounter's statuses: while the timer runs, the newest waits."""

    timer: asyncio.TimerHandle
    waiting: Body | None = None


class Hub:
    """The seats of all pages, and publishing to them. Used in one event loop only; no locks.

    `publish_*` never wait; with no page connected they do almost no work. No page can `join`
    before `run(source)` runs; when `run` ends, every seat is ended.
    """

    def __init__(self, registry: CollectorRegistry, seating: Seating | None = None) -> None:
        self._counters = PageCounters(registry)
        self._seating = seating or Seating()
        self._seats: set[Seat] = set()
        self._pace: dict[str, _Pace] = {}
        self._newcomers: dict[Seat, None] = {}
        self._between: asyncio.TimerHandle | None = None
        self._source: StatusSource | None = None

    async def run(self, source: StatusSource) -> None:
        """Send the heartbeat, for ever. By its steady rhythm a page knows that we are alive."""
        self._source = source
        try:
            while True:
                await asyncio.sleep(HEARTBEAT_S)
                text = self._stamped(heartbeat_json(self.time()))
                for seat in self._seats:
                    seat.heartbeat(text)
        finally:
            self._source = None
            self.end_all(RESTARTING, "the service stops")
            self._newcomers.clear()
            if self._between is not None:
                self._between.cancel()
            for pace in self._pace.values():
                pace.timer.cancel()
            self._pace.clear()

    # --- seats ---

    def join(self, sign_in: str, user: str, role: str) -> Seat:
        """Return a seat for a page of this person; `sign_in` is the id of the person's sign-in.

        Raises Full when no seat is free for this page, and while the hub does not run. A seat
        that is taken is never ended for a newcomer.
        """
        self.look_for_seat(sign_in, user, role)
        seat = Seat(self, sign_in, user, role)
        self._seats.add(seat)
        self._counters.seats.set(len(self._seats))
        return seat

    def look_for_seat(self, sign_in: str, user: str, role: str) -> None:
        """Raise Full if `join` would."""
        self._running()
        seating, taken = self._seating, len(self._seats)
        if sum(seat.sign_in == sign_in for seat in self._seats) >= seating.per_sign_in:
            raise Full(Reason("seats_of_sign_in"))
        if sum(seat.user == user for seat in self._seats) >= seating.per_user:
            raise Full(Reason("seats_of_user", {"name": user}))
        if taken >= seating.seats:
            raise Full(Reason("seats_full"))
        if role == VIEWER:
            viewers = sum(seat.role == VIEWER for seat in self._seats)
            if viewers >= seating.seats - seating.for_acting:
                raise Full(Reason("seats_for_acting"))

    def leave(self, seat: Seat) -> None:
        self._seats.discard(seat)
        self._newcomers.pop(seat, None)
        self._counters.seats.set(len(self._seats))
        if seat.ending is not None:
            self._counters.ended.labels(str(seat.ending.code)).inc()

    def end_sign_in(self, sign_in: str) -> None:
        """Close the pages of a sign-in that has ended."""
        for seat in self._seats:
            if seat.sign_in == sign_in:
                seat.end(SIGNED_OUT, "signed out")

    def end_all(self, code: int, reason: str) -> None:
        for seat in self._seats:
            seat.end(code, reason)

    def sign_ins(self) -> dict[str, bool]:
        """Return the sign-ins that have a page open -> whether one of those pages answers."""
        found: dict[str, bool] = {}
        for seat in self._seats:
            found[seat.sign_in] = found.get(seat.sign_in, False) or seat.presence is not None
        return found

    def users(self) -> dict[str, str]:
        """Return the sign-ins that have a page open -> their user."""
        return {seat.sign_in: seat.user for seat in self._seats}

    def appoint(self, sign_in: str, role: str) -> None:
        """Change the role of a sign-in: attendance counts by the new role, and its pages are
        notified."""
        for seat in self._seats:
            if seat.sign_in == sign_in and seat.role != role:
                seat.appoint(role, self._stamped(person_json(self.time(), seat.user, role)))

    def presence(self) -> list[Presence]:
        """Return the last report of every page that answers its heartbeats."""
        return [seat.presence for seat in self._seats if seat.presence is not None]

    def attended_at(self) -> float | None:
        """Return when a person who may act last answered from a page that is seen or can be heard;
        None: no such page is there now."""
        answers = [
            seat.answered
            for seat in self._seats
            if (said := seat.presence) is not None
            and said.role != VIEWER
            and (said.visible or said.audible)
        ]
        return max(answers, default=None)

    # --- publishing ---

    def publish_alarm(self, encounter_id: str, body: bytes) -> None:
        """Send one transition, made by `wire.transition_json`. Publish the status after it."""
        text = body.decode()
        for seat in self._seats:
            seat.alarm(encounter_id, text)

    def publish_status(self, encounter_id: str, body: Body) -> None:
        """Send the newest status, made by `wire.status_message_json`, or a function that makes it.

        Prefer the function: it is called only when a status is really sent.
        """
        pace = self._pace.get(encounter_id)
        if pace is not None:
            pace.waiting = body
        elif self._seats:
            self._pace[encounter_id] = _Pace(self._later(encounter_id))
            self._spread(encounter_id, body)

    def _later(self, encounter_id: str) -> asyncio.TimerHandle:
        return asyncio.get_running_loop().call_later(STATUS_EVERY_S, self._due, encounter_id)

    def _due(self, encounter_id: str) -> None:
        pace = self._pace[encounter_id]
        if pace.waiting is None:
            del self._pace[encounter_id]
            return
        body, pace.waiting = pace.waiting, None
        pace.timer = self._later(encounter_id)
        self._spread(encounter_id, body)

    def _spread(self, encounter_id: str, body: Body) -> None:
        if self._seats:
            text = (body if isinstance(body, bytes) else body()).decode()
            for seat in self._seats:
                seat.status(encounter_id, text)

    # --- called by seats ---

    def welcome(self, seat: Seat) -> None:
        self._newcomers[seat] = None
        if self._between is None:
            self._begin()

    def _begin(self) -> None:
        """Send one snapshot to all pages that wait for it, and schedule the next."""
        seats = [*self._newcomers]
        self._newcomers.clear()
        self._between = None
        if not seats:
            return
        try:
            statuses = self._running().statuses()
            text = self._stamped(snapshot_json(self.time(), statuses))
        except Exception:
            for seat in seats:
                seat.end(FAULT, "no snapshot could be made, connect again")
            raise
        first = f'{{"seq":1,{text[1:]}'
        for seat in seats:
            seat.begin(first)
        wait = BETWEEN_S + len(statuses) * BETWEEN_A_SESSION_S
        self._between = asyncio.get_running_loop().call_later(wait, self._begin)

    def time(self) -> float:
        return self._running().clock()["time"]

    def shown(self, alarm_id: str, by: str) -> None:
        self._running().shown(alarm_id, by)

    def took(self) -> None:
        self._counters.sent.inc()

    def ignored(self) -> None:
        self._counters.ignored.inc()

    def _stamped(self, body: dict[str, object]) -> str:
        body["speed"] = self._running().clock()["speed"]
        return msgspec.json.encode(body).decode()

    def _running(self) -> StatusSource:
        if self._source is None:
            raise Full(Reason("seats_not_yet"))
        return self._source
