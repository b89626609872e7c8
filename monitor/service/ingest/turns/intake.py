"""The entry for all messages: judged immediately where possible, else in turns between devices.

A message of a device that is within its budget is judged as it comes, for a few milliseconds of
each turn of the loop. Every other message waits in the lane of its device, and a task works through
the lanes in slices, so that sockets, pages and other devices' readings get the loop in between.
Over budget means later: while no other device waits, a backlog gets all of the task's time.
"""

import asyncio
from typing import Final, Protocol

import msgspec
import structlog
from msgspec import Struct
from prometheus_client import CollectorRegistry, Counter, Gauge

from monitor.adapters.mqtt import AckToken, Arrival
from monitor.adapters.store import Dropped, Lost, Store
from monitor.core.vocabulary.inputs import DeviceFlooding, DeviceStatus
from monitor.service.clock import Clock
from monitor.service.ingest.turns.budget import Bucket, Budget, BudgetRate, allowance
from monitor.service.ingest.turns.floods import Flood
from monitor.service.ingest.turns.lane import Handed, Lane, Most, Slot, seems
from monitor.service.ingest.turns.losses import Losses
from monitor.service.ingest.turns.rounds import QUANTUM, Rounds
from monitor.service.sessions.open_sessions import Ward

# An entry takes about 2 KiB. Beyond this no message is confirmed early: the broker queues them.
MOST_PENDING: Final = 100_000
# Unregistered devices, and topics that are not ours: one lane for all of them.
STRANGERS: Final = ""
STRANGERS_RATE: Final = 5.0
STRANGERS_WAIT: Final = 1_000

AT_ONCE: Final = 64  # readings of one message; a larger one is judged in slices
TURN_S: Final = 0.005  # the time in one turn of the loop when messages are judged as they come
SLICE_S: Final = 0.004
SHORT_SLICE_S: Final = 0.002  # while messages come
GIVES_WAY: Final = 3.0  # the longest pause, in multiples of the time that a slice took
LOOK_S: Final = 0.25
# The entries by which decisions may be ahead of the disk before a backlog waits for it.
AHEAD: Final = 2_000
MANY_UNREAD: Final = 256  # messages
READS: Final = 4.0  # the longest reading in one turn, in quanta
CATCH_UP_S: Final = 0.01
# A lane has room for the readings that its device may hand over, and those it measures meanwhile.
MORE: Final = 1.2
READING_BYTES: Final = 512
# In all lanes together; beyond that the longest lane loses its oldest readings.
MOST_WAITING: Final = 400_000
SHED: Final = 0.9

FULL_TOPICS: Final = 64
REFILL_S: Final = 0.05  # between two times that a full lane takes the newest message of a topic

# Costs, in units of one ordinary reading
_TRANSITION: Final = 10.0
_MESSAGE: Final = 0.1
_ELEMENT: Final = 0.05
_PASSED: Final = 0.1

log = structlog.get_logger(__name__)


class Said(Struct, frozen=True):
    """The status that a device reported of itself."""

    status: DeviceStatus
    token: AckToken


class Work(Protocol):
    """The processing of a message, as the lanes need it."""

    def read(self, handed: Handed) -> list[Slot]:
        """Return the parts of a message; an empty message is settled."""
        ...

    def judge(self, slot: Slot, now: float, *, in_turn: bool) -> int:
        """Judge one part. Return how many transitions of alarms followed. in_turn: its turn
        has come."""
        ...

    def pass_by(self, slot: Slot, now: float) -> None:
        """Pass a part whose turn has come and that was judged before."""
        ...

    def says(self, said: Said, now: float) -> None: ...

    def came(self, slot: Slot) -> bool:
        """Return whether a reading of this number was judged before."""
        ...

    def drop(self, token: AckToken | None) -> None:
        """Confirm a message of which no part will be on disk."""
        ...

    def skip(self, tokens: list[AckToken]) -> None:
        """Confirm such messages that never waited."""
        ...

    def waits(self, token: AckToken | None) -> None:
        """Note that this message waits after all."""
        ...


class SendingDevice(Struct):
    """One device, or all strangers.

    over     readings that it may hand over beside its budget, refilled at the rate of the budget
    status   its newest status, if that waits
    gone     its status that it goes offline, if that came while its readings waited
    """

    budget: Budget
    over: Bucket
    lane: Lane
    losses: Losses
    flood: Flood | None = None
    status: Said | None = None
    gone: DeviceStatus | None = None

    @property
    def idle(self) -> bool:
        return self.lane.empty and self.status is None


class _Full(Struct):
    """A topic whose lane is full. like: its last message that was put there; newest: the newest of
    the later ones."""

    sender: str
    like: Handed
    newest: Arrival | None = None
    issued: float = 0.0


class _Turn(Struct):
    """The loop's present turn. began: real time of its first message; None: no message came."""

    began: float | None = None


class Intake:
    """Accepts messages (`take`, `status`), judges waiting ones (`run`), reports floods (`watch`).

    rate     readings a second that a device may send (see `budget.allowance`)
    backlog  readings that a device may hand over in one burst
    """

    def __init__(
        self, clock: Clock, ward: Ward, store: Store, work: Work, registry: CollectorRegistry,
        *, rate: float, backlog: int,
    ) -> None:  # fmt: skip
        self._clock = clock
        self._ward = ward
        self._store = store
        self._work = work
        self._may = allowance(rate)
        self._most = Most(int(MORE * backlog), int(MORE * backlog * READING_BYTES))
        self._over = BudgetRate(rate, MORE * backlog)
        self._senders: dict[str, SendingDevice] = {}
        self._lossy: dict[str, None] = {}
        self._floods: dict[str, None] = {}
        self._full: dict[str, _Full] = {}
        self._skipped: list[AckToken] = []
        self._refill_at = 0.0
        self._rounds = Rounds()
        self._waiting = 0
        self._arrived = False
        self._turn = _Turn()
        self._wake = asyncio.Event()
        self._begun = False
        name = "dosing_monitor_lane"
        self._gauge = Gauge(f"{name}_waiting", "Readings that wait for a turn", registry=registry)
        self._gauge.set_function(lambda: self._waiting)
        dropped = Counter(
            f"{name}_dropped", "Readings that were dropped over budget", ["reason"],
            registry=registry,
        )  # fmt: skip
        # unread: in messages that were not read; thinned: read, and neither newest nor worst
        self._dropped = {why: dropped.labels(why) for why in ("unread", "thinned")}

    @property
    def waiting(self) -> int:
        """The number of readings that wait for a turn, as far as it is known."""
        return self._waiting

    @property
    def busy(self) -> bool:
        return len(self._rounds) > 0 or bool(self._full)

    # --- in -----------------------------------------------------------------------------------

    def overflows(self, message: Arrival) -> bool:
        """Return whether this message's lane is full; then it only replaces the one before it: the
        device that sends the most must cost the least. Not pressures: of them the worst counts."""
        full = self._full.get(message.topic)
        if full is None or b'bp"' in message.payload:
            return False
        now = self._clock.now()
        self._arrived = True
        one, before = self._senders[full.sender], full.newest
        if before is not None:
            self._lose(one, full.issued, None, seems(before.payload), "unread")
            if before.token.qos:
                if not self._skipped:
                    asyncio.get_running_loop().call_soon(self._skip)
                self._skipped.append(before.token)
        full.newest, full.issued = message, now
        if one.flood is not None:
            one.flood.over_budget(now)
        return True

    def _skip(self) -> None:
        tokens, self._skipped = self._skipped, []
        self._work.skip(tokens)

    def _refill(self, now: float) -> None:
        """Put the newest of the messages that did not fit into the lanes; the oldest give way."""
        full, self._full = self._full, {}
        for one in full.values():
            if one.newest is not None:
                message, like = one.newest, one.like
                self._work.waits(message.token)
                handed = msgspec.structs.replace(
                    like, payload=message.payload, token=message.token, issued=one.issued,
                    retained=message.retained, elements=seems(message.payload), slots=None, at=0,
                    left=0, size=len(message.payload),
                    serving=self._ward.serving.get(like.device),
                )  # fmt: skip
                self.take(handed, one.sender, now)

    def take(self, handed: Handed, sender: str, now: float) -> None:
        """Judge a message now, or put it into a lane. sender: its device, or STRANGERS."""
        one = self._sender(sender, now)
        self._arrived = True
        within = one.budget.arrived(handed.size, handed.elements, now)
        one.gone = None
        if self._clock.following:  # a past that is played has no time limit
            self._at_once(one, handed, now)
            return
        small = handed.elements <= AT_ONCE
        if within and small and one.idle and not self._late():
            self._at_once(one, handed, now)
            return
        if not within:
            self._over_budget(sender, one, now)
        before = one.lane.readings
        one.lane.put(handed)
        self._thin(one, now)
        self._waiting += one.lane.readings - before
        if self._waiting > MOST_WAITING:
            self._shed(now)
        self._join(sender)
        if one.lane.full and handed.aside is None and len(self._full) < FULL_TOPICS:
            self._full.setdefault(handed.topic, _Full(sender, handed))

    def status(self, device: str, said: Said, now: float) -> None:
        """Accept the status of a device. Only the newest counts, and no reading is lost."""
        one = self._sender(device, now)
        self._arrived = True
        within = one.budget.arrived(0, 1, now)
        if not said.status.online and not one.lane.empty:
            one.gone = said.status
        if self._clock.following or (within and one.status is None and not self._late()):
            self._work.says(said, now)
            return
        if not within:
            self._over_budget(device, one, now)
        if one.status is not None:
            self._work.drop(one.status.token)
        one.status = said
        self._join(device)

    def _join(self, sender: str) -> None:
        self._rounds.join(sender)
        self._wake.set()

    def _sender(self, name: str, now: float) -> SendingDevice:
        one = self._senders.get(name)
        if one is None:
            may, most = self._may, self._most
            if name == STRANGERS:
                may = allowance(STRANGERS_RATE)
                most = Most(STRANGERS_WAIT, STRANGERS_WAIT * READING_BYTES)
            one = self._senders[name] = SendingDevice(
                Budget(may, now), Bucket(self._over, now), Lane(most), Losses(name)
            )
        return one

    def _late(self) -> bool:
        """Return whether this turn of the loop has judged for long enough."""
        turn = self._turn
        if turn.began is None:
            turn.began = self._clock.real()
            asyncio.get_running_loop().call_soon(self._next_turn)
            return False
        return self._clock.real() - turn.began > TURN_S

    def _next_turn(self) -> None:
        self._turn.began = None

    def _at_once(self, one: SendingDevice, handed: Handed, now: float) -> None:
        one.lane.begun = True
        for slot in self._read(handed):
            self._judge(one, slot, now, in_turn=True)

    # --- work ---------------------------------------------------------------------------------

    async def run(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self.busy:
                began, room = self._clock.real(), self._room()
                if self._full and began >= self._refill_at:
                    self._refill_at = began + REFILL_S
                    self._refill(self._clock.now())
                self._slice(ahead_only=not room)
                if room:
                    await self._give_way(self._clock.real() - began)
                else:  # the loop would only spin, and the writer needs the processor
                    await asyncio.sleep(CATCH_UP_S)

    async def _give_way(self, took: float) -> None:
        """Let new messages go first, because the next may be of any device; but only for so long
        that the waiting readings get a share of the time."""
        until = self._clock.real() + GIVES_WAY * took
        while True:
            self._arrived = False
            await asyncio.sleep(0)
            if not self._arrived or self._clock.real() >= until:
                return

    def _room(self) -> bool:
        """Return whether decisions may continue ahead of the disk; during a fault, as far as memory
        allows."""
        most = MOST_PENDING // 2 if self._store.faulted else AHEAD
        return self._store.pending < most

    def _slice(self, *, ahead_only: bool) -> None:
        until = self._clock.real() + (SHORT_SLICE_S if self._arrived else SLICE_S)
        for _ in range(len(self._rounds)):
            name = self._rounds.turn
            if name is None:
                return
            self._serve(name, until, ahead_only=ahead_only)
            if self._clock.real() >= until:
                return

    def finish(self, within: float) -> int:
        """Judge all that waits, for up to `within` seconds, because the process ends. Return how
        many readings are left."""
        until = self._clock.real() + within
        while (name := self._rounds.turn) is not None and self._clock.real() < until:
            self._serve(name, until, ahead_only=False)
        return self._waiting

    def _serve(self, name: str, until: float, *, ahead_only: bool) -> None:
        """Serve one device for its turn, or for as much of it as there is time."""
        one, rounds, now = self._senders[name], self._rounds, self._clock.now()
        before = one.lane.readings
        if one.status is not None:
            said, one.status = one.status, None
            self._work.says(said, now)
        rounds.spent(name, self._read_some(one, until))
        self._thin(one, now)
        real = self._clock.real
        while rounds.turn == name:
            cost = self._step(one, now, ahead_only=ahead_only)
            if cost is None:
                if one.idle:
                    rounds.leave(name)
                    self._idle(one, now)
                else:
                    rounds.spent(name, QUANTUM)  # the rest cannot be judged now
                break
            rounds.spent(name, cost)
            if real() >= until:
                break
        self._waiting += one.lane.readings - before

    def _read_some(self, one: SendingDevice, until: float) -> float:
        """Read the newest message, then the oldest, for up to half a turn; longer where many are
        unread, since the worst reading may be among them. Return the cost."""
        most = QUANTUM / 2 if one.lane.unread_messages < MANY_UNREAD else READS * QUANTUM
        spent, newest = 0.0, True
        while spent < most and (handed := one.lane.unread(newest=newest)) is not None:
            spent += _MESSAGE + _ELEMENT * handed.elements
            one.lane.read(handed, self._read(handed))
            newest = False
            if self._clock.real() >= until:
                break
        return spent

    def _read(self, handed: Handed) -> list[Slot]:
        slots = self._work.read(handed)
        handed.left = len(slots)
        return slots

    def _step(self, one: SendingDevice, now: float, *, ahead_only: bool) -> float | None:
        """Judge one reading. Return its cost; None: no reading can be judged now."""
        slot = one.lane.ahead(now)
        if slot is not None:
            return self._judge(one, slot, now, in_turn=False)
        slot = None if ahead_only else one.lane.next()
        if slot is None:
            return None
        if slot.observation is None or slot.judged:
            return self._passes(one, slot, now)
        # Otherwise a device that continues at full speed would in time fill the disk.
        if not one.over.holds(1, now):
            self._spare(one, slot, now)
            return _PASSED
        cost = self._passes(one, slot, now)
        if slot.filed is None or slot.filed[2]:  # a reading that is sent again unchanged is free
            one.over.spend(1)
        return cost

    def _passes(self, one: SendingDevice, slot: Slot, now: float) -> float:
        """Judge or pass a slot whose turn has come. Return the cost."""
        if not slot.judged:
            return self._judge(one, slot, now, in_turn=True)
        self._work.pass_by(slot, now)
        self._numbered(one, slot, now)
        return _PASSED

    def _judge(self, one: SendingDevice, slot: Slot, now: float, *, in_turn: bool) -> float:
        transitions = self._work.judge(slot, now, in_turn=in_turn)
        slot.judged = True
        if in_turn:
            self._numbered(one, slot, now)
        if transitions:
            one.budget.followed(transitions, now)
        return 1.0 + _TRANSITION * transitions

    def _numbered(self, one: SendingDevice, slot: Slot, now: float) -> None:
        observation = slot.observation
        if observation is not None and observation.seq is not None:
            one.budget.numbered(observation.boot, observation.seq, now)

    def _idle(self, one: SendingDevice, now: float) -> None:
        """Handle an empty lane. If the device went offline meanwhile, apply this status again: the
        readings after it showed the device as present."""
        gone, one.gone = one.gone, None
        session = None if gone is None else self._ward.serving.get(gone.device)
        if gone is not None and session is not None:
            self._ward.apply(session, gone, now)

    # --- too many readings --------------------------------------------------------------------

    def _thin(self, one: SendingDevice, now: float, most: Most | None = None) -> None:
        for gone in one.lane.excess(most):
            if isinstance(gone, Handed):
                self._lose(one, gone.issued, None, gone.elements, "unread")
                self._work.drop(gone.token)
            else:
                self._spare(one, gone, now)

    def _spare(self, one: SendingDevice, slot: Slot, now: float) -> None:
        """Drop this reading, unless it is wanted."""
        if slot.judged or one.lane.wanted(slot):
            self._passes(one, slot, now)
            return
        self._lose(one, slot.handed.issued, slot, 1, "thinned")
        slot.handed.left -= 1
        if not slot.handed.left:
            self._work.drop(slot.handed.token)

    def _lose(
        self, one: SendingDevice, came: float, slot: Slot | None, readings: int, why: str
    ) -> None:  # fmt: skip
        self._dropped[why].inc(readings)
        observation = None if slot is None or self._work.came(slot) else slot.observation
        if observation is not None and observation.seq is not None:
            one.losses.number(observation.boot, observation.seq, came)
        else:
            one.losses.unknown(readings, came)
        self._lossy[one.losses.device] = None

    def _shed(self, now: float) -> None:
        """Drop a tenth of the longest lane, because all lanes together contain too much."""
        one = max(self._senders.values(), key=lambda sender: sender.lane.readings)
        before = one.lane.readings
        self._thin(one, now, Most(int(SHED * before), one.lane.bytes))
        self._waiting += one.lane.readings - before

    def lost(self, now: float) -> list[tuple[str, list[Lost | Dropped]]]:
        """Return the losses since the last call, by device."""
        lossy, self._lossy = self._lossy, {}
        return [(name, self._senders[name].losses.take(now)) for name in lossy]

    def told_lost(self, device: str) -> Losses | None:
        """Return the losses of this device; None: it has sent no messages."""
        one = self._senders.get(device)
        return None if one is None else one.losses

    # --- floods -------------------------------------------------------------------------------

    def _over_budget(self, sender: str, one: SendingDevice, now: float) -> None:
        if sender == STRANGERS:
            return
        if one.flood is None:
            one.flood = Flood(now, now)
            self._floods[sender] = None
        one.flood.over_budget(now)

    async def watch(self) -> None:
        while True:
            self.look()
            await asyncio.sleep(LOOK_S)

    def look(self) -> None:
        """Report the floods that begin and those that are over."""
        now = self._clock.now()
        if not self._begun:
            self._begun = True
            self._forget_earlier(now)
        for device in list(self._floods):
            one = self._senders[device]
            assert one.flood is not None
            since = one.lane.since
            waited = 0.0 if since is None else now - since
            if one.flood.begins(waited, dropped=one.losses.total > 0):
                one.flood.told = True
                log.warning("device_flooding", device=device)
            if one.flood.ends(now, waiting=not one.idle):
                self._ends(device, one, now)
            elif one.flood.told:
                self._tell(DeviceFlooding(device, since=one.flood.since), now)

    def _ends(self, device: str, one: SendingDevice, now: float) -> None:
        told, dropped = one.flood is not None and one.flood.told, one.losses.total
        one.flood, one.losses.total = None, 0
        del self._floods[device]
        if told:
            log.info("device_flooding_over", device=device, dropped=dropped)
            self._tell(DeviceFlooding(device, over=True, dropped=dropped), now)

    def _tell(self, given: DeviceFlooding, now: float) -> None:
        session = self._ward.serving.get(given.device)
        if session is not None:
            since = session.encounter.state.devices.flooding_since(given.device)
            if (since is not None) == given.over:
                self._ward.apply(session, given, now)

    def _forget_earlier(self, now: float) -> None:
        """End the floods that an earlier process reported and could not end: none of their
        readings waits here."""
        for session in self._ward.running:
            for device, _ in list(session.encounter.state.devices.flooding()):
                self._ward.apply(session, DeviceFlooding(device, over=True), now)
