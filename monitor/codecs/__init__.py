"""Codecs: from devices' bytes to observations, and from decisions to the contract's JSON. Pure.

`decode` is for input: each format has a module (`native`, `gatt`, `theengs`). `wire` is for output;
`trace` reads recordings, and `device_status` a device's reports about itself.
"""

from collections.abc import Callable
from typing import Final

from monitor.codecs.formats import theengs
from monitor.codecs.formats.bluetooth import cuff, gatt
from monitor.codecs.formats.bluetooth.quirks import MODELS
from monitor.codecs.formats.decoded import MAX_EXCERPT, MAX_PAYLOAD, Decoded, Origin, Undecodable
from monitor.codecs.formats.native import native, nearly_json

__all__ = [
    "FORMATS", "JSON_FORMATS", "MAX_EXCERPT", "MAX_PAYLOAD", "MODELS", "Decoded", "Undecodable",
    "decode",
]  # fmt: skip

Codec = Callable[[bytes, Origin], Decoded]

_CODECS: Final[dict[str, Codec]] = {
    "native": native.decode,
    "gatt-2a37": gatt.heart_rate,
    "gatt-2a35": cuff.blood_pressure,
    "gatt-2a36": cuff.cuff_pressure,
    "theengs": theengs.decode,
}
FORMATS: Final = frozenset(_CODECS)
# Marks around their JSON are removed, and text that is nearly JSON is described.
JSON_FORMATS: Final = frozenset(("native", "theengs"))


def decode(
    format: str, payload: bytes, *, device: str, issued: float, replayed: bool = False,
    model: str = "",
) -> Decoded:  # fmt: skip
    """Return the observations of one message of `device`, received at `issued` (epoch seconds).

    replayed: the broker had kept the message (retained), so it is history. model: the device's
    model, for those that do not keep to the layout (see `quirks`). For any bytes, the only error
    raised is Undecodable. Values are finite and in the unit of their vital sign; whether they are
    believable is not decided here.
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
        if format not in JSON_FORMATS:
            raise
        return _bare(codec, payload, origin, error.reason)
    return _named(decoded) if decoded.refused else decoded


def _bare(codec: Codec, payload: bytes, origin: Origin, reason: str) -> Decoded:
    """Decode a message that could not be read for `reason`, without the marks around it."""
    inner = nearly_json.bare(payload)
    if inner != payload:
        try:
            return _named(codec(inner, origin))
        except Undecodable as error:
            reason = error.reason
    raise Undecodable(nearly_json.likeness(payload) or reason, payload)


def _named(decoded: Decoded) -> Decoded:
    """Add to each refused element a description of what it looks like."""
    decoded.refused = [
        (nearly_json.likeness(raw) or reason, raw) for reason, raw in decoded.refused
    ]
    return decoded
