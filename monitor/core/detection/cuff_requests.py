"""Requests to the cuffs: readings of the schedule, extra ones, and repeats.

Each reading is requested once. If it does not come, `bp_overdue` alerts people; the next on the
list is requested all the same.
"""

from typing import Final

from monitor.core.alarms.condition import Threshold
from monitor.core.alarms.steps import GRACE_S
from monitor.core.gates.gates import repeat_wanted
from monitor.core.protocol.schedule import BEFORE_DOSE_EVERY_S
from monitor.core.state import State
from monitor.core.technical.bp_overdue import OVERDUE
from monitor.core.vocabulary.events import Commanded, Event
from monitor.core.vocabulary.status import NextCheck
from monitor.core.vocabulary.vitals import PRESSURES, VITALS

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
    if state.session.closed_at is not None:
        return None
    if state.session.last_dose_at is None:
        wanted = len(state.session.protocol.bp_minutes_before)
        enough = state.baseline.readings.taken(wanted) >= wanted
        if enough and not repeat_wanted(
            state.counted, state.session.protocol.hold, state.session.age
        ):
            return None
        last = state.cuffs.schedule.last
        due = state.session.opened_at if last is None else last + BEFORE_DOSE_EVERY_S
        return NextCheck(due, overdue=due + GRACE_S < state.now, reason="schedule")
    due, reason = (
        state.cuffs.schedule.due(state.session.protocol, state.session.last_dose_at),
        "schedule",
    )
    last = state.cuffs.schedule.last
    # A further dose ends no watch over an alarm that it was given in spite of.
    since = state.session.doses[0].at
    if last is not None and _pressure_alarm(state) and last >= since:
        extra = last + 60 * state.session.protocol.bp_extra_every
        if extra < due:
            due, reason = extra, "confirm"
    return NextCheck(due, overdue=due + GRACE_S < state.now, reason=reason)


def told(state: State, check: NextCheck | None) -> NextCheck | None:
    """Return `check` as people see it: a requested repeat is the next reading until one comes.

    This includes a repeat that is about to be requested. It has no influence on decisions.
    """
    if check is not None and state.session.last_dose_at is None:
        check = _with_time(state, check)
    by = _repeat_by(state)
    if by is None or state.session.closed_at is not None or (check is not None and check.due < by):
        return check
    return NextCheck(by, overdue=by + GRACE_S < state.now, reason="confirm", asked=True)


def _with_time(state: State, check: NextCheck) -> NextCheck:
    """Return a check before the dose with a later deadline: a reading is not overdue immediately.

    The first reading has the interval between two of them; further ones from a cuff have the time
    given in its request.
    """
    cuff, by = bool(state.devices.cuffs), check.due
    if state.cuffs.schedule.last is None:
        by += BEFORE_DOSE_EVERY_S
    elif cuff and state.now >= check.due:
        by += OVERDUE[0].after
    else:
        return check
    return NextCheck(by, overdue=by + GRACE_S < state.now, reason=check.reason, asked=cuff)


def _repeat_by(state: State) -> float | None:
    if not state.devices.cuffs:
        return None
    if state.cuffs.requests.confirm_at is not None:
        return state.cuffs.requests.confirm_by
    asked, last = state.cuffs.requests.confirmed_at, state.cuffs.schedule.last
    if (
        asked is None
        or state.cuffs.requests.confirmed_by < asked
        or (last is not None and last >= asked)
    ):
        return None
    return state.cuffs.requests.confirmed_by


def _pressure_alarm(state: State) -> bool:
    standing = state.alarms.standing.values()
    return any(a.vital in PRESSURES and a.kind == "physiological" for a in standing)


def deadline(state: State) -> float | None:
    """Return when to ask the cuffs next; None: no request is due."""
    if not state.devices.cuffs:
        return None
    wanted = _next_ask(state)
    moments = (None if wanted is None else wanted.due, state.cuffs.requests.confirm_at)
    due = min((moment for moment in moments if moment is not None), default=None)
    # A reading that fell due while there was no cuff is requested as soon as there is one.
    return None if due is None else max(due, state.now)


def _next_ask(state: State) -> NextCheck | None:
    """Return the reading to request next from the cuffs; each due reading is requested once."""
    check, asked = next_check(state), state.cuffs.schedule.asked
    if check is None or asked is None or check.due > asked:
        return check
    if state.session.last_dose_at is None:
        return None
    # It was requested and did not come. The next on the list is due all the same, and so is
    # another try while a pressure alarm is active.
    planned = state.cuffs.schedule.planned(state.session.protocol, state.session.last_dose_at)
    wanted = [NextCheck(planned, overdue=False, reason="schedule")] if planned > asked else []
    again = asked + 60 * state.session.protocol.bp_extra_every
    if check.reason == "confirm" and again <= check.due + EXTRA_TRIES_S:
        wanted.append(NextCheck(again, overdue=False, reason="confirm"))
    return min(wanted, key=lambda c: c.due, default=None)


def ask(state: State, at: float) -> list[Event]:
    """Return the requests that are due at this moment."""
    events: list[Event] = []
    if not state.devices.cuffs:
        return []
    if state.cuffs.requests.confirm_at is not None and at >= state.cuffs.requests.confirm_at:
        state.cuffs.requests.confirm_at = None
        if state.cuffs.requests.in_doubt or any(
            t.wants_repeat for t in state.limits.thresholds if t.vital in PRESSURES
        ):
            events += repeat_now(state, at, max(state.cuffs.requests.confirm_by, at + REST_S))
    wanted = _next_ask(state)
    if wanted is not None and wanted.due <= at:
        state.cuffs.schedule.ask(at)
        reason = "scheduled" if wanted.reason == "schedule" else "confirm"
        events += _command(state, at, reason, at + OVERDUE[0].after)
    return events


def repeat_later(state: State, threshold: Threshold, at: float) -> None:
    """Plan the request for a repeat that a crossing waits for, once for each crossing."""
    since = threshold.waits_since
    assert since is not None
    if not state.devices.cuffs:
        return
    if state.cuffs.requests.confirm_for is not None and since <= state.cuffs.requests.confirm_for:
        return
    state.cuffs.requests.confirm_for = since
    state.cuffs.requests.confirm_at = at + REPEAT_ASKED_AFTER_S
    state.cuffs.requests.confirm_by = at + threshold.rule.repeat_until


def look_again(state: State, at: float, *, doubted: bool) -> None:
    """Note whether the newest pressure is in doubt; if so, plan the request for another."""
    state.cuffs.requests.in_doubt = doubted
    if not doubted or not state.devices.cuffs:
        return
    asked = state.cuffs.requests.doubted_at
    just_asked = (
        state.cuffs.requests.confirmed_at is not None
        and at < state.cuffs.requests.confirmed_at + REPEAT_ASKED_AFTER_S
    )
    if (
        state.cuffs.requests.confirm_at is not None
        or just_asked
        or (asked is not None and at < asked + DOUBT_APART_S)
    ):
        return
    state.cuffs.requests.doubted_at = at
    state.cuffs.requests.confirm_at = at + REPEAT_ASKED_AFTER_S
    state.cuffs.requests.confirm_by = at + VITALS["sbp"].confirmation.repeat_until


def repeat_now(state: State, at: float, by: float) -> list[Event]:
    """Request a repeat now, or as soon as the arm has had its rest since the last one."""
    asked = state.cuffs.requests.confirmed_at
    if asked is not None and at < asked + REST_S:
        state.cuffs.requests.confirm_at = asked + REST_S
        state.cuffs.requests.confirm_by = max(by, state.cuffs.requests.confirm_at + REST_S)
        return []
    state.cuffs.requests.confirmed_at, state.cuffs.requests.confirmed_by = at, by
    return _command(state, at, "confirm", by)


def _command(state: State, at: float, reason: str, by: float) -> list[Event]:
    cuffs = state.devices.cuffs
    if not cuffs:
        return []
    return [Commanded(at=at, reason=reason, by=by, devices=cuffs)]  # type: ignore[arg-type]
