"""The running sessions, and the one path by which anything happens to them.

An input is decided at once and synchronously; its events and the input go together to the store,
and out to whoever watches. Nothing here waits, so nothing slow can hold a decision up.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Final

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge

from monitor.adapters.store import Entry, NoticeRow, Opening, Store
from monitor.core.vocabulary.events import AlarmChanged, Closed, Duplicate, Event, Judged, Notice
from monitor.core.vocabulary.inputs import Input, ServiceFault
from monitor.core.vocabulary.words import FaultCondition
from monitor.service.clock import Clock
from monitor.service.sessions.deadlines import Deadlines
from monitor.service.sessions.open_session import Session
from monitor.service.sessions.publishing import Outward

SNAPSHOT_EVERY_S: Final = 60.0
# A fault of the service is told in every session. Between so many of them others run: to tell
# thousands takes a second, and that must not be a second in which nothing is heard.
TOLD_A_TURN: Final = 20

log = structlog.get_logger(__name__)


Telling = Callable[[Session, Sequence[Event], float], list[NoticeRow]]


def _nobody(session: Session, events: Sequence[Event], now: float) -> list[NoticeRow]:
    """No notices, before they are set up."""
    return []


class Ward:
    """`sessions`: encounter id -> session; `serving`: device id -> the session it serves.

    telling   what of these events belongs into the outbox, in the same commit
    """

    def __init__(
        self, clock: Clock, store: Store, outward: Outward, registry: CollectorRegistry
    ) -> None:
        self._clock = clock
        self._store = store
        self._outward = outward
        self.sessions: dict[str, Session] = {}
        self.serving: dict[str, Session] = {}
        self._faults: dict[FaultCondition, ServiceFault] = {}
        self._untold: deque[tuple[ServiceFault, deque[Session]]] = deque()  # in order
        self.deadlines = Deadlines(clock, self._due)
        self.telling: Telling = _nobody
        name = "dosing_monitor"
        self._verdicts = Counter(
            f"{name}_values", "Values judged", ["vital", "state"], registry=registry
        )
        self._judged: dict[
            tuple[str, str], Counter
        ] = {}  # label look-ups are not free, and this is the hot path
        self._alarms = Counter(
            f"{name}_alarm_transitions", "Alarm transitions",
            ["condition", "priority", "transition"], registry=registry,
        )  # fmt: skip
        self._duplicates = Counter(
            f"{name}_duplicates", "Readings that came again", registry=registry
        )
        self._open = Gauge(f"{name}_open_sessions", "Sessions that are open", registry=registry)

    # --- coming and going -------------------------------------------------------------------

    def admit(self, session: Session) -> None:
        """A session is open from now on; its first events were recorded already."""
        self.sessions[session.id] = session
        for device in session.devices:
            self.serving[device] = session
        self._open.set(len(self.sessions))
        self.deadlines.set(session.id, session.encounter.deadline)

    def discharge(self, session: Session) -> None:
        self.sessions.pop(session.id, None)
        for device in [d for d, s in self.serving.items() if s is session]:
            del self.serving[device]
        self._open.set(len(self.sessions))
        self._outward.gone(session)

    def serve(self, session: Session, sites: dict[str, str]) -> None:
        """The devices of this session have changed. sites: device -> site, for all of them."""
        for device in [d for d, s in self.serving.items() if s is session]:
            del self.serving[device]
        session.sites = sites
        for device in session.devices:
            self.serving[device] = session

    # --- what happens -----------------------------------------------------------------------

    def apply(
        self, session: Session, given: Input, now: float, token: object | None = None
    ) -> list[Event]:
        """An input that need not be waited for. Raises what the encounter raises."""
        events = self._decide(session, given, now)
        if len(events) == 1 and isinstance(events[0], Duplicate):
            self._duplicates.inc()
            if not events[0].noted:
                # It is on the record, or before this in the queue to be: confirm it, no more.
                self._store.append(Entry(encounter_id="", at=now, token=token))
                return events
        self._store.append(self._entry(session, now, given, events, token))
        self._after(session, events)
        return events

    async def act(
        self, session: Session, given: Input, now: float, *, last: bool = False
    ) -> list[Event]:
        """A person's act: as `apply`, and returns when it is on disk. last: it closes."""
        events = self._decide(session, given, now)
        entry = self._entry(session, now, given, events, None, snapshot=last)
        # In the queue before anything else can be decided: the record is in the order of decisions.
        written = self._store.commit(entry)
        self._after(session, events)
        await written
        return events

    async def open(
        self, session: Session, given: Input, events: Sequence[Event], opening: Opening, now: float
    ) -> None:
        """A new session: its first entry must be on disk before anything may refer to it."""
        await self._store.commit(
            Entry(
                encounter_id=session.id, at=now, input=given, events=events, opening=opening,
                snapshot=session.encounter.snapshot(),
            )
        )  # fmt: skip
        self.admit(session)
        self._after(session, events)
        for fault in self._faults.values():
            self.apply(session, fault, self._clock.now())

    def fault(self, condition: FaultCondition, reason: str, since: float | None = None) -> None:
        """The service cannot do its work: told in every session that is open or will be.

        reason: why, as the end of a sentence; since: when it began, if before now
        """
        if condition not in self._faults:
            log.error("fault", condition=condition, reason=reason)
            self._faults[condition] = ServiceFault(condition, reason, since=since)
            self._tell_all(self._faults[condition])

    def fault_over(self, condition: FaultCondition) -> None:
        """It can again. Ends as well what an earlier process told and could not end."""
        known = self._faults.pop(condition, None)
        if known is not None:
            log.info("fault_over", condition=condition)
        reason = "" if known is not None else "the service restarted"
        self._tell_all(ServiceFault(condition, reason, over=True))

    def advance(self, session: Session, now: float) -> None:
        """Time has passed for this session; what fell due is decided and recorded."""
        events = session.encounter.advance(now)
        if events:
            self._store.append(self._entry(session, now, None, events, None))
            self._after(session, events)

    def advance_all(self, now: float) -> None:
        """Every session, as after a clock was moved."""
        for session in list(self.sessions.values()):
            self.advance(session, now)
            self.deadlines.set(session.id, session.encounter.deadline)

    def show(self, session: Session) -> None:
        """Something that a page shows of it has changed, and nothing was decided."""
        self._outward.tell(session, ())

    @property
    def running(self) -> list[Session]:
        """Those that take an input. One that is being closed stays in `sessions` until that is on
        disk, which may take a while."""
        return [session for session in self.sessions.values() if session.open]

    def encounter_of(self, alarm_id: str) -> Session | None:
        return self.sessions.get(alarm_id.rpartition("-")[0])

    # --- parts of it ------------------------------------------------------------------------

    def _tell_all(self, given: ServiceFault) -> None:
        """The first sessions at once, the others in the turns that follow; each in order."""
        self._untold.append((given, deque(self.running)))
        if len(self._untold) == 1:
            self._tell_on()

    def _tell_on(self) -> None:
        now = self._clock.now()
        try:
            for _ in range(TOLD_A_TURN):
                given, sessions = self._untold[0]
                if sessions:
                    session = sessions.popleft()
                    known = given.condition in session.encounter.state.watch.faults
                    if session.open and known == given.over:
                        self.apply(session, given, now)
                if not sessions:
                    self._untold.popleft()
                if not self._untold:
                    return
        finally:
            if self._untold:
                asyncio.get_running_loop().call_soon(self._tell_on)

    def _decide(self, session: Session, given: Input, now: float) -> list[Event]:
        # What fell due is recorded first: a refused act must not take it along.
        self.advance(session, now)
        events = session.encounter.apply(given, now)
        self.deadlines.set(session.id, session.encounter.deadline)
        return events

    def _entry(
        self, session: Session, now: float, given: Input | None, events: Sequence[Event],
        token: object | None, *, snapshot: bool = False,
    ) -> Entry:  # fmt: skip
        entry = Entry(encounter_id=session.id, at=now, input=given, events=events, token=token)
        if _moves_alarms(events):
            entry.notices = self.telling(session, events, now)
        if snapshot or now - session.snapshot_at >= SNAPSHOT_EVERY_S:
            session.snapshot_at = now
            entry.snapshot = session.encounter.snapshot()
        return entry

    def _after(self, session: Session, events: Sequence[Event]) -> None:
        self._outward.tell(session, events)
        for event in events:
            if isinstance(event, Judged):
                self._count(event.vital, event.state)
            elif isinstance(event, AlarmChanged):
                alarm = event.alarm
                self._alarms.labels(alarm.condition, alarm.priority, event.transition).inc()
                log.info(
                    "alarm", encounter=session.id, alarm=alarm.id, condition=alarm.condition,
                    transition=event.transition, priority=alarm.priority,
                )  # fmt: skip

    def _count(self, vital: str, state: str) -> None:
        counter = self._judged.get((vital, state))
        if counter is None:
            counter = self._judged[vital, state] = self._verdicts.labels(vital, state)
        counter.inc()

    def _due(self, name: str, now: float) -> float | None:
        session = self.sessions.get(name)
        if session is None:
            return None
        self.advance(session, now)
        return session.encounter.deadline


def _moves_alarms(events: Sequence[Event]) -> bool:
    for event in events:  # noqa: SIM110 - a loop costs half, and this is every reading
        if type(event) in (AlarmChanged, Notice, Closed):
            return True
    return False


async def in_turns(sessions: Sequence[Session], a_turn: int) -> AsyncIterator[Session]:
    """Those that are still open when they are reached, so many in a turn of the loop: there may be
    thousands, and readings do not wait for them."""
    for number, session in enumerate(sessions, 1):
        if number % a_turn == 0:
            await asyncio.sleep(0)
        if session.open:
            yield session
