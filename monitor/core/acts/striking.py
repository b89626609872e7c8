"""Strike out a typed reading: it stays on the record and no longer counts.

Decisions based on it stay on the record too. From now on the state is as if the reading had never
been typed: baseline, gates, alarms, silence and schedule are judged again by the remaining
readings, and an alarm that rested on it is withdrawn, with a sentence that gives the reason.
"""

from typing import Final

from monitor.core.alarms import sentences
from monitor.core.alarms.sentences import ended
from monitor.core.detection import crossings, expected_course, limits_in_force
from monitor.core.detection.readings import reconsider
from monitor.core.gates import heart_rates
from monitor.core.protocol.baseline import HALVES
from monitor.core.quality.clocks.timebase import heard
from monitor.core.quality.cuffs.pressures import with_row
from monitor.core.state import Newest, Single, State
from monitor.core.technical import timers
from monitor.core.vocabulary import vitals
from monitor.core.vocabulary.events import (
    AlarmChanged,
    Baseline,
    BaselineMoved,
    Corrected,
    Event,
    Rejudged,
)
from monitor.core.vocabulary.inputs import StruckOut
from monitor.core.vocabulary.refusals import Refused
from monitor.core.vocabulary.vitals import PRESSURES, VITALS

FOLLOWS: Final = (
    "The reading counts no longer: not in the baseline, not in alarms, not in what a dose or the "
    "close waits for. What was decided stands."
)
_RAISED: Final = "The reading"
CLOSED: Final = "The session is closed: what was decided stands."


def strike(state: State, given: StruckOut, now: float) -> list[Event]:
    """Strike out a typed reading. Raise `Refused` if it was struck out before."""
    keys = tuple(given.keys.values())
    if any(key in state.struck for key in keys):
        raise Refused("This reading was struck out already.")
    state.struck += keys
    state.corrections += 1
    told: list[Event] = [_rejudged(state, given, now), _corrected(state, given, now)]
    why = ended(f"{_RAISED} that raised it was struck out by {given.by}: {given.reason}")
    frozen: set[str] = set()
    for vital, value in given.values.items():
        if state.readings.strike(vital, value, given.effective):
            frozen.add(vital)
        _leave_trend(state, vital, value, given.effective)
        if vital not in PRESSURES:
            _leave_singles(state, vital, value, given.effective)
    if state.closed_at is not None:
        return told
    told += _baseline_anew(state, given, frozen, now)
    told += _pressures_anew(state, given, now, why)
    for vital, value in given.values.items():
        if vital not in PRESSURES:
            told += _singles_anew(state, vital, value, given.effective, now, why)
        told += _unpromised(state, vital, given.by, now)
    _take_back(state, given, told, why)
    return told


def _take_back(state: State, given: StruckOut, told: list[Event], why: str) -> None:
    """Reword the alarms that this ended, with vital sign and value: nothing reached the limit."""
    for event in told:
        if not isinstance(event, AlarmChanged) or event.alarm.reason != why:
            continue
        vital, latched = event.alarm.vital or "", state.alarms.find(event.alarm.id)
        value, what = given.values.get(vital), "a reading"
        if value is None or value not in (event.alarm.extreme, event.alarm.value):
            value = None
        else:
            what = f"the reading of {sentences.figure(vital, value)}"
        words = f"{VITALS[vital].name}: {what}{why.removeprefix(_RAISED)}"
        for alarm in filter(None, (event.alarm, latched)):
            alarm.struck, alarm.reason = value, words


def _rejudged(state: State, given: StruckOut, now: float) -> Rejudged:
    late = "" if state.closed_at is None else " (after the close; what was decided stands)"
    return Rejudged(
        at=now, keys=tuple(given.keys.values()), state="rejected",
        reason=f"struck out by {given.by}: {given.reason}{late}", effective=given.effective,
    )  # fmt: skip


def _corrected(state: State, given: StruckOut, now: float) -> Corrected:
    before: dict[str, float | str] = {"at": given.effective, **given.values}
    return Corrected(
        at=now, what="reading", before=before, after=None, by=given.by, reason=given.reason,
        follows=FOLLOWS if state.closed_at is None else CLOSED,
    )  # fmt: skip


# --- baseline -----------------------------------------------------------------------------------


def _baseline_anew(state: State, given: StruckOut, vitals: set[str], now: float) -> list[Event]:
    """After a dose, rebuild the frozen baseline of `vitals` from the remaining readings."""
    if not vitals:
        return []
    before = dict(state.baseline)
    frozen = state.readings.frozen(state.doses[0].at)
    # The grade of a pressure depends on both halves.
    for vital in sorted(vitals | set(HALVES) if vitals & set(HALVES) else vitals):
        base = frozen.get(vital)
        if vital in state.retaken:
            again = state.readings.retaken(vital)
            if again is not None:
                state.baseline[vital] = again
                _put(state.frozen, vital, base)
                continue
            state.retaken.pop(vital)
            state.frozen.pop(vital, None)
        _put(state.baseline, vital, base)
    if state.baseline == before:
        return []
    limits_in_force.refresh(state)
    moved = {v for v in {**before, **state.baseline} if before.get(v) != state.baseline.get(v)}
    return [
        BaselineMoved(
            at=now, before={v: b for v, b in before.items() if v in moved},
            after={v: b for v, b in state.baseline.items() if v in moved},
            by=given.by, reason=given.reason,
        )
    ]  # fmt: skip


def _put(where: dict[str, Baseline], vital: str, base: Baseline | None) -> None:
    where.pop(vital, None)
    if base is not None:
        where[vital] = base


# --- measurements -------------------------------------------------------------------------------


def _pressures_anew(state: State, given: StruckOut, now: float, why: str) -> list[Event]:
    struck = {vital: given.values[vital] for vital in PRESSURES if vital in given.values}
    events: list[Event] = []
    for vital, key in given.keys.items():
        pressure = with_row(state.pressures, key)
        if vital in struck and pressure is not None:
            events += reconsider.leave_out(state, pressure, {vital}, now, why)
    for vital, value in struck.items():
        rows = clean_pressures(state, vital)
        events += state.episodes.strike(vital, value, given.effective, rows, now)
        events += expected_course.anew(state, vital, rows, now, why)
    return events


def clean_pressures(state: State, vital: str) -> list[tuple[float, float]]:
    """Return measurement time and value of the pressures without doubt since the first dose."""
    since = state.dosed_at
    rows = [(p.effective, p.value(vital), p.causes.get(vital)) for p in state.proven]
    return [(at, v) for at, v, cause in rows if v is not None and not cause and at >= (since or at)]


def _leave_trend(state: State, vital: str, value: float, effective: float) -> None:
    if vital in state.recent:
        state.recent[vital] = [row for row in state.recent[vital] if row != (effective, value)]


def _leave_singles(state: State, vital: str, value: float, effective: float) -> None:
    kept = state.singles.get(vital, [])
    state.singles[vital] = [one for one in kept if not _is(one, value, effective)]
    if vital == "hr":
        heart_rates.forget(state, "")
        for one in state.singles[vital]:
            _take_rate(state, one)
    newest = state.newest.get(vital)
    if newest is not None and (newest.value, newest.effective) == (value, effective):
        _find_newest(state, vital)


def _is(one: Single, value: float, effective: float) -> bool:
    return not one.device and (one.value, one.effective) == (value, effective)


def _take_rate(state: State, one: Single) -> None:
    newest = Newest(one.value, one.effective, one.received, one.cause)
    if one.cause:
        heart_rates.doubt(state, "", newest)
    else:
        state.rates[""] = newest


def _known(state: State, vital: str) -> list[Newest]:
    """Return the remaining readings of a vital sign, in order of measurement."""
    found = [
        Newest(one.value, one.effective, one.received, one.unproven or one.cause)
        for one in state.singles.get(vital, [])
    ]
    if vital == "hr":
        found += state.rates.values()
        found += [row for rows in state.doubted_rates.values() for row in rows]
    return sorted(found, key=lambda newest: newest.effective)


def _find_newest(state: State, vital: str) -> None:
    state.newest.pop(vital, None)
    state.clean.pop(vital, None)
    for newest in _known(state, vital):
        state.newest[vital] = newest
        if not newest.cause and vital != "hr":
            state.clean[vital] = newest


def _singles_anew(
    state: State, vital: str, value: float, effective: float, now: float, why: str
) -> list[Event]:
    rows = [(one.effective, one.value) for one in state.singles.get(vital, [])]
    events: list[Event] = [*state.episodes.strike(vital, value, effective, rows, now)]
    if vital == "hr":
        events += crossings.follow_typed_again(state, vital, effective, now, why)
    else:
        events += crossings.judge_singles_again(state, vital, now, why)
        clean = [row for row, one in zip(rows, state.singles[vital], strict=True) if not one.cause]
        events += expected_course.anew(state, vital, clean, now, why)
    since = [heard(one.effective, one.received) for one in _known(state, vital)]
    if vital in state.silence and since and state.silence[vital] > max(since):
        state.silence[vital] = max(since)
        events += timers.fall_due(state, now)
    return events


def _unpromised(state: State, vital: str, by: str, now: float) -> list[Event]:
    """If no reading of the vital sign remains, expect it only if a device promises it."""
    watched = vitals.watched_as(vital)
    left = [v for v in state.newest if vitals.watched_as(v) == watched]
    if left or watched not in state.silence:
        return []
    promised = {v for kind in state.devices.values() for v in vitals.PROMISES.get(kind, ())}
    if watched in promised:
        state.silence[watched] = min(state.silence[watched], state.opened_at)
        return timers.fall_due(state, now)
    del state.silence[watched]
    words = f"It is not expected: {by} struck out the only reading of it."
    return [*state.alarms.release(f"no_data:{watched}", now, words)]
