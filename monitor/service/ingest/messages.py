"""Decide on the messages of the broker synchronously, and confirm each one after its commit.

No content of a message can stop the service: a message that cannot be read, that comes from an
unknown device, or from a device that serves no session, goes to quarantine with the reason and is
confirmed like any other.
"""

import traceback
from collections.abc import Callable, Iterator, Sequence
from typing import Final

import msgspec
import structlog
from msgspec import Struct
from prometheus_client import CollectorRegistry, Counter

from monitor.adapters.mqtt import AckToken, Arrival, MqttPort
from monitor.adapters.store import Dropped, Entry, Lost, Quarantined, Store, StoreError
from monitor.codecs import FORMATS, MAX_EXCERPT, Undecodable, decode
from monitor.codecs.contract.wire import acks_json
from monitor.codecs.formats import device_status
from monitor.codecs.times import from_iso
from monitor.codecs.topics import CANARY, Arrived, Topics, is_device_id
from monitor.core.vocabulary.count_names import word_of
from monitor.core.vocabulary.inputs import DeviceStatus, Observed
from monitor.core.vocabulary.vitals import Observation
from monitor.service.clock import Clock
from monitor.service.ingest.acks.device_acks import GAP_S, Acks
from monitor.service.ingest.results import Result, ResultCounts, moved, result_of
from monitor.service.ingest.turns.intake import STRANGERS, Intake, Said
from monitor.service.ingest.turns.lane import Aside, Handed, Slot, seems
from monitor.service.ingest.turns.losses import OVER_BUDGET
from monitor.service.ingest.unconfirmed import UnconfirmedMessages
from monitor.service.sessions.open_session import Session
from monitor.service.sessions.open_sessions import Ward
from monitor.service.sessions.publishing import StatusPublisher

log = structlog.get_logger(__name__)

# Of one message, the number of reasons that get their own row.
REASONS: Final = 8
OTHERS: Final = "refused for other reasons than the first few"
NOT_OURS: Final = "topic is none that this service reads"


class Receipt(Struct, eq=False):
    """The confirmations due after a commit: to the broker, and to the device by boot and number.

    held       that number was received before, with other content
    results    the results of the readings in this commit
    """

    token: AckToken | None
    device: str = ""
    numbers: Sequence[tuple[str, int]] = ()
    held: bool = False
    results: Sequence[Result] = ()


class _Tick(Struct):
    time: str
    run: float | None = None


_TICK: Final = msgspec.json.Decoder(_Tick)


class Ingest:
    """From a message to its confirmation. `arrived` is the MQTT client's handler, `committed` the
    store's.

    intake   set after construction; decides whose turn it is
    """

    intake: Intake

    def __init__(
        self, clock: Clock, ward: Ward, store: Store, publisher: StatusPublisher, topics: Topics,
        holding: UnconfirmedMessages, registry: CollectorRegistry,
    ) -> None:  # fmt: skip
        self._holding = holding
        self._clock = clock
        self._ward = ward
        self._store = store
        self._outward = publisher
        self._topics = topics
        self.port: MqttPort | None = None
        self.acks = Acks()
        self.tally = ResultCounts(registry)
        self.canary: Callable[[Arrival, float], None] | None = None
        self.sites: dict[str, str] = {}  # every registered device -> its site
        self.models: dict[str, str] = {}  # device -> its model, where it is known
        name = "dosing_monitor"
        self._messages = Counter(
            f"{name}_messages", "Messages received", ["format"], registry=registry
        )
        self._quarantined = Counter(
            f"{name}_quarantined", "Messages or readings set aside", ["reason"], registry=registry
        )
        self._unknown_keys = Counter(
            f"{name}_unknown_keys", "Keys that mean nothing here", registry=registry
        )
        self._lost = Counter(
            f"{name}_readings_lost", "Numbers that devices never sent", registry=registry
        )
        self._counts: dict[str, Counter] = {}

    def arrived(self, message: Arrival) -> None:
        if not self.intake.overflows(message):
            self._handle(message)
            self._holding.arrived(message.token)

    def _handle(self, message: Arrival) -> None:
        now = self._clock.now()
        about = self._topics.parse(message.topic)
        if about is None:
            self._strange(message, now, "topic", NOT_OURS)
        elif about.kind == "clock":
            self._tick(message)
        elif about.device == CANARY and self.canary is not None:
            self.canary(message, now)
            self._store.append(Entry(encounter_id="", at=now, token=Receipt(message.token)))
        elif (fault := self._stranger(about)) is not None:
            self._strange(message, now, *fault, about=about)
        elif about.kind == "status":
            self._status(message, about, now)
        else:
            self.hand_over(
                about.device, about.format, message.payload, message.token, now,
                issued=self._clock.at(message.read_at), topic=message.topic,
                retained=message.retained,
            )  # fmt: skip

    def hand_over(
        self, device: str, format: str, payload: bytes, token: AckToken | None, now: float, *,
        issued: float | None = None, topic: str = "", retained: bool = False,
    ) -> None:  # fmt: skip
        """Accept one message of a registered device, by any transport. Its readings are judged in
        their turn, and the token is confirmed once all of them are on disk. issued: time of
        receipt, if before now"""
        received = now if issued is None else issued
        handed = Handed(
            device, topic, format, payload, token, received, retained, seems(payload),
            self._ward.serving.get(device), size=len(payload),
        )  # fmt: skip
        self.intake.take(handed, device, now)

    def committed(self, tokens: Sequence[object]) -> None:
        """After a commit, in the loop: confirm to the broker; note the numbers to confirm to
        devices."""
        now = self._clock.now()
        confirmed = []
        results: list[Result] = []
        for receipt in tokens:
            if not isinstance(receipt, Receipt):
                continue
            results += receipt.results
            if receipt.token is not None:
                confirmed.append(receipt.token)
            for key, seq in receipt.numbers:
                self.acks.add(receipt.device, key, seq, now, held=receipt.held)
        waited = self._holding.settled(confirmed)
        if self.port is not None and waited:
            self.port.ack_many(waited)
        self.tally.add(results)

    def refused(self, entry: Entry, error: StoreError) -> None:
        """Confirm an entry that the database will never accept. Its trace is in quarantine; a
        message that is redelivered for ever would in time stop all others."""
        log.error("entry_refused", encounter=entry.encounter_id, reason=str(error))
        if isinstance(entry.token, Receipt):
            entry.token.results = ["quarantined"] * len(entry.token.results)
            self.committed([entry.token])

    def confirm(self) -> None:
        """Confirm to devices the numbers that are on disk. Called once a second."""
        now = self._clock.now()
        for device, dropped in self.intake.lost(now):
            self._record_dropped(device, dropped, now)
        for gap in self.acks.pass_gaps(now, self._missing):
            for lost in self._untold(gap, now):
                self._lost.inc(lost.last - lost.first + 1)
                log.warning("readings_lost", device=lost.device, first=lost.first, last=lost.last)
                session = self._ward.serving.get(lost.device)
                if session is not None:
                    self._store.append(Entry(encounter_id=session.id, at=lost.at, lost=(lost,)))
        for known in self.acks.take():
            body = msgspec.json.encode(acks_json(known.boot, known.seq))
            self._outward.confirm(self.sites.get(known.device, "home"), known.device, body)

    def _record_dropped(self, device: str, lost: Sequence[Lost | Dropped], now: float) -> None:
        """Record dropped readings, once a second at most: a flood is one line, not thousands."""
        readings = sum(
            one.count if isinstance(one, Dropped) else one.last - one.first + 1 for one in lost
        )
        log.warning("readings_dropped", device=device, readings=readings, reason=OVER_BUDGET)
        session = self._ward.serving.get(device)
        if session is not None:
            self._store.append(Entry(encounter_id=session.id, at=now, lost=lost))
            return
        kept = Quarantined(
            topic="", reason=f"{readings} messages or readings were dropped: {OVER_BUDGET}",
            excerpt=b"", size=0, device=device, lane=self._lane(device),
        )  # fmt: skip
        self._store.append(Entry(encounter_id="", at=now, quarantined=(kept,)))

    def _untold(self, gap: Lost, now: float) -> Iterator[Lost]:
        """Yield the parts of a gap that are not recorded as dropped; they may have been dropped
        unread."""
        losses = self.intake.told_lost(gap.device)
        if losses is None:
            yield gap
            return
        unread = losses.unread_at is not None and now - losses.unread_at < 2 * GAP_S
        reason = OVER_BUDGET if unread else ""
        for first, last in losses.untold(word_of(gap.boot), gap.first, gap.last):
            yield msgspec.structs.replace(gap, first=first, last=last, reason=reason)

    # --- by kind of message -----------------------------------------------------------------

    def _stranger(self, about: Arrived) -> tuple[str, str] | None:
        """Return why messages of this device are not accepted: (short reason for counting,
        sentence); None: they are."""
        if not is_device_id(about.device) and about.device not in self.sites:
            return "device", "the topic's device is not a device id"
        site = self.sites.get(about.device)
        if site is None:
            return "unknown_device", f"unknown device {about.device}: register it first"
        if site != about.site:
            return "site", f"device {about.device} belongs to site {site}, not {about.site}"
        return None

    # --- a message in its turn ----------------------------------------------------------------

    def read(self, handed: Handed) -> list[Slot]:
        """Return the parts of a message in the order of measurement; an empty one is confirmed."""
        if handed.aside is not None:
            return [Slot(handed, aside=handed.aside)]
        # Not under the sender's name for it: any client could fill the memory with names.
        self._count(handed.format if handed.format in FORMATS else "unknown")
        try:
            decoded = decode(
                handed.format, handed.payload, device=handed.device, issued=handed.issued,
                replayed=handed.retained, model=self.models.get(handed.device, ""),
            )  # fmt: skip
        except Undecodable as error:
            return [Slot(handed, aside=Aside("undecodable", error.reason, handed.payload))]
        except Exception as error:  # noqa: BLE001 - ours, with one message; others must be read
            return [Slot(handed, aside=_failed(handed.device, error, handed.payload))]
        if decoded.unknown_keys:
            self._unknown_keys.inc(decoded.unknown_keys)
        slots = [
            Slot(handed, aside=Aside("element", reason, raw, count, count))
            for reason, raw, count in told_apart(decoded.refused)
        ]
        readings = len(decoded.observations)
        if handed.serving is None and readings:
            reason = f"device {handed.device} serves no open session"
            aside = Aside("no_session", reason, handed.payload, readings)
            return [*slots, Slot(handed, aside=aside)]
        slots += [Slot(handed, observation) for observation in decoded.observations]
        if not slots:
            receipt = Receipt(handed.token)
            self._store.append(Entry(encounter_id="", at=handed.issued, token=receipt))
        return slots

    def judge(self, slot: Slot, now: float, *, in_turn: bool) -> int:
        """Judge one reading, or quarantine a part that is not a reading. The commit of the last
        part confirms the message."""
        handed, observation = slot.handed, slot.observation
        token = _settle(slot) if in_turn else None
        if observation is None:
            assert slot.aside is not None
            receipt = Receipt(token, results=["quarantined"] * slot.aside.readings)
            self._quarantine(handed, now, slot.aside, receipt)
            return 0
        receipt = Receipt(token, handed.device)
        session = self._ward.serving.get(handed.device)
        if session is None or session is not handed.serving or not session.open:
            why = _ended(session, handed)
            receipt.results = ("quarantined",)
            self._quarantine(handed, now, Aside("no_session", why, b""), receipt)
            return 0
        try:
            return self._apply(session, slot, observation, now, receipt, in_turn=in_turn)
        except Exception as error:  # noqa: BLE001 - ours, with one reading; others must be judged
            # Unconfirmed, it would come again and again, and in the end stop all others.
            receipt.results = ("quarantined",)
            self._quarantine(handed, now, _failed(handed.device, error, b""), receipt)
            return 0

    def _apply(
        self, session: Session, slot: Slot, observation: Observation, now: float,
        receipt: Receipt, *, in_turn: bool,
    ) -> int:  # fmt: skip
        events = self._ward.apply(session, Observed(observation), now, receipt)
        result = result_of(events)
        receipt.results = (result,)
        if observation.seq is not None:
            device, new = slot.handed.device, result != "duplicate"
            slot.filed = (_filed_under(session, device), observation.seq, new)
            if in_turn:
                self._expect(slot, receipt, now)
        return moved(events)

    def came(self, slot: Slot) -> bool:
        """Return whether a reading of this number was judged before, and so is on disk or on its
        way there."""
        observation = slot.observation
        session = self._ward.serving.get(slot.handed.device)
        if observation is None or observation.seq is None or session is None:
            return False
        source = session.encounter.state.devices.sources.get(slot.handed.device)
        return source is not None and source.arrivals.came(observation.boot, observation.seq)

    def pass_by(self, slot: Slot, now: float) -> None:
        """Pass a reading that was judged ahead of its turn. The readings before it are on their way
        to the disk now, so its number may follow."""
        receipt = Receipt(_settle(slot), slot.handed.device)
        self._expect(slot, receipt, now)
        self._store.append(Entry(encounter_id="", at=now, token=receipt))

    def _expect(self, slot: Slot, receipt: Receipt, now: float) -> None:
        if slot.filed is not None:
            key, seq, new = slot.filed
            receipt.held = self.acks.expect(slot.handed.device, key, seq, now, new=new)
            receipt.numbers = ((key, seq),)

    def says(self, said: Said, now: float) -> None:
        """Apply the status that a device reports of itself."""
        session = self._ward.serving.get(said.status.device)
        receipt = Receipt(said.token)
        if session is not None:
            try:
                self._ward.apply(session, said.status, now, receipt)
            except Exception as error:  # noqa: BLE001 - as above
                _failed(said.status.device, error, b"")
            else:
                return
        self._store.append(Entry(encounter_id="", at=now, token=receipt))

    def drop(self, token: AckToken | None) -> None:
        """Confirm to the broker, which need not deliver it again; `acks` is not changed."""
        waited = [] if token is None else self._holding.settled([token])
        if self.port is not None and waited:
            self.port.ack_many(waited)

    def _missing(self, device: str, key: str, first: int, last: int) -> bool:
        """Return whether the encounter, too, regards these numbers of a count as missing."""
        session = self._ward.serving.get(device)
        return session is None or session.encounter.misses(device, key, first, last)

    def _status(self, message: Arrival, about: Arrived, now: float) -> None:
        self._count("status")
        if not message.payload:  # a retained status was deleted: no information
            self._store.append(Entry(encounter_id="", at=now, token=Receipt(message.token)))
            return
        try:
            says = device_status.read(message.payload)
        except Undecodable as error:
            aside = Aside("undecodable", error.reason, message.payload, readings=0)
            self.intake.take(_handed(message, now, aside, about), about.device, now)
            return
        if says.unknown_keys:
            self._unknown_keys.inc(says.unknown_keys)
        given = DeviceStatus(about.device, says.online, says.battery)
        self.intake.status(about.device, Said(given, message.token), now)

    def _tick(self, message: Arrival) -> None:
        """Move the clock, if it follows; see clock.py."""
        try:
            tick = _TICK.decode(message.payload)
            moment = from_iso(tick.time)
        except (msgspec.DecodeError, UnicodeError, ValueError):
            log.warning("clock_tick_unreadable")
        else:
            self._clock.follow(moment)
            self._ward.advance_all(self._clock.now())
            if tick.run is not None:
                self._clock.run(moment, tick.run)
            self._ward.deadlines.poke()
        self._store.append(
            Entry(encounter_id="", at=self._clock.now(), token=Receipt(message.token))
        )

    def skip(self, tokens: list[AckToken]) -> None:
        """Confirm messages that never waited."""
        if self.port is not None:
            self.port.ack_many(tokens)

    def waits(self, token: AckToken | None) -> None:
        if token is not None:
            self._holding.arrived(token)

    # --- quarantine ---------------------------------------------------------------------------

    def _strange(
        self, message: Arrival, now: float, short: str, reason: str, *,
        about: Arrived | None = None,
    ) -> None:  # fmt: skip
        readings = 1 if about is None or about.kind == "readings" else 0
        aside = Aside(short, reason, message.payload[:MAX_EXCERPT], readings)
        self.intake.take(_handed(message, now, aside, about), STRANGERS, now)

    def _quarantine(self, handed: Handed, now: float, aside: Aside, receipt: Receipt) -> None:
        self._quarantined.labels(aside.short).inc(aside.count)
        raw, device = aside.raw, handed.device
        clipped = handed.aside is not None
        kept = Quarantined(
            topic=handed.topic[:256], reason=aside.reason, excerpt=raw[:MAX_EXCERPT],
            size=handed.size if clipped else len(raw), device=device[:64],
            format=handed.format[:32], lane=self._lane(device),
            count=aside.count,
        )  # fmt: skip
        self._store.append(Entry(encounter_id="", at=now, token=receipt, quarantined=(kept,)))

    def _lane(self, device: str) -> str:
        """Return whose quota of quarantine it uses: unregistered devices share one."""
        return device if device in self.sites else ""

    def _count(self, name: str) -> None:
        counter = self._counts.get(name)
        if counter is None:
            counter = self._counts[name] = self._messages.labels(name)
        counter.inc()


def _failed(device: str, error: Exception, raw: bytes) -> Aside:
    """Log an error of ours with one message, and return what goes to quarantine for it."""
    where = traceback.extract_tb(error.__traceback__)[-1]
    kind = type(error).__name__
    log.error("message_failed", device=device, error=kind, at=f"{where.name}:{where.lineno}")
    return Aside("failed", f"this service failed on it ({kind}); its log has the place", raw)


def told_apart(refused: Sequence[tuple[str, bytes]]) -> list[tuple[str, bytes, int]]:
    """Group the refused elements of one message: (reason, its first excerpt, number of elements).

    The first few reasons get a group each; all others share one. So a message of two thousand bad
    elements costs no more rows than a message of ten.
    """
    found: dict[str, tuple[bytes, int]] = {}
    for reason, raw in refused:
        key = reason if reason in found or len(found) < REASONS else OTHERS
        first, count = found.get(key, (raw, 0))
        found[key] = first, count + 1
    return [(reason, first, count) for reason, (first, count) in found.items()]


def _handed(message: Arrival, now: float, aside: Aside, about: Arrived | None) -> Handed:
    """Return a message that is set aside unread."""
    return Handed(
        about.device if about else "", message.topic, about.format if about else "", b"",
        message.token, now, aside=aside, size=len(message.payload),
    )  # fmt: skip


def _ended(session: Session | None, handed: Handed) -> str:
    """Return why a reading no longer counts, which did when it was received."""
    if session is not None and session is handed.serving:
        return "the session of this reading is closed"
    return f"device {handed.device} has left the session of this reading"


def _settle(slot: Slot) -> AckToken | None:
    """Mark a slot as passed. Return the token of its message if it was the last slot."""
    handed = slot.handed
    handed.left -= 1
    return None if handed.left else handed.token


def _filed_under(session: Session, device: str) -> str:
    """Return the count to which the encounter assigned the device's newest numbered reading."""
    return session.encounter.state.devices.sources[device].arrivals.filed
