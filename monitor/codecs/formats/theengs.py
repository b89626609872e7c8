"""Messages of a Theengs gateway or OpenMQTTGateway for a strap or band that advertises its rate.

One JSON object for each advertisement. Most carry no heart rate (presence, undecoded devices,
room thermometers): these are no error and no reading. They contain no time; the receipt counts.
"""

from typing import Final

import msgspec

from monitor.codecs.formats.decoded import Decoded, Origin, Undecodable, excerpt
from monitor.core.vocabulary.vitals import Observation, is_measurable

# A strap advertises `bpm`, a band the rate of its last activity measurement as `act_bpm`.
_RATE_KEYS: Final = ("bpm", "act_bpm")

# Keys that gateways write about the device and the radio, by their documentation. Any other key is
# counted, so that a gateway that renames its rate is noticed.
_ABOUT: Final = frozenset(
    (
        *("id", "mac", "mac_type", "adv_type", "name", "device", "brand", "model", "model_id"),
        *("type", "rssi", "txpower", "distance", "servicedata", "servicedatauuid"),
        *("manufacturerdata", "batt", "cidc", "acts", "track", "prmac", "steps"),
    )
)


def decode(payload: bytes, origin: Origin) -> Decoded:
    """Return at most one observation: heart rate and battery."""
    try:
        message = msgspec.json.decode(payload)
    except (ValueError, RecursionError) as error:
        raise Undecodable(f"not JSON: {error}", payload) from None
    if not isinstance(message, dict):
        raise Undecodable("a gateway's message is a JSON object", payload)
    decoded = Decoded(unknown_keys=len(message.keys() - _ABOUT - set(_RATE_KEYS)))
    key = next((key for key in _RATE_KEYS if message.get(key) is not None), None)
    if key is None:
        return decoded
    rate = _number(message[key])
    if rate is None:
        decoded.refused.append((f"{key}: not a finite number", excerpt(payload)))
        return decoded
    decoded.observations.append(
        Observation(
            issued=origin.issued,
            device=origin.device,
            values={"hr": rate},
            battery=_battery(message.get("batt")),
            replayed=origin.replayed,
        )
    )
    return decoded


def _number(value: object) -> float | None:
    """Return a number, also from text: early firmware quoted every value. Otherwise None."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if is_measurable(number) else None


def _battery(value: object) -> int | None:
    level = _number(value)
    return round(level) if level is not None and 0 <= level <= 100 else None
