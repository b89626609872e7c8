"""Parse the text of a native element into typed fields, without judging its meaning.

msgspec decodes a correct element in one pass. Any other element takes a second, slow pass, which
counts unknown keys, reads numbers that JSON does not have, and finds words for the fault.
"""

import math
from typing import Annotated, Final, cast

import msgspec
from msgspec import Meta, Struct

from monitor.codecs.formats.decoded import Decoded, excerpt
from monitor.codecs.formats.native.elements import not_json
from monitor.codecs.formats.native.extras import MAX_SEQ, mend
from monitor.codecs.formats.native.numerals import (
    may_have_nan,
    parse,
    stands_for_nan,
    stands_for_nothing,
)
from monitor.core.vocabulary.vitals import BEYOND, PRESSURES, VITALS, Vital, is_measurable

HALVES: Final[tuple[Vital, ...]] = ("sbp", "dbp")

Time = str | int | float | None
Number = Annotated[float, Meta(gt=-BEYOND, lt=BEYOND)] | None


class Reading(Struct, forbid_unknown_fields=True):
    """An element as it was sent, but for its values. null and absent are the same: no value."""

    seq: Annotated[int, Meta(ge=0, le=MAX_SEQ)] | None = None
    boot: str | int | float | None = None
    t: Time = None
    sent: Time = None
    pulse: Number = None
    unit: str | None = None
    contact: bool | None = None
    battery: Number = None
    flags: list[str] | None = None
    rr_ms: list[float] | None = None


# With a field for each vital sign, named by its code.
Element: Final = cast(
    type[Reading],
    msgspec.defstruct(
        "Element", [(code, Number, None) for code in VITALS], bases=(Reading,),
        forbid_unknown_fields=True,
    ),
)  # fmt: skip
_FIELDS: Final = frozenset(Element.__struct_fields__)
_TIMES: Final = ("t", "sent")  # without its time, a reading may be an old one
_OTHERS: Final = tuple(code for code in VITALS if code not in PRESSURES)
_COUNTED: Final = (*_OTHERS, "battery")
_MEASURED: Final = (*VITALS, "pulse", "battery")
_strict: Final = msgspec.json.Decoder(Element).decode


def values_of(reading: Reading) -> dict[str, float]:
    """Return vital sign -> value as it was sent, without those that were not."""
    values: dict[str, float] = {}
    for code in VITALS:
        value = getattr(reading, code)
        if value is not None:
            values[code] = value
    return values


def read(raw: bytes | msgspec.Raw, decoded: Decoded) -> tuple[Reading, tuple[Vital, ...]]:
    """Return one element, and the pressures in it that were sent as NaN or the like.

    Unknown keys are counted in `decoded`. ValueError gives the reason.
    """
    try:
        return _strict(raw), ()
    except (ValueError, RecursionError):
        return _slowly(bytes(raw), decoded)


def _slowly(raw: bytes, decoded: Decoded) -> tuple[Reading, tuple[Vital, ...]]:
    """The second pass: counts and drops unknown keys, and describes errors."""
    element = _parsed(raw)
    if not isinstance(element, dict):
        raise ValueError("a reading is a JSON object")  # noqa: TRY004 - the sender's error, not ours
    known = {key: value for key, value in element.items() if key in _FIELDS}
    decoded.unknown_keys += len(element) - len(known)
    _words_to_values(known, decoded)
    mend(known, decoded)
    failed, lost = _without_nan(known, decoded)
    try:
        reading = msgspec.convert(known, Element)
    except msgspec.ValidationError as error:
        raise ValueError(_said(error)) from None
    decoded.refused += [(f"{why}; the rest was read", excerpt(raw)) for why in lost]
    return reading, failed


def _without_nan(known: dict[str, object], decoded: Decoded) -> tuple[tuple[Vital, ...], list[str]]:
    """Remove values that are not numbers from `known`; return the failed pressures and the losses.

    Beside a pressure, a value that is not a number, or of a wrong type, costs only itself: the
    pressure may be a crisis, and the next one comes in a quarter of an hour. Otherwise ValueError:
    a device that streams sends again immediately. A mean that is not a number is no loss: a cuff
    may not have it, as on Bluetooth. Nor are the pulse, which checks other readings, and the
    charge.
    """
    failed = tuple(half for half in HALVES if _no_number(half, known.get(half)))
    measured = failed or any(_measured(half, known.get(half)) for half in HALVES)
    lost = []
    for key, value in [(k, v) for k, v in known.items() if _no_number(k, v)]:
        if key in _TIMES or not (measured or key in ("pulse", "battery")):
            raise ValueError(f"{key}: {_why(value)}")
        decoded.unknown_keys += key == "battery"
        if key in _OTHERS:
            lost.append(f"{key}: {_why(value)}")
        del known[key]
    for key in (*_OTHERS, "map"):
        if measured and known.get(key) is not None and not _measured(key, known[key]):
            lost.append(f"{key}: not a number")
            del known[key]
    return failed, lost


def _measured(key: str, value: object) -> bool:
    return type(value) in (int, float) and not _no_number(key, value)


def _words_to_values(known: dict[str, object], decoded: Decoded) -> None:
    """Replace texts that mean "no value" in the place of a value.

    "NaN" of a pressure becomes NaN. For another value it is like null: that value is counted as
    ignored, and the others are read, since this is JSON and no part of it is damaged.
    """
    for key in _MEASURED:
        value = known.get(key)
        if not isinstance(value, str):
            continue
        if stands_for_nan(value):
            known[key] = math.nan if key in HALVES else None
            decoded.unknown_keys += key in _COUNTED
        elif stands_for_nothing(value):
            known[key] = None


def _no_number(key: str, value: object) -> bool:
    """Is it NaN or infinite or, for a measured value, larger than any measurement?"""
    if key in _MEASURED and type(value) in (int, float):
        return not is_measurable(value)  # type: ignore[arg-type]
    return isinstance(value, float) and not math.isfinite(value)


def _why(value: object) -> str:
    fits = isinstance(value, int) or (isinstance(value, float) and math.isfinite(value))
    return "larger than anything measured" if fits else "not a finite number"


def _parsed(raw: bytes) -> object:
    try:
        return msgspec.json.decode(raw)
    except (ValueError, RecursionError) as error:
        # A ValidationError here is 1e999: valid JSON, but too large for a float.
        if not (may_have_nan(raw) or isinstance(error, msgspec.ValidationError)):
            raise ValueError(not_json(error)) from None
    try:
        return parse(raw)
    except (ValueError, RecursionError) as error:
        raise ValueError(not_json(error)) from None


def _said(error: msgspec.ValidationError) -> str:
    """Reword `Expected `float | null`, got `str` - at `$.hr`` to `hr: expected float, got str`."""
    said, _, place = str(error).replace(" | null", "").replace("`", "").partition(" - at $.")
    return f"{place}: {said[0].lower()}{said[1:]}"
