"""What every browser is told, each at its own pace.

A publisher hands a message over once, as JSON without its `seq`, and goes on; the hub puts it into
every seat (see `seat`). Each seat is emptied by a task of its own, so the slowest reader waits for
itself alone. For one recipient waiting would be right: it slows the sender to what the reader can
take. For many it is wrong, because the slowest would set the pace of all.

Statuses are thinned once for everybody: the first goes out immediately, then no more than one
every `STATUS_EVERY_S`, and the last one always arrives.

A snapshot grows with the open sessions, and pages come in crowds: after a restart, or when one
person opens and closes them without an end. So all that wait get the same one, and between two of
them the loop has several times as long for alarms.
"""

import asyncio
from collections.abc import Callable
from typing import Any, Final, Protocol

import msgspec
from msgspec import Struct
from prometheus_client import CollectorRegistry, Counter, Gauge

from monitor.adapters.live.seat import Presence, Seat
from monitor.codecs.contract.wire import heartbeat_json, person_json, snapshot_json

HEARTBEAT_S: Final = 1.0
# A quarter second and a little: so that nobody's clock counts five within a second.
STATUS_EVERY_S: Final = 0.26
# Between two snapshots; one takes some 0.2 ms a session, on two slow cores.
BETWEEN_S: Final = 0.05
BETWEEN_A_SESSION_S: Final = 0.001
SEATS: Final = 1000
# Of those, for people who may act: who only looks on takes none of them.
FOR_ACTING: Final = 200
# A person watches from a few screens, with a window for each of a dozen sessions at most; a page
# that comes back over a bad line finds its old seat held for ten seconds more.
PER_SIGN_IN: Final = 32
PER_USER: Final = 64

VIEWER: Final = "viewer"
SIGNED_OUT: Final = 4401
RESTARTING: Final = 1012
FAULT: Final = 1011

Body = bytes | Callable[[], bytes]


TOO_MANY_PAGES: Final = "Too many pages are connected. Close some that nobody looks at."
TOO_MANY_VIEWERS: Final = (
    "Too many pages are connected. The last seats are kept for people who may act: close a page "
    "that only looks on."
)
TOO_MANY_OF_ONE: Final = (
    "Too many pages are connected as {}. Close some that nobody looks at, or sign in there as "
    "another user."
)
TOO_MANY_HERE: Final = (
    "Too many pages are connected with this sign-in. Close some that nobody looks at, or sign in "
    "anew on the other screens."
)
NOT_RUNNING: Final = "Too many pages are connected. The service starts or stops; wait a moment."


class Full(Exception):
    """No seat is free for this page. The message says why, and what to do."""


class Seating(Struct, frozen=True, kw_only=True):
    """How many pages may be connected: in all; kept of those for who may act; of one person."""

    seats: int = SEATS
    for_acting: int = FOR_ACTING
    per_sign_in: int = PER_SIGN_IN
    per_user: int = PER_USER


class StatusSource(Protocol):
    """Where the hub asks for what a newcomer must know. The desk is one."""

    def statuses(self) -> list[dict[str, Any]]:
        """Every open encounter as the contract's status object, label and emergency included."""

    def clock(self) -> dict[str, float]:
        """`{"time": epoch seconds, "speed": 1.0}` by the service's clock."""

    def shown(self, alarm_id: str, by: str) -> None:
        """A page says that it displayed this alarm. Unchecked: the id may be any text."""


class PageCounters:
    """The hub's numbers for the operator."""

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
    """One encounter's thinning: while the timer runs nothing is sent, the newest waits."""

    timer: asyncio.TimerHandle
    waiting: Body | None = None


class Hub:
    """The seats, and what is published to all of them. Lives in one event loop; no locks.

    `publish_*` never wait; with no page connected they do next to nothing. Nobody can `join`
    before `run(source)` runs; when it ends, every seat is ended.
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
        """The heartbeat, for ever. Its steady rhythm is how a page knows that we are alive."""
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
        """A seat for a page of this signed-in person; `sign_in` names it.

        Raises Full when no seat is free for this page, and while the hub does not run. A seat
        that is taken is never ended for a newcomer.
        """
        self.look_for_seat(sign_in, user, role)
        seat = Seat(self, sign_in, user, role)
        self._seats.add(seat)
        self._counters.seats.set(len(self._seats))
        return seat

    def look_for_seat(self, sign_in: str, user: str, role: str) -> None:
        """Raises Full when `join` would."""
        self._running()
        seating, taken = self._seating, len(self._seats)
        if sum(seat.sign_in == sign_in for seat in self._seats) >= seating.per_sign_in:
            raise Full(TOO_MANY_HERE)
        if sum(seat.user == user for seat in self._seats) >= seating.per_user:
            raise Full(TOO_MANY_OF_ONE.format(user))
        if taken >= seating.seats:
            raise Full(TOO_MANY_PAGES)
        if role == VIEWER:
            viewers = sum(seat.role == VIEWER for seat in self._seats)
            if viewers >= seating.seats - seating.for_acting:
                raise Full(TOO_MANY_VIEWERS)

    def leave(self, seat: Seat) -> None:
        self._seats.discard(seat)
        self._newcomers.pop(seat, None)
        self._counters.seats.set(len(self._seats))
        if seat.ending is not None:
            self._counters.ended.labels(str(seat.ending.code)).inc()

    def end_sign_in(self, sign_in: str) -> None:
        """This sign-in is over: its pages are closed."""
        for seat in self._seats:
            if seat.sign_in == sign_in:
                seat.end(SIGNED_OUT, "signed out")

    def end_all(self, code: int, reason: str) -> None:
        for seat in self._seats:
            seat.end(code, reason)

    def sign_ins(self) -> dict[str, bool]:
        """The sign-ins that have a page open -> whether one of those pages answers."""
        found: dict[str, bool] = {}
        for seat in self._seats:
            found[seat.sign_in] = found.get(seat.sign_in, False) or seat.presence is not None
        return found

    def users(self) -> dict[str, str]:
        """The sign-ins that have a page open -> whose."""
        return {seat.sign_in: seat.user for seat in self._seats}

    def appoint(self, sign_in: str, role: str) -> None:
        """From now on whoever signed in so has this role: it counts for who watches, and the pages
        are told."""
        for seat in self._seats:
            if seat.sign_in == sign_in and seat.role != role:
                seat.appoint(role, self._stamped(person_json(self.time(), seat.user, role)))

    def presence(self) -> list[Presence]:
        """Every page that answers its heartbeats, with what it says of itself."""
        return [seat.presence for seat in self._seats if seat.presence is not None]

    def attended_at(self) -> float | None:
        """When somebody who may act last answered from a page that is seen or can be heard; None:
        no such page is there now."""
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
        """One transition, as `wire.transition_json` makes it. Publish the status after it."""
        text = body.decode()
        for seat in self._seats:
            seat.alarm(encounter_id, text)

    def publish_status(self, encounter_id: str, body: Body) -> None:
        """The newest status, as `wire.status_message_json` makes it, or a function making it.

        Prefer the function: it is called only when a status really goes out.
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

    # --- what seats ask ---

    def welcome(self, seat: Seat) -> None:
        self._newcomers[seat] = None
        if self._between is None:
            self._begin()

    def _begin(self) -> None:
        """One snapshot for all who wait for it, and the time until the next."""
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
            raise Full(NOT_RUNNING)
        return self._source
