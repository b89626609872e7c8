"""Corrects the fields beside the values of a reading if they have the wrong type.

A bridge writes a charge as text, or a flag where a list belongs. The pressure beside it may be a
crisis: a field that is no value, no time and no unit never costs a value. A field whose meaning is
plain is read; any other is ignored and counted.
"""

from collections.abc import Callable
from typing import Final

from monitor.codecs.formats.decoded import Decoded

MAX_SEQ: Final = 2**63 - 1
_YES_AND_NO: Final = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
# Longer than any number of a device. int() of very long ones is slow.
_DIGITS: Final = 19


def mend(known: dict[str, object], decoded: Decoded) -> None:
    """Correct each field in place, or remove its value. known: key -> value, as JSON has it."""
    for key, read in _READS.items():
        value = known.get(key)
        if value is None:
            continue
        known[key] = read(value)
        decoded.unknown_keys += known[key] is None


def _number(value: object) -> object:
    """Return a sequence number, which must be whole, or None."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= _DIGITS:
        value = int(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return value if type(value) is int and 0 <= value <= MAX_SEQ else None


def _boot(value: object) -> object:
    return value if type(value) in (str, int, float) else None


def _contact(value: object) -> object:
    if isinstance(value, str):
        return _YES_AND_NO.get(value.strip().lower())
    return bool(value) if value in (0, 1) else None


def _flags(value: object) -> object:
    if isinstance(value, str):
        return [value]
    if not isinstance(value, list):
        return None
    return [word for word in value if isinstance(word, str)]


def _float(value: object) -> object:
    """Return a pulse or a charge, or None: both only serve checks; a bad one costs no reading."""
    return value if type(value) in (int, float) else None


def _intervals(value: object) -> object:
    if not isinstance(value, list) or not all(type(ms) in (int, float) for ms in value):
        return None
    return [float(ms) for ms in value if 0 < ms < 1e6]


_READS: Final[dict[str, Callable[[object], object]]] = {
    "seq": _number, "boot": _boot, "contact": _contact, "flags": _flags, "pulse": _float,
    "battery": _float, "rr_ms": _intervals,
}  # fmt: skip
