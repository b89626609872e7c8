"""Units that devices write, and their conversion to the unit of the vital sign.

Converted values are rounded to 1/100: finer than any cuff or thermometer reads, and 98.6 degF
becomes 37.0 and not 36.99999999999999. A non-finite result is refused with the reading.
"""

import math
from collections.abc import Callable, Iterable
from typing import Final

from monitor.core.vocabulary.profiles import VitalSign
from monitor.core.vocabulary.vitals import PULSE, VITALS, is_measurable

# 1 mmHg is 133.322387415 Pa (the conventional millimetre of mercury).
MMHG_PER_KPA: Final = 1000 / 133.322387415


def from_kpa(value: float) -> float:
    return round(value * MMHG_PER_KPA, 2)


def from_fahrenheit(value: float) -> float:
    return round((value - 32) / 1.8, 2)


_RATE: Final = VITALS[PULSE]


def pulse_in_range(pulse: float | None) -> float | None:
    """Return a cuff's pulse if it can be one. Cuffs send 0 for "not counted": no evidence."""
    return pulse if pulse is not None and _RATE.low <= pulse <= _RATE.high else None


def percent(level: float) -> int | None:
    """Return a charge, rounded, or None: much firmware sends 255 or -1 for "unknown"."""
    return math.floor(level + 0.5) if 0 <= level <= 100 else None


def _same(value: float) -> float:
    return value


Unit = tuple[frozenset[str], Callable[[float], float]]

# The unit of a vital sign -> the units in which devices write it, as the contract and UCUM name
# them. A vital sign with another unit is written in that one only.
_WRITTEN: Final[dict[str, dict[str, Callable[[float], float]]]] = {
    "mm[Hg]": {"mmHg": _same, "mm[Hg]": _same, "kPa": from_kpa},
    "Cel": {"Cel": _same, "degF": from_fahrenheit, "[degF]": from_fahrenheit},
}


def units(signs: Iterable[VitalSign]) -> dict[str, Unit]:
    """Return each written unit with the vital signs that it measures, and its conversion."""
    measured: dict[str, set[str]] = {unit: set() for unit in _WRITTEN}
    for sign in signs:
        measured.setdefault(sign.unit, set()).add(sign.code)
    return {
        written: (frozenset(codes), convert)
        for unit, codes in measured.items()
        for written, convert in _WRITTEN.get(unit, {unit: _same}).items()
    }


UNITS: Final = units(VITALS.values())
_ONE_UNIT: Final = frozenset(code for code, sign in VITALS.items() if sign.unit not in _WRITTEN)


def in_unit(values: dict[str, float], unit: str) -> dict[str, float]:
    """Convert the values that `unit` measures; return all. ValueError if `unit` cannot be meant.

    If the unit is unknown, or fits no value in a reading of pressure or temperature, the unit of
    the numbers remains open; a number in a guessed unit is worse than none. A heart rate alone has
    only one unit, so a known one does no harm there.
    """
    known = UNITS.get(unit)
    if known is None:
        raise ValueError(f"unit: {unit[:24]!a} is not one of {', '.join(UNITS)}")
    measured, convert = known
    if not values.keys() & measured and values.keys() - _ONE_UNIT:
        raise ValueError(f"unit: {unit} measures nothing in it")
    converted = {code: convert(v) if code in measured else v for code, v in values.items()}
    if not all(map(is_measurable, converted.values())):
        raise ValueError(f"unit: a value in {unit} that is beyond all numbers")
    return converted
