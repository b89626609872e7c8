"""A message's way to disk: its time of receipt, its limits of cost, and its confirmations."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st

from monitor.adapters.mqtt import AckToken, Arrival
from monitor.adapters.store import Entry, EntryRefused
from monitor.adapters.store.questions.findings import list_observations
from monitor.adapters.store.questions.quarantine import QuarantineRow, list_quarantine
from monitor.service.clock import Clock
from monitor.service.ingest.acks.device_acks import Confirmation
from monitor.service.ingest.messages import NOT_OURS, OTHERS, REASONS, Receipt, told_apart
from monitor.service.ingest.results import Result
from tests.parts import wait_until
from tests.service.rig import START, ConfirmingEntrance, Entrance


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


# --- confirmations --------------------------------------------------------------------------------

READING = b'{"seq": 1, "hr": 70}'


@pytest_asyncio.fixture
async def confirming(fresh: str) -> AsyncIterator[ConfirmingEntrance]:
    """A session of `strap`; `spare` is registered and serves none."""
    door = ConfirmingEntrance(fresh, window=1000)
    await door.begin({"strap": "heart_rate", "spare": "cuff"})
    await door.open("e-1", {"strap": "heart_rate"})
    yield door
    await door.end()


def counted(door: ConfirmingEntrance, result: Result) -> float | None:
    return door.registry.get_sample_value("dosing_monitor_observations_total", {"result": result})


@pytest.mark.parametrize(("topic", "payload", "reason", "readings"), [
    ("dosing/v1/home/strap/other", READING, NOT_OURS, 1),
    ("elsewhere", READING, NOT_OURS, 1),
    ("dosing/v1/home/ring/readings", READING, "unknown device ring: register it first", 1),
    ("dosing/v1/home/a b/readings", READING, "the topic's device is not a device id", 1),
    ("dosing/v1/home/ring/status", b"{}", "unknown device ring: register it first", 0),
    ("dosing/v1/home/spare/readings", READING, "device spare serves no open session", 1),
])  # fmt: skip
async def test_what_belongs_to_no_session_is_confirmed_and_kept_with_the_reason(
    confirming: ConfirmingEntrance, topic: str, payload: bytes, reason: str, readings: int
) -> None:
    confirming.ingest.arrived(Arrival(topic, payload, False, AckToken(1, 7, 1), 0.0))
    await wait_until(lambda: confirming.confirmed == [7], 10, "the confirmation")
    (row,) = (await confirming.store.read(list_quarantine, 10)).items
    assert (row.topic, row.reason) == (topic, reason)
    assert (counted(confirming, "quarantined"), counted(confirming, "stored")) == (readings, 0)


@pytest.mark.parametrize(("last", "payload", "rows"), [
    ("readings/theengs", b'{"id": "AA:BB", "batt": 50}', 0),  # no vital sign is in it
    ("readings", b"[]", 1),
    ("readings", b"{", 1),
    ("status", b"{", 1),
    ("status", b'{"state": "offline"}', 0),
    ("readings", b'[{"seq": 1, "hr": "fast"}, {"seq": 2, "hr": 70}]', 1),
])  # fmt: skip
async def test_every_message_of_a_device_is_confirmed_whatever_is_in_it(
    confirming: ConfirmingEntrance, last: str, payload: bytes, rows: int
) -> None:
    confirming.arrives("strap", payload, last)
    await wait_until(lambda: confirming.confirmed == [1], 10, "the confirmation")
    assert len((await confirming.store.read(list_quarantine, 10)).items) == rows


async def test_only_numbers_on_disk_are_confirmed_to_a_device(
    confirming: ConfirmingEntrance,
) -> None:
    confirming.arrives("strap", b'[{"seq": 1, "hr": 70}, {"seq": 2, "hr": 71}]')
    assert confirming.ingest.acks.take() == []
    await confirming.store.flush()
    assert confirming.ingest.acks.take() == [Confirmation("strap", "", 2)]
    assert counted(confirming, "stored") == 2
    confirming.arrives("strap", b'{"seq": 2, "hr": 71}')  # it missed the confirmation
    await confirming.store.flush()
    assert confirming.ingest.acks.take() == [Confirmation("strap", "", 2)]
    assert (counted(confirming, "stored"), counted(confirming, "duplicate")) == (2, 1)


async def test_what_the_database_never_takes_is_confirmed_and_counted_as_set_aside(
    confirming: ConfirmingEntrance,
) -> None:
    receipt = Receipt(AckToken(1, 9, 1), "strap", [("", 1)], results=["stored"])
    entry = Entry(encounter_id="e-1", at=START, token=receipt)
    confirming.ingest.refused(entry, EntryRefused("a constraint"))
    assert confirming.confirmed == [9]
    assert (counted(confirming, "quarantined"), counted(confirming, "stored")) == (1, 0)


@given(st.lists(st.tuples(st.sampled_from([f"reason {n}" for n in range(12)]), st.binary())))
def test_refused_elements_are_grouped_by_reason_and_none_is_left_out(
    refused: list[tuple[str, bytes]],
) -> None:
    groups = told_apart(refused)
    names = [reason for reason, _, _ in groups]
    first_few = list(dict.fromkeys(reason for reason, _ in refused))[:REASONS]
    assert [name for name in names if name != OTHERS] == first_few
    assert len(names) == len(set(names)) <= REASONS + 1
    assert sum(count for _, _, count in groups) == len(refused)
    for name, excerpt, count in groups:
        mine = [raw for why, raw in refused if (why if why in first_few else OTHERS) == name]
        assert (excerpt, count) == (mine[0], len(mine))
