"""Bytes of devices to observations, and decisions to the contract's JSON. Pure.

`decode` is the way in: one format each has a module (`native`, `gatt`, `theengs`). `wire` is the
way out, `trace` reads recordings, `device_status` what a device says of itself.
"""

from collections.abc import Callable
from typing import Final

from monitor.codecs import cuff, gatt, native, theengs
from monitor.codecs.decoded import MAX_EXCERPT, MAX_PAYLOAD, Decoded, Origin, Undecodable
from monitor.codecs.quirks import MODELS

__all__ = ["FORMATS", "MAX_EXCERPT", "MAX_PAYLOAD", "MODELS", "Decoded", "Undecodable", "decode"]

_CODECS: Final[dict[str, Callable[[bytes, Origin], Decoded]]] = {
    "native": native.decode,
    "gatt-2a37": gatt.heart_rate,
    "gatt-2a35": cuff.blood_pressure,
    "gatt-2a36": cuff.cuff_pressure,
    "theengs": theengs.decode,
}
FORMATS: Final = frozenset(_CODECS)


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
    return codec(payload, Origin(device, issued, replayed, model))
