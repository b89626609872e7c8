"""Take the baseline again: by a named user, for a reason, on the record. It is not a reset.

Before the dose the readings so far are set aside, and the gate requires new ones. After the dose
the clean readings of the last 15 minutes form the new baseline, and the limits over the baseline
follow it. Active alarms stay active, absolute limits do not move, and discharge does not become
easier: the discharge gate uses the lower of the two baselines. A further dose never retakes it.
"""

from monitor.core.detection import crossings, limits_in_force
from monitor.core.sentences import minutes
from monitor.core.state import State
from monitor.core.vocabulary.events import Baseline, BaselineMoved, Event
from monitor.core.vocabulary.inputs import Rebaselined
from monitor.core.vocabulary.reasons import Reason
from monitor.core.vocabulary.refusals import Refused
from monitor.core.vocabulary.vitals import VITALS


def rebaseline(state: State, given: Rebaselined, now: float) -> list[Event]:
    """Take the baseline again. Raise `Refused` if no or too few readings exist for that."""
    for vital in given.vitals:
        if vital not in VITALS:
            raise Refused(Reason("not_a_vital_sign", {"word": vital}))
    return (
        _after_a_dose(state, given, now) if state.session.doses else _before_it(state, given, now)
    )


def _before_it(state: State, given: Rebaselined, now: float) -> list[Event]:
    before = _of(
        given, state.baseline.readings.baselines(now + 1)
    )  # includes a reading of this very moment
    if not before:
        raise Refused(Reason("nothing_measured"))
    for vital in before:
        state.baseline.readings.set_aside(vital, now)
    after = _of(given, state.baseline.readings.baselines(now + 1))
    return [BaselineMoved(at=now, before=before, after=after, by=given.by, reason=given.reason)]


def _after_a_dose(state: State, given: Rebaselined, now: float) -> list[Event]:
    recent = state.baseline.readings.recent(now)
    lacking = next((vital for vital in given.vitals if vital not in recent), None)
    if lacking or not recent:
        raise Refused(Reason("too_few_readings", {"vital": lacking}))
    after = _of(given, recent)
    when = minutes.when(state.session.doses, now)
    source = Reason("baseline_retaken", {"by": given.by, "when": when})
    before = state.baseline.retake(after, source, now)
    limits_in_force.refresh(state)
    moved = BaselineMoved(at=now, before=before, after=after, by=given.by, reason=given.reason)
    events: list[Event] = [moved]
    for vital in after:
        events += crossings.judge_again(state, vital, now)
    return events


def _of(given: Rebaselined, found: dict[str, Baseline]) -> dict[str, Baseline]:
    return {v: base for v, base in found.items() if not given.vitals or v in given.vitals}
