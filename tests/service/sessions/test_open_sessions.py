"""The running sessions on a real store: each records every fault of the service."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import pytest
import pytest_asyncio
from prometheus_client import CollectorRegistry

from monitor.adapters.live.hub import Hub
from monitor.adapters.store import Entry
from monitor.adapters.store.questions.encounters import read_journal
from monitor.core.vocabulary.events import AlarmChanged
from monitor.core.vocabulary.inputs import Attended, ChangeDevices, Note, Observed, ServiceFault
from monitor.core.vocabulary.vitals import Observation
from monitor.service.health import attendance
from monitor.service.health.attendance import Attendance
from monitor.service.sessions import open_sessions
from monitor.service.sessions.restart import interrupted, rebuild
from tests.parts import wait_until
from tests.service.rig import START, Rig

RESTARTED: Final = "the service restarted"


class Sessions(Rig):
    """A rig that reads the sessions' records."""

    async def told(self, name: str) -> list[str]:
        """Return the service faults on its record: inputs, and the alarms that followed."""
        await self.store.flush()
        found = []
        for step in await self.store.read(read_journal, name):
            if isinstance(step.input, ServiceFault):
                found.append("over" if step.input.over else "fault")
            changed = [event for event in step.events if isinstance(event, AlarmChanged)]
            found += [f"{event.transition} {event.alarm.condition}" for event in changed]
        return found


@pytest_asyncio.fixture
async def rig(tmp_path: Path) -> AsyncIterator[Sessions]:
    rig = Sessions(f"sqlite:///{tmp_path / 'ward.db'}")
    await rig.begin()
    yield rig
    await rig.end()


async def test_a_fault_is_told_once_in_every_session_also_in_a_later_one(rig: Sessions) -> None:
    await rig.open("e-1")
    rig.ward.fault("broker_lost", "it hung up")
    rig.ward.fault("broker_lost", "it hung up again")
    await rig.open("e-2")
    rig.clock.follow(START + 10)
    rig.ward.fault_over("broker_lost")
    rig.ward.fault_over("broker_lost")
    await rig.open("e-3")
    once = ["fault", "raised broker_lost", "over", "cleared broker_lost"]
    assert [await rig.told(f"e-{n}") for n in (1, 2, 3)] == [once, once, []]


async def test_one_fault_over_leaves_the_other(rig: Sessions) -> None:
    session = await rig.open("e-1")
    rig.ward.fault("broker_lost", "it hung up", START - 2)
    rig.ward.fault("storage_fault", "full")
    rig.ward.fault_over("broker_lost")
    assert set(session.encounter.state.watch.faults) == {"storage_fault"}


async def test_what_an_earlier_process_told_is_ended_by_the_next(
    rig: Sessions, tmp_path: Path
) -> None:
    await rig.open("e-1")
    rig.ward.fault("storage_fault", "full")
    await rig.store.stop()
    later = Sessions(f"sqlite:///{tmp_path / 'ward.db'}")
    later.start()
    for left in await interrupted(later.store):
        later.ward.admit(rebuild(left, {}))
    later.clock.follow(START + 30)
    later.ward.fault_over("storage_fault")
    told = await later.told("e-1")
    (alarm,) = [
        event.alarm
        for step in await later.store.read(read_journal, "e-1")
        for event in step.events
        if isinstance(event, AlarmChanged) and event.transition == "cleared"
    ]
    await later.store.stop()
    assert told == ["fault", "raised storage_fault", "over", "cleared storage_fault"]
    assert alarm.reason.endswith(f"after 30 s: {RESTARTED}.")


async def test_the_record_is_in_the_order_of_decisions(rig: Sessions) -> None:
    """A reading that arrives in the very turn of a person's act is decided after it."""
    session = await rig.open("e-1")

    async def act() -> None:
        await rig.ward.act(session, Note("first", "thea"), rig.clock.now())

    async def reading() -> None:
        rig.ward.apply(session, Note("second", "thea"), rig.clock.now())

    await asyncio.gather(act(), reading())
    await rig.store.flush()
    inputs = [step.input for step in await rig.store.read(read_journal, "e-1")]
    assert [note.text for note in inputs if isinstance(note, Note)] == ["first", "second"]


async def test_a_reading_that_comes_again_is_on_the_record_where_something_is_noted(
    rig: Sessions,
) -> None:
    """A cuff's repeated record is part of its burst: without it, replay would decide otherwise."""
    session = await rig.open("e-1")
    session.encounter.apply(ChangeDevices("thea", {"cuff": "cuff"}), rig.clock.now())
    now = rig.clock.now()
    record = Observation(
        issued=now, device="cuff", values={"sbp": 120.0, "dbp": 80.0}, record=True, stamp=1.0
    )
    numbered = Observation(issued=now, device="cuff", values={"hr": 70.0}, seq=1)
    for observation in (record, record, numbered, numbered):
        rig.ward.apply(session, Observed(observation), now)
    await rig.store.flush()
    steps = await rig.store.read(read_journal, "e-1")
    came = [step.input.observation for step in steps if isinstance(step.input, Observed)]
    assert came == [record, record, numbered]


async def test_what_befalls_every_session_at_once_leaves_turns_to_others(
    rig: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    """This holds for a fault, its end, and an absence: a few sessions a turn."""
    few = 3  # fewer than the service takes
    monkeypatch.setattr(open_sessions, "TOLD_A_TURN", few)
    monkeypatch.setattr(attendance, "A_TURN", few)
    names = [f"e-{n}" for n in range(10 * few)]
    for name in names:
        await rig.open(name)
    watch = Attendance(rig.clock, Hub(CollectorRegistry()), rig.ward)
    rig.clock.follow(START + 100)
    rig.clock.run(START + 100, 1.0)
    turns: list[int] = []
    decided = 0
    real = rig.store.append

    def counted(entry: Entry) -> None:
        nonlocal decided
        decided += 1
        real(entry)

    rig.store.append = counted  # type: ignore[method-assign]

    async def others() -> None:
        nonlocal decided
        while True:
            turns.append(decided)
            decided = 0
            await asyncio.sleep(0)

    ticking = asyncio.create_task(others())
    rig.ward.fault("broker_lost", "it hung up")
    rig.ward.fault_over("broker_lost")
    await watch.look()
    await wait_until(lambda: not rig.ward._untold)
    ticking.cancel()
    for name in names:
        told = [word for word in await rig.told(name) if "broker_lost" in word or word == "over"]
        assert told == ["raised broker_lost", "over", "cleared broker_lost"]
    absent = [
        step.input
        for name in names
        for step in await rig.store.read(read_journal, name)
        if isinstance(step.input, Attended)
    ]
    assert len(absent) == len(names)
    # An input may be two entries: events that fell due before it have their own.
    assert max(turns) <= 2 * 2 * few
