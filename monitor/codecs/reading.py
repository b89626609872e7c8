"""The text of a native payload, taken apart and typed, without judging what it means.

An element that is right is decoded in one pass by msgspec. Whatever that pass does not like takes
a second, slow one, which counts unknown keys, finds the words for what is wrong, and keeps one
element of a batch from taking the others with it.
"""

import json
import math
from typing import Annotated, Final

import msgspec
from msgspec import Meta, Struct

from monitor.codecs.decoded import Decoded, Undecodable

MAX_SEQ: Final = 2**63 - 1

Time = str | int | float | None
Number = float | None


class Reading(Struct, forbid_unknown_fields=True):
    """An element as it is written. null and absent are the same: no value."""

    seq: Annotated[int, Meta(ge=0, le=MAX_SEQ)] | None = None
    boot: str | int | float | None = None
    t: Time = None
    sent: Time = None
    hr: Number = None
    sbp: Number = None
    dbp: Number = None
    map: Number = None
    temp: Number = None
    pulse: Number = None
    unit: str | None = None
    contact: bool | None = None
    battery: Number = None
    flags: list[str] | None = None


_FIELDS: Final = frozenset(Reading.__struct_fields__)
_strict: Final = msgspec.json.Decoder(Reading).decode
_split: Final = msgspec.json.Decoder(list[msgspec.Raw]).decode


def read(raw: bytes | msgspec.Raw, decoded: Decoded) -> Reading:
    """One element; unknown keys are counted in `decoded`. ValueError with a sentence."""
    try:
        return _strict(raw)
    except (ValueError, RecursionError):
        return _slowly(bytes(raw), decoded)


def elements(payload: bytes) -> list[msgspec.Raw] | list[bytes]:
    """The elements of an array, unread. A NaN among them spoils its own element only."""
    try:
        return _split(payload)
    except (ValueError, RecursionError) as error:
        if _has_nan(payload):
            return [json.dumps(element).encode() for element in _tolerant(payload)]
        raise Undecodable(_not_json(error), payload) from None


def _has_nan(payload: bytes) -> bool:
    return b"NaN" in payload or b"Infinity" in payload


def _tolerant(payload: bytes) -> list[object]:
    """Many a gateway writes NaN into what it calls JSON; the standard library reads that."""
    try:
        elements: list[object] = json.loads(payload)
    except (ValueError, RecursionError) as error:
        raise Undecodable(_not_json(error), payload) from None
    return elements


def _slowly(raw: bytes, decoded: Decoded) -> Reading:
    """The second pass: unknown keys are counted and dropped, errors get their words."""
    element = _parsed(raw)
    if not isinstance(element, dict):
        raise ValueError("a reading is a JSON object")  # noqa: TRY004 - the sender's error, not ours
    known = {key: value for key, value in element.items() if key in _FIELDS}
    decoded.unknown_keys += len(element) - len(known)
    for key, value in known.items():
        if isinstance(value, float) and not math.isfinite(value):
            raise ValueError(f"{key}: not a finite number")
    try:
        return msgspec.convert(known, Reading)
    except msgspec.ValidationError as error:
        raise ValueError(_said(error)) from None


def _parsed(raw: bytes) -> object:
    try:
        return msgspec.json.decode(raw)
    except (ValueError, RecursionError) as error:
        # A ValidationError here is 1e999: JSON, but no number that fits.
        if not (_has_nan(raw) or isinstance(error, msgspec.ValidationError)):
            raise ValueError(_not_json(error)) from None
    try:
        return json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise ValueError(_not_json(error)) from None


def _not_json(error: Exception) -> str:
    return f"not JSON: {str(error).removeprefix('JSON is malformed: ')}"


def _said(error: msgspec.ValidationError) -> str:
    """`Expected `float | null`, got `str` - at `$.hr`` becomes `hr: expected float, got str`."""
    said, _, place = str(error).replace(" | null", "").replace("`", "").partition(" - at $.")
    return f"{place}: {said[0].lower()}{said[1:]}"
