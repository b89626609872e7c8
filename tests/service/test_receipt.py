"""From a message as it was read to what is on disk: when it was received, and what it may cost."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final

import pytest
import pytest_asyncio
from prometheus_client import CollectorRegistry

from monitor.adapters.live import Hub
from monitor.adapters.mqtt import Arrival, Token
from monitor.adapters.store import Opening, Store
from monitor.adapters.store.clinic import Device, Patient, add_device, add_patient
from monitor.adapters.store.findings import list_observations
from monitor.adapters.store.records import QuarantineRow, list_quarantine
from monitor.core.encounter import Encounter
from monitor.core.events import Facts, Opened
from monitor.core.protocol import PRESETS
from monitor.service.clock import Clock
from monitor.service.holding import Holding
from monitor.service.ingest import OTHERS, REASONS, Ingest
from monitor.service.intake import Intake
from monitor.service.outward import Outward
from monitor.service.session import Session
from monitor.service.topics import Topics
from monitor.service.ward import Ward
from tests.parts import wait_until

START: Final = 1_795_428_000.0


class Door:
    """An ingest on a real store, with one session of `strap`; time is passed in."""

    def __init__(self, url: str) -> None:
        self.monotonic = 100.0
        self.clock = Clock(start=START, monotonic=lambda: self.monotonic)
        self.store = Store(url)
        registry = CollectorRegistry()
        outward = Outward(self.clock, Hub(registry), "home")
        self.ward = Ward(self.clock, self.store, outward, registry)
        holding = Holding(self.clock, self.ward, self.store, 1000)
        self.ingest = Ingest(
            self.clock,
            self.ward,
            self.store,
            outward,
            Topics(("home",), (), clock=False),
            holding,
            registry,
        )
        self.intake = self.ingest.intake = holding.lanes = Intake(
            self.clock, self.ward, self.store, self.ingest, registry, rate=50.0, backlog=30_000
        )
        self.ingest.sites = {"strap": "home"}
        self._number = 0

    async def open(self) -> None:
        now = self.clock.now()
        facts = Facts(protocol="sl_home", mode="test", devices={"strap": "heart_rate"})
        encounter, events = Encounter.open("e-1", facts, PRESETS["sl_home"], now)
        session = Session(
            encounter=encounter, patient="p", label="K-1", sites={"strap": "home"}, emergency={},
            snapshot_at=now,
        )  # fmt: skip
        opening = Opening(patient_id="p", protocol='{"id": "sl_home"}', emergency=None)
        await self.ward.open(session, Opened(facts), events, opening, now)

    def message(self, body: Any, device: str = "strap", read_at: float = 0.0) -> None:
        self._number += 1
        topic, payload = f"dosing/v1/home/{device}/readings", json.dumps(body).encode()
        token = Token(1, self._number, 1)
        self.ingest.arrived(Arrival(topic, payload, False, token, read_at or self.monotonic))

    async def set_aside(self) -> list[QuarantineRow]:
        await wait_until(lambda: not self.intake.busy, 30, "what waits to be judged")
        await self.store.flush()
        return (await self.store.read(list_quarantine, 100_000)).items


@pytest_asyncio.fixture
async def door(tmp_path: Path) -> AsyncIterator[Door]:
    door = Door(f"sqlite:///{tmp_path / 'door.db'}")
    door.store.migrate()
    door.store.run(add_patient, Patient(id="p", label="K-1", created_at=START))
    door.store.run(add_device, Device(id="strap", kind="heart_rate", site="home", created_at=START))
    door.store.start(asyncio.get_running_loop(), door.ingest.committed, lambda error: None)
    await door.open()
    working = asyncio.create_task(door.intake.run())
    yield door
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)
    await door.store.stop()


async def test_a_reading_was_received_when_its_bytes_were_read(door: Door) -> None:
    door.monotonic += 20
    door.message({"seq": 1, "hr": 70}, read_at=door.monotonic - 7)
    door.message({"seq": 2, "hr": 71})
    await door.store.flush()
    rows = (await door.store.read(list_observations, "e-1", 10)).items
    assert [row.issued for row in rows] == [START + 13, START + 20]


def test_what_was_read_together_was_received_together() -> None:
    moving = iter(100.0 + n / 1e5 for n in range(1000))
    clock = Clock(start=START, monotonic=lambda: next(moving))
    assert len({clock.at(100.001) for _ in range(100)}) == 1
    assert clock.at(100.001) < clock.at(100.002)
    assert clock.at(0.0) > START, "not known: now"


@pytest.mark.parametrize(
    ("element", "rows"),
    [({"hr": "fast"}, 1), (None, REASONS + 1)],
    ids=["for the same reason", "each for another"],
)
async def test_a_batch_of_junk_makes_few_rows_and_they_stand_for_all_of_it(
    door: Door, element: Any, rows: int
) -> None:
    door.message([element or {"hr": 70, "t": f"x{n}"} for n in range(2000)])
    found = await door.set_aside()
    assert len(found) == rows
    assert sum(row.count for row in found) == 2000
    assert (rows > REASONS) == (OTHERS in {row.reason for row in found})


async def test_who_is_not_known_takes_no_quota_of_a_device(door: Door) -> None:
    for n in range(1500):
        door.message({"hr": 70}, device=f"stranger-{n}")
    door.message({"hr": "fast"})
    found = await door.set_aside()
    assert [row.device for row in found].count("strap") == 1
    assert 800 < len(found) <= 1001
