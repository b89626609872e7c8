"""Write entries as rows, inside a transaction that the caller begins and ends.

The journal's rows get their numbers here: the last number of an encounter is read once and then
counted up. After a rollback, `forget` drops the numbers given in that transaction.
"""

from collections.abc import Sequence
from typing import Any, Final

import msgspec
from msgspec import Struct, UnsetType
from sqlalchemy import Connection, Dialect, Table, func, select, update

from monitor.adapters.store.tables import journal as journal_rows
from monitor.adapters.store.tables.beats import packed
from monitor.adapters.store.tables.bulk import BulkInsert, keep_first, keep_last, plain
from monitor.adapters.store.tables.definitions import (
    alarms,
    audit,
    encounters,
    episodes,
    journal,
    notices,
    observations,
    quarantine,
    snapshots,
)
from monitor.adapters.store.tables.entry import (
    EXCERPT_BYTES,
    Audited,
    Entry,
    NoticeRow,
    Quarantined,
)
from monitor.adapters.store.tables.store_errors import Missing
from monitor.adapters.store.writing.changes import CHANGING, change, change_devices, open_encounter
from monitor.adapters.store.writing.quarantine_quota import Keeping
from monitor.core.sentences.english import alarm_in_words, sentence
from monitor.core.vocabulary.events import (
    AlarmChanged,
    Blinded,
    EpisodeChanged,
    Event,
    Judged,
    Rejudged,
)
from monitor.core.vocabulary.inputs import ChangeDevices
from monitor.core.vocabulary.reasons import Reason

# The order is the order of the values in the rows below.
_TABLES: Final[tuple[tuple[Table, str, Any], ...]] = (
    (journal, "encounter n at side type body", plain),
    (
        observations,
        (
            "encounter key vital value effective issued measured device boot seq source state "
            "reason rr user because"
        ),
        keep_first("encounter", "key"),
    ),
    (
        alarms,
        "id encounter condition kind priority presence vital onset raised_at changed_at body",
        keep_last("id"),
    ),
    (episodes, "encounter number vital onset end body", keep_last("encounter", "number")),
    (snapshots, "encounter n at body", keep_last("encounter")),
    (quarantine, "at topic device format reason excerpt size lane bytes count", plain),
    (audit, "at user action object detail origin", plain),
    (notices, "id encounter alarm message contact state body", keep_last("id")),
)
_encode: Final = msgspec.json.Encoder().encode


class _Place(Struct):
    """The position in an encounter's journal: its key and the number of its last row."""

    key: int
    n: int


class _Rows:
    """The rows of one transaction, by table. A row that changes within it is kept in its newest
    state."""

    def __init__(self) -> None:
        self.journal: list[Any] = []
        self.observations: list[Any] = []
        self.rejudged: list[tuple[int, Rejudged]] = []
        self.alarms: dict[str, tuple[Any, ...]] = {}
        self.episodes: dict[tuple[int, int], tuple[Any, ...]] = {}
        self.snapshots: dict[int, tuple[Any, ...]] = {}
        self.quarantine: list[Any] = []
        self.set_aside: list[tuple[str, int]] = []  # lane and bytes of each of these
        self.audit: list[Any] = []
        self.notices: dict[str, tuple[Any, ...]] = {}

    def by_table(self) -> tuple[list[Any], ...]:
        newest = (self.alarms, self.episodes, self.snapshots, self.notices)
        *flat, told = ([value for row in rows.values() for value in row] for rows in newest)
        return (self.journal, self.observations, *flat, self.quarantine, self.audit, told)


class Recorder:
    def __init__(self, dialect: Dialect) -> None:
        self._inserts = tuple(
            BulkInsert(dialect, table, columns.split(), complete)
            for table, columns, complete in _TABLES
        )
        self._places: dict[str, _Place] = {}
        self._keeping = Keeping(dialect)

    def forget(self) -> None:
        self._places.clear()
        self._keeping.forget()

    def record(self, connection: Connection, entries: Sequence[Entry]) -> None:
        """Write the entries in order. On any error the transaction must be undone."""
        rows = _Rows()
        for entry in entries:
            for held in entry.quarantined:
                row = _quarantined(entry.at, held)
                rows.quarantine += row
                rows.set_aside.append((row[-3], row[-2]))
            for act in entry.audited:
                rows.audit += _audited(entry.at, act)
            for notice in entry.notices:
                rows.notices[notice.id] = _notice(notice)
            if entry.encounter_id:
                self._add(connection, rows, entry)
        for insert, flat in zip(self._inserts, rows.by_table(), strict=True):
            insert.run(connection, flat)
        if rows.set_aside:
            self._keeping.added(connection, rows.set_aside, entries[-1].at)
        # After all rows are inserted, and in order: the last verdict counts.
        for key, event in rows.rejudged:
            _rejudge(connection, key, event)

    def _add(self, connection: Connection, rows: _Rows, entry: Entry) -> None:
        if entry.opening is not None:
            place = _Place(open_encounter(connection, entry), 0)
            self._places[entry.encounter_id] = place
        else:
            place = self._place(connection, entry.encounter_id)
        key = place.key
        for line in journal_rows.lines(entry):
            place.n += 1
            rows.journal += (key, place.n, *line)
        if type(entry.input) is ChangeDevices:
            change_devices(connection, key, entry.input, entry.at)
        for event in entry.events:
            if type(event) in CHANGING:
                change(connection, key, event, entry.origin)
            else:
                _derive(rows, key, event)
        if entry.snapshot is not None:
            rows.snapshots[key] = (key, place.n, entry.at, entry.snapshot)

    def _place(self, connection: Connection, encounter_id: str) -> _Place:
        place = self._places.get(encounter_id)
        if place is None:
            key = connection.execute(
                select(encounters.c.key).where(encounters.c.id == encounter_id)
            ).scalar()
            if key is None:
                raise Missing("encounter", encounter_id)
            last = select(func.max(journal.c.n)).where(journal.c.encounter == key)
            place = _Place(key, connection.execute(last).scalar() or 0)
            self._places[encounter_id] = place
        return place


def _derive(rows: _Rows, key: int, event: Event) -> None:
    if type(event) is Judged:
        rows.observations += (
            *(key, event.key, event.vital, event.value, event.effective, event.issued),
            *(event.measured, event.device, event.boot, event.seq),
            *(event.source, event.state, sentence(event)),
            *(packed(event.rr) if event.rr else None, event.user, _data(event.because)),
        )
    elif type(event) is Rejudged:
        rows.rejudged.append((key, event))
    elif isinstance(event, AlarmChanged | Blinded):
        alarm = event.alarm
        rows.alarms[alarm.id] = (
            *(alarm.id, key, alarm.condition, alarm.kind, alarm.priority, alarm.presence),
            *(
                alarm.vital,
                alarm.onset,
                alarm.raised_at,
                event.at,
                _encode(alarm_in_words(alarm)).decode(),
            ),
        )
    elif type(event) is EpisodeChanged:
        episode = event.episode
        rows.episodes[key, episode.number] = (
            *(key, episode.number, episode.vital, episode.onset, episode.end),
            _encode(episode).decode(),
        )


def _rejudge(connection: Connection, key: int, event: Rejudged) -> None:
    mine = (observations.c.encounter == key, observations.c.key.in_(event.keys))
    known = {
        "state": event.state, "reason": sentence(event), "because": _data(event.because),
        "effective": event.effective,
    }  # fmt: skip
    connection.execute(update(observations).where(*mine).values(known))


def _data(because: Reason | UnsetType | None) -> str | None:
    return _encode(because).decode() if because else None


def _quarantined(at: float, held: Quarantined) -> tuple[Any, ...]:
    topic, device, kind = _storable(held.topic), _storable(held.device), _storable(held.format)
    reason, excerpt = _storable(held.reason), held.excerpt[:EXCERPT_BYTES]
    size = len(topic) + len(reason) + len(excerpt)
    lane = _storable(held.lane)
    return (at, topic, device, kind, reason, excerpt, held.size, lane, size, held.count)


def _audited(at: float, act: Audited) -> tuple[Any, ...]:
    return (at, act.user, act.action, act.object, act.detail, act.origin)


def _notice(row: NoticeRow) -> tuple[Any, ...]:
    body = _encode(row).decode()
    return (row.id, row.encounter, row.alarm, row.message, row.contact, row.state, body)


def _storable(text: str) -> str:
    """Return text that any database accepts: the quarantine's content is hostile by definition."""
    return text.encode("utf-8", "replace").decode().replace("\0", "\ufffd")[:EXCERPT_BYTES]
