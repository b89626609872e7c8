"""What the readings say of the sensor: `sensor_contact` and `signal_quality`.

An event of a cuff is one measurement that it doubts itself (moved, loose, badly placed); of a
strap, five seconds without skin. One event is low, three in a row are medium. A run of impossible
values is an alarm as well: nothing is watched while it lasts, and no silence tells of it.
"""

from typing import Final

from monitor.core import silence, technical
from monitor.core.conditions import Step
from monitor.core.events import Event
from monitor.core.quality import CUFF_DOUBTS, Judgement
from monitor.core.state import State, Trouble
from monitor.core.vitals import VITALS, Observation

LOOSE: Final = ("movement", "cuff_loose", "improper_position")
EVENT_S: Final = 5.0
IN_A_ROW: Final = 3
REJECTED_S: Final = 5.0  # of a stream
REJECTED_LONG_S: Final = 30.0
REJECTED: Final = 3  # of single measurements
REJECTED_MANY: Final = 5


def notice(
    state: State, observation: Observation, found: dict[str, Judgement], effective: float,
    now: float,
) -> list[Event]:  # fmt: skip
    """After a reading that is not late was judged."""
    device = observation.device
    if not device:
        return []
    if not (state.troubles or observation.contact is False or observation.flags):
        for verdict, _ in found.values():
            if verdict == "rejected":
                break
        else:
            return []
    events = _contact(state, observation, effective, now)
    if observation.contact is False:
        return events  # that its values are none is explained
    for watched in sorted({silence.watched_as(vital) for vital in found}):
        judged = [j for vital, j in found.items() if silence.watched_as(vital) == watched]
        events += _quality(state, device, watched, judged, effective, now)
    return events


def _contact(state: State, observation: Observation, effective: float, now: float) -> list[Event]:
    device = observation.device
    key = f"sensor_contact|{device}"
    causes = [flag for flag in observation.flags if flag in LOOSE]
    stream = observation.contact is False
    if not stream and not causes:
        if "hr" in observation.values or observation.contact or "sbp" in observation.values:
            return _over(state, key, now, f"Device {device} measures well again.")
        return []
    trouble = _more(state, key, effective)
    events = int((effective - trouble.since) // EVENT_S) if stream else trouble.count
    if events < 1:
        return []
    step = Step(0.0, "medium" if events >= IN_A_ROW else "low")
    if stream:
        reason = (
            f"Device {device} has had no skin contact for {effective - trouble.since:.0f} s. "
            "Its readings are doubtful."
        )
    else:
        doubts = ", ".join(CUFF_DOUBTS[flag] for flag in causes)
        times = "" if trouble.count == 1 else f", {trouble.count} times in a row"
        reason = f"Device {device} reports: {doubts}{times}. The reading is doubtful."
    return _hold(state, key, step, trouble, now, reason, device)


def _quality(
    state: State, device: str, watched: str, judged: list[Judgement], effective: float, now: float
) -> list[Event]:
    key = f"signal_quality|{device}|{watched}"
    name = VITALS[watched].name if watched != "sbp" else "Blood pressure"
    if any(verdict != "rejected" for verdict, _ in judged):
        return _over(state, key, now, f"{name} of {device} is believable again.")
    trouble = _more(state, key, effective)
    lasted = effective - trouble.since
    if watched == "hr":
        low, many = lasted >= REJECTED_S, lasted >= REJECTED_LONG_S
    else:
        low, many = trouble.count >= REJECTED, trouble.count >= REJECTED_MANY
    if not low:
        return []
    reason = (
        f"Device {device} sent {trouble.count} impossible readings of {name.lower()} in a row, the "
        f"last: {judged[-1][1]}."
    )
    return _hold(state, key, Step(0.0, "medium" if many else "low"), trouble, now, reason, device)


def _more(state: State, key: str, effective: float) -> Trouble:
    trouble = state.troubles.setdefault(key, Trouble(effective))
    trouble.count += 1
    return trouble


def _over(state: State, key: str, now: float, reason: str) -> list[Event]:
    if state.troubles.pop(key, None) is None:
        return []
    return [*state.alarms.release(_alarm_key(key), now, reason)]


def _hold(
    state: State, key: str, step: Step, trouble: Trouble, now: float, reason: str, device: str
) -> list[Event]:
    priority = step.priority if state.doses else "low"
    condition = key.split("|", maxsplit=1)[0]
    return technical.hold(
        state, _alarm_key(key), condition, Step(0.0, priority), trouble.since, now, reason,
        device=device,
    )  # fmt: skip


def _alarm_key(key: str) -> str:
    return key.replace("|", ":")
