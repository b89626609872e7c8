"""`no_data`: readings of a vital sign that is promised, or came before, have stopped.

Times after which silence counts: docs/clinical.md, Limits. A pressure that is 30 minutes old is no
longer shown, and a value that is not shown is not watched, so that is an alarm as well.
"""

from typing import Final

from monitor.core.alarms.steps import Step, before_dose, reached
from monitor.core.sentences import minutes
from monitor.core.state import State
from monitor.core.technical import data_lost
from monitor.core.technical.hold import hold_since
from monitor.core.vocabulary import vitals
from monitor.core.vocabulary.events import Event
from monitor.core.vocabulary.reasons import Reason
from monitor.core.vocabulary.vitals import VITALS

NO_DATA: Final = {
    code: tuple(Step(after, priority) for after, priority in sign.silence.steps)
    for code, sign in VITALS.items()
    if sign.silence.watched_as == code
}
NO_DATA_BEFORE_DOSE: Final = {vital: before_dose(steps) for vital, steps in NO_DATA.items()}


def steps_in_force(state: State) -> dict[str, tuple[Step, ...]]:
    """Return vital sign -> the priorities that its silence reaches, and when."""
    return NO_DATA if state.session.doses else NO_DATA_BEFORE_DOSE


def _alarmed(state: State, vital: str) -> bool:
    """Return whether an alarm about the patient is active on this vital sign."""
    return any(
        a.vital is not None and vitals.watched_as(a.vital) == vital
        for a in state.alarms.standing.values()
        if a.kind == "physiological"
    )


def end_silence(state: State, vital: str, since: float, now: float) -> list[Event]:
    """End the silence of a vital sign (pressures: "sbp") by a believed reading at `since`."""
    counted = state.vitals.hear(vital, since)
    if not (state.alarms.standing or state.vitals.blind):
        return []  # nearly always, and the key costs more than the question
    key = f"no_data:{vital}"
    if key not in state.alarms.standing and vital not in state.vitals.blind:
        return []
    if reached(steps_in_force(state)[vital], counted, now) is not None:
        return []  # it was silent again since
    why = Reason("data_back", {"vital": vital})
    events: list[Event] = [*state.alarms.release(key, now, why)]
    return events + data_lost.regain(state, vital, now)


def promise(state: State, kind: str, since: float) -> None:
    """Expect the vital signs that a device of this kind measures."""
    for vital in vitals.PROMISES.get(kind, ()):
        state.vitals.expect(vital, since)


def fall_due(state: State, at: float) -> list[Event]:
    """Raise or escalate the silences that have lasted long enough."""
    events: list[Event] = []
    for vital, began in state.vitals.silence.items():
        step = reached(steps_in_force(state)[vital], began, at)
        if step is not None:
            since = minutes.since(state.session.doses, began)
            because = Reason("no_data", {
                "vital": vital, "since": since, "standing": _alarmed(state, vital),
            })  # fmt: skip
            events += hold_since(state, "no_data", step, began, at, because, vital=vital)
            events += data_lost.lose(state, vital, began, at)
    return events
