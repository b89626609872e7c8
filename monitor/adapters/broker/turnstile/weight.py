"""The weight of packets that are small and cost the broker much. Pure.

A subscription costs the broker work at each message that it matches, whoever sent it, also if its
account may not read it; and one with a wildcard a search through all retained messages. A message
at QoS 2 stays in the broker's memory until the client releases it. The size of a packet covers
neither.
"""

from typing import Final

from msgspec import Struct, field

from monitor.adapters.broker.turnstile.packets import (
    Introduction,
    Unreadable,
    field_at,
    length_at,
    properties_end,
)

# A device subscribes to two topics, a gateway to two of each of its devices.
EXACT_AT_MOST: Final = 1_000
WIDE_AT_MOST: Final = 16
WIDE_WEIGHS: Final = 100  # packets
LONGEST: Final = 16_384  # bytes of a SUBSCRIBE, which is read as a whole
# Bytes of messages at QoS 2 that an account may leave unreleased: a window of the largest ones.
UNRELEASED_AT_MOST: Final = 8 * 1024 * 1024
EACH: Final = 500  # bytes of the broker's own for each of them

_PUBLISH: Final = 0x30
_PUBREL: Final = 0x60
_RELEASES: Final = b"\x62\x02"  # and the number: a broker may refuse any other form of it
_SUBSCRIBE: Final = 0x80
_QOS, _QOS_2 = 0x06, 0x04

Number = tuple[int, int]  # of a packet, both bytes of it


class Kept(Struct):
    """What the broker keeps for an account: its subscriptions and its unreleased messages.

    exact, wide   filters; wide: with a wildcard, or shared
    unreleased    number of a message at QoS 2 -> its bytes
    """

    exact: set[bytes] = field(default_factory=set)
    wide: set[bytes] = field(default_factory=set)
    unreleased: dict[Number, int] = field(default_factory=dict)
    unreleased_bytes: int = 0

    def subscribe(self, topics: bytes) -> int:
        """Return the weight of the subscription, in packets. Raises Unreadable."""
        wide = b"+" in topics or b"#" in topics or topics.startswith(b"$")
        known, most = (self.wide, WIDE_AT_MOST) if wide else (self.exact, EXACT_AT_MOST)
        if topics not in known:
            if len(known) >= most:
                raise Unreadable
            known.add(topics)
        return WIDE_WEIGHS if wide else 1

    def hold(self, number: Number, size: int) -> None:
        """Note a message at QoS 2. Raises Unreadable."""
        before = self.unreleased.get(number, 0)
        more = max(0, size + EACH - before)  # it may be the same one, sent again
        if self.unreleased_bytes + more > UNRELEASED_AT_MOST:
            raise Unreadable
        self.unreleased[number] = before + more
        self.unreleased_bytes += more

    def release(self, number: Number) -> None:
        self.unreleased_bytes -= self.unreleased.pop(number, 0)

    def forget(self) -> None:
        self.exact.clear()
        self.wide.clear()
        self.unreleased.clear()
        self.unreleased_bytes = 0


class Scale:
    """Weighs the packets of one connection. kept: over all connections of its account, since the
    broker keeps a session that does not begin anew."""

    def __init__(self, introduction: Introduction, kept: Kept) -> None:
        if introduction.clean:
            kept.forget()
        self._kept = kept
        self._version = introduction.version

    def weight(self, data: bytes | bytearray, at: int, size: int) -> int:
        """Return as how many packets the one at `at` counts; 0: more of it must arrive first.
        Raises Unreadable."""
        kind = data[at] & 0xF0
        try:
            if kind == _SUBSCRIBE:
                if size > LONGEST:
                    raise Unreadable
                return self._subscribe(bytes(data[at : at + size])) if len(data) - at >= size else 0
            if kind == _PUBREL:
                if size == len(_RELEASES) + 2 and data[at : at + 2] == _RELEASES:
                    self._kept.release((data[at + 2], data[at + 3]))
            elif kind == _PUBLISH and data[at] & _QOS == _QOS_2:
                topic = length_at(data, at + 1)[1]
                begin = topic + 2 + (data[topic] << 8 | data[topic + 1])
                if begin + 2 > at + size:
                    raise Unreadable
                self._kept.hold((data[begin], data[begin + 1]), size)
        except IndexError:
            if len(data) - at < size:
                return 0
            raise Unreadable from None
        return 1

    def _subscribe(self, packet: bytes) -> int:
        at = properties_end(packet, length_at(packet, 1)[1] + 2, self._version)
        weight = 0
        while at < len(packet):
            topics, at = field_at(packet, at)
            at += 1  # its options
            weight += self._kept.subscribe(topics)
        return max(1, weight)
