"""A journal played once more: what it says was decided stands, whatever is decided today.

The rules may have changed since. Three things keep the record what it is:

- A dose or a close on record was let through. Its gate is not asked again, and the baseline that
  the dose froze is the recorded one.
- An alarm that is raised again is the recorded one if it is about the same, and has its number:
  what people do with that number meets the alarm that they saw. One that the record does not know
  gets a number that nobody had, so that nothing recorded is ever written over. So do episodes.
- An act that would be refused today changes nothing, and is left to the caller to report.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from msgspec.structs import replace

from monitor.core.encounter import Encounter
from monitor.core.state import State
from monitor.core.vocabulary.events import (
    Alarm,
    AlarmChanged,
    Blinded,
    Closed,
    DoseRecorded,
    EpisodeChanged,
    Event,
    Notice,
)
from monitor.core.vocabulary.inputs import Close, Dose, Input
from monitor.core.vocabulary.refusals import Refused

OUTCOMES: Final = (DoseRecorded, Closed)
About = tuple[str | None, ...]


class Replay:
    """Plays into `encounter`, which is as it was when the first of the steps came.

    recorded   all events of the record from there on, in order
    """

    def __init__(self, encounter: Encounter, recorded: Sequence[Event]) -> None:
        state = encounter.state
        self._encounter: Final = encounter
        self._alarms: Final = _Numbers(state.alarms.issued)
        self._episodes: Final = _Numbers(state.episodes.count)
        for event in recorded:
            if isinstance(event, (AlarmChanged, Blinded)):
                self._alarms.known(_number(event.alarm.id), _about(event.alarm))
            elif isinstance(event, EpisodeChanged):
                self._episodes.known(event.episode.number, (event.episode.vital,))
        self._count_on()

    def apply(self, given: Input, at: float, outcome: DoseRecorded | Closed | None) -> list[Event]:
        """outcome: of a dose or a close, what the record says came of it. Raises Refused; then
        only time has passed."""
        passed = outcome if isinstance(given, (Dose, Close)) else None
        try:
            return self._renumbered(self._encounter.apply(given, at, recorded=passed))
        except Refused:
            # What time brought before the act is told by the next call, which may be a live one.
            state = self._encounter.state
            state.owed = self._renumbered(state.owed)
            raise

    def advance(self, at: float) -> list[Event]:
        return self._renumbered(self._encounter.advance(at))

    def _count_on(self) -> None:
        """What is decided next counts from here, until it is known which alarm that is."""
        state = self._encounter.state
        state.alarms.issued, state.episodes.count = self._alarms.highest, self._episodes.highest

    def _renumbered(self, events: list[Event]) -> list[Event]:
        state = self._encounter.state
        alarms: dict[str, str] = {}
        episodes: dict[int, int] = {}
        given_out, counted = self._alarms.highest, self._episodes.highest
        for event in events:
            if isinstance(event, AlarmChanged):
                alarm = event.alarm
                if _number(alarm.id) > given_out and alarm.id not in alarms:
                    alarms[alarm.id] = f"{state.id}-{self._alarms.take(_about(alarm))}"
            elif isinstance(event, EpisodeChanged):
                episode = event.episode
                if episode.number > counted and episode.number not in episodes:
                    episodes[episode.number] = self._episodes.take((episode.vital,))
        self._count_on()
        if not alarms and not episodes:
            return events
        _rename(state, alarms, episodes)
        return [_renamed(event, alarms, episodes) for event in events]


class _Numbers:
    """Which numbers are on record, and for what. highest: of all that were ever given out."""

    def __init__(self, highest: int) -> None:
        self.highest = highest
        self._before = highest
        self._seen: set[int] = set()
        self._free: dict[About, list[int]] = {}

    def known(self, number: int, about: About) -> None:
        if number > self._before and number not in self._seen:
            self._seen.add(number)
            self._free.setdefault(about, []).append(number)
            self.highest = max(self.highest, number)

    def take(self, about: About) -> int:
        """The next recorded number of what is about the same; or one that nobody had."""
        if free := self._free.get(about):
            return free.pop(0)
        self.highest += 1
        return self.highest


def _number(alarm_id: str) -> int:
    return int(alarm_id.rpartition("-")[2])


def _about(alarm: Alarm) -> About:
    return (alarm.condition, alarm.vital, alarm.device)


def _rename(state: State, alarms: Mapping[str, str], episodes: Mapping[int, int]) -> None:
    book = state.alarms
    for alarm in book:
        alarm.id = alarms.get(alarm.id, alarm.id)
    # A report is held under its alarm's id.
    report = {f"report:{old}": f"report:{new}" for old, new in alarms.items()}
    book.standing = {report.get(key, key): alarm for key, alarm in book.standing.items()}
    state.tellings = {alarms.get(key, key): telling for key, telling in state.tellings.items()}
    records = [drawing.episode for drawing in state.episodes.open.values()]
    records += [record for ended in state.episodes.ended.values() for record in ended]
    for record in records:
        record.number = episodes.get(record.number, record.number)


def _renamed(event: Event, alarms: Mapping[str, str], episodes: Mapping[int, int]) -> Event:
    if isinstance(event, (AlarmChanged, Blinded)):
        name = event.alarm.id
        return replace(event, alarm=replace(event.alarm, id=alarms.get(name, name)))
    if isinstance(event, EpisodeChanged):
        number = event.episode.number
        episode = replace(event.episode, number=episodes.get(number, number))
        return replace(event, episode=episode)
    if isinstance(event, Notice):
        return replace(event, alarm_id=alarms.get(event.alarm_id, event.alarm_id))
    return event


def outcome_of(events: Iterable[Event]) -> DoseRecorded | Closed | None:
    """What came of a dose or a close, among the events that were recorded with it."""
    return next((event for event in events if isinstance(event, OUTCOMES)), None)
