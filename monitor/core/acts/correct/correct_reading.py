"""Correct a typed reading by striking it out: it stays on the record and no longer counts.

Decisions based on it stay on the record too. From now on the state is as if the reading had never
been typed: baseline, gates, alarms, silence and schedule are judged again by the remaining
readings, and an alarm that rested on it is withdrawn, with that reason.
"""

from typing import Final

from monitor.core.acts.change_devices import promised
from monitor.core.acts.correct.after_correction import CLOSED, baseline_moved, clean_pressures
from monitor.core.detection import crossings, expected_course
from monitor.core.detection.readings import reconsider
from monitor.core.gates import heart_rates
from monitor.core.quality.clocks.timebase import counted_from
from monitor.core.quality.cuffs.pressures import with_row
from monitor.core.state import State
from monitor.core.state.vitals import Newest, Single
from monitor.core.technical import timers
from monitor.core.vocabulary import vitals
from monitor.core.vocabulary.events import AlarmChanged, Corrected, Event, Rejudged
from monitor.core.vocabulary.inputs import CorrectReading
from monitor.core.vocabulary.reasons import Reason
from monitor.core.vocabulary.refusals import Refused
from monitor.core.vocabulary.vitals import PRESSURES, PULSE, VITALS

FOLLOWS: Final = Reason("reading_left_out")


def correct_reading(state: State, given: CorrectReading, now: float) -> list[Event]:
    """Strike out a typed reading. Raise `Refused` if it was struck out before."""
    keys = tuple(given.keys.values())
    if any(key in state.session.struck for key in keys):
        raise Refused(Reason("struck_before"))
    state.session.strike(keys)
    told: list[Event] = [_rejudged(state, given, now), _corrected(state, given, now)]
    why = Reason("reading_struck", {"by": given.by, "text": given.reason})
    frozen: set[str] = set()
    for vital, value in given.values.items():
        if state.baseline.readings.strike(vital, value, given.effective):
            frozen.add(vital)
        state.vitals.leave_trend(vital, value, given.effective)
        if vital not in PRESSURES:
            _leave_singles(state, vital, value, given.effective)
    if state.session.closed_at is not None:
        return told
    if frozen:
        before = state.baseline.strike(frozen, state.session.doses[0].at)
        told += baseline_moved(state, before, given, now)
    told += _pressures_anew(state, given, now, why)
    for vital, value in given.values.items():
        if vital not in PRESSURES:
            told += _singles_anew(state, vital, value, given.effective, now, why)
        told += _unpromised(state, vital, given.by, now)
    _take_back(state, given, told, why)
    return told


def _take_back(state: State, given: CorrectReading, told: list[Event], why: Reason) -> None:
    """Add vital sign and value to the alarms that this ended: nothing reached the limit."""
    for event in told:
        if not isinstance(event, AlarmChanged) or event.alarm.because != why:
            continue
        vital, latched = event.alarm.vital or "", state.alarms.find(event.alarm.id)
        value = given.values.get(vital)
        if value not in (event.alarm.extreme, event.alarm.value):
            value = None
        because = Reason("value_struck", {"vital": vital, "value": value, **why.facts})
        for alarm in filter(None, (event.alarm, latched)):
            alarm.struck, alarm.because = value, because


def _rejudged(state: State, given: CorrectReading, now: float) -> Rejudged:
    closed = state.session.closed_at is not None
    return Rejudged(
        at=now, keys=tuple(given.keys.values()), state="rejected",
        because=Reason("struck_out", {"by": given.by, "text": given.reason, "closed": closed}),
        effective=given.effective,
    )  # fmt: skip


def _corrected(state: State, given: CorrectReading, now: float) -> Corrected:
    before: dict[str, float | str] = {"at": given.effective, **given.values}
    return Corrected(
        at=now, what="reading", before=before, after=None, by=given.by, reason=given.reason,
        follows_because=FOLLOWS if state.session.closed_at is None else CLOSED,
    )  # fmt: skip


# --- measurements -------------------------------------------------------------------------------


def _pressures_anew(state: State, given: CorrectReading, now: float, why: Reason) -> list[Event]:
    struck = {vital: given.values[vital] for vital in PRESSURES if vital in given.values}
    events: list[Event] = []
    for vital, key in given.keys.items():
        pressure = with_row(state.cuffs.pressures, key)
        if vital in struck and pressure is not None:
            events += reconsider.leave_out(state, pressure, {vital}, now, why)
    for vital, value in struck.items():
        rows = clean_pressures(state, vital)
        events += state.episodes.strike(vital, value, given.effective, rows, now)
        events += expected_course.anew(state, vital, rows, now, why)
    return events


def _leave_singles(state: State, vital: str, value: float, effective: float) -> None:
    kept = state.vitals.singles.get(vital, [])
    state.vitals.keep_only(vital, [one for one in kept if not _is(one, value, effective)])
    if vital == PULSE:
        state.vitals.forget_rates("")
        for one in state.vitals.singles[vital]:
            _take_rate(state, one)
    newest = state.vitals.newest.get(vital)
    if newest is not None and (newest.value, newest.effective) == (value, effective):
        state.vitals.find_newest(vital, _known(state, vital))


def _is(one: Single, value: float, effective: float) -> bool:
    return not one.device and (one.value, one.effective) == (value, effective)


def _take_rate(state: State, one: Single) -> None:
    newest = Newest(one.value, one.effective, one.received, one.cause)
    if one.cause:
        heart_rates.doubt(state, "", newest)
    else:
        state.vitals.set_rate("", newest)


def _known(state: State, vital: str) -> list[Newest]:
    """Return the remaining readings of a vital sign, in order of measurement."""
    found = [
        Newest(one.value, one.effective, one.received, one.unproven or one.cause)
        for one in state.vitals.singles.get(vital, [])
    ]
    if vital == PULSE:
        found += state.vitals.rates.values()
        found += [row for rows in state.vitals.doubted_rates.values() for row in rows]
    return sorted(found, key=lambda newest: newest.effective)


def _singles_anew(
    state: State, vital: str, value: float, effective: float, now: float, why: Reason
) -> list[Event]:
    rows = [(one.effective, one.value) for one in state.vitals.singles.get(vital, [])]
    events: list[Event] = [*state.episodes.strike(vital, value, effective, rows, now)]
    if VITALS[vital].stream is not None:
        events += crossings.follow_typed_again(state, vital, effective, now, why)
    else:
        events += crossings.judge_singles_again(state, vital, now, why)
        clean = [
            row for row, one in zip(rows, state.vitals.singles[vital], strict=True) if not one.cause
        ]
        events += expected_course.anew(state, vital, clean, now, why)
    since = [counted_from(one.effective, one.received) for one in _known(state, vital)]
    if vital in state.vitals.silence and since and state.vitals.silence[vital] > max(since):
        state.vitals.count_silence(vital, max(since))
        events += timers.fall_due(state, now)
    return events


def _unpromised(state: State, vital: str, by: str, now: float) -> list[Event]:
    """If no reading of the vital sign remains, expect it only if a device promises it."""
    watched = vitals.watched_as(vital)
    left = [v for v in state.vitals.newest if vitals.watched_as(v) == watched]
    if left or watched not in state.vitals.silence:
        return []
    if watched in promised(state):
        since = min(state.vitals.silence[watched], state.session.opened_at)
        state.vitals.count_silence(watched, since)
        return timers.fall_due(state, now)
    state.vitals.expect_no_more(watched)
    why = Reason("only_reading_struck", {"by": by})
    return [*state.alarms.release(f"no_data:{watched}", now, why)]
