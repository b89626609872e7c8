"""The alarm system of one encounter: the state of each alarm signal and its transitions.

Laws, each with a property test in tests/core/test_laws.py:

1. All decisions about alarms are made in the core.
2. No code here reads a clock or waits: times are arguments.
3. Silence is not health: no data never clears a condition; it raises a technical one.
4. A latched signal ends only by a person's acknowledgement.
5. More frequent calls do not change the result; shifting all times shifts only the result's times.
6. Every transition carries a reason that a therapist can read.
7. A rejected reading is kept with its reason and never counts as a confirmation.
8. The same inputs give the same events, whether live, replayed, or a year later.

A *condition* (see condition.py) holds at some priority, or does not hold. The *signal* is the
alarm as people see it. The table below has all transitions of a signal; `docs/alarms.md` prints it.
The signal of a condition that comes and goes changes less often (see flapping.py).
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Final, Literal

import msgspec
from msgspec import Struct, field

from monitor.core.alarms.flapping import RISES, STAYS_S, WITHIN_S, Flaps
from monitor.core.sentences.calls import bare, flapping, steady
from monitor.core.vocabulary.events import Alarm, AlarmChanged
from monitor.core.vocabulary.reasons import NONE, Reason
from monitor.core.vocabulary.refusals import Refused
from monitor.core.vocabulary.words import RANK, Change, Kind, Presence, Priority

Occasion = Literal["begins", "worsens", "eases", "clears", "goes", "acknowledged", "persists"]

# (signal is, occasion) -> (signal becomes, transition). "goes" is clearing when the signal latches.
# If the condition begins again while an earlier occurrence is latched, a new alarm is made beside
# it; beside `UNSEEN` of them, the newest continues instead.
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
    ("latched", "begins"): ("on", "raised"),
}

# Occasions that call for a person again, even if an earlier one was acknowledged.
CALLS: Final[frozenset[Occasion]] = frozenset({"begins", "worsens", "persists"})
RAISE_AGAIN_S: Final = 600.0
UNSEEN: Final = 8  # latched occurrences of one condition; a further one would add no information
# Technical conditions that single readings begin and end; the others begin after half a minute or
# so.
FLAPPING: Final = frozenset({"sensor_contact", "signal_quality", "clock_skew"})


class Finding(Struct, frozen=True, kw_only=True):
    """A condition that holds at this priority: the values for the alarm, and its reason.

    worse   it worsened although the priority is the same: a person has to look again
    """

    priority: Priority
    onset: float
    because: Reason
    value: float | None = None
    limit: float | None = None
    source: Reason = NONE
    provisional: bool = False
    worse: bool = False
    data_lost_at: float | None = None


class Fallen(Struct, omit_defaults=True):
    """The present state of a condition that flaps, while its signal stays as it was.

    finding   the lower priority at which it holds; None: it does not hold, for this reason
    """

    finding: Finding | None = None
    because: Reason = NONE

    @property
    def rank(self) -> int:
        return 0 if self.finding is None else RANK[self.finding.priority]


class AlarmBook(Struct):
    """Every alarm whose signal is not off, and the numbering, which survives a restart.

    `standing`: condition key -> the present occurrence. `latched`: earlier ones, not acknowledged
    yet. `fallen`: the state of the conditions whose alarm stays only because they flap.
    """

    encounter: str
    issued: int = 0
    standing: dict[str, Alarm] = {}
    latched: list[Alarm] = []
    fallen: dict[str, Fallen] = {}
    flaps: Flaps = field(default_factory=Flaps)

    def __iter__(self) -> Iterator[Alarm]:
        yield from self.standing.values()
        yield from self.latched

    def count_on(self, issued: int) -> None:
        """The next alarm has the number after this one."""
        self.issued = issued

    def rename(self, alarms: Mapping[str, str]) -> None:
        """alarms: id -> other id."""
        for alarm in self:
            alarm.id = alarms.get(alarm.id, alarm.id)
        # A report is held under its alarm's id.
        keys = {f"report:{old}": f"report:{new}" for old, new in alarms.items()}
        self.standing = {keys.get(key, key): alarm for key, alarm in self.standing.items()}

    @property
    def deadline(self) -> float | None:
        """When, without further changes, the next acknowledged high alarm is raised again or the
        next flapping alarm falls."""
        if not self.standing:
            return None
        due: list[float] = [
            a.acknowledged_at + RAISE_AGAIN_S
            for a in self.standing.values()
            if a.presence == "acknowledged"
            and a.priority == "high"
            and a.acknowledged_at is not None
        ]
        due += [self._falls_at(key) for key in self.fallen]
        return min(due, default=None)

    def holds(self, key: str) -> bool:
        """Return whether the condition itself holds; its alarm may also be on because it flaps."""
        if key not in self.standing:
            return False
        fallen = self.fallen.get(key)
        return fallen is None or fallen.finding is not None

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
        """Record that the condition holds. Return the change: begun, worse, eased, or empty."""
        alarm = self.standing.get(key)
        if alarm is None and (alarm := self._unseen(condition, vital, device)) is not None:
            return [self._go_on(key, alarm, finding, at)]
        if alarm is None:
            self.issued += 1
            alarm = Alarm(
                id=f"{self.encounter}-{self.issued}",
                condition=condition, kind=kind, priority=finding.priority, presence="off",
                onset=finding.onset, raised_at=at, vital=vital, device=device,
                began=finding.priority, priority_since=finding.onset, worst_since=finding.onset,
            )  # fmt: skip
            self.standing[key] = alarm
            if _may_flap(alarm):
                self.flaps.move(key, 0, RANK[finding.priority], at)
            _fill(alarm, finding)
            return [self._move(alarm, "begins", at)]
        if key in self.fallen or finding.priority != alarm.priority:
            if self._stays(key, alarm, Fallen(finding), at):
                return []
            if self.fallen.pop(key, None) is not None and finding.priority == alarm.priority:
                alarm.because = finding.because  # it is back, and its end was never shown
        return self._change(alarm, finding, at)

    def _unseen(self, condition: str, vital: str | None, device: str | None) -> Alarm | None:
        """Return the newest of `UNSEEN` unacknowledged occurrences; None: there are fewer."""
        if vital is None or len(self.latched) < UNSEEN:
            return None
        about = (condition, vital, device)
        found = [a for a in self.latched if (a.condition, a.vital, a.device) == about]
        return found[-1] if len(found) >= UNSEEN else None

    def _go_on(self, key: str, alarm: Alarm, finding: Finding, at: float) -> AlarmChanged:
        self.latched.remove(alarm)
        self.standing[key] = alarm
        alarm.cleared_at = None
        self.flaps.move(key, 0, RANK[finding.priority], at)
        _date(alarm, finding.priority, at)
        _fill(alarm, finding)
        return self._move(alarm, "begins", at)

    def _change(self, alarm: Alarm, finding: Finding, at: float) -> list[AlarmChanged]:
        before = alarm.priority
        if RANK[finding.priority] == RANK[before] and not finding.worse:
            _note(alarm, finding)
            return []
        _date(alarm, finding.priority, at)
        _fill(alarm, finding)
        worse = finding.worse or RANK[finding.priority] > RANK[before]
        return [self._move(alarm, "worsens" if worse else "eases", at)]

    def release(self, key: str, at: float, because: Reason) -> list[AlarmChanged]:
        """End the condition: off, or latched if it was physiological and reached medium or high."""
        alarm = self.standing.get(key)
        if alarm is None or self._stays(key, alarm, Fallen(None, because), at):
            return []
        return self._end(key, at, because)

    def _end(self, key: str, at: float, because: Reason) -> list[AlarmChanged]:
        alarm = self.standing.pop(key)
        self.fallen.pop(key, None)
        self.flaps.over(key)
        alarm.cleared_at = at
        alarm.because = because
        latches = alarm.kind == "physiological" and alarm.worst != "low"
        change = self._move(alarm, "goes" if latches else "clears", at)
        if alarm.presence == "latched":
            self.latched.append(alarm)
        return [change]

    def acknowledge(self, alarm_id: str, by: str, at: float) -> list[AlarmChanged]:
        """Acknowledge an alarm. Doing so again has no effect. Raise `Refused` for an unknown id."""
        alarm = self.find(alarm_id)
        if alarm is None:
            if self.was_issued(alarm_id):
                return []
            raise Refused(Reason("no_alarm", {"alarm": alarm_id}))
        if alarm.presence == "acknowledged":
            return []
        alarm.acknowledged_at, alarm.acknowledged_by = at, by
        alarm.because = Reason("acknowledged", {"by": by, "reason": steady(alarm.because)})
        changes = [self._move(alarm, "acknowledged", at)]
        if alarm.presence == "off":
            self.latched.remove(alarm)
        # A person has seen it, so flapping no longer keeps it on, and a new occurrence calls again.
        for key in [key for key in self.fallen if self.standing[key] is alarm]:
            changes += self._fall(key, at, stayed=False)
        return changes

    def fall_due(self, now: float) -> list[AlarmChanged]:
        """End or lower the alarms that flapped and have been gone, or lower, for long enough."""
        changes: list[AlarmChanged] = []
        for key in [key for key in self.fallen if self._falls_at(key) <= now]:
            changes += self._fall(key, now, stayed=True)
        return changes

    def persist(
        self, now: float, newest: Callable[[Alarm], Reason] | None = None
    ) -> list[AlarmChanged]:
        """Raise again the high alarms that still hold ten minutes after their acknowledgement.

        newest: makes the reason from present values; None: the one at which it rose is kept
        """
        again = []
        for alarm in self.standing.values():
            since = alarm.acknowledged_at
            if alarm.presence != "acknowledged" or alarm.priority != "high" or since is None:
                continue
            if now >= since + RAISE_AGAIN_S:
                about = bare(alarm.because) if newest is None else newest(alarm)
                by = alarm.acknowledged_by
                alarm.because = Reason("still_there", {"by": by, "reason": about})
                again.append(self._move(alarm, "persists", since + RAISE_AGAIN_S))
        return again

    def find(self, alarm_id: str) -> Alarm | None:
        return next((alarm for alarm in self if alarm.id == alarm_id), None)

    def was_issued(self, alarm_id: str) -> bool:
        """Return whether an alarm with that id was ever issued."""
        encounter, _, number = alarm_id.rpartition("-")
        return encounter == self.encounter and number.isdecimal() and 0 < int(number) <= self.issued

    # --- flapping -----------------------------------------------------------------------------

    def _stays(self, key: str, alarm: Alarm, fallen: Fallen, at: float) -> bool:
        """Note a change of the condition; return whether flapping keeps the signal unchanged."""
        if not _may_flap(alarm):
            return False
        known = self.fallen.get(key)
        before = RANK[alarm.priority] if known is None else known.rank
        self.flaps.move(key, before, fallen.rank, at)
        until = self.flaps.stays_until(key, fallen.rank)
        # An acknowledged signal calls no one: it ends immediately, and a new occurrence calls.
        if alarm.presence != "on":
            self.flaps.over(key)
            return False
        if until is None or until <= at:
            return False
        self.fallen[key] = fallen
        alarm.because = flapping(alarm.because, STAYS_S)
        return True

    def _falls_at(self, key: str) -> float:
        return self.flaps.stays_until(key, self.fallen[key].rank) or 0.0

    def _fall(self, key: str, at: float, *, stayed: bool) -> list[AlarmChanged]:
        fallen = self.fallen.pop(key)
        if fallen.finding is None:
            return self._end(key, at, _came_and_went(fallen.because) if stayed else fallen.because)
        return self._change(self.standing[key], fallen.finding, at)

    def _move(self, alarm: Alarm, occasion: Occasion, at: float) -> AlarmChanged:
        alarm.presence, transition = SIGNAL[alarm.presence, occasion]
        if occasion in CALLS:
            alarm.called_at = at
        return AlarmChanged(at=at, transition=transition, alarm=msgspec.structs.replace(alarm))


def _may_flap(alarm: Alarm) -> bool:
    """Return whether single readings can begin and end it in quick succession."""
    if alarm.kind == "technical":
        return alarm.condition in FLAPPING
    return alarm.vital is not None


def _came_and_went(because: Reason) -> Reason:
    """Add to the reason of an end that the alarm stayed on because it flapped."""
    return Reason("came_and_went", {
        "reason": because, "times": RISES, "within": WITHIN_S / 60, "minutes": STAYS_S / 60,
    })  # fmt: skip


def _date(alarm: Alarm, priority: Priority, at: float) -> None:
    """Set the times of a change of priority, or of a new call at the same one."""
    if priority != alarm.priority:
        alarm.priority_since = at
    if RANK[priority] > RANK[alarm.worst]:
        alarm.worst_since = at


def _fill(alarm: Alarm, finding: Finding) -> None:
    alarm.priority = finding.priority
    alarm.because = finding.because
    alarm.data_lost_at = finding.data_lost_at
    if RANK[finding.priority] > RANK[alarm.worst]:
        alarm.worst = finding.priority
    _note(alarm, finding)


def _note(alarm: Alarm, finding: Finding) -> None:
    alarm.value, alarm.limit = finding.value, finding.limit
    alarm.limit_source = finding.source
    alarm.provisional = finding.provisional
