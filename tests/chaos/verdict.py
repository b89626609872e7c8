"""What must hold at the end, asked of the database itself."""

from collections import Counter
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct, field
from sqlalchemy import Connection, func, select

from monitor.adapters.store.database.engines import Database
from monitor.adapters.store.questions.encounters import (
    find_encounter,
    key_of,
    read_journal,
    read_lost,
)
from monitor.adapters.store.questions.notices import notices_of_alarm
from monitor.adapters.store.tables.definitions import alarms, observations
from monitor.core.encounter import Encounter
from monitor.core.protocol.protocol import Protocol
from monitor.core.sentences.english import in_words
from monitor.core.vocabulary.events import Alarm, AlarmChanged, Duplicate, Event, Unwatched
from monitor.core.vocabulary.inputs import Opened
from tests.chaos.truth import Findings, judge
from tests.chaos.watcher import Watcher
from tests.chaos.world import Outage, World
from tests.parts.sinks import HttpSink

SEEN_AFTER_S: Final = 4.0  # an outage that lasts longer must be on the record
ON_THE_PAGE_S: Final = 5.0  # and on the page by then, if it still lasts
WITHOUT_A_BEAT_S: Final = 4.0  # so long nobody may see a heart rate while a disk is full
RECORDED: Final = ("kill", "broker_kill", "broker_stop", "down", "half_open")
TOLD: Final = {
    "broker_kill": "broker_lost", "broker_stop": "broker_lost", "down": "broker_lost",
    "half_open": "broker_lost", "disk_full": "storage_fault",
}  # fmt: skip


class Verdict(Struct):
    """wrong: every promise that was broken, in words

    notices_again   that arrived once more under the same key: sent, and killed before that was
                    written down
    """

    stored: int = 0
    twice: int = 0
    missing: int = 0
    lost: int = 0
    alarms: int = 0
    acknowledged: int = 0
    unwatched: int = 0
    unwatched_s: float = 0.0
    told: int = 0
    alarms_told: int = 0
    notices: int = 0
    notices_again: int = 0
    zoo: Findings = field(default_factory=Findings)
    wrong: list[str] = field(default_factory=list)


def verdict(world: World, watcher: Watcher, database: Path, *, forgetful: bool) -> Verdict:
    found = Verdict()
    for told in world.siege.told:
        found.wrong += [f"{told.attack}: {words}" for words in told.wrong]
    for session in world.sessions:
        _told(session.encounter, watcher, world.outages, found)
    source = Database(f"sqlite:///{database}")
    try:
        with source.reading.begin() as connection:
            for session in world.sessions:
                name = session.encounter
                keeper = session.keeper
                owed = world.gateway.taken[keeper.name] if forgetful else _upto(keeper.confirmed)
                _readings(connection, name, owed, found)
                _decisions(connection, name, found)
                _acknowledged(connection, name, session.alarm, found)
                _gaps(connection, name, world.outages, found)
                _notices(connection, name, world.sink, found)
            for name in (*(c.encounter for c in world.zoo.cages), *world.siege.encounters):
                _decisions(connection, name, found)
            found.zoo = judge(connection, world.zoo.cages)
            found.wrong += found.zoo.wrong
        _arrivals(world, found)
    finally:
        source.reading.dispose()
    return found


def _upto(confirmed: int) -> set[int]:
    return set(range(1, confirmed + 1))


def _readings(connection: Connection, name: str, owed: set[int], found: Verdict) -> None:
    """Every reading that was confirmed is stored, and none is twice."""
    of = observations.c
    mine = select(of.seq).where(of.encounter == key_of(name), of.device != "")
    there = Counter(connection.execute(mine).scalars())
    twice = sum(count - 1 for count in there.values())
    missing = owed - there.keys()
    lost = sum(gap.last - gap.first + 1 for gap in read_lost(connection, name))
    found.stored += len(there)
    found.twice, found.missing, found.lost = (
        found.twice + twice, found.missing + len(missing), found.lost + lost,
    )  # fmt: skip
    if twice:
        found.wrong.append(f"{name}: {twice} readings are stored twice")
    if missing:
        found.wrong.append(f"{name}: {len(missing)} confirmed readings are missing")
    if lost:
        found.wrong.append(f"{name}: {lost} readings are recorded as lost")


def _decisions(connection: Connection, name: str, found: Verdict) -> None:
    """The stored inputs give the recorded decisions; every alarm among them has its row."""
    steps = read_journal(connection, name)
    record = find_encounter(connection, name)
    assert record is not None
    first = steps[0].input
    assert isinstance(first, Opened)
    protocol = msgspec.json.decode(record.protocol, type=Protocol)
    encounter, decided = Encounter.open(name, first.facts, protocol, steps[0].at, first.by)
    recorded: list[Event] = list(steps[0].events)
    for step in steps[1:]:
        recorded += step.events
        if step.input is not None:
            decided += encounter.apply(step.input, step.at)
        else:
            decided += encounter.advance(step.at)
    if _text(recorded) != _text(decided):
        found.wrong.append(f"{name}: the record decides otherwise than it says")
    raised = {e.alarm.id: e.alarm for e in decided if isinstance(e, AlarmChanged)}
    of = alarms.c
    rows = connection.execute(select(of.id, of.body).where(of.encounter == key_of(name)))
    stored = {row.id: msgspec.json.decode(row.body, type=Alarm) for row in rows}
    found.alarms += len(stored)
    if {k: (a.condition, a.presence) for k, a in stored.items()} != {
        k: (a.condition, a.presence) for k, a in raised.items()
    }:
        found.wrong.append(f"{name}: the alarms on record are not those that were raised")


def _text(events: list[Event]) -> list[bytes]:
    return [msgspec.json.encode(in_words(e)) for e in events if not isinstance(e, Duplicate)]


def _acknowledged(connection: Connection, name: str, alarm: str, found: Verdict) -> None:
    rows = connection.execute(select(alarms.c.body).where(alarms.c.id == alarm)).scalars()
    kept = [msgspec.json.decode(body, type=Alarm) for body in rows]
    if [a.acknowledged_by for a in kept] != ["thea"]:
        found.wrong.append(f"{name}: the acknowledgement of {alarm} is gone")
    found.acknowledged += len(kept)
    same = select(func.count()).select_from(alarms).where(
        alarms.c.encounter == key_of(name), alarms.c.condition == "sbp_high"
    )  # fmt: skip
    if connection.execute(same).scalar_one() != 1:
        found.wrong.append(f"{name}: one high pressure is more than one alarm")


def _gaps(connection: Connection, name: str, outages: list[Outage], found: Verdict) -> None:
    """Whatever kept anybody from watching is on the record."""
    gaps = [
        event
        for step in read_journal(connection, name)
        for event in step.events
        if isinstance(event, Unwatched)
    ]
    found.unwatched += len(gaps)
    found.unwatched_s = max(found.unwatched_s, round(sum(g.until - g.since for g in gaps), 1))
    for outage in outages:
        long = outage.kind == "kill" or outage.lasted > SEEN_AFTER_S
        if not long or outage.kind not in RECORDED:
            continue
        if not any(g.since < outage.until and g.until > outage.since for g in gaps):
            found.wrong.append(f"{name}: {outage.kind} of {outage.since:.0f} is not on the record")


def _told(name: str, watcher: Watcher, outages: list[Outage], found: Verdict) -> None:
    """Whoever looks at the page knows in time, and sees heart rates while only the disk is gone."""
    for outage in outages:
        if outage.kind not in TOLD or outage.lasted <= ON_THE_PAGE_S:
            continue
        found.told += 1
        if not watcher.told(name, TOLD[outage.kind], outage.since + ON_THE_PAGE_S):
            found.wrong.append(f"{name}: {outage.kind} of {outage.since:.0f} is not on the page")
        if outage.kind == "disk_full":
            gap = watcher.longest_without_a_beat(name, outage.since, outage.mending)
            if gap > WITHOUT_A_BEAT_S:
                when = f"in the {outage.kind} of {outage.since:.0f}"
                found.wrong.append(f"{name}: no heart rate for {gap:.1f} s {when}")


def _notices(connection: Connection, name: str, sink: HttpSink, found: Verdict) -> None:
    """Every call for help that is on the record was told of, and arrived."""
    arrived = {got.json["id"] for got in sink.at("ok")}
    of = alarms.c
    calls = select(of.id).where(of.encounter == key_of(name), of.condition == "help_requested")
    for alarm in connection.execute(calls).scalars():
        rows = notices_of_alarm(connection, alarm)
        if any(row.state == "sent" and row.message in arrived for row in rows):
            found.alarms_told += 1
        else:
            found.wrong.append(f"{alarm}: nobody was told of it")


def _arrivals(world: World, found: Verdict) -> None:
    """Nothing arrives twice, but for what a kill cut off between sending and writing it down."""
    keys = Counter(got.headers["idempotency-key"] for got in world.sink.at("ok"))
    found.notices = len(keys)
    found.notices_again = keys.total() - len(keys)
    kills = sum(outage.kind == "kill" for outage in world.outages)
    if found.notices_again > kills:
        found.wrong.append(f"{found.notices_again} notices arrived twice")
