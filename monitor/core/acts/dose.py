"""Record a dose: through the gate, or past it with an override. The first freezes the baseline."""

from monitor.core.acts import retelling
from monitor.core.detection import expected_course, limits_in_force, phases, situation
from monitor.core.gates import gates
from monitor.core.gates.overrides import passed
from monitor.core.state import State
from monitor.core.technical import bp_overdue, timers
from monitor.core.vocabulary.events import DoseRecorded, Event
from monitor.core.vocabulary.inputs import BACKDATED_S, Dose, Opened
from monitor.core.vocabulary.reasons import Reason
from monitor.core.vocabulary.refusals import Refused


def dose(
    state: State, given: Dose, now: float, recorded: DoseRecorded | None = None
) -> list[Event]:
    """Record a dose and restart the protocol's clock; the first dose also freezes the baseline.

    recorded: the dose in the journal; gate and baseline are then taken from it, not evaluated
    """
    first, before = not state.session.doses, state.session.last_dose_at
    unmet = _unmet_dose(state, given, now) if recorded is None else recorded.unmet_because
    state.session.add_dose(given)
    expected_course.restart(state)
    if first:
        frozen = state.baseline.readings.baselines(given.at)
        state.baseline.freeze(frozen if recorded is None else dict(recorded.baseline))
        state.cuffs.turns.dose()
        limits_in_force.refresh(state)
    retold = retelling.count_on(state, now)
    state.cuffs.schedule.restart(state.session.protocol, given.at, now, before)
    restarted = bp_overdue.judge(state, now)
    told = DoseRecorded(
        at=now, dose=given, first=first, baseline=dict(state.baseline.values),
        unmet=() if recorded is None else recorded.unmet, unmet_because=unmet,
    )  # fmt: skip
    return [told, *retold, *phases.move(state, now), *restarted, *timers.fall_due(state, now)]


def _unmet_dose(state: State, given: Dose, now: float) -> tuple[Reason, ...]:
    """Return the unmet conditions that the override covers.

    Raise `Refused` for an impossible time, and `GateRefused` if the override does not cover all.
    """
    _check_dose_time(state, given, now)
    seen = situation.situation(state, now)
    first = not state.session.doses
    unmet = gates.hold(seen) if first else gates.booster(seen)
    return passed(unmet, given.override, Reason("dose_waits" if first else "second_dose_waits"))


def _check_dose_time(state: State, given: Dose, now: float) -> None:
    if given.at > now:
        raise Refused(Reason("dose_ahead"))
    if given.at < now - BACKDATED_S:
        raise Refused(Reason("dose_long_ago", {"minutes": round(BACKDATED_S / 60)}))
    last = state.session.last_dose_at
    if last is not None and given.at < last:
        raise Refused(Reason("later_dose_recorded"))


def refuse_opening(state: State, given: Opened, now: float) -> list[Event]:
    raise Refused(Reason("opened_twice"))
