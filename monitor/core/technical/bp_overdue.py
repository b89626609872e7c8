"""`bp_overdue`: a pressure reading of the protocol is due and does not come.

Time alone raises it, in steps; a reading ends it, a further dose does not. A cuff that inflates
holds the next step back, for the longest duration of a measurement and once for each awaited
reading: a cuff that inflates again and again without a reading is overdue, and so is one that
reports a failure.
"""

from typing import Final

from monitor.core.alarms.signal import Finding
from monitor.core.alarms.steps import Step, reached
from monitor.core.protocol.schedule import MEASURING_S
from monitor.core.sentences import minutes
from monitor.core.state import State
from monitor.core.vocabulary.events import Event
from monitor.core.vocabulary.reasons import Reason
from monitor.core.vocabulary.words import RANK

Timer = tuple[tuple[Step, ...], float]

CONDITION: Final = "bp_overdue"


def timer(state: State) -> Timer | None:
    """Return the steps and since when they count; None before a dose."""
    if state.session.last_dose_at is None:
        return None
    due = state.cuffs.schedule.due(state.session.protocol, state.session.last_dose_at)
    owed = state.cuffs.schedule.unpaid
    counted = state.session.last_dose_at if owed is None else owed.dosed_at
    return _held_back(state, _steps(state, due, counted), due), due


def judge(state: State, at: float) -> list[Event]:
    found = timer(state)
    if found is None or state.session.last_dose_at is None:
        return []
    steps, due = found
    events: list[Event] = []
    standing = state.alarms.standing.get(CONDITION)
    if standing is not None and standing.onset != due:
        events += state.alarms.release(CONDITION, at, Reason("bp_taken"))
        standing = None
    step = reached(steps, due, at)
    # A cuff that begins to inflate keeps an alarm from growing; only its reading ends it.
    if step is None or (standing and RANK[step.priority] < RANK[standing.priority]):
        return events
    because = Reason("bp_overdue", {"when": minutes.when(state.session.doses, due)})
    finding = Finding(priority=step.priority, onset=due, because=because)
    changes = state.alarms.hold(CONDITION, CONDITION, "technical", finding, at, vital="sbp")
    return [*events, *changes]


def inflating(state: State, now: float) -> None:
    """Note that a cuff reports that it is measuring."""
    state.cuffs.schedule.inflates(now)
    found = timer(state)
    if found is None or state.cuffs.schedule.held_from is not None:
        return
    began = state.cuffs.schedule.measuring
    assert began is not None
    if began + MEASURING_S > found[1] + OVERDUE[0].after:
        state.cuffs.schedule.hold_back(began)


def failed(state: State, now: float) -> list[Event]:
    """Take a failed measurement: the step that it held back falls due."""
    state.cuffs.schedule.fail()
    return judge(state, now)


def _steps(state: State, due: float, dosed_at: float) -> tuple[Step, ...]:
    """Return the steps: a reading missed in the peak window is high, even if due before it."""
    high = OVERDUE_AT_PEAK
    begins, ends = (
        dosed_at + 60 * state.session.protocol.onset_until,
        dosed_at + 60 * state.session.protocol.peak_until,
    )
    at_peak = begins <= due <= ends or begins <= due + high[-1].after <= ends
    return high if at_peak else OVERDUE


def _held_back(state: State, steps: tuple[Step, ...], due: float) -> tuple[Step, ...]:
    """Return the steps with those before the end of the measurement put off to its end.

    Steps that were reached before the measurement have already raised the alarm; it does not ease.
    """
    began = state.cuffs.schedule.held_from
    if began is None:
        return steps
    end = began + MEASURING_S - due
    return tuple(Step(max(step.after, end), step.priority) for step in steps)


OVERDUE: Final = (Step(120, "low"), Step(300, "medium"))

OVERDUE_AT_PEAK: Final = (*OVERDUE, Step(600, "high"))
