"""Bytes of devices to observations, and decisions to the contract's JSON. Pure.

`decode` is the way in: one format each has a module (`native`, `gatt`, `theengs`). `wire` is the
way out, `trace` reads recordings, `device_status` what a device says of itself.
"""

from collections.abc import Callable
from typing import Final

from monitor.codecs.formats import theengs
from monitor.codecs.formats.bluetooth import cuff, gatt
from monitor.codecs.formats.bluetooth.quirks import MODELS
from monitor.codecs.formats.decoded import MAX_EXCERPT, MAX_PAYLOAD, Decoded, Origin, Undecodable
from monitor.codecs.formats.native import native, nearly_json

__all__ = ["FORMATS", "MAX_EXCERPT", "MAX_PAYLOAD", "MODELS", "Decoded", "Undecodable", "decode"]

Codec = Callable[[bytes, Origin], Decoded]

_CODECS: Final[dict[str, Codec]] = {
    "native": native.decode,
    "gatt-2a37": gatt.heart_rate,
    "gatt-2a35": cuff.blood_pressure,
    "gatt-2a36": cuff.cuff_pressure,
    "theengs": theengs.decode,
}
FORMATS: Final = frozenset(_CODECS)
_JSON: Final = frozenset(("native", "theengs"))


def decode(
    format: str, payload: bytes, *, device: str, issued: float, replayed: bool = False,
    model: str = "",
) -> Decoded:  # fmt: skip
    """Observations of one message of `device`, received at `issued` (epoch seconds).

    replayed: the broker had kept it (retained), so it is history. model: what the device is, for
    those that do not keep to the layout (see `quirks`). Raises Undecodable, and nothing else,
    whatever the bytes are. Values are finite and in the unit of their vital sign; whether they
    are believable is not decided here.
    """
    codec = _CODECS.get(format)
    if codec is None:
        known = ", ".join(_CODECS)
        raise Undecodable(f"format {format[:40]!a} is not read here, only {known}", payload)
    if len(payload) > MAX_PAYLOAD:
        reason = f"message of {len(payload)} bytes, at most {MAX_PAYLOAD} are read"
        raise Undecodable(reason, payload)
    origin = Origin(device, issued, replayed, model)
    try:
        decoded = codec(payload, origin)
    except Undecodable as error:
        if format not in _JSON:
            raise
        return _bare(codec, payload, origin, error.reason)
    return _named(decoded) if decoded.refused else decoded


def _bare(codec: Codec, payload: bytes, origin: Origin, reason: str) -> Decoded:
    """A message that could not be read for `reason`, without what stands around it."""
    inner = nearly_json.bare(payload)
    if inner != payload:
        try:
            return _named(codec(inner, origin))
        except Undecodable as error:
            reason = error.reason
    raise Undecodable(nearly_json.likeness(payload) or reason, payload)


def _named(decoded: Decoded) -> Decoded:
    """With the words for what each refused element looks like."""
    decoded.refused = [
        (nearly_json.likeness(raw) or reason, raw) for reason, raw in decoded.refused
    ]
    return decoded
