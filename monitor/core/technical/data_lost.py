"""Mark active alarms whose readings stop: *standing, data lost*.

Only readings end a condition, so one whose readings stop stays active. Its sentence is then as old
as its last reading, and the alarm has to show that too, or an old figure would look like a present
one. It is marked as soon as the silence of its vital sign is an alarm (`no_data`), and unmarked by
the first believed reading; neither changes its signal.
"""

import msgspec

from monitor.core.state import State
from monitor.core.vocabulary.events import Alarm, Blinded
from monitor.core.vocabulary.vitals import watched_as


def lose(state: State, watched: str, since: float, at: float) -> list[Blinded]:
    """Mark the alarms on a vital sign without data since `since`, as `no_data` reports it."""
    if not state.vitals.lose(watched, since):
        return []
    return _mark(state, watched, since, at)


def regain(state: State, watched: str, at: float) -> list[Blinded]:
    """Unmark the alarms on a vital sign after a believed reading of it."""
    if not state.vitals.regain(watched):
        return []
    return _mark(state, watched, None, at)


def lost_at(state: State, vital: str | None) -> float | None:
    """Return since when the data of a vital sign are lost; None: they are not."""
    return None if vital is None else state.vitals.blind.get(watched_as(vital))


def _mark(state: State, watched: str, since: float | None, at: float) -> list[Blinded]:
    marked = [alarm for alarm in state.alarms.standing.values() if _concerns(alarm, watched)]
    for alarm in marked:
        alarm.data_lost_at = since
    return [Blinded(at=at, alarm=msgspec.structs.replace(alarm)) for alarm in marked]


def _concerns(alarm: Alarm, watched: str) -> bool:
    about = alarm.kind == "physiological" and alarm.vital is not None
    return about and watched_as(alarm.vital or "") == watched
