"""Acts of people: a dose, a report, an acknowledgement, the close. Refused acts change nothing."""

from typing import Final

from msgspec import UNSET

from monitor.core import minutes, view
from monitor.core.alarms.signal import Finding
from monitor.core.detection import crossings, expected_course, limits_in_force, phases
from monitor.core.detection.readings import cuff_records
from monitor.core.gates import gates
from monitor.core.notices import audio, escalation
from monitor.core.state import State
from monitor.core.technical import bp_overdue, timers
from monitor.core.vocabulary import symptoms
from monitor.core.vocabulary.events import Closed, DoseRecorded, Event
from monitor.core.vocabulary.inputs import (
    Acknowledged,
    Close,
    Dose,
    Help,
    Opened,
    Override,
    Rated,
    Symptom,
)
from monitor.core.vocabulary.refusals import GateRefused, Refused, Unmet

BACKDATED_S: Final = 1800.0


def dose(
    state: State, given: Dose, now: float, recorded: DoseRecorded | None = None
) -> list[Event]:
    """Freezes the baseline, if it is the first, and begins the protocol's clock.

    recorded: it was given, whatever a gate or a rule for baselines would say today
    """
    first, before = not state.doses, state.last_dose_at
    unmet = _unmet_dose(state, given, now) if recorded is None else recorded.unmet
    state.doses.append(given)
    expected_course.restart(state)
    if first:
        frozen = state.readings.baselines(given.at)
        state.baseline = frozen if recorded is None else dict(recorded.baseline)
        state.readings.dosed()
        state.turns.dosed = state.turns.count
        limits_in_force.refresh(state)
    retold = minutes.count_on(state, now)
    state.schedule.restart(state.protocol, given.at, now, before)
    restarted = bp_overdue.judge(state, now)
    told = DoseRecorded(
        at=now, dose=given, first=first, baseline=dict(state.baseline), unmet=unmet
    )  # fmt: skip
    return [told, *retold, *phases.move(state, now), *restarted, *timers.fall_due(state, now)]


def _unmet_dose(state: State, given: Dose, now: float) -> tuple[str, ...]:
    """What an override goes past. Raises Refused, and GateRefused without one."""
    _check_dose_time(state, given, now)
    situation = view.situation(state, now)
    first = not state.doses
    unmet = gates.hold(situation) if first else gates.booster(situation)
    return _passed(unmet, given.override, "The dose waits" if first else "The second dose waits")


def _check_dose_time(state: State, given: Dose, now: float) -> None:
    if given.at > now:
        raise Refused("A dose cannot be recorded ahead of its time.")
    if given.at < now - BACKDATED_S:
        raise Refused("A dose can be recorded at most 30 min after it was taken.")
    last = state.last_dose_at
    if last is not None and given.at < last:
        raise Refused("A later dose is already on the record.")


def acknowledge(state: State, given: Acknowledged, now: float) -> list[Event]:
    """Seen. What a person reported has no reading to end it: taking it up does."""
    changes = state.alarms.acknowledge(given.alarm_id, given.by, now)
    events: list[Event] = [*changes]
    for change in changes:
        if change.alarm.condition in ("symptom", "help_requested"):
            words = f"Taken up by {given.by}."
            events += state.alarms.release(f"report:{change.alarm.id}", now, words)
    if state.closed_at is None and len(changes) > 1:  # it had only been kept on, see flapping.py
        events += crossings.elevations_after(state, changes, now)
    return events


def rate(state: State, given: Rated, now: float) -> list[Event]:
    """On the record; also of an alarm that is long over."""
    if not state.alarms.was_issued(given.alarm_id):
        raise Refused(f"There is no alarm {given.alarm_id} in this session.")
    return []


def report(state: State, given: Symptom | Help, now: float) -> list[Event]:
    when = minutes.when(state.doses, now)
    if isinstance(given, Help):
        condition, priority = "help_requested", "high"
        reason = symptoms.help_reason(given.by, when)
    else:
        if given.symptom not in symptoms.SYMPTOMS:
            raise Refused(f"{given.symptom} is not in the list of symptoms.")
        condition = "symptom"
        priority = symptoms.SYMPTOMS[given.symptom] or ""
        reason = symptoms.symptom_reason(given.symptom, given.by, when)
    if not priority:
        return []
    finding = Finding(priority=priority, onset=now, reason=reason)  # type: ignore[arg-type]
    key = f"report:{state.id}-{state.alarms.issued + 1}"
    changes = state.alarms.hold(key, condition, "physiological", finding, now)
    return audio.noticed(state, changes)


def close(state: State, given: Close, now: float, recorded: Closed | None = None) -> list[Event]:
    """recorded: it was closed, whatever a gate would say today."""
    texts = _unmet_close(state, given, now) if recorded is None else recorded.unmet
    judged = cuff_records.settle(state, now)
    judged += escalation.follow(state, judged, now)  # after the close nobody is told
    state.closed_at = now
    closed = Closed(at=now, by=given.by, unmet=texts, override=given.override, alert=given.alert)
    lasting = state.episodes.leave(now)
    return [*judged, *lasting, *phases.enter(state, "closed", now), closed]


def _unmet_close(state: State, given: Close, now: float) -> tuple[str, ...]:
    """What an override goes past. Raises GateRefused without one."""
    if state.doses:
        unmet = gates.discharge(view.situation(state, now)) + gates.awake(given.alert)
    else:
        unmet = [Unmet("reason", "Closing before any dose needs a reason: none is given.")]
    return _passed(unmet, given.override, "The session stays open")


def _passed(unmet: list[Unmet], override: Override | None, waits: str) -> tuple[str, ...]:
    """What an override goes past, in words. Raises GateRefused where it does not go past all."""
    if not unmet:
        return ()
    if override is None:
        raise GateRefused(waits, tuple(unmet))
    if override.conditions is not UNSET and gates.uncovered(unmet, override.conditions):
        raise GateRefused(f"{waits}, for more than the reason was given for", tuple(unmet))
    return tuple(each.text for each in unmet)


def refuse_opening(state: State, given: Opened, now: float) -> list[Event]:
    raise Refused("A session is opened once.")
