"""The alarm system of one encounter: which signals are on, and how each came to be so.

Laws, each with a property test in tests/core/test_laws.py:

1. Everything that decides about an alarm lives in the core.
2. Nothing here reads a clock or waits: times are arguments.
3. Silence is not health: no data never clears a condition; it raises a technical one.
4. A latched signal ends only by a person's acknowledgement.
5. Asking more often changes nothing; shifting all times shifts the answer and nothing else.
6. Every transition carries a reason that a therapist can read.
7. What was rejected is kept with its reason and never counts as a confirmation.
8. The same inputs give the same events, whether live, replayed, or a year later.

A *condition* (see conditions.py) says at which priority, if any, it holds. The *signal* is what
people are shown. The table below is all that moves a signal; `docs/alarms.md` prints it.
"""

from collections.abc import Callable, Iterator
from typing import Final, Literal

import msgspec
from msgspec import Struct

from monitor.core.events import Alarm, AlarmChanged, Change, Kind, Presence, Priority, Refused

Occasion = Literal["begins", "worsens", "eases", "clears", "goes", "acknowledged", "persists"]

# (signal is, what happens) -> (signal becomes, transition). "goes" is clearing when the signal
# latches. A new beginning while an earlier occurrence is latched makes a new alarm beside it.
SIGNAL: Final[dict[tuple[Presence, Occasion], tuple[Presence, Change]]] = {
    ("off", "begins"): ("on", "raised"),
    ("on", "worsens"): ("on", "escalated"),
    ("on", "eases"): ("on", "deescalated"),
    ("on", "clears"): ("off", "cleared"),
    ("on", "goes"): ("latched", "latched"),
    ("on", "acknowledged"): ("acknowledged", "acknowledged"),
    ("acknowledged", "worsens"): ("on", "escalated"),
    ("acknowledged", "eases"): ("acknowledged", "deescalated"),
    ("acknowledged", "persists"): ("on", "raised"),
    ("acknowledged", "clears"): ("off", "cleared"),
    ("acknowledged", "goes"): ("off", "cleared"),
    ("latched", "acknowledged"): ("off", "ended"),
}

# What calls for a person, whoever has seen what was before it.
CALLS: Final[frozenset[Occasion]] = frozenset({"begins", "worsens", "persists"})
RANK: Final[dict[Priority, int]] = {"low": 1, "medium": 2, "high": 3}
RAISE_AGAIN_S: Final = 600.0
_STILL_THERE: Final = "Still there 10 min after "
_ACKNOWLEDGED_IT: Final = " acknowledged it. "


class Finding(Struct, frozen=True, kw_only=True):
    """A condition holds at this priority: what to put on the alarm, and the sentence.

    worse   it is, although the priority stays: somebody has to look again
    """

    priority: Priority
    onset: float
    reason: str
    value: float | None = None
    limit: float | None = None
    source: str = ""
    provisional: bool = False
    worse: bool = False
    data_lost_at: float | None = None


class AlarmBook(Struct):
    """Every alarm whose signal is not off, and the numbering that outlives a restart.

    `standing`: condition key -> the present occurrence. `latched`: earlier ones, unseen so far.
    """

    encounter: str
    issued: int = 0
    standing: dict[str, Alarm] = {}
    latched: list[Alarm] = []

    def __iter__(self) -> Iterator[Alarm]:
        yield from self.standing.values()
        yield from self.latched

    @property
    def deadline(self) -> float | None:
        """When the next acknowledged high alarm is raised again, if nothing changes."""
        if not self.standing:
            return None
        due = [
            a.acknowledged_at + RAISE_AGAIN_S
            for a in self.standing.values()
            if a.presence == "acknowledged"
            and a.priority == "high"
            and a.acknowledged_at is not None
        ]
        return min(due, default=None)

    def hold(
        self,
        key: str,
        condition: str,
        kind: Kind,
        finding: Finding,
        at: float,
        *,
        vital: str | None = None,
        device: str | None = None,
    ) -> list[AlarmChanged]:
        """The condition holds. Says what changed: begun, worse, eased, or nothing."""
        alarm = self.standing.get(key)
        if alarm is None:
            self.issued += 1
            alarm = Alarm(
                id=f"{self.encounter}-{self.issued}",
                condition=condition, kind=kind, priority=finding.priority, presence="off",
                onset=finding.onset, raised_at=at, vital=vital, device=device,
                began=finding.priority, priority_since=finding.onset, worst_since=finding.onset,
            )  # fmt: skip
            self.standing[key] = alarm
            _fill(alarm, finding)
            return [self._move(alarm, "begins", at)]
        before = alarm.priority
        if RANK[finding.priority] == RANK[before] and not finding.worse:
            _note(alarm, finding)
            return []
        _date(alarm, finding.priority, at)
        _fill(alarm, finding)
        worse = finding.worse or RANK[finding.priority] > RANK[before]
        return [self._move(alarm, "worsens" if worse else "eases", at)]

    def release(self, key: str, at: float, reason: str) -> list[AlarmChanged]:
        """The condition is gone: off, or latched when it was medium or high about a person."""
        alarm = self.standing.pop(key, None)
        if alarm is None:
            return []
        alarm.cleared_at = at
        alarm.reason = reason
        latches = alarm.kind == "physiological" and alarm.worst != "low"
        change = self._move(alarm, "goes" if latches else "clears", at)
        if alarm.presence == "latched":
            self.latched.append(alarm)
        return [change]

    def acknowledge(self, alarm_id: str, by: str, at: float) -> list[AlarmChanged]:
        """A person has seen it. Once more changes nothing. Raises Refused for an unknown id."""
        alarm = self.find(alarm_id)
        if alarm is None:
            if self.was_issued(alarm_id):
                return []
            raise Refused(f"There is no alarm {alarm_id} in this session.")
        if alarm.presence == "acknowledged":
            return []
        alarm.acknowledged_at, alarm.acknowledged_by = at, by
        alarm.reason = f"Acknowledged by {by}. {alarm.reason}"
        change = self._move(alarm, "acknowledged", at)
        if alarm.presence == "off":
            self.latched.remove(alarm)
        return [change]

    def persist(self, now: float, said: Callable[[Alarm], str] | None = None) -> list[AlarmChanged]:
        """High alarms acknowledged ten minutes ago that still stand come on again.

        said: the sentence of what is known now; None: the one by which it came to be so
        """
        again = []
        for alarm in self.standing.values():
            since = alarm.acknowledged_at
            if alarm.presence != "acknowledged" or alarm.priority != "high" or since is None:
                continue
            if now >= since + RAISE_AGAIN_S:
                still = f"{_STILL_THERE}{alarm.acknowledged_by}{_ACKNOWLEDGED_IT}"
                alarm.reason = still + (said or bare)(alarm)
                again.append(self._move(alarm, "persists", since + RAISE_AGAIN_S))
        return again

    def find(self, alarm_id: str) -> Alarm | None:
        return next((alarm for alarm in self if alarm.id == alarm_id), None)

    def was_issued(self, alarm_id: str) -> bool:
        """There was an alarm of that id, whatever became of it."""
        encounter, _, number = alarm_id.rpartition("-")
        return encounter == self.encounter and number.isdecimal() and 0 < int(number) <= self.issued

    def _move(self, alarm: Alarm, occasion: Occasion, at: float) -> AlarmChanged:
        alarm.presence, transition = SIGNAL[alarm.presence, occasion]
        if occasion in CALLS:
            alarm.called_at = at
        return AlarmChanged(at=at, transition=transition, alarm=msgspec.structs.replace(alarm))


def _date(alarm: Alarm, priority: Priority, at: float) -> None:
    """It comes to another priority, or is told anew at the same."""
    if priority != alarm.priority:
        alarm.priority_since = at
    if RANK[priority] > RANK[alarm.worst]:
        alarm.worst_since = at


def _fill(alarm: Alarm, finding: Finding) -> None:
    alarm.priority = finding.priority
    alarm.reason = finding.reason
    alarm.data_lost_at = finding.data_lost_at
    if RANK[finding.priority] > RANK[alarm.worst]:
        alarm.worst = finding.priority
    _note(alarm, finding)


def gravity(alarm: Alarm) -> Priority:
    """What it counts as: the worst it was. That it eased is no reason to call it less."""
    return max(alarm.priority, alarm.worst, key=RANK.__getitem__)


def waits(alarm: Alarm) -> bool:
    """Nobody has acknowledged it since it last called: worsening takes an acknowledgement away."""
    return alarm.presence in ("on", "latched")


def _note(alarm: Alarm, finding: Finding) -> None:
    alarm.value, alarm.limit, alarm.source = finding.value, finding.limit, finding.source
    alarm.provisional = finding.provisional


def reword(alarm: Alarm, words: str) -> None:
    """Another sentence of what holds; who acknowledged it stays said."""
    said = alarm.reason.removesuffix(bare(alarm))
    alarm.reason = said + words


def bare(alarm: Alarm) -> str:
    """The reason without who acknowledged it, this time or an earlier one."""
    reason = alarm.reason.removeprefix(f"Acknowledged by {alarm.acknowledged_by}. ")
    if reason.startswith(_STILL_THERE):
        reason = reason.partition(_ACKNOWLEDGED_IT)[2]
    return reason
