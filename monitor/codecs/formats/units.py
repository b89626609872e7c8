"""Units that devices write, and their conversion to the unit of the vital sign.

Converted values are rounded to 1/100: finer than any cuff or thermometer reads, and 98.6 degF
becomes 37.0 and not 36.99999999999999. A non-finite result is refused with the reading.
"""

import math
from collections.abc import Callable
from typing import Final

from monitor.core.vocabulary.vitals import PRESSURES, PULSE, VITALS, is_measurable

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


_PRESSURE: Final = frozenset(PRESSURES)
_TEMPERATURE: Final = frozenset(("temp",))
# No device writes these in another unit than the one of the vital sign.
_ONE_UNIT: Final = frozenset(VITALS.keys() - _PRESSURE - _TEMPERATURE)


def _measured_in(unit: str) -> frozenset[str]:
    return frozenset(code for code in _ONE_UNIT if VITALS[code].unit == unit)


# The contract's names, and the same units as UCUM and the contract's own lists write them.
UNITS: Final[dict[str, tuple[frozenset[str], Callable[[float], float]]]] = {
    "mmHg": (_PRESSURE, _same),
    "mm[Hg]": (_PRESSURE, _same),
    "kPa": (_PRESSURE, from_kpa),
    "Cel": (_TEMPERATURE, _same),
    "degF": (_TEMPERATURE, from_fahrenheit),
    "[degF]": (_TEMPERATURE, from_fahrenheit),
    **{
        sign.unit: (_measured_in(sign.unit), _same)
        for code, sign in VITALS.items()
        if code in _ONE_UNIT
    },
}


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
