"""Running sessions on a real store, and the message entrance before them, for several tests."""

import asyncio
from collections.abc import Mapping
from itertools import count
from typing import Final

from prometheus_client import CollectorRegistry

from monitor.adapters.live.hub import Hub
from monitor.adapters.mqtt import AckToken, Arrival
from monitor.adapters.store import Opening, Store
from monitor.adapters.store.questions.clinic import Device, Patient, add_device, add_patient
from monitor.codecs.topics import Topics
from monitor.core.encounter import Encounter
from monitor.core.protocol.presets import PRESETS
from monitor.core.vocabulary.events import Event
from monitor.core.vocabulary.inputs import Facts, Opened
from monitor.service.clock import Clock
from monitor.service.ingest.messages import Ingest
from monitor.service.ingest.turns.intake import Intake
from monitor.service.ingest.unconfirmed import UnconfirmedMessages
from monitor.service.sessions.open_session import Session
from monitor.service.sessions.open_sessions import Ward
from monitor.service.sessions.publishing import StatusPublisher

SITE: Final = "home"
START: Final = 1_795_428_000.0


def new_session(
    name: str, devices: dict[str, str], now: float = START
) -> tuple[Session, list[Event]]:
    """Return a session of the patient p that has just begun, and its first events."""
    facts = Facts(protocol="sl_home", mode="test", devices=devices)
    encounter, events = Encounter.open(name, facts, PRESETS["sl_home"], now)
    session = Session(
        encounter=encounter, patient="p", label="K-1", sites=dict.fromkeys(devices, SITE),
        emergency={}, snapshot_at=now,
    )  # fmt: skip
    return session, events


class Rig:
    """A ward and its store. `begin` and `end`; only `start` if another rig has begun on the store.

    clock   None: one that shows the time it was set to
    """

    def __init__(self, url: str, clock: Clock | None = None) -> None:
        self.clock = clock or Clock(start=START, following=True)
        self.store = Store(url)
        self.registry = CollectorRegistry()
        self.publisher = StatusPublisher(self.clock, Hub(self.registry), SITE)
        self.ward = Ward(self.clock, self.store, self.publisher, self.registry)

    async def begin(self, devices: Mapping[str, str] | None = None) -> None:
        """Begin with a patient called p and these devices (id -> kind)."""
        self.store.migrate()
        self.store.run(add_patient, Patient(id="p", label="K-1", created_at=START))
        for device, kind in (devices or {}).items():
            self.store.run(add_device, Device(id=device, kind=kind, site=SITE, created_at=START))
        self.start()

    def start(self) -> None:
        loop = asyncio.get_running_loop()
        self.store.start(loop, lambda tokens: None, lambda error: None)

    async def end(self) -> None:
        await self.store.stop()

    async def open(self, name: str, devices: dict[str, str] | None = None) -> Session:
        now = self.clock.now()
        session, events = new_session(name, devices or {}, now)
        opening = Opening(patient_id="p", protocol='{"id": "sl_home"}', emergency=None)
        facts = session.encounter.state.session.facts
        await self.ward.open(session, Opened(facts), events, opening, now)
        return session


class Entrance(Rig):
    """A ward with its message entrance; `arrives` adds messages. packets: the next packet ids."""

    def __init__(self, url: str, clock: Clock, *, window: int, backlog: int = 30_000) -> None:
        super().__init__(url, clock)
        self.holding = UnconfirmedMessages(clock, self.ward, self.store, window)
        topics = Topics((SITE,), (), clock=False)
        self.ingest = Ingest(
            clock, self.ward, self.store, self.publisher, topics, self.holding, self.registry
        )
        self.intake = self.ingest.intake = self.holding.lanes = Intake(
            clock, self.ward, self.store, self.ingest, self.registry, rate=50.0, backlog=backlog
        )
        self.packets = count(1)
        self.tasks: list[asyncio.Task[None]] = []

    async def begin(self, devices: Mapping[str, str] | None = None) -> None:
        await super().begin(devices)
        self.ingest.sites = dict.fromkeys(devices or {}, SITE)
        self.tasks.append(asyncio.create_task(self.intake.run()))

    def start(self) -> None:
        self.store.start(
            asyncio.get_running_loop(), self.ingest.committed, self.holding.database_said,
            self.ingest.refused,
        )  # fmt: skip

    async def end(self) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        await super().end()

    def arrives(
        self, device: str, payload: bytes, last: str = "readings", *, qos: int = 1,
        read_at: float = 0.0,
    ) -> None:  # fmt: skip
        token = AckToken(1, next(self.packets) if qos else 0, qos)
        topic = f"dosing/v1/{SITE}/{device}/{last}"
        self.ingest.arrived(Arrival(topic, payload, False, token, read_at))


class ConfirmingEntrance(Entrance):
    """An entrance whose clock stands at `START`; `confirmed`: packet ids of confirmed messages."""

    def __init__(self, url: str, *, window: int) -> None:
        super().__init__(url, Clock(start=START, monotonic=lambda: 100.0), window=window)
        self.confirmed: list[int] = []
        self.ingest.port = self  # type: ignore[assignment]

    def ack_many(self, tokens: list[AckToken]) -> None:
        self.confirmed += [token.packet_id for token in tokens]
