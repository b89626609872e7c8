"""Replay a journal: its recorded decisions remain valid, even if the present rules differ.

The rules may have changed since. Three things keep the record unchanged:

- A recorded dose or close was allowed. Its gate is not evaluated again, and the baseline that the
  dose froze is the recorded one.
- An alarm that is raised again is the recorded one if it is about the same subject, and has its
  number: an act on that number reaches the alarm that people saw. An alarm that is not on record
  gets an unused number, so that a recorded one is never overwritten. The same applies to episodes.
- An act that would be refused today has no effect, and the caller reports it.
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
    """A replay into `encounter`, whose state is that before the first of the steps.

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
        """Apply one input of the journal. Raise `Refused`; then only time has passed.

        outcome: the recorded outcome of a dose or a close
        """
        passed = outcome if isinstance(given, (Dose, Close)) else None
        try:
            return self._renumbered(self._encounter.apply(given, at, recorded=passed))
        except Refused:
            # The next call, which may be a live one, returns the events from before the act.
            self._encounter.reword_undelivered(self._renumbered)
            raise

    def advance(self, at: float) -> list[Event]:
        return self._renumbered(self._encounter.advance(at))

    def _count_on(self) -> None:
        """Set the counters, so that the next decisions get numbers that are free so far."""
        state = self._encounter.state
        state.alarms.count_on(self._alarms.highest)
        state.episodes.count_on(self._episodes.highest)

    def _renumbered(self, events: list[Event]) -> list[Event]:
        state = self._encounter.state
        alarms: dict[str, str] = {}
        episodes: dict[int, int] = {}
        given_out, counted = self._alarms.highest, self._episodes.highest
        for event in events:
            if isinstance(event, AlarmChanged):
                alarm = event.alarm
                if _number(alarm.id) > given_out and alarm.id not in alarms:
                    alarms[alarm.id] = f"{state.session.id}-{self._alarms.take(_about(alarm))}"
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
    """The numbers on record and their subjects. highest: of all numbers ever assigned."""

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
        """Return the next recorded number of the same subject, or an unused one."""
        if free := self._free.get(about):
            return free.pop(0)
        self.highest += 1
        return self.highest


def _number(alarm_id: str) -> int:
    return int(alarm_id.rpartition("-")[2])


def _about(alarm: Alarm) -> About:
    return (alarm.condition, alarm.vital, alarm.device)


def _rename(state: State, alarms: Mapping[str, str], episodes: Mapping[int, int]) -> None:
    state.alarms.rename(alarms)
    state.escalation.rename(alarms)
    state.episodes.renumber(episodes)


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
    """Return the outcome of a dose or a close from the events recorded with it; None: missing."""
    return next((event for event in events if isinstance(event, OUTCOMES)), None)
