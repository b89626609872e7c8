"""An error of ours with the messages of one device costs the others nothing."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import pytest
import pytest_asyncio
from structlog.testing import capture_logs

from monitor.adapters.store.questions.quarantine import list_quarantine
from tests.parts import wait_until
from tests.service.rig import ConfirmingEntrance

BATCH: Final = 90  # readings, of which a part is judged in later turns
FAILED: Final = "this service failed on it (AttributeError); its log has the place"
STATUSES: Final = 2000  # more than the budget of a device


@pytest_asyncio.fixture
async def door(tmp_path: Path) -> AsyncIterator[ConfirmingEntrance]:
    """Two sessions; the memory of the first is damaged, as an error of ours might leave it."""
    door = ConfirmingEntrance(f"sqlite:///{tmp_path / 'door.db'}", window=5000)
    await door.begin({"bad": "heart_rate", "good": "cuff"})
    damaged = await door.open("e-bad", {"bad": "heart_rate"})
    await door.open("e-good", {"good": "cuff"})
    damaged.encounter.state.devices.known = None  # type: ignore[assignment]
    yield door
    await door.end()


@pytest.mark.parametrize(
    ("last", "payload", "times", "kept"),
    [
        ("readings", b'{"seq": 1, "hr": 70}', 1, 1),
        ("readings", json.dumps([{"seq": n, "hr": 70} for n in range(BATCH)]).encode(), 1, BATCH),
        ("status", b'{"state": "offline"}', 1, 0),
        ("status", b'{"state": "offline"}', STATUSES, 0),
    ],
    ids=["a reading", "a batch", "a status", "a flood of statuses"],
)
async def test_it_is_confirmed_and_kept_and_another_patients_alarm_is_raised(
    door: ConfirmingEntrance, last: str, payload: bytes, times: int, kept: int
) -> None:
    with capture_logs() as logged:
        for _ in range(times):
            door.arrives("bad", payload, last)
        door.arrives("good", b'{"seq": 1, "sbp": 214, "dbp": 128}')
        await wait_until(lambda: len(door.confirmed) == times + 1, 20, "the confirmations")
    state = door.ward.sessions["e-good"].encounter.state
    assert {a.priority for a in state.alarms.standing.values()} == {"high"}
    rows = (await door.store.read(list_quarantine, 1000)).items
    assert [row.reason for row in rows] == [FAILED] * kept
    failed = [line for line in logged if line["event"] == "message_failed"]
    assert failed
    assert {(line["device"], line["error"]) for line in failed} == {("bad", "AttributeError")}
    assert not any(task.done() for task in door.tasks)
