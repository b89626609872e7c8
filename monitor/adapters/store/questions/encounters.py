"""Encounters, their journals, and the data from which a restarted process continues open ones."""

from collections.abc import Callable, Iterable
from typing import Any, Final, Literal

import msgspec
from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, Row, ScalarSelect, Select, func, select

from monitor.adapters.store.questions.paging import Page, number, page
from monitor.adapters.store.tables.definitions import (
    devices,
    encounter_devices,
    encounters,
    journal,
    patients,
    snapshots,
)
from monitor.adapters.store.tables.entry import Lost
from monitor.adapters.store.tables.journal import (
    DECIDING,
    LOST,
    JournalRow,
    JournalStep,
    decode_journal_row,
)
from monitor.core.vocabulary.inputs import Facts

State = Literal["open", "closed"]


ReadsSnapshot = Callable[[bytes], bool]


class EncounterRecord(Struct, frozen=True, kw_only=True):
    """An encounter's row. `protocol` and `emergency` are JSON; `phase` is the last one recorded.

    devices   those that serve it now (empty once it is closed): id -> kind
    facts     as of the opening
    """

    id: str
    patient_id: str
    patient_label: str
    protocol_id: str
    protocol: str
    mode: str
    phase: str
    opened_at: float
    closed_at: float | None
    dosed_at: float | None
    facts: Facts
    emergency: str | None
    devices: dict[str, str]


class InterruptedSession(Struct, frozen=True):
    """An encounter as the last process left it.

    snapshot   None: not taken, and `tail` is the whole journal
    tail       the journal after the snapshot, in order
    lost       all reading numbers that were given up, in order
    """

    record: EncounterRecord
    snapshot: bytes | None
    tail: list[JournalStep]
    lost: list[Lost]


_ENCOUNTER: Final = (
    *(encounters.c.key, encounters.c.id, encounters.c.patient_id, patients.c.label),
    *(encounters.c.protocol_id, encounters.c.protocol, encounters.c.mode, encounters.c.phase),
    *(encounters.c.opened_at, encounters.c.closed_at, encounters.c.dosed_at),
    *(encounters.c.facts, encounters.c.emergency),
)
_JOURNAL: Final = (journal.c.n, journal.c.at, journal.c.side, journal.c.type, journal.c.body)
_decode_facts: Final = msgspec.json.Decoder(Facts).decode
_decode_lost: Final = msgspec.json.Decoder(Lost).decode


def key_of(encounter_id: str) -> ScalarSelect[int]:
    """Return the encounter's key as a subquery, for the condition of a query on its rows."""
    return select(encounters.c.key).where(encounters.c.id == encounter_id).scalar_subquery()


def find_encounter(connection: Connection, encounter_id: str) -> EncounterRecord | None:
    rows = connection.execute(_encounters().where(encounters.c.id == encounter_id)).all()
    found = _records(connection, rows)
    return found[0] if found else None


def list_encounters(
    connection: Connection,
    limit: int,
    after: str | None = None,
    state: State | None = None,
    patient_id: str | None = None,
    *,
    newest_first: bool = False,
) -> Page[EncounterRecord]:
    """Return encounters in the order of opening, or newest first. Raises BadCursor."""
    key = encounters.c.key
    wanted: list[ColumnElement[bool]] = []
    if state is not None:
        closed = encounters.c.closed_at
        wanted.append(closed.is_(None) if state == "open" else closed.is_not(None))
    if patient_id is not None:
        wanted.append(encounters.c.patient_id == patient_id)
    counting = select(func.count()).select_from(encounters).where(*wanted)
    if (mark := number(after)) is not None:
        wanted.append(key < mark if newest_first else key > mark)
    order = key.desc() if newest_first else key
    chosen = _encounters().where(*wanted).order_by(None).order_by(order)
    rows = connection.execute(chosen.limit(limit + 1)).all()
    marked = zip(_records(connection, rows), (str(row.key) for row in rows), strict=True)
    return page(list(marked), limit, connection.execute(counting).scalar_one())


def list_journal(
    connection: Connection, encounter_id: str, limit: int, after: str | None = None,
    *, type_: str | None = None,
) -> Page[JournalRow]:  # fmt: skip
    """Return journal rows as stored, oldest first. type_: only these types, joined by commas; None:
    all. Raises BadCursor."""
    mine = journal.c.encounter == key_of(encounter_id)
    if type_ is not None:
        mine &= journal.c.type.in_(type_.split(","))
    statement = select(*_JOURNAL).where(mine, journal.c.n > (number(after) or 0))
    rows = connection.execute(statement.order_by(journal.c.n).limit(limit + 1))
    marked = [(JournalRow(*row), str(row.n)) for row in rows]
    counting = select(func.count()).select_from(journal).where(mine)
    return page(marked, limit, connection.execute(counting).scalar_one())


def read_journal(connection: Connection, encounter_id: str, after: int = 0) -> list[JournalStep]:
    """Return inputs and events from row `after` + 1 on. Raises StoreError for an unreadable row."""
    mine = (journal.c.encounter == key_of(encounter_id), journal.c.side.in_(DECIDING))
    statement = select(*_JOURNAL).where(*mine, journal.c.n > after).order_by(journal.c.n)
    return [decode_journal_row(JournalRow(*row)) for row in connection.execute(statement)]


def read_lost(connection: Connection, encounter_id: str) -> list[Lost]:
    """Return the numbers of readings that were given up, in order."""
    mine = (journal.c.encounter == key_of(encounter_id), journal.c.type == LOST)
    statement = select(journal.c.body).where(*mine).order_by(journal.c.n)
    return [_decode_lost(row.body) for row in connection.execute(statement)]


def _reads_any(snapshot: bytes) -> bool:
    return True


def open_encounters(
    connection: Connection, reads: ReadsSnapshot = _reads_any
) -> list[InterruptedSession]:
    """Return all open encounters with the data that rebuilds them.

    reads: whether a snapshot can be read; the whole journal takes the place of one that cannot
    """
    rows = connection.execute(_encounters().where(encounters.c.closed_at.is_(None))).all()
    return [_interrupted(connection, record, reads) for record in _records(connection, rows)]


def find_interrupted(
    connection: Connection, encounter_id: str, reads: ReadsSnapshot = _reads_any
) -> InterruptedSession | None:
    """Return one encounter, open or closed, with the data that rebuilds it."""
    record = find_encounter(connection, encounter_id)
    return _interrupted(connection, record, reads) if record else None


def _interrupted(
    connection: Connection, record: EncounterRecord, reads: ReadsSnapshot
) -> InterruptedSession:
    taken = connection.execute(
        select(snapshots.c.n, snapshots.c.body).where(snapshots.c.encounter == key_of(record.id))
    ).first()
    if taken is not None and not reads(taken.body):
        taken = None
    tail = read_journal(connection, record.id, taken.n if taken else 0)
    lost = read_lost(connection, record.id)
    return InterruptedSession(record, taken.body if taken else None, tail, lost)


def _encounters() -> Select[Any]:
    whole = encounters.join(patients, patients.c.id == encounters.c.patient_id)
    return select(*_ENCOUNTER).select_from(whole).order_by(encounters.c.key)


def _records(connection: Connection, rows: Iterable[Row[Any]]) -> list[EncounterRecord]:
    rows = list(rows)
    serving: dict[int, dict[str, str]] = {row.key: {} for row in rows}
    in_use = connection.execute(
        select(encounter_devices.c.encounter, devices.c.id, devices.c.kind)
        .join(devices, devices.c.id == encounter_devices.c.device)
        .where(encounter_devices.c.encounter.in_(serving), encounter_devices.c.until.is_(None))
        .order_by(encounter_devices.c.id)
    )
    for key, device, kind in in_use:
        serving[key][device] = kind
    return [_record(row, serving[row.key]) for row in rows]


def _record(row: Row[Any], serving: dict[str, str]) -> EncounterRecord:
    return EncounterRecord(
        id=row.id,
        patient_id=row.patient_id,
        patient_label=row.label,
        protocol_id=row.protocol_id,
        protocol=row.protocol,
        mode=row.mode,
        phase=row.phase,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        dosed_at=row.dosed_at,
        facts=_decode_facts(row.facts),
        emergency=row.emergency,
        devices=serving,
    )
