"""Journals of older programs still load, and their record stays unchanged.

`tests/golden/journal` contains journals that the code of its day wrote (see `old_journals`). The
tests put each into a real database, and load the session as the service does at its start.
"""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final

import msgspec
import pytest
import pytest_asyncio
from msgspec.structs import replace
from sqlalchemy import Connection, select
from structlog.testing import capture_logs

from monitor.adapters.store import Entry, JournalRow, JournalStep, Opening, decode_journal_row
from monitor.adapters.store.tables.definitions import alarms, episodes, journal, observations
from monitor.core.encounter import Encounter
from monitor.core.protocol.presets import PRESETS
from monitor.core.sentences.english import in_words
from monitor.core.vocabulary.events import (
    AlarmChanged,
    BaselineMoved,
    Blinded,
    Closed,
    Corrected,
    DoseRecorded,
    Event,
    MeasurementFailed,
    Unwatched,
)
from monitor.core.vocabulary.inputs import (
    AskForHelp,
    Close,
    CorrectDose,
    Dose,
    Facts,
    Input,
    Interrupted,
    Observed,
    Opened,
    Override,
    Rebaselined,
    ServiceFault,
)
from monitor.core.vocabulary.reasons import NONE
from monitor.core.vocabulary.vitals import Observation
from monitor.service.clock import Clock
from monitor.service.sessions.open_session import Session
from monitor.service.sessions.restart import interrupted_session, rebuild
from tests.service.rig import Rig

FOLDER: Final = Path(__file__).parents[2] / "golden" / "journal"
STORIES: Final = sorted(path.stem for path in FOLDER.iterdir())
LATER_S: Final = 4000.0
START: Final = 1_795_428_000.0


class Old:
    """One journal: its steps, and the position of its snapshot among them."""

    def __init__(self, name: str) -> None:
        begun, *lines = [json.loads(x) for x in (FOLDER / f"{name}.jsonl").read_text().splitlines()]
        self.protocol = json.dumps(begun["protocol"])
        self.steps: list[JournalStep] = []
        self.snapshot, self.taken, self.snapshot_at = b"", 0, 0.0
        for line in lines:
            if "snapshot" in line:
                self.snapshot, self.taken = line["snapshot"].encode(), len(self.steps)
                self.snapshot_at = line["at"]
            else:
                self.steps.append(decode_journal_row(JournalRow(**line)))

    @property
    def events(self) -> list[Event]:
        return [event for step in self.steps for event in step.events]

    @property
    def last(self) -> float:
        return self.steps[-1].at

    def entries(self, *, snapshot: bool) -> list[Entry]:
        """Return the entries that the program of its day stored: an input with its decisions."""
        entries: list[Entry] = []
        for place, step in enumerate(self.steps):
            if snapshot and place == self.taken:
                entries.append(Entry("e-old", self.snapshot_at, None, (), snapshot=self.snapshot))
            if step.input is not None or not entries or place == self.taken:
                entries.append(Entry("e-old", step.at, step.input, list(step.events)))
            else:
                entries[-1].events = [*entries[-1].events, *step.events]
        entries[0].opening = Opening(patient_id="p", protocol=self.protocol)
        return entries


class Later(Rig):
    """A store with one old session in it, and a ward that will load it."""

    def __init__(self, url: str) -> None:
        super().__init__(url, Clock(start=0.0, following=True))

    async def write(self, old: Old, *, snapshot: bool) -> None:
        for entry in old.entries(snapshot=snapshot):
            await self.store.commit(entry)
        self.clock.follow(old.last + LATER_S)

    async def restart(self) -> Session:
        left = await interrupted_session(self.store, "e-old")
        assert left is not None
        return rebuild(left, {"strap": "home", "cuff": "home"})

    async def record(self) -> list[Any]:
        """Return every row that the session has written so far."""
        await self.store.flush()

        def read(connection: Connection) -> list[Any]:
            tables = (journal, observations, alarms, episodes)
            return [sorted(map(repr, connection.execute(select(table)))) for table in tables]

        return await self.store.read(read)


@pytest_asyncio.fixture
async def rig(tmp_path: Path) -> AsyncIterator[Later]:
    rig = Later(f"sqlite:///{tmp_path / 'old.db'}")
    await rig.begin(dict.fromkeys(("strap", "cuff"), "cuff"))
    yield rig
    await rig.end()


def numbers(events: list[Event]) -> list[int]:
    moved = [e.alarm for e in events if isinstance(e, AlarmChanged | Blinded)]
    return [int(alarm.id.rpartition("-")[2]) for alarm in moved]


def test_there_is_a_journal_past_each_gate_and_with_alarms_and_reports() -> None:
    found = {name: Old(name) for name in STORIES}
    assert all(old.taken and old.snapshot for old in found.values())
    assert numbers(found["ordinary"].events)
    dosed = {
        name: [e for e in old.events if isinstance(e, DoseRecorded)] for name, old in found.items()
    }
    assert all(doses and not doses[0].unmet for doses in dosed.values())
    assert any(isinstance(e, Closed) and e.override is None for e in found["open-gates"].events)


@pytest.mark.parametrize("snapshot", [True, False], ids=["snapshot and tail", "whole journal"])
@pytest.mark.parametrize("name", STORIES)
async def test_an_old_journal_comes_up_with_its_own_decisions(
    rig: Later, name: str, snapshot: bool
) -> None:
    old = Old(name)
    await rig.write(old, snapshot=snapshot)
    before = await rig.record()
    with capture_logs() as logged:
        session = await rig.restart()
    assert [line for line in logged if line["event"] == "replay_refused"] == []
    state = session.encounter.state
    recorded = [e for e in old.events if isinstance(e, DoseRecorded)]
    assert state.session.doses == [e.dose for e in recorded]
    assert state.baseline.values == recorded[-1].baseline
    closed: list[float | None] = [e.at for e in old.events if isinstance(e, Closed)]
    assert [state.session.closed_at] == (closed or [None])
    assert state.alarms.issued >= max(numbers(old.events), default=0)
    assert await rig.record() == before, "nothing is written because it was read"


@pytest.mark.parametrize("snapshot", [True, False], ids=["snapshot and tail", "whole journal"])
@pytest.mark.parametrize("name", ["ordinary", "split-pressures"])
async def test_what_comes_after_it_takes_no_recorded_row_over(
    rig: Later, name: str, snapshot: bool
) -> None:
    old = Old(name)
    await rig.write(old, snapshot=snapshot)
    before = await rig.record()
    session = await rig.restart()
    rig.ward.admit(session)
    now = rig.clock.now()
    rig.ward.apply(session, Interrupted(old.last, now, "the service did not run"), now)
    await rig.ward.act(session, AskForHelp("sam"), now)
    after = await rig.record()
    # Journal and observations only grow. Each alarm keeps its condition, vital sign and device.
    assert all(set(was) <= set(now_) for was, now_ in zip(before[:2], after[:2], strict=True))
    left = await interrupted_session(rig.store, "e-old")
    assert left is not None
    about: dict[str, set[tuple[str, str | None, str | None]]] = {}
    events = [e for step in [*old.steps, *left.tail] for e in step.events]
    for event in events:
        if isinstance(event, AlarmChanged | Blinded):
            alarm = event.alarm
            told = (alarm.condition, alarm.vital, alarm.device)
            about.setdefault(alarm.id, set()).add(told)
    assert all(len(told) == 1 for told in about.values()), about
    helped = [
        e.alarm.id for step in left.tail[-9:] for e in step.events
        if isinstance(e, AlarmChanged) and e.alarm.condition == "help_requested"
        and e.transition == "raised"
    ]  # fmt: skip
    assert int(helped[-1].rpartition("-")[2]) > max(numbers(old.events), default=0)


def without_data(event: Event) -> Event:
    """Return a row as an older version wrote it: with the sentences only."""
    event = in_words(event)
    if isinstance(event, (DoseRecorded, Closed)):
        return replace(event, unmet_because=())
    if isinstance(event, Corrected):
        return replace(event, follows_because=NONE)
    if isinstance(event, Unwatched):
        return replace(event, because=NONE)
    return replace(event, because=None) if isinstance(event, MeasurementFailed) else event


async def test_rows_without_the_data_of_their_sentences_agree_with_what_is_decided_today(
    rig: Later,
) -> None:
    facts = Facts(protocol="sl_home", mode="test", devices={"cuff": "cuff"})
    loose = Observation(issued=START + 9, device="cuff", failed=("sbp", "dbp"), flags=("movement",))
    past, sublingual = Override("thea", "a test"), ("ketamine", "sublingual", 50.0, "thea")
    acts: list[tuple[float, Input]] = [
        (5, ServiceFault("broker_lost", "", since=START + 2)),
        (8, ServiceFault("broker_lost", "", over=True)),
        (9, Observed(loose)),
        (15, Interrupted(START + 10, START + 15, "the service did not run")),
        (20, Dose(START + 20, *sublingual, past)),
        (30, CorrectDose(number=1, by="thea", reason="a slip", amount_mg=60.0)),
        (40, Close("thea", past)),
    ]  # fmt: skip
    encounter, opened = Encounter.open("e-old", facts, PRESETS["sl_home"], START)
    opening = Opening(patient_id="p", protocol=msgspec.json.encode(PRESETS["sl_home"]).decode())
    entries = [Entry("e-old", START, Opened(facts), opened, opening=opening)]
    for t, given in acts:
        events = [without_data(event) for event in encounter.apply(given, START + t)]
        entries.append(Entry("e-old", START + t, given, events))
    for entry in entries:
        await rig.store.commit(entry)
    written = [event for entry in entries for event in entry.events]
    assert {type(e) for e in written} >= {
        DoseRecorded,
        Closed,
        Corrected,
        MeasurementFailed,
        Unwatched,
    }
    with capture_logs() as logged:
        session = await rig.restart()
    assert [line["event"] for line in logged] == []
    assert not session.open


async def test_an_act_that_is_refused_today_is_told_and_stops_nothing(rig: Later) -> None:
    """As if the baseline could once be taken again without any reading."""
    old = Old("open-gates")
    del old.steps[8:]  # its state before it was closed
    act = Rebaselined("was upset", "thea")
    moved = BaselineMoved(old.last + 1, {}, {}, "thea", "was upset")
    old.steps.append(JournalStep(0, old.last + 1, act, (moved,)))
    await rig.write(old, snapshot=True)
    with capture_logs() as logged:
        session = await rig.restart()
    (line,) = [line for line in logged if line["event"] == "replay_refused"]
    assert (line["encounter"], line["input"]) == ("e-old", "Rebaselined")
    assert line["reason"].startswith("The last 15 min hold too few clean readings")
    (line,) = [line for line in logged if line["event"] == "journal_disagrees"]
    assert (line["encounter"], line["recorded"], line["decided"]) == (
        "e-old", "BaselineMoved", "nothing",
    )  # fmt: skip
    assert session.open
    assert len(session.encounter.state.session.doses) == 1


@pytest.mark.parametrize("name", STORIES)
def test_a_snapshot_and_every_row_of_old_are_still_read(name: str) -> None:
    old = Old(name)
    kinds = [type(step.input) for step in old.steps if step.input is not None]
    assert kinds[0] is Opened
    assert {Observed, Dose} <= set(kinds)
    assert (Close in kinds) == (name == "open-gates")
    state = msgspec.json.decode(old.snapshot)
    assert state["version"] == 2
