"""From a message of the broker to decisions, synchronously, and its confirmation after the commit.

Whatever is in a message, it stops nothing: what cannot be read, comes from an unknown device, or
from one that serves no session, goes to quarantine with its reason and is confirmed like any other.
"""

from collections.abc import Callable, Sequence
from typing import Final

import msgspec
import structlog
from msgspec import Struct
from prometheus_client import CollectorRegistry, Counter

from monitor.adapters.mqtt import Arrival, MqttPort, Token
from monitor.adapters.store import Entry, Quarantined, Store, StoreError
from monitor.codecs import FORMATS, Undecodable, decode, device_status
from monitor.codecs.times import from_iso
from monitor.codecs.wire import acks_json
from monitor.core.events import DeviceStatus, Observed, Refused
from monitor.core.holes import is_loss
from monitor.core.vitals import Observation
from monitor.service.acks import Acks
from monitor.service.clock import Clock
from monitor.service.holding import Holding
from monitor.service.outward import Outward
from monitor.service.session import Session
from monitor.service.tally import Result, Tally, result_of
from monitor.service.topics import CANARY, DEVICE_ID, Arrived, Topics
from monitor.service.ward import Ward

log = structlog.get_logger(__name__)

# Of one message: so many reasons have a row of their own.
REASONS: Final = 8
OTHERS: Final = "refused for other reasons than the first few"
NOT_OURS: Final = "topic is none that this service reads"


class Receipt(Struct, eq=False):
    """What to confirm once it is on disk: to the broker, and to the device by boot and number.

    held       that number had been received before, with something else
    results    how the readings ended whose commit this is
    """

    token: Token | None
    device: str = ""
    numbers: Sequence[tuple[str, int]] = ()
    held: bool = False
    results: Sequence[Result] = ()


class _Tick(Struct):
    time: str
    run: float | None = None


_TICK: Final = msgspec.json.Decoder(_Tick)


class Ingest:
    """`arrived` is the broker's client's handler; `committed` the store's."""

    def __init__(
        self, clock: Clock, ward: Ward, store: Store, outward: Outward, topics: Topics,
        holding: Holding, registry: CollectorRegistry,
    ) -> None:  # fmt: skip
        self._holding = holding
        self._clock = clock
        self._ward = ward
        self._store = store
        self._outward = outward
        self._topics = topics
        self.port: MqttPort | None = None
        self.acks = Acks()
        self.tally = Tally(registry)
        self.canary: Callable[[Arrival, float], None] | None = None
        self.sites: dict[str, str] = {}  # every registered device -> its site
        self.models: dict[str, str] = {}  # of those of which it is known
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
        self._handle(message)
        self._holding.arrived(message.token)

    def _handle(self, message: Arrival) -> None:
        now = self._clock.now()
        about = self._topics.parse(message.topic)
        if about is None:
            self._set_aside(message, now, "topic", NOT_OURS)
        elif about.kind == "clock":
            self._tick(message)
        elif about.device == CANARY and self.canary is not None:
            self.canary(message, now)
            self._store.append(Entry(encounter_id="", at=now, token=Receipt(message.token)))
        elif (fault := self._stranger(about)) is not None:
            self._set_aside(message, now, *fault, about=about)
        elif about.kind == "status":
            self._status(message, about, now)
        else:
            self._readings(message, about, now)

    def committed(self, tokens: Sequence[object]) -> None:
        """In the loop, after a commit: confirm to the broker, and note what devices may forget."""
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
        """The database will never take this entry. Its trace is in quarantine, so that it is
        confirmed: a message that came back for ever would in time stop all others."""
        log.error("entry_refused", encounter=entry.encounter_id, reason=str(error))
        if isinstance(entry.token, Receipt):
            entry.token.results = ["quarantined"] * len(entry.token.results)
            self.committed([entry.token])

    def confirm(self) -> None:
        """Tell devices what is on disk. Called once a second."""
        for lost in self.acks.pass_gaps(self._clock.now(), self._missing):
            self._lost.inc(lost.last - lost.first + 1)
            log.warning("readings_lost", device=lost.device, first=lost.first, last=lost.last)
            session = self._ward.serving.get(lost.device)
            if session is not None:
                self._store.append(Entry(encounter_id=session.id, at=lost.at, lost=(lost,)))
        for known in self.acks.take():
            body = msgspec.json.encode(acks_json(known.boot, known.seq))
            self._outward.confirm(self.sites.get(known.device, "home"), known.device, body)

    # --- by kind of message -----------------------------------------------------------------

    def _stranger(self, about: Arrived) -> tuple[str, str] | None:
        """Why this device is not listened to: (short reason for counting, sentence)."""
        if not DEVICE_ID.fullmatch(about.device) and about.device not in self.sites:
            return "device", "the topic's device is not a device id"
        site = self.sites.get(about.device)
        if site is None:
            return "unknown_device", f"unknown device {about.device}: register it first"
        if site != about.site:
            return "site", f"device {about.device} belongs to site {site}, not {about.site}"
        return None

    def _readings(self, message: Arrival, about: Arrived, now: float) -> None:
        # Not the sender's word for it: whoever may publish could fill the memory with names.
        self._count(about.format if about.format in FORMATS else "unknown")
        try:
            decoded = decode(
                about.format, message.payload, device=about.device,
                issued=self._clock.at(message.read_at), replayed=message.retained,
                model=self.models.get(about.device, ""),
            )  # fmt: skip
        except Undecodable as error:
            self._set_aside(message, now, "undecodable", error.reason, about=about)
            return
        if decoded.unknown_keys:
            self._unknown_keys.inc(decoded.unknown_keys)
        if decoded.refused:
            receipt = Receipt(None, results=["quarantined"] * len(decoded.refused))
            held = [
                self._held(message.topic, reason, raw, about, count)
                for reason, raw, count in told_apart(decoded.refused)
            ]
            self._keep(now, "element", held, receipt)
        session = self._ward.serving.get(about.device)
        readings = len(decoded.observations)
        if session is None and readings:
            reason = f"device {about.device} serves no open session"
            self._set_aside(message, now, "no_session", reason, about=about, readings=readings)
            return
        self._observe(decoded.observations, about.device, message.token, now)

    def _observe(
        self, observations: Sequence[Observation], device: str, token: Token, now: float
    ) -> None:
        """All readings of one message; the last one's commit confirms the message."""
        session = self._ward.serving.get(device)
        rest = len(observations)
        if session is None or not rest:
            self._store.append(Entry(encounter_id="", at=now, token=Receipt(token)))
            return
        for observation in observations:
            rest -= 1
            receipt = Receipt(None if rest else token, device)
            try:
                events = self._ward.apply(session, Observed(observation), now, receipt)
            except Refused as error:  # it was closed a moment ago
                receipt.results = ("quarantined",)
                self._quarantine("", now, "no_session", str(error), b"", receipt)
                continue
            result = result_of(events)
            receipt.results = (result,)
            if observation.seq is not None:
                key, seq = _filed_under(session, device), observation.seq
                new = result != "duplicate"
                receipt.held = self.acks.expect(device, key, seq, now, new=new)
                receipt.numbers = ((key, seq),)

    def _missing(self, device: str, key: str, first: int, last: int) -> bool:
        """Does the encounter hold these numbers of a count for missing, too?"""
        session = self._ward.serving.get(device)
        source = None if session is None else session.encounter.state.sources.get(device)
        boot = None if source is None else source.arrivals.boots.get(key)
        return boot is None or is_loss(boot, first, last)

    def _status(self, message: Arrival, about: Arrived, now: float) -> None:
        self._count("status")
        if not message.payload:  # a retained one was taken back: that says nothing
            self._store.append(Entry(encounter_id="", at=now, token=Receipt(message.token)))
            return
        try:
            says = device_status.read(message.payload)
        except Undecodable as error:
            self._set_aside(message, now, "undecodable", error.reason, about=about)
            return
        if says.unknown_keys:
            self._unknown_keys.inc(says.unknown_keys)
        session = self._ward.serving.get(about.device)
        receipt = Receipt(message.token)
        if session is None:
            self._store.append(Entry(encounter_id="", at=now, token=receipt))
            return
        given = DeviceStatus(about.device, says.online, says.battery)
        self._ward.apply(session, given, now, receipt)

    def _tick(self, message: Arrival) -> None:
        """Only a following clock listens; see clock.py."""
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

    # --- what cannot be taken ---------------------------------------------------------------

    def _set_aside(
        self, message: Arrival, now: float, short: str, reason: str, *,
        about: Arrived | None = None, readings: int = 1,
    ) -> None:  # fmt: skip
        held = readings if about is None or about.kind == "readings" else 0
        receipt = Receipt(message.token, results=["quarantined"] * held)
        self._quarantine(message.topic, now, short, reason, message.payload, receipt, about)

    def _quarantine(
        self, topic: str, now: float, short: str, reason: str, raw: bytes, receipt: Receipt,
        about: Arrived | None = None,
    ) -> None:  # fmt: skip
        self._keep(now, short, [self._held(topic, reason, raw, about)], receipt)

    def _keep(self, now: float, short: str, held: Sequence[Quarantined], receipt: Receipt) -> None:
        self._quarantined.labels(short).inc(sum(kept.count for kept in held))
        self._store.append(Entry(encounter_id="", at=now, token=receipt, quarantined=held))

    def _held(
        self, topic: str, reason: str, raw: bytes, about: Arrived | None, count: int = 1
    ) -> Quarantined:
        device = about.device if about else ""
        return Quarantined(
            topic=topic[:256], reason=reason, excerpt=raw[:512], size=len(raw),
            device=device[:64], format=about.format[:32] if about else "",
            lane=device if device in self.sites else "", count=count,
        )  # fmt: skip

    def _count(self, name: str) -> None:
        counter = self._counts.get(name)
        if counter is None:
            counter = self._counts[name] = self._messages.labels(name)
        counter.inc()


def told_apart(refused: Sequence[tuple[str, bytes]]) -> list[tuple[str, bytes, int]]:
    """Elements of one message by reason, each with its first excerpt and how many they are.

    The first few reasons have their own; all others are one. A message of two thousand bad
    elements costs no more rows than one of ten.
    """
    found: dict[str, tuple[bytes, int]] = {}
    for reason, raw in refused:
        key = reason if reason in found or len(found) < REASONS else OTHERS
        first, count = found.get(key, (raw, 0))
        found[key] = first, count + 1
    return [(reason, first, count) for reason, (first, count) in found.items()]


def _filed_under(session: Session, device: str) -> str:
    """The count that the encounter filed the newest numbered reading of this device under."""
    return session.encounter.state.sources[device].arrivals.filed
