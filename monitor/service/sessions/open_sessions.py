"""The running sessions, and the only path by which an input reaches them.

An input is decided immediately and synchronously; the input and its events go together to the
store, and to the browsers and the broker. A decision waits for no other part, so no slow part can
delay it.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Final

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge

from monitor.adapters.store import Entry, NoticeRow, Opening, Store
from monitor.core.vocabulary.events import AlarmChanged, Closed, Duplicate, Event, Judged, Notice
from monitor.core.vocabulary.inputs import Acknowledged, Input, ServiceFault
from monitor.core.vocabulary.words import FaultCondition
from monitor.service.clock import Clock
from monitor.service.sessions.deadlines import Deadlines
from monitor.service.sessions.open_session import Session
from monitor.service.sessions.publishing import StatusPublisher

SNAPSHOT_EVERY_S: Final = 60.0
# A fault of the service is recorded in every session. After this many sessions other tasks run:
# thousands of sessions take a second, and the service must receive readings during that second.
TOLD_A_TURN: Final = 20

log = structlog.get_logger(__name__)


Telling = Callable[[Session, Sequence[Event], float], list[NoticeRow]]


def _nobody(session: Session, events: Sequence[Event], now: float) -> list[NoticeRow]:
    """Return no notices: the default until notices are set up."""
    return []


class Ward:
    """The running sessions. `sessions`: encounter id -> session; `serving`: device id -> session.

    telling   returns the notices that these events put into the outbox, in the same commit
    """

    def __init__(
        self, clock: Clock, store: Store, publisher: StatusPublisher, registry: CollectorRegistry
    ) -> None:
        self._clock = clock
        self._store = store
        self._outward = publisher
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
        """Add an open session; its first events are already recorded."""
        self.sessions[session.id] = session
        for device in session.devices:
            self.serving[device] = session
        self._open.set(len(self.sessions))
        self.deadlines.set(session.id, session.encounter.deadline)

    def remove(self, session: Session) -> None:
        self.sessions.pop(session.id, None)
        for device in [d for d, s in self.serving.items() if s is session]:
            del self.serving[device]
        self._open.set(len(self.sessions))
        self._outward.gone(session)

    def serve(self, session: Session, sites: dict[str, str]) -> None:
        """Update the devices of this session. sites: device -> site, for all of them."""
        for device in [d for d, s in self.serving.items() if s is session]:
            del self.serving[device]
        session.sites = sites
        for device in session.devices:
            self.serving[device] = session

    # --- what happens -----------------------------------------------------------------------

    def apply(
        self, session: Session, given: Input, now: float, token: object | None = None
    ) -> list[Event]:
        """Decide an input without waiting for the disk. Raises the errors of the encounter.

        A session that was closed decides nothing and raises nothing: until the close is on disk,
        its devices, pages and notices still report to it, and none of them could be told.
        """
        if not session.open:
            if token is not None:
                self._store.append(Entry(encounter_id="", at=now, token=token))
            return []
        events = self._decide(session, given, now)
        if len(events) == 1 and isinstance(events[0], Duplicate):
            self._duplicates.inc()
            if not events[0].noted:
                # The first one is on the record or ahead of this in the queue: only confirm it.
                self._store.append(Entry(encounter_id="", at=now, token=token))
                return events
        self._store.append(self._entry(session, now, given, events, token))
        self._after(session, events)
        return events

    async def act(
        self, session: Session, given: Input, now: float, *, last: bool = False
    ) -> list[Event]:
        """Decide a person's act as `apply` does; return when it is on disk. last: it closes."""
        events = self._decide(session, given, now)
        entry = self._entry(session, now, given, events, None, snapshot=last)
        # Queued before another input can be decided: the record is in the order of decisions.
        written = self._store.commit(entry)
        self._after(session, events)
        await written
        return events

    async def acknowledge(
        self, session: Session, alarm_id: str, *, by: str, note: str = "", by_link: bool = False
    ) -> list[Event]:
        """Acknowledge an alarm, by a button of the page or by the link of a notice."""
        given = Acknowledged(alarm_id, by, note, by_link)
        return await self.act(session, given, self._clock.now())

    async def open(
        self, session: Session, given: Input, events: Sequence[Event], opening: Opening, now: float
    ) -> None:
        """Open a new session: its first entry must be on disk before other data may refer to it."""
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
        """Record in every open and future session that the service cannot do its work.

        reason: the cause, as the end of a sentence; since: when it began, if before now
        """
        if condition not in self._faults:
            log.error("fault", condition=condition, reason=reason)
            self._faults[condition] = ServiceFault(condition, reason, since=since)
            self._tell_all(self._faults[condition])

    def fault_over(self, condition: FaultCondition) -> None:
        """Record that this fault is over. It also ends a fault that an earlier process recorded
        and could not end."""
        known = self._faults.pop(condition, None)
        if known is not None:
            log.info("fault_over", condition=condition)
        reason = "" if known is not None else "the service restarted"
        self._tell_all(ServiceFault(condition, reason, over=True))

    def advance(self, session: Session, now: float) -> None:
        """Advance this session to `now`; decide and record the events that fell due."""
        events = session.encounter.advance(now)
        if events:
            self._store.append(self._entry(session, now, None, events, None))
            self._after(session, events)

    def advance_all(self, now: float) -> None:
        """Advance every session, as after a move of the clock."""
        for session in list(self.sessions.values()):
            self.advance(session, now)
            self.deadlines.set(session.id, session.encounter.deadline)

    def show(self, session: Session) -> None:
        """Publish it again: data that a page shows has changed without a decision."""
        self._outward.tell(session, ())

    @property
    def running(self) -> list[Session]:
        """The sessions that accept an input. A session that is being closed stays in `sessions`
        until the close is on disk, which may take a while."""
        return [session for session in self.sessions.values() if session.open]

    def encounter_of(self, alarm_id: str) -> Session | None:
        return self.sessions.get(alarm_id.rpartition("-")[0])

    # --- parts of it ------------------------------------------------------------------------

    def _tell_all(self, given: ServiceFault) -> None:
        """Record a fault in the first sessions immediately and in the others in later turns of the
        loop; every session gets the faults in order."""
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
                    if known == given.over:
                        self.apply(session, given, now)
                if not sessions:
                    self._untold.popleft()
                if not self._untold:
                    return
        finally:
            if self._untold:
                asyncio.get_running_loop().call_soon(self._tell_on)

    def _decide(self, session: Session, given: Input, now: float) -> list[Event]:
        # The events that fell due are recorded first: a refused act must not discard them.
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
    """Yield the sessions that are still open, `a_turn` of them per turn of the loop: there may be
    thousands, and readings must not wait for them."""
    for number, session in enumerate(sessions, 1):
        if number % a_turn == 0:
            await asyncio.sleep(0)
        if session.open:
            yield session
