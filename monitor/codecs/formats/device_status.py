"""The message of a device, or its last will, on its `status` topic: online or offline, and charge.

A will is the last message of a device that died, so as much of it is read as possible: a bad key
costs only that key, a bare word is enough, and a message is refused only if it contains neither of
the two states.
"""

import re
from typing import Final

import msgspec
from msgspec import Struct

from monitor.codecs.formats.decoded import MAX_PAYLOAD, Undecodable
from monitor.codecs.formats.native.numerals import numeral, parse
from monitor.codecs.formats.units import percent

_STATES: Final = {"online": True, "offline": False}
_KEYS: Final = frozenset(("state", "battery"))
# For JSON that is broken elsewhere; with either quotation mark, as some languages print objects.
_STATE: Final = re.compile(r"""["']state["']\s*:\s*["']\s*(online|offline)\s*["']""", re.IGNORECASE)
_AROUND: Final = "\0\ufeff \t\r\n\"'"


class DeviceSays(Struct, frozen=True):
    """The state of a device by its own message.

    battery: percent; unknown_keys: keys without a meaning here, and charges that are not one
    """

    online: bool
    battery: int | None = None
    unknown_keys: int = 0


def read(payload: bytes) -> DeviceSays:
    """Read a status message. Raises Undecodable if no state can be read in it, or if it is larger
    than any other message that is read: it is read at once, before the turn of its device."""
    if len(payload) > MAX_PAYLOAD:
        reason = f"status: message of {len(payload)} bytes, at most {MAX_PAYLOAD} are read"
        raise Undecodable(reason, payload)
    text = payload.decode("utf-8", "replace")
    online = _STATES.get(text.strip(_AROUND).lower())
    if online is not None:
        return DeviceSays(online)
    said = _parsed(text)
    if said is None:
        found = _STATE.findall(text)
        if not found:
            raise Undecodable("status: neither JSON nor online nor offline", payload)
        return DeviceSays(_STATES[found[-1].lower()], unknown_keys=1)
    state = said.get("state")
    online = _STATES.get(state.strip(_AROUND).lower()) if isinstance(state, str) else None
    if online is None:
        raise Undecodable("status: state is neither online nor offline", payload)
    given = said.get("battery")
    battery = _battery(given)
    bad = given is not None and battery is None
    return DeviceSays(online, battery, len(said.keys() - _KEYS) + bad)


def _parsed(text: str) -> dict[str, object] | None:
    for parser in (msgspec.json.decode, parse):
        try:
            said = parser(text.strip("\0\ufeff").encode())
        except (ValueError, RecursionError):
            continue
        if isinstance(said, dict):
            return said
    return None


def _battery(given: object) -> int | None:
    level = numeral(given.strip().removesuffix("%")) if isinstance(given, str) else given
    if isinstance(level, bool) or not isinstance(level, int | float):
        return None
    return percent(level)
