"""Is a reading believable beside what came before it, and beside what others measure?

`quality` judges a reading by itself; here its neighbours do. All of it can only cast doubt: a
*suspect* reading may raise an alarm and never clears one. Figures are engineering defaults.

- Rate of change: a heart rate that moves by more than 30 in 5 s or 50 in 10 s, measured from
  readings that were accepted; so a new level is believed after ten seconds. A pressure that differs
  from the one before by more than 40 systolic or 25 diastolic within five minutes.
- Stuck: the same heart rate for two minutes although the device reports movement, or although it
  moved ten times in the two minutes before; the same systolic, diastolic and mean pressure twice.
- Others: a cuff's pulse, or another source's heart rate, that is off by more than 15.
"""

from typing import Final

from msgspec import Struct

from monitor.core.following import HEARD_S, Follower, beside
from monitor.core.quality import ACCEPTED, CUFF_DOUBTS, Judgement, judge
from monitor.core.vitals import PRESSURES, VITALS, Observation

HR_STEPS: Final = ((5.0, 30.0), (10.0, 50.0))  # within so many s, more than so many /min
HR_WINDOW_S: Final = HR_STEPS[-1][0]
_LEAST_STEP: Final = HR_STEPS[0][1]
BP_WITHIN_S: Final = 300.0
BP_STEPS: Final = {"sbp": 40.0, "dbp": 25.0}
STUCK_S: Final = 120.0
LIVELY: Final = 10  # a rate that moved so often within `STUCK_S` does not stand still for as long
OFF: Final = 15.0  # the limits of agreement of an optical sensor
_KEPT: Final = 64
_SAME_MEASUREMENT_S: Final = 5.0

_LASTING: Final = "the cuff reports: " + CUFF_DOUBTS["irregular_pulse"]
_NAMES: Final = {"sbp": "systolic", "dbp": "diastolic"}
_PULSE: Final = VITALS["hr"]


class Memory(Struct):
    """What one device sent lately. Times are measurement times.

    accepted     (time, heart rate) of the last ten seconds, accepted ones
    same, since  the newest heart rate, and since when it is that
    moved        the device reported movement since then
    turns        since when it was each of the last values, oldest first, `since` included
    """

    accepted: list[tuple[float, float]] = []
    same: float | None = None
    since: float = 0.0
    moved: bool = False
    turns: list[float] = []

    @property
    def lively(self) -> bool:
        """Until it stood still it moved often."""
        return len(self.turns) > LIVELY and self.since - self.turns[0] <= STUCK_S


class Cuff(Struct, frozen=True):
    """The newest pressure that was believed, of any device."""

    at: float
    values: dict[str, float]


def believe(
    observation: Observation,
    effective: float,
    memory: Memory,
    cuff: Cuff | None,
    sources: dict[str, Follower],
) -> dict[str, Judgement]:
    """Vital sign -> (verdict, reason). Notes in `memory` what is to be remembered.

    sources: of the heart rate, device -> what it does
    """
    found = judge(observation)
    if "hr" in found:
        found["hr"] = _heart(observation, effective, memory, sources, found["hr"])
    if not found.keys().isdisjoint(PRESSURES):
        doubt = _pressure_doubt(observation, effective, cuff, sources)
        for vital in PRESSURES:
            if doubt and found.get(vital) == ACCEPTED:
                found[vital] = ("suspect", doubt)
    return found


# --- heart rate ---------------------------------------------------------------------------------


def _heart(
    observation: Observation, effective: float, memory: Memory, sources: dict[str, Follower],
    judged: Judgement,
) -> Judgement:  # fmt: skip
    if judged[0] == "rejected":
        return judged
    value = observation.values["hr"]
    stuck = _stuck(observation, effective, memory, value)
    if judged != ACCEPTED:
        return judged
    accepted = memory.accepted
    while accepted and effective - accepted[0][0] > HR_WINDOW_S:
        del accepted[0]
    doubt = stuck or _step(memory, value, effective)
    if not doubt and (len(sources) > 1 or observation.device not in sources):
        doubt = _disagrees(observation.device, value, effective, sources)
    if doubt:
        return "suspect", doubt
    if not accepted or effective >= accepted[-1][0]:
        accepted.append((effective, value))
        if len(accepted) > _KEPT:
            del accepted[0]
    return judged


def _stuck(observation: Observation, effective: float, memory: Memory, value: float) -> str:
    if effective < memory.since:
        return ""  # overtaken
    if value != memory.same:
        memory.same, memory.since, memory.moved = value, effective, False
        memory.turns.append(effective)
        if len(memory.turns) > LIVELY + 1:
            del memory.turns[0]
    memory.moved |= "movement" in observation.flags
    if effective - memory.since <= STUCK_S:
        return ""
    still = f"heart rate {value:g} has not moved for {STUCK_S / 60:g} min"
    if memory.moved:
        return f"{still}, but the wearer has"
    return f"{still}, after it moved all the time" if memory.lively else ""


def _step(memory: Memory, value: float, effective: float) -> str:
    for at, was in reversed(memory.accepted):
        moved = value - was
        if -_LEAST_STEP <= moved <= _LEAST_STEP:
            continue
        age = effective - at
        if age < 0.0:
            continue  # the reading was overtaken by this one
        if any(abs(moved) > step and age <= within for within, step in HR_STEPS):
            way = "rose" if moved > 0 else "fell"
            return f"it {way} from {was:g} to {value:g} within {max(1.0, age):.0f} s"
    return ""


def _disagrees(device: str, value: float, effective: float, sources: dict[str, Follower]) -> str:
    for name, level in beside(sources, device, effective).items():
        if abs(value - level) > OFF:
            return f"{name or 'a typed reading'} says {level:g} at the same time"
    return ""


# --- pressures ----------------------------------------------------------------------------------


def _pressure_doubt(
    observation: Observation, effective: float, cuff: Cuff | None, sources: dict[str, Follower]
) -> str:
    values = observation.values
    if cuff is not None and effective - cuff.at > _SAME_MEASUREMENT_S:
        if "map" in values and _triple(values) == _triple(cuff.values):
            return "the very same systolic, diastolic and mean as the reading before"
        if effective - cuff.at < BP_WITHIN_S:
            for vital, step in BP_STEPS.items():
                was, now = cuff.values.get(vital), values.get(vital)
                if was is not None and now is not None and abs(now - was) > step:
                    minutes = max(1, round((effective - cuff.at) / 60))
                    return f"{_NAMES[vital]} was {was:g} {minutes} min before"
    return _pulse_doubt(observation, effective, sources)


def worth_another(found: dict[str, Judgement]) -> bool:
    """A pressure is doubted, and the next one may be beyond doubt: an arm that moved lies still."""
    return any(
        found[vital][0] == "suspect" and found[vital][1] != _LASTING
        for vital in PRESSURES
        if vital in found
    )


def _triple(values: dict[str, float]) -> list[float | None]:
    return [values.get(vital) for vital in PRESSURES]


def _pulse_doubt(observation: Observation, effective: float, sources: dict[str, Follower]) -> str:
    pulse = observation.pulse
    if pulse is None or not _PULSE.low <= pulse <= _PULSE.high:
        return ""  # no heart beats so: it is the cuff that did not count
    levels = [
        source.level
        for source in sources.values()
        if source.level is not None and abs(effective - (source.at or 0.0)) <= HEARD_S
    ]
    if levels and min(abs(pulse - level) for level in levels) > OFF:
        return f"the cuff counts a pulse of {pulse:g}, the heart rate is {levels[0]:g}"
    return ""
