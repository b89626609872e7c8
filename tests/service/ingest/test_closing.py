"""A session whose end is not yet on disk decides nothing more, whatever still arrives for it."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final, get_args

import pytest
import pytest_asyncio

from monitor.adapters.store.questions.quarantine import list_quarantine
from monitor.core.vocabulary.inputs import (
    Attended,
    Close,
    ContactsChanged,
    DeviceFlooding,
    DeviceStatus,
    Input,
    Interrupted,
    NoticeReported,
    Observed,
    Override,
    ServiceFault,
)
from monitor.core.vocabulary.vitals import Observation
from monitor.service.sessions.open_session import Session
from tests.parts import wait_until
from tests.service.rig import START, ConfirmingEntrance

STATUS: Final = b'{"state": "offline", "battery": 40}'
READING: Final = b'{"seq": 1, "hr": 70}'
BATCH: Final = json.dumps([{"seq": n, "hr": 70} for n in range(2, 90)]).encode()

# All that is reported without a person: nobody could be told that it was refused.
REPORTS: Final[tuple[Input, ...]] = (
    Observed(Observation(issued=START, device="strap", values={"hr": 70.0})),
    DeviceStatus("strap", online=False),
    DeviceFlooding("strap", since=START),
    ServiceFault("broker_lost", "it hung up"),
    Interrupted(START, START, "the service did not run"),
    Attended(watched=False, since=START),
    ContactsChanged(()),
    NoticeReported("e-1-1", 1, ok=False, why="nobody answers"),
)


@pytest_asyncio.fixture
async def door(tmp_path: Path) -> AsyncIterator[ConfirmingEntrance]:
    """A session of `strap`."""
    door = ConfirmingEntrance(f"sqlite:///{tmp_path / 'door.db'}", window=1000)
    await door.begin({"strap": "heart_rate"})
    await door.open("e-1", {"strap": "heart_rate"})
    yield door
    await door.end()


async def closing(door: ConfirmingEntrance) -> tuple[Session, asyncio.Task[object]]:
    """Close the session, and return in the moment before that is on disk."""
    session = door.ward.sessions["e-1"]
    given = Close("thea", Override("thea", "a test", "Dr Test"))
    act = asyncio.create_task(door.ward.act(session, given, door.clock.now(), last=True))
    await asyncio.sleep(0)
    assert not session.open
    assert not act.done()
    return session, act


async def test_messages_of_its_devices_are_confirmed_and_their_readings_kept(
    door: ConfirmingEntrance,
) -> None:
    _, act = await closing(door)
    for last, payload in (("status", STATUS), ("readings", READING), ("readings", BATCH)):
        door.arrives("strap", payload, last)
    await act
    await wait_until(lambda: len(door.confirmed) == 3, 10, "the confirmations")
    kept = (await door.store.read(list_quarantine, 100)).items
    assert sum(row.count for row in kept) == 89


@pytest.mark.parametrize("given", REPORTS, ids=lambda given: type(given).__name__)
async def test_a_report_is_passed_over(door: ConfirmingEntrance, given: Input) -> None:
    session, act = await closing(door)
    assert door.ward.apply(session, given, door.clock.now()) == []
    await act


def test_no_kind_of_report_is_left_out() -> None:
    """Each other input names the person who gave it."""
    people = {kind for kind in get_args(Input) if "by" in kind.__struct_fields__}
    assert set(get_args(Input)) - people == {type(given) for given in REPORTS}
