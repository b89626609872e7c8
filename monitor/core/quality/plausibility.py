"""Is this reading believable, and if not, why?

Three verdicts: *accepted*; *suspect*, believed with a doubt, which may raise an alarm but never
clears one; *rejected*, impossible, kept on the record and otherwise without effect. Only a value
that cannot be true is rejected: a cuff that moved while it measured 184 may still be right.

Ranges and pulse-pressure bounds: docs/clinical.md, Plausibility (not validated).
"""

from typing import Final

from monitor.core.sentences.sensors import CUFF_DOUBTS
from monitor.core.vocabulary.reasons import Facts, Reason
from monitor.core.vocabulary.vitals import PRESSURES, PULSE, VITALS, Observation
from monitor.core.vocabulary.words import Verdict

IMPOSSIBLE_PULSE_PRESSURE: Final = 10.0
DOUBTFUL_PULSE_PRESSURE: Final = (20.0, 120.0)
# In measured pulse waves a mean pressure lies this far up from diastolic to systolic.
FORM_FACTOR: Final = (0.20, 0.62)

# Codes that monitors send for a missing value. No living person has such a value.
MISSING: Final = (0.0, 2047.0, 32_000.0, 32_767.0, 65_535.0)

# The reason: None if it is accepted.
Judgement = tuple[Verdict, Reason | None]
ACCEPTED: Final[Judgement] = ("accepted", None)
NO_SKIN: Final[Judgement] = ("suspect", Reason("no_skin"))


def judge(observation: Observation) -> dict[str, Judgement]:
    """Return vital sign -> (verdict, reason) for every value of one reading."""
    values = observation.values
    found = {vital: _in_range(vital, value) for vital, value in values.items()}
    if "sbp" in values or "dbp" in values or "map" in values:
        _judge_pressures(observation, found)
    if observation.contact is False and found.get(PULSE) == ACCEPTED:
        found[PULSE] = NO_SKIN
    return found


def _in_range(vital: str, value: float) -> Judgement:
    sign = VITALS[vital]
    if sign.low <= value <= sign.high:
        return ACCEPTED
    if value in MISSING or value < 0:
        return "rejected", Reason("missing_value", {"vital": vital, "value": value})
    return "rejected", Reason("out_of_range", {"vital": vital, "value": value})


def _judge_pressures(observation: Observation, found: dict[str, Judgement]) -> None:
    _judge_pair(observation.values, found)
    _judge_mean(observation.values, found)
    doubts = tuple(flag for flag in observation.flags if flag in CUFF_DOUBTS)
    for vital in PRESSURES:
        if found.get(vital) == ACCEPTED and doubts:
            found[vital] = ("suspect", Reason("cuff_doubts", {"flags": doubts}))


def _judge_pair(values: dict[str, float], found: dict[str, Judgement]) -> None:
    if "sbp" not in found or "dbp" not in found:
        return
    if found["sbp"] != ACCEPTED or found["dbp"] != ACCEPTED:
        for vital, other in (("sbp", "dbp"), ("dbp", "sbp")):
            if found[vital] == ACCEPTED:
                found[vital] = ("suspect", Reason("half_impossible", {"half": other}))
        return
    width = values["sbp"] - values["dbp"]
    verdict: Judgement = ACCEPTED
    if width < IMPOSSIBLE_PULSE_PRESSURE:
        verdict = ("rejected", Reason("too_narrow", {"width": width}))
    elif not DOUBTFUL_PULSE_PRESSURE[0] <= width <= DOUBTFUL_PULSE_PRESSURE[1]:
        verdict = ("suspect", Reason("odd_width", {"width": width}))
    found["sbp"] = found["dbp"] = verdict


def _judge_mean(values: dict[str, float], found: dict[str, Judgement]) -> None:
    if found.get("map") != ACCEPTED or "sbp" not in found or "dbp" not in found:
        return
    if "rejected" in (found["sbp"][0], found["dbp"][0]):
        found["map"] = ("suspect", Reason("halves_impossible"))
        return
    mean, low, high = values["map"], values["dbp"], values["sbp"]
    if not low < mean < high:
        about: Facts = {"mean": mean, "low": low, "high": high}
        found["map"] = ("rejected", Reason("mean_outside", about))
    elif not FORM_FACTOR[0] <= (mean - low) / (high - low) <= FORM_FACTOR[1]:
        found["map"] = ("suspect", Reason("mean_unfit", {"mean": mean, "low": low, "high": high}))
