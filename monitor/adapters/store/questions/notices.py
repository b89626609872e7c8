"""The ledger: each notice with its recipient and outcome; and the keys that sign links."""

from typing import Final

import msgspec
from sqlalchemy import ColumnElement, Connection, select

from monitor.adapters.store.tables.bulk import dialect_insert
from monitor.adapters.store.tables.definitions import keys, notices
from monitor.adapters.store.tables.entry import WAITING, NoticeRow

_decode: Final = msgspec.json.Decoder(NoticeRow).decode


def waiting_notices(connection: Connection) -> list[NoticeRow]:
    """Return the notices that the last process had yet to send."""
    return _rows(connection, notices.c.state.in_(WAITING))


def notices_of_alarm(connection: Connection, alarm_id: str) -> list[NoticeRow]:
    """Return the notices of an alarm, oldest first."""
    return _rows(connection, notices.c.alarm == alarm_id)


def notices_of_encounter(connection: Connection, encounter_id: str) -> list[NoticeRow]:
    """Return the notices of an encounter, oldest first, including its tests."""
    return _rows(connection, notices.c.encounter == encounter_id)


def notices_of_message(connection: Connection, message: str) -> list[NoticeRow]:
    return _rows(connection, notices.c.message == message)


def key(connection: Connection, name: str, made: str) -> str:
    """Return this service's key of that name; if there is no such key, store `made` first."""
    statement = dialect_insert(connection.dialect, keys).values(name=name, value=made)
    connection.execute(statement.on_conflict_do_nothing(index_elements=("name",)))
    value: str = connection.execute(select(keys.c.value).where(keys.c.name == name)).scalar_one()
    return value


def _rows(connection: Connection, wanted: ColumnElement[bool]) -> list[NoticeRow]:
    statement = select(notices.c.body).where(wanted).order_by(notices.c.key)
    return [_decode(row.body) for row in connection.execute(statement)]
