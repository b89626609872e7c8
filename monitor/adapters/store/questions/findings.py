"""The results of sessions: observations, alarms, episodes."""

from collections.abc import Sequence
from typing import Any, Final

import msgspec
from msgspec import UNSET, Struct, UnsetType
from sqlalchemy import ColumnElement, Connection, Row, func, select, tuple_

from monitor.adapters.store.questions.encounters import key_of
from monitor.adapters.store.questions.paging import Page, mark, number, page, time_and_number
from monitor.adapters.store.tables.beats import unpacked
from monitor.adapters.store.tables.definitions import alarms, encounters, episodes, observations
from monitor.adapters.store.tables.store_errors import Missing
from monitor.core.vocabulary.events import Alarm, Episode
from monitor.core.vocabulary.reasons import Reason


class ObservationRow(Struct, frozen=True):
    """One vital sign of one reading, as `Judged` describes it."""

    id: int
    vital: str
    value: float
    effective: float
    issued: float
    measured: float | None
    device: str
    boot: str
    seq: int | None
    source: str
    state: str
    reason: str
    rr: tuple[float, ...] = ()
    user: int | None = None
    because: Reason | UnsetType = UNSET


_OBSERVATION: Final = tuple(observations.c[name] for name in ObservationRow.__struct_fields__)
_decode_alarm: Final = msgspec.json.Decoder(Alarm).decode
_decode_reason: Final = msgspec.json.Decoder(Reason).decode
_decode_episode: Final = msgspec.json.Decoder(Episode).decode


def list_observations(  # noqa: PLR0913 - each narrows the listing
    connection: Connection,
    encounter_id: str,
    limit: int,
    after: str | None = None,
    *,
    vital: str | None = None,
    state: str | None = None,
    source: str | None = None,
    since: float | None = None,
    until: float | None = None,
) -> Page[ObservationRow]:
    """Return observations by time of measurement (corrected), oldest first; `since` <= that time <
    `until`.

    A late reading is sorted in by its time of measurement, so a listing that was read to its end
    and is continued later from its last cursor misses it. Raises BadCursor.
    """
    column = observations.c
    wanted: list[ColumnElement[bool]] = [column.encounter == key_of(encounter_id)]
    if vital is not None:
        wanted.append(column.vital == vital)
    if state is not None:
        wanted.append(column.state == state)
    if source is not None:
        wanted.append(column.source == source)
    if since is not None:
        wanted.append(column.effective >= since)
    if until is not None:
        wanted.append(column.effective < until)
    counting = select(func.count()).select_from(observations).where(*wanted)
    if (place := time_and_number(after)) is not None:
        wanted.append(tuple_(column.effective, column.id) > tuple_(*place))
    statement = select(*_OBSERVATION).where(*wanted)
    found = connection.execute(statement.order_by(column.effective, column.id).limit(limit + 1))
    rows = [(_observation(row), mark(row.effective, row.id)) for row in found]
    return page(rows, limit, connection.execute(counting).scalar_one())


def _observation(row: Row[Any]) -> ObservationRow:
    values = row._asdict()
    because = _decode_reason(row.because) if row.because else UNSET
    return ObservationRow(**(values | {"rr": unpacked(values["rr"]), "because": because}))


def ids_of_observations(
    connection: Connection, encounter_id: str, keys: Sequence[str]
) -> dict[str, int]:
    """Return the row ids of judged values: key -> id."""
    mine = (observations.c.encounter == key_of(encounter_id), observations.c.key.in_(keys))
    found = connection.execute(select(observations.c.key, observations.c.id).where(*mine))
    return {row.key: row.id for row in found}


class TypedReading(Struct, frozen=True):
    """A reading that a person typed, as recorded; `keys`, `values`: by vital sign."""

    keys: dict[str, str]
    values: dict[str, float]
    effective: float


def find_typed(connection: Connection, encounter_id: str, row_id: int) -> TypedReading | None:
    """Return all values typed together with this row. None: it is from a device. Raises Missing."""
    mine = observations.c.encounter == key_of(encounter_id)
    columns = (observations.c.source, observations.c.issued)
    row = connection.execute(select(*columns).where(mine, observations.c.id == row_id)).first()
    if row is None:
        raise Missing("reading", str(row_id))
    if row.source != "manual":
        return None
    together = (mine, observations.c.source == "manual", observations.c.issued == row.issued)
    rows = connection.execute(select(observations).where(*together)).all()
    return TypedReading(
        keys={each.vital: each.key for each in rows},
        values={each.vital: each.value for each in rows},
        effective=rows[0].effective,
    )


def list_alarms(
    connection: Connection, encounter_id: str, limit: int, after: str | None = None
) -> Page[Alarm]:
    """Return alarms in their newest state, in the order of their raising. Raises BadCursor."""
    mine = alarms.c.encounter == key_of(encounter_id)
    statement = select(alarms.c.key, alarms.c.body).where(mine, alarms.c.key > (number(after) or 0))
    found = connection.execute(statement.order_by(alarms.c.key).limit(limit + 1))
    rows = [(_decode_alarm(row.body), str(row.key)) for row in found]
    counting = select(func.count()).select_from(alarms).where(mine)
    return page(rows, limit, connection.execute(counting).scalar_one())


def find_alarm(connection: Connection, alarm_id: str) -> tuple[str, Alarm] | None:
    """Return the encounter's id and the alarm in its newest state; None if it does not exist."""
    row = connection.execute(
        select(encounters.c.id, alarms.c.body)
        .join(alarms, alarms.c.encounter == encounters.c.key)
        .where(alarms.c.id == alarm_id)
    ).first()
    return (row.id, _decode_alarm(row.body)) if row else None


def list_episodes(
    connection: Connection, encounter_id: str, limit: int, after: str | None = None
) -> Page[Episode]:
    """Return episodes by number, which is the order of their onsets. Raises BadCursor."""
    mine = episodes.c.encounter == key_of(encounter_id)
    statement = select(episodes.c.number, episodes.c.body).where(
        mine, episodes.c.number > (-1 if after is None else number(after))
    )
    found = connection.execute(statement.order_by(episodes.c.number).limit(limit + 1))
    rows = [(_decode_episode(row.body), str(row.number)) for row in found]
    counting = select(func.count()).select_from(episodes).where(mine)
    return page(rows, limit, connection.execute(counting).scalar_one())
