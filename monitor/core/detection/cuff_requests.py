"""Requests to the cuffs: readings of the schedule, extra ones, and repeats.

Each reading is requested once. If it does not come, `bp_overdue` alerts people; the next on the
list is requested all the same.
"""

from typing import Final

from monitor.core.alarms.condition import WAYS, Threshold
from monitor.core.alarms.steps import GRACE_S
from monitor.core.gates.gates import repeat_wanted
from monitor.core.protocol.schedule import BEFORE_DOSE_EVERY_S
from monitor.core.state import State
from monitor.core.technical.bp_overdue import OVERDUE
from monitor.core.vocabulary.events import Commanded, Event
from monitor.core.vocabulary.status import NextCheck
from monitor.core.vocabulary.vitals import PRESSURES

# A cuff needs about 40 s, and a repeat counts from 60 s on: requested now, it would come too early.
REPEAT_ASKED_AFTER_S: Final = 30.0
REST_S: Final = 60.0
# How long extra readings are requested from a cuff that does not answer.
EXTRA_TRIES_S: Final = 600.0
# Least time between repeats of doubtful pressures: the cause of the doubt may last, and an arm
# needs its rest.
DOUBT_APART_S: Final = 300.0


def next_check(state: State) -> NextCheck | None:
    """Return the next pressure reading that is due, whether or not a cuff can be asked for it."""
    if state.closed_at is not None:
        return None
    if state.last_dose_at is None:
        wanted = len(state.protocol.bp_minutes_before)
        enough = state.readings.taken(wanted) >= wanted
        if enough and not repeat_wanted(state.counted, state.protocol.hold, state.age):
            return None
        last = state.schedule.last
        due = state.opened_at if last is None else last + BEFORE_DOSE_EVERY_S
        return NextCheck(due, overdue=due + GRACE_S < state.now, reason="schedule")
    due, reason = state.schedule.due(state.protocol, state.last_dose_at), "schedule"
    last = state.schedule.last
    # A further dose ends no watch over an alarm that it was given in spite of.
    since = state.doses[0].at
    if last is not None and _pressure_alarm(state) and last >= since:
        extra = last + 60 * state.protocol.bp_extra_every
        if extra < due:
            due, reason = extra, "confirm"
    return NextCheck(due, overdue=due + GRACE_S < state.now, reason=reason)


def told(state: State, check: NextCheck | None) -> NextCheck | None:
    """Return `check` as people see it: a requested repeat is the next reading until one comes.

    This includes a repeat that is about to be requested. It has no influence on decisions.
    """
    if check is not None and state.last_dose_at is None:
        check = _with_time(state, check)
    by = _repeat_by(state)
    if by is None or state.closed_at is not None or (check is not None and check.due < by):
        return check
    return NextCheck(by, overdue=by + GRACE_S < state.now, reason="confirm", asked=True)


def _with_time(state: State, check: NextCheck) -> NextCheck:
    """Return a check before the dose with a later deadline: a reading is not overdue immediately.

    The first reading has the interval between two of them; further ones from a cuff have the time
    given in its request.
    """
    cuff, by = "cuff" in state.devices.values(), check.due
    if state.schedule.last is None:
        by += BEFORE_DOSE_EVERY_S
    elif cuff and state.now >= check.due:
        by += OVERDUE[0].after
    else:
        return check
    return NextCheck(by, overdue=by + GRACE_S < state.now, reason=check.reason, asked=cuff)


def _repeat_by(state: State) -> float | None:
    if "cuff" not in state.devices.values():
        return None
    if state.confirm_at is not None:
        return state.confirm_by
    asked, last = state.confirmed_at, state.schedule.last
    if asked is None or state.confirmed_by < asked or (last is not None and last >= asked):
        return None
    return state.confirmed_by


def _pressure_alarm(state: State) -> bool:
    standing = state.alarms.standing.values()
    return any(a.vital in PRESSURES and a.kind == "physiological" for a in standing)


def deadline(state: State) -> float | None:
    """Return when to ask the cuffs next; None: no request is due."""
    if "cuff" not in state.devices.values():
        return None
    wanted = _next_ask(state)
    moments = (None if wanted is None else wanted.due, state.confirm_at)
    due = min((moment for moment in moments if moment is not None), default=None)
    # A reading that fell due while there was no cuff is requested as soon as there is one.
    return None if due is None else max(due, state.now)


def _next_ask(state: State) -> NextCheck | None:
    """Return the reading to request next from the cuffs; each due reading is requested once."""
    check, asked = next_check(state), state.schedule.asked
    if check is None or asked is None or check.due > asked:
        return check
    if state.last_dose_at is None:
        return None
    # It was requested and did not come. The next on the list is due all the same, and so is
    # another try while a pressure alarm is active.
    planned = state.schedule.planned(state.protocol, state.last_dose_at)
    wanted = [NextCheck(planned, overdue=False, reason="schedule")] if planned > asked else []
    again = asked + 60 * state.protocol.bp_extra_every
    if check.reason == "confirm" and again <= check.due + EXTRA_TRIES_S:
        wanted.append(NextCheck(again, overdue=False, reason="confirm"))
    return min(wanted, key=lambda c: c.due, default=None)


def ask(state: State, at: float) -> list[Event]:
    """Return the requests that are due at this moment."""
    events: list[Event] = []
    if "cuff" not in state.devices.values():
        return []
    if state.confirm_at is not None and at >= state.confirm_at:
        state.confirm_at = None
        if state.in_doubt or any(t.wants_repeat for t in state.thresholds if t.vital in PRESSURES):
            events += repeat_now(state, at, max(state.confirm_by, at + REST_S))
    wanted = _next_ask(state)
    if wanted is not None and wanted.due <= at:
        state.schedule.asked = at
        reason = "scheduled" if wanted.reason == "schedule" else "confirm"
        events += _command(state, at, reason, at + OVERDUE[0].after)
    return events


def repeat_later(state: State, threshold: Threshold, at: float) -> None:
    """Plan the request for a repeat that a crossing waits for, once for each crossing."""
    since = threshold.waits_since
    assert since is not None
    if "cuff" not in state.devices.values():
        return
    if state.confirm_for is not None and since <= state.confirm_for:
        return
    state.confirm_for = since
    state.confirm_at = at + REPEAT_ASKED_AFTER_S
    state.confirm_by = at + threshold.ways.repeat_until


def look_again(state: State, at: float, *, doubted: bool) -> None:
    """Note whether the newest pressure is in doubt; if so, plan the request for another."""
    state.in_doubt = doubted
    if not doubted or "cuff" not in state.devices.values():
        return
    asked = state.doubted_at
    just_asked = state.confirmed_at is not None and at < state.confirmed_at + REPEAT_ASKED_AFTER_S
    if (
        state.confirm_at is not None
        or just_asked
        or (asked is not None and at < asked + DOUBT_APART_S)
    ):
        return
    state.doubted_at = at
    state.confirm_at = at + REPEAT_ASKED_AFTER_S
    state.confirm_by = at + WAYS["sbp"].repeat_until


def repeat_now(state: State, at: float, by: float) -> list[Event]:
    """Request a repeat now, or as soon as the arm has had its rest since the last one."""
    asked = state.confirmed_at
    if asked is not None and at < asked + REST_S:
        state.confirm_at = asked + REST_S
        state.confirm_by = max(by, state.confirm_at + REST_S)
        return []
    state.confirmed_at, state.confirmed_by = at, by
    return _command(state, at, "confirm", by)


def _command(state: State, at: float, reason: str, by: float) -> list[Event]:
    cuffs = tuple(device for device, kind in state.devices.items() if kind == "cuff")
    if not cuffs:
        return []
    return [Commanded(at=at, reason=reason, by=by, devices=cuffs)]  # type: ignore[arg-type]
