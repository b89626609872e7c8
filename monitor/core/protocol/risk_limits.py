"""Risk factors of a person and the stricter limits that follow from them, as data.

No rule is clinically validated. Larger responses with hypertension and at 65 and over: the Yale
series (doi 10.1016/j.genhosppsych.2024.07.001) and Doherty 2020 (doi 10.1007/s40263-020-00699-4).
Psychostimulants and MAO inhibitors may raise pressure: esketamine label. Vascular disease, for
which a rise is most dangerous, is a contraindication there. The numbers are engineering defaults. A
rule can only make a limit stricter: the strictest of all that apply counts.
"""

from typing import Final

from monitor.core.protocol.limit import AlarmLimit
from monitor.core.protocol.presets import absolute
from monitor.core.vocabulary.inputs import Facts
from monitor.core.vocabulary.words import Priority

_DEFAULT: Final = "engineering default"


def _high(
    vital: str, low: float, medium: float, high: float, *, delay: float = 0.0
) -> tuple[AlarmLimit, ...]:
    """Return three high limits. delay: applies if the protocol has no such limit of its own."""
    values: dict[Priority, float] = {"low": low, "medium": medium, "high": high}
    rows = [(priority, value, _DEFAULT) for priority, value in values.items()]
    return tuple(absolute(vital, "high", *rows, delays=dict.fromkeys(values, delay)))


_PRESSURE: Final = (*_high("sbp", 145, 160, 175), *_high("dbp", 90, 97, 107))
_VESSELS: Final = (*_high("sbp", 140, 155, 170), *_high("dbp", 90, 95, 105))
_HEART: Final = _high("hr", 95, 115, 130, delay=14.0)

# Risk factor -> limits that apply besides the protocol's.
RULES: Final[dict[str, tuple[AlarmLimit, ...]]] = {
    "hypertension": _PRESSURE,
    "age_65": _PRESSURE,
    "psychostimulants": (*_PRESSURE, *_HEART),
    "maoi": _PRESSURE,
    "cardiac_history": (*_PRESSURE, *_HEART),
    "arrhythmia": _HEART,
    "thyroid": _HEART,
    "stroke": _VESSELS,
    "aneurysm": _VESSELS,
    "raised_pressure_eye_or_brain": _VESSELS,
}
# The response is larger *from* this age on; the pressure that blocks a dose differs *over* it (see
# gates.py): two sources.
RESPONSE_FROM_AGE: Final = 65


def of(facts: Facts, opened_at: float) -> tuple[str, ...]:
    """Return the risk factors of this person, including age at the opening."""
    factors = list(facts.risk_factors)
    age = facts.age(opened_at)
    if age is not None and age >= RESPONSE_FROM_AGE and "age_65" not in factors:
        factors.append("age_65")
    return tuple(factors)
