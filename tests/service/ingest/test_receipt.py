"""A message's way to disk: its time of receipt, and its limits of cost."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from monitor.adapters.store.questions.findings import list_observations
from monitor.adapters.store.questions.quarantine import QuarantineRow, list_quarantine
from monitor.service.clock import Clock
from monitor.service.ingest.messages import OTHERS, REASONS
from tests.parts import wait_until
from tests.service.rig import START, Entrance


class Door(Entrance):
    """One session of `strap`, with a clock that is passed in."""

    def __init__(self, url: str) -> None:
        self.monotonic = 100.0
        super().__init__(url, Clock(start=START, monotonic=lambda: self.monotonic), window=1000)

    def message(self, body: Any, device: str = "strap", read_at: float = 0.0) -> None:
        self.arrives(device, json.dumps(body).encode(), read_at=read_at or self.monotonic)

    async def set_aside(self) -> list[QuarantineRow]:
        await wait_until(lambda: not self.intake.busy, 30, "what waits to be judged")
        await self.store.flush()
        return (await self.store.read(list_quarantine, 100_000)).items


@pytest_asyncio.fixture
async def door(tmp_path: Path) -> AsyncIterator[Door]:
    door = Door(f"sqlite:///{tmp_path / 'door.db'}")
    await door.begin({"strap": "heart_rate"})
    await door.open("e-1", {"strap": "heart_rate"})
    yield door
    await door.end()


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
