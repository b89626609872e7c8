"""As much of MQTT's packets as is needed to pass them on: their sizes, and who is let in. Pure."""

from typing import Final

_CONNACK: Final = 0x20
_MQTT_5: Final = 5


class Unreadable(Exception):
    """This is no packet of MQTT."""


def packet_size(data: bytes | bytearray, at: int = 0) -> int:
    """Bytes of the packet that begins there; 0: its head is not there yet. Raises Unreadable."""
    length, end = _length(data, at + 1)
    return end - at + length if end else 0


def _length(data: bytes | bytearray, at: int) -> tuple[int, int]:
    """A length as MQTT writes it, and where it ends; 0: not all is there. Raises Unreadable."""
    length = 0
    for digits in range(4):
        if at + digits >= len(data):
            return 0, 0
        digit = data[at + digits]
        length |= (digit & 0x7F) << 7 * digits
        if digit < 0x80:
            return length, at + digits + 1
    raise Unreadable


def account(packet: bytes) -> str | None:
    """The user name of a CONNECT, MQTT 3.1, 3.1.1 or 5; None: it has none, or cannot be read, which
    is for the broker to judge."""
    try:
        _, at = _length(packet, 1)
        at = _field(packet, at)  # the protocol's name
        version, flags = packet[at], packet[at + 1]
        at = _properties(packet, at + 4, version)
        at = _field(packet, at)  # the client id
        if flags & 0x04:
            at = _field(packet, _field(packet, _properties(packet, at, version)))  # the will
        return packet[at + 2 : _field(packet, at)].decode() if flags & 0x80 else None
    except (IndexError, Unreadable, UnicodeError):
        return None


def _field(packet: bytes, at: int) -> int:
    """Where this field of two bytes of length and so many bytes ends."""
    end = at + 2 + (packet[at] << 8 | packet[at + 1])
    if end > len(packet):
        raise IndexError
    return end


def _properties(packet: bytes, at: int, version: int) -> int:
    if version < _MQTT_5:
        return at
    length, end = _length(packet, at)
    return end + length


def lets_in(answer: bytes) -> bool | None:
    """Is this a CONNACK that accepts? None: not all of it is there. Raises Unreadable."""
    _, at = _length(answer, 1)
    if not at or len(answer) < at + 2:
        return None
    return answer[0] == _CONNACK and answer[at + 1] == 0
