"""The parts of MQTT packets needed to forward them: their sizes, and who is let in. Pure."""

from typing import Final, NamedTuple

_CONNACK: Final = 0x20
MQTT_5: Final = 5
# Version -> name
PROTOCOLS: Final = {3: b"MQIsdp", 4: b"MQTT", MQTT_5: b"MQTT"}


class Unreadable(Exception):
    """This is not an MQTT packet, or none that may pass."""


class Introduction(NamedTuple):
    """The parts of a CONNECT that matter here. account: the user name; clean: the broker forgets
    the session that the client had."""

    account: str | None
    version: int
    clean: bool


def packet_size(data: bytes | bytearray, at: int = 0) -> int:
    """Return the bytes of the packet at `at`; 0: its head is incomplete. Raises Unreadable."""
    length, end = length_at(data, at + 1)
    return end - at + length if end else 0


def length_at(data: bytes | bytearray, at: int) -> tuple[int, int]:
    """Return an MQTT length and where it ends; 0: it is incomplete. Raises Unreadable."""
    length = 0
    for digits in range(4):
        if at + digits >= len(data):
            return 0, 0
        digit = data[at + digits]
        length |= (digit & 0x7F) << 7 * digits
        if digit < 0x80:
            return length, at + digits + 1
    raise Unreadable


def introduction(packet: bytes) -> Introduction:
    """Return what a CONNECT (MQTT 3.1, 3.1.1 or 5) says. Raises Unreadable for a packet that is not
    strictly valid: brokers accept some, and two may read them differently."""
    try:
        return _introduction(packet)
    except (IndexError, UnicodeError):
        raise Unreadable from None


def _introduction(packet: bytes) -> Introduction:
    name, at = field_at(packet, length_at(packet, 1)[1])
    # A bridge sets the highest bit to identify itself as one.
    version, flags = packet[at] & 0x7F, packet[at + 1]
    if PROTOCOLS.get(version) != name or flags & 0x01:
        raise Unreadable
    at = properties_end(packet, at + 4, version)
    _, at = field_at(packet, at)  # the client id
    if flags & 0x04:
        _, at = field_at(packet, properties_end(packet, at, version))
        _, at = field_at(packet, at)  # the will
    found = None
    if flags & 0x80:
        found, at = field_at(packet, at)
    if flags & 0x40:
        _, at = field_at(packet, at)
    if at != len(packet):
        raise Unreadable
    account = None if found is None else found.decode()
    return Introduction(account, version, bool(flags & 0x02))


def field_at(packet: bytes, at: int) -> tuple[bytes, int]:
    """Return the content of a field (two bytes of length, then the content), and where it ends."""
    begin = at + 2
    end = begin + (packet[at] << 8 | packet[at + 1])
    if end > len(packet):
        raise IndexError
    return packet[begin:end], end


def properties_end(packet: bytes, at: int, version: int) -> int:
    """Return where the properties end; before MQTT 5 a packet has no properties."""
    if version < MQTT_5:
        return at
    length, end = length_at(packet, at)
    if not end:
        raise IndexError
    return end + length


def lets_in(answer: bytes) -> bool | None:
    """Is this a CONNACK that accepts? None: it is incomplete. Raises Unreadable."""
    _, at = length_at(answer, 1)
    if not at or len(answer) < at + 2:
        return None
    return answer[0] == _CONNACK and answer[at + 1] == 0
