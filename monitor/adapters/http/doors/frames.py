"""Rate limit of one live page: frames and bytes of any content.

Frames of every kind count, and before any of them is decoded: a ping, an empty frame or the
hundredth fragment of a message costs the service as much as a message does.
"""

from typing import Final

MESSAGE_AT_MOST: Final = 4096
# A page reports its presence each second, answers a ping every five seconds, and names each alarm
# that it shows: a wall display that opens over many alarms names them all together.
FRAMES: Final = 250
FRAMES_A_S: Final = 50.0
BYTES: Final = 64 * 1024
BYTES_A_S: Final = 16 * 1024.0
# No browser fragments a page's messages; a device on the way might, a little.
FRAGMENTS: Final = 16

_FINAL: Final = 0x80
_OPCODE: Final = 0x0F
_CONTROL: Final = 0x08
_MASKED: Final = 0x80
_LENGTH: Final = 0x7F
_LONGER: Final = {126: 2, 127: 8}
_SHORTEST: Final = 2
_MASK_BYTES: Final = 4


class Misused(Exception):
    """The peer sent more than any page does. The message is for the peer."""


class Frames:
    """One connection's budget: an initial burst, then a rate per second."""

    def __init__(self, now: float) -> None:
        self._frames = float(FRAMES)
        self._bytes = float(BYTES)
        self._at = now
        self._head = bytearray()  # of the incoming frame, while incomplete
        self._payload = 0  # bytes of the present frame yet to come
        self._fragments = 0  # of the present message

    def take(self, data: bytes, now: float) -> None:
        """Count received bytes. `now`: any steady clock, s. Raises Misused."""
        passed, self._at = now - self._at, now
        self._frames = min(FRAMES, self._frames + passed * FRAMES_A_S)
        self._bytes = min(BYTES, self._bytes + passed * BYTES_A_S)
        at, end = 0, len(data)
        while at < end:
            if self._payload > MESSAGE_AT_MOST:
                return  # the library refuses the frame by its head, with its own close code
            if self._payload:
                step = min(self._payload, end - at)
                self._payload -= step
                at += step
                continue
            self._head.append(data[at])
            at += 1
            if len(self._head) >= _SHORTEST:
                self._begin()
        self._bytes -= len(data)
        if self._bytes < 0:
            raise Misused("too many bytes")

    def _begin(self) -> None:
        """Begin a frame once its head, which contains the frame's length, is complete."""
        first, second = self._head[:_SHORTEST]
        short = second & _LENGTH
        longer = _LONGER.get(short, 0)
        mask = _MASK_BYTES if second & _MASKED else 0
        if len(self._head) < _SHORTEST + longer + mask:
            return
        extended = self._head[_SHORTEST : _SHORTEST + longer]
        self._payload = int.from_bytes(extended, "big") if longer else short
        self._head.clear()
        self._frames -= 1
        if self._frames < 0:
            raise Misused("too many messages")
        if not first & _OPCODE & _CONTROL:
            self._fragments = 0 if first & _FINAL else self._fragments + 1
            if self._fragments > FRAGMENTS:
                raise Misused("too many pieces")
