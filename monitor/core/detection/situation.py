"""The input of the gates: the facts and values of this moment, and how long each value counts."""

from monitor.core.detection import cuff_requests
from monitor.core.gates import gates, heart_rates
from monitor.core.state import State
from monitor.core.state.vitals import Newest
from monitor.core.technical.bp_overdue import OVERDUE
from monitor.core.vocabulary.events import Baseline
from monitor.core.vocabulary.status import NextCheck
from monitor.core.vocabulary.vitals import PRESSURES, PULSE, VITALS


def life(state: State, vital: str, newest: Newest, check: NextCheck | None) -> tuple[float, float]:
    """Return when the value becomes stale, and when it expires. Receipt counts, not measurement."""
    rule = VITALS[vital].freshness
    expires = newest.received + rule.expires_after
    if rule.stale_after is not None:
        return newest.received + rule.stale_after, expires
    stale = newest.received + 60 * state.session.protocol.temp_every + OVERDUE[0].after
    if vital in PRESSURES and check is not None:
        # Stale when the protocol's next reading is overdue, by whatever route this one came.
        stale = max(newest.received, check.due) + OVERDUE[0].after
    return min(stale, expires), expires


def _before_the_drug(state: State) -> dict[str, Baseline]:
    """Return the baseline for the gates: taking it again may lower it, never raise it."""
    lower = state.baseline.values | {
        vital: frozen
        for vital, frozen in state.baseline.frozen.items()
        if frozen.value < state.baseline.values[vital].value
    }
    return {vital: base for vital, base in lower.items() if vital not in state.baseline.unfounded}


def _present(state: State, now: float) -> set[str]:
    """Return the vital signs with a clean reading that is neither missing nor overdue (cuff)."""
    check = cuff_requests.next_check(state)
    found = set()
    for vital, newest in state.vitals.clean.items():
        until, expires_at = life(state, vital, newest, check)
        if vital in PRESSURES and check is None:
            until = expires_at  # no reading is due, so it is not overdue
        if now < until:
            found.add(vital)
    return found


def situation(state: State, now: float) -> gates.Situation:
    session, readings = state.session, state.baseline.readings
    return gates.Situation(
        now=now, protocol=session.protocol, age=session.age,
        sitter=session.facts.sitter, reachable=session.facts.reachable,
        rates=heart_rates.present(state, now), hr_expected=PULSE in state.vitals.silence,
        present=_present(state, now), pressures=tuple(state.counted),
        baseline_pressures=readings.pressures(now + 1),
        baseline_too_soon=readings.too_soon(now + 1), baseline=_before_the_drug(state),
        last_dose_at=session.last_dose_at, alarms=tuple(state.alarms),
        doses=len(session.doses),
    )  # fmt: skip
