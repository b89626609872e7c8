"""Is a reading believable, compared with earlier readings and with other devices?

`plausibility` judges a reading by itself; here its neighbours judge it, for a heart rate in
`rate_doubts`. All these checks can only cast doubt: a *suspect* reading may raise an alarm and
never clears one. Figures are engineering defaults.

- Rate of change: a pressure that differs from the one before by more than 40 systolic or 25
  diastolic within five minutes.
- Stuck: the same systolic, diastolic and mean pressure twice.
- Others: a cuff's pulse that is off by more than 15 from every heart rate.
"""

from typing import Final

from msgspec import Struct

from monitor.core.quality import rate_doubts
from monitor.core.quality.plausibility import ACCEPTED, Judgement, judge
from monitor.core.quality.rate_doubts import OFF, Memory
from monitor.core.quality.stream import PRESENT_S, Follower
from monitor.core.vocabulary.reasons import Reason
from monitor.core.vocabulary.vitals import PRESSURES, PULSE, VITALS, Observation

BP_WITHIN_S: Final = 300.0
BP_STEPS: Final = {"sbp": 40.0, "dbp": 25.0}
_SAME_MEASUREMENT_S: Final = 5.0

_LASTING: Final = Reason("cuff_doubts", {"flags": ("irregular_pulse",)})
_RATE: Final = VITALS[PULSE]


class Cuff(Struct, frozen=True):
    """The newest believed pressure, of any device."""

    at: float
    values: dict[str, float]


def believe(
    observation: Observation,
    effective: float,
    memory: Memory,
    cuff: Cuff | None,
    sources: dict[str, Follower],
) -> dict[str, Judgement]:
    """Return vital sign -> (verdict, reason), and update `memory`.

    sources: device -> the course of its heart rate
    """
    found = judge(observation)
    if PULSE in found:
        found[PULSE] = rate_doubts.judge(observation, effective, memory, sources, found[PULSE])
    if not found.keys().isdisjoint(PRESSURES):
        doubt = _pressure_doubt(observation, effective, cuff, sources)
        for vital in PRESSURES:
            if doubt and found.get(vital) == ACCEPTED:
                found[vital] = ("suspect", doubt)
    return found


def _pressure_doubt(
    observation: Observation, effective: float, cuff: Cuff | None, sources: dict[str, Follower]
) -> Reason | None:
    doubt = beside(observation.values, effective, cuff)
    return doubt or _pulse_doubt(observation, effective, sources)


def beside(values: dict[str, float], effective: float, cuff: Cuff | None) -> Reason | None:
    """Return the doubt that the pressure before casts on these values."""
    if cuff is None or effective - cuff.at <= _SAME_MEASUREMENT_S:
        return None
    if "map" in values and _triple(values) == _triple(cuff.values):
        return Reason("same_pressures")
    if effective - cuff.at < BP_WITHIN_S:
        for vital, step in BP_STEPS.items():
            was, now = cuff.values.get(vital), values.get(vital)
            if was is not None and now is not None and abs(now - was) > step:
                minutes = max(1, round((effective - cuff.at) / 60))
                return Reason("pressure_jump", {"half": vital, "was": was, "minutes": minutes})
    return None


def worth_another(found: dict[str, Judgement]) -> bool:
    """Whether a pressure is in doubt and a repeat may be clean: an arm that moved lies still."""
    return any(
        found[vital][0] == "suspect" and found[vital][1] != _LASTING
        for vital in PRESSURES
        if vital in found
    )


def _triple(values: dict[str, float]) -> list[float | None]:
    return [values.get(vital) for vital in PRESSURES]


def _pulse_doubt(
    observation: Observation, effective: float, sources: dict[str, Follower]
) -> Reason | None:
    pulse = observation.pulse
    if pulse is None or not _RATE.low <= pulse <= _RATE.high:
        return None  # no heart has such a rate: the cuff failed to count
    levels = [
        source.level
        for source in sources.values()
        if source.level is not None and abs(effective - (source.at or 0.0)) <= PRESENT_S
    ]
    if levels and min(abs(pulse - level) for level in levels) > OFF:
        return Reason("other_pulse", {"pulse": pulse, "rate": levels[0]})
    return None
