"""The course of sessions, from alarms and journal, for the burden figures of `core.burden`."""

from typing import Final

import msgspec
from sqlalchemy import Connection, select

from monitor.adapters.store.tables.definitions import alarms, encounters, journal
from monitor.core.alarms.burden import Course, longest_wait, spans
from monitor.core.vocabulary.events import Alarm, AlarmChanged, Unwatched
from monitor.core.vocabulary.inputs import Attended, Rated

_decode_alarm: Final = msgspec.json.Decoder(Alarm).decode
_Told = AlarmChanged | Attended | Rated | Unwatched
_decode: Final = msgspec.json.Decoder(_Told).decode
_KINDS: Final = (AlarmChanged, Attended, Rated, Unwatched)
_TYPES: Final = tuple(str(kind.__struct_config__.tag) for kind in _KINDS)


def course_of(connection: Connection, encounter_id: str, now: float) -> Course | None:
    """Return the course of one session, open or closed; None if it does not exist."""
    found = _courses(connection, now, encounters.c.id == encounter_id)
    return found[0] if found else None


def courses_of(connection: Connection, mode: str, since: float, until: float) -> list[Course]:
    """Return the course of each closed session of this mode that was opened in [since, until)."""
    wanted = (
        encounters.c.mode == mode, encounters.c.closed_at.is_not(None),
        encounters.c.opened_at >= since, encounters.c.opened_at < until,
    )  # fmt: skip
    return _courses(connection, until, *wanted)


def _courses(connection: Connection, now: float, *wanted: object) -> list[Course]:
    row = (encounters.c.key, encounters.c.opened_at, encounters.c.dosed_at, encounters.c.closed_at)
    found = connection.execute(select(*row).where(*wanted).order_by(encounters.c.key))  # type: ignore[arg-type]
    return [_course(connection, *one, now) for one in found]


def _course(
    connection: Connection, key: int, opened_at: float, dosed_at: float | None,
    closed_at: float | None, now: float,
) -> Course:  # fmt: skip
    until = now if closed_at is None else closed_at
    mine = select(alarms.c.body).where(alarms.c.encounter == key).order_by(alarms.c.key)
    told = (
        select(journal.c.at, journal.c.body)
        .where(journal.c.encounter == key, journal.c.type.in_(_TYPES))
        .order_by(journal.c.n)
    )
    blind, watched, ratings = [], [], {}
    calls: dict[str, list[tuple[float, bool, bool]]] = {}
    for at, body in connection.execute(told):
        what = _decode(body)
        if isinstance(what, Unwatched):
            blind.append((what.since, what.until))
        elif isinstance(what, Rated):
            ratings[what.alarm_id] = what.useful
        elif isinstance(what, AlarmChanged):
            alarm = what.alarm
            taken = what.transition in ("acknowledged", "ended")
            calls.setdefault(alarm.id, []).append((what.at, alarm.waits, taken))
        else:
            since = at if what.watched or what.since is None else what.since
            watched.append((since, not what.watched))
    longest = {name: longest_wait(changes) for name, changes in calls.items()}
    return Course(
        opened_at=opened_at, dosed_at=dosed_at, until=until,
        alarms=[_decode_alarm(body) for (body,) in connection.execute(mine)],
        blind=blind, unattended=spans(watched, until), ratings=ratings,
        answered={name: wait for name, wait in longest.items() if wait is not None},
        waited={
            name: spans(((at, waiting) for at, waiting, _ in changes), until)
            for name, changes in calls.items()
        },
    )  # fmt: skip
