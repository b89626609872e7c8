"""The socket between the event loop and paho: whole packets in, one write per turn out.

paho reads a packet with three or more `recv` calls and writes each packet with its own `send`, and
aiomqtt lets it read one packet per loop turn. With one reading a second from each of some hundred
devices, these calls take most of the time. paho uses only `recv`, `send`, `close`, `fileno` and
`setblocking` of its socket, so it gets this object instead, which

- reads ahead of the decisions: up to `READS` times `CHUNK` bytes per turn, until `AHEAD` bytes
  wait. Urgent packets among them are handled immediately: the broker's responses to us, and the
  `urgent` topic;
- splits the bytes into packets, records when they were read, hands each complete PUBLISH at QoS 0
  or 1 to `on_publish`, and lets paho read every other packet from here as from a socket. So paho
  never sees a PUBLISH and cannot acknowledge one behind our back: the only PUBACK is that of
  `acknowledge`;
- hands messages on for `TURN_S` at a time, and then yields to the rest of the loop, even if more
  wait;
- collects the data written during a turn and sends them in one piece.

Runs in the loop's thread, except for the calls that paho makes while it connects in another one.
"""

import asyncio
import contextlib
import socket
import ssl
import struct
import threading
from collections import deque
from collections.abc import Callable, Iterable
from typing import Final, NamedTuple, Protocol

# Also the size of the largest TLS record: an unread half of one would remain inside the TLS layer,
# where the loop cannot see it.
CHUNK: Final = 16_384
READS: Final = 8  # per turn; parsing 128 KiB takes a few milliseconds
# The limit of waiting bytes. The broker's window is no bound: Mosquitto 2.0.11 delivers thousands
# of messages beyond it once a queue is being acknowledged, and unread data delay the canary behind
# them. The longest queue of our own broker (100,000 readings) fits.
AHEAD: Final = 32 * 1024 * 1024
TURN_S: Final = 0.01
_EACH: Final = 200  # overhead of a message in bytes
_PUBLISH: Final = 0x30
_PUBACK: Final = struct.Struct("!BBH")
_NOT_NOW = (BlockingIOError, InterruptedError, ssl.SSLWantReadError, ssl.SSLWantWriteError)


class Publish(NamedTuple):
    """One message as received. read_at: when its last byte was read, by the wire's clock."""

    topic: str
    payload: bytes
    retained: bool
    qos: int
    packet_id: int
    read_at: float


OnPublish = Callable[[Publish], None]
Seconds = Callable[[], float]


class Engine(Protocol):
    """The part of paho's client that reads from the wire and writes to it."""

    def loop_read(self) -> object: ...
    def loop_write(self) -> object: ...


class PacketSocket:
    """One connected socket, TLS or plain. Cannot be used again after `close`.

    urgent  a topic whose messages are handed on when they are read, before others that wait
    clock   monotonic clock, s, for `read_at` and for the length of a turn
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        sock: socket.socket,
        engine: Engine,
        on_publish: OnPublish,
        *,
        urgent: str = "",
        clock: Seconds = lambda: 0.0,
    ) -> None:
        self._loop = loop
        self._thread = 0  # the loop's, once attached to it
        self._sock = sock
        self._engine = engine
        self._on_publish = on_publish
        self._urgent = urgent
        self._clock = clock
        self._read_at = 0.0
        self._waiting: deque[Publish] = deque()  # read, and not handed on
        self._ahead = 0  # the bytes of `_waiting`
        self._turn_due = False
        self._reading = False
        self._buffer = bytearray()
        self._position = 0  # of the first unread byte
        self._end = 0  # of the packet that paho may read
        self._over = False  # the peer or `hang_up` ended it; paho reads the end
        self._out = bytearray()
        self._flush_due = False
        self._awaits_writable = False
        self.closed = False
        self.dry = True  # no data were left to read at the last check
        self.heard = 0  # how often there were data to read, or messages to hand on
        self.fault = ""  # why it ended, if it was detected here
        self.malformed = False  # the peer violates the standard

    # --- called by paho ---------------------------------------------------------------------------

    def recv(self, size: int) -> bytes:
        """Return at most `size` bytes of the present packet; b"" at the end of the connection."""
        start = self._position
        if start >= self._end:
            if self._over:
                return b""
            raise BlockingIOError
        self._position = min(start + size, self._end)
        return bytes(self._buffer[start : self._position])

    def send(self, data: bytes | bytearray) -> int:
        """Accept all of `data`; it is sent at the end of the turn."""
        self._out += data
        return len(data)

    def fileno(self) -> int:
        return self._sock.fileno()

    def setblocking(self, flag: bool) -> None:
        self._sock.setblocking(flag)

    def close(self) -> None:
        """Send the pending data, as far as the kernel accepts them now, and close the socket."""
        if self.closed:
            return
        self.closed = True
        self._waiting.clear()  # not confirmed: the broker brings them again
        file = self._sock.fileno()
        if file >= 0 and self._thread == threading.get_ident() and not self._loop.is_closed():
            self._loop.remove_reader(file)
            self._loop.remove_writer(file)
            if self._out and not self._over:
                # The DISCONNECT and the last acknowledgements. If an acknowledgement is lost, its
                # message comes again.
                with contextlib.suppress(OSError):
                    self._sock.send(self._out)
        self._sock.close()

    # --- called by the connection -----------------------------------------------------------------

    def attach(self) -> None:
        """Begin to read. Call it in the loop's thread, once the socket is connected."""
        self._thread = threading.get_ident()
        if not self.closed:
            self._read_on()
            self._flush()

    def acknowledge(self, packet_ids: Iterable[int]) -> None:
        """Confirm these messages of QoS 1 to the broker."""
        self._out += b"".join([_PUBACK.pack(0x40, 2, packet_id) for packet_id in packet_ids])
        self.flush_soon()

    def flush_soon(self) -> None:
        """Send the data of paho and `acknowledge` at the end of this turn."""
        if not self._thread:
            return  # `attach` flushes
        if threading.get_ident() != self._thread:
            self._loop.call_soon_threadsafe(self.flush_soon)
        elif not self._flush_due and not self.closed:
            self._flush_due = True
            self._loop.call_soon(self._flush)

    def flush_now(self) -> None:
        """Send the data now: for timed messages, and for the last packets before a shutdown."""
        self._flush()

    def hang_up(self, fault: str) -> None:
        """End the connection as if the peer had closed it: paho detects the end and cleans up.

        Do not call it from one of paho's callbacks.
        """
        if self.closed:
            return
        self.fault = self.fault or fault
        self._over = True
        self._end = self._position
        self._engine.loop_read()

    @property
    def waited_since(self) -> float | None:
        """When the oldest message was read that is not handed on yet; None: all are."""
        return self._waiting[0].read_at if self._waiting else None

    def listen(self) -> bool:
        """Read the received data now; hand on only urgent messages. True: all is read.

        For a loop that was held up: it must read before it concludes that no message came.
        """
        if self._thread and not self.closed:
            self._read()
            self._go_on()
        return self.dry

    # --- called by the loop -----------------------------------------------------------------------

    def _readable(self) -> None:
        self._read()
        if self._turn_due:
            self._go_on()
        else:
            self._hand_on()

    def _read(self) -> None:
        """Read and parse the bytes of one turn."""
        for _ in range(READS):
            if self._ahead > AHEAD:
                self.dry = False
                self._pause()
                return
            self.dry = self._over or not self._fill()
            while not self._over and not self.closed and self._packet():
                pass
            if self.dry or self.closed:
                return

    def _hand_on(self) -> None:
        """Hand on waiting messages, oldest first, until the turn ends. Then yield to the loop."""
        self._turn_due = False
        until = self._clock() + TURN_S
        waiting = self._waiting
        self.heard += bool(waiting)
        while waiting and not self.closed:
            message = waiting.popleft()
            self._ahead -= _size(message)
            self._on_publish(message)
            if self._clock() > until:
                break
        self._go_on()

    def _go_on(self) -> None:
        """Schedule the remaining work: hand on, read again, or clean up after the end."""
        if self.closed:
            return
        if self._over:
            self._pause()  # an end stays readable for ever
            if not self._waiting:
                self.hang_up(self.fault)
                return
        elif self._ahead <= AHEAD // 2:
            self._read_on()
        if self._waiting and not self._turn_due:
            self._turn_due = True
            self._loop.call_soon(self._hand_on)

    def _read_on(self) -> None:
        if self._thread and not self._reading:
            self._reading = True
            self._loop.add_reader(self._sock.fileno(), self._readable)

    def _pause(self) -> None:
        if self._reading:
            self._reading = False
            self._loop.remove_reader(self._sock.fileno())

    def _fill(self) -> bool:
        """Append received bytes to the rest of an incomplete packet. False: no data."""
        if self._position:
            del self._buffer[: self._position]
            self._position = self._end = 0
        try:
            data = self._sock.recv(CHUNK)
        except _NOT_NOW:
            return False
        except OSError as error:
            self.fault = f"reading failed: {error.strerror or type(error).__name__}"
            self._over = True
            return False
        self._read_at = self._clock()
        self._buffer += data
        self._over = self._over or not data
        self.heard += 1
        return bool(data)

    def _packet(self) -> bool:
        """Pass on the packet at the front, if it is complete. False: no packet passed on."""
        buffer, start = self._buffer, self._position
        available = len(buffer)
        body, length, shift = start + 1, 0, 0
        while True:
            # The body's length: seven bits a byte, least significant first.
            if body >= available:
                return False
            byte = buffer[body]
            body += 1
            length |= (byte & 0x7F) << shift
            if byte < 0x80:
                break
            shift += 7
            if shift > 21:
                self._broken("the broker sent a malformed packet")
                return False
        end = body + length
        if end > available:
            return False
        if buffer[start] & 0xF0 == _PUBLISH:
            self._position = end
            if not self._publish(buffer, start, body, end):
                self._broken("the broker sent a malformed message")
                return False
        else:
            self._end = end
            self._engine.loop_read()
            self._position = end
        return True

    def _publish(self, buffer: bytearray, start: int, body: int, end: int) -> bool:
        """Parse a PUBLISH (MQTT 3.1.1, section 3.3). False: malformed, or at QoS 2."""
        flags = buffer[start]
        qos = flags >> 1 & 3
        topic_at = body + 2
        if qos > 1 or topic_at > end:  # no topic is subscribed at QoS 2
            return False
        payload_at = topic = topic_at + (buffer[body] << 8 | buffer[body + 1])
        packet_id = 0
        if qos:
            payload_at += 2
            if payload_at <= end:
                packet_id = buffer[topic] << 8 | buffer[topic + 1]
        if payload_at > end:
            return False
        name = buffer[topic_at:topic].decode("utf-8", "backslashreplace")
        payload = bytes(buffer[payload_at:end])
        message = Publish(name, payload, bool(flags & 1), qos, packet_id, self._read_at)
        if name == self._urgent:
            self._on_publish(message)
        else:
            self._waiting.append(message)
            self._ahead += _size(message)
        return True

    def _broken(self, fault: str) -> None:
        """End at a malformed packet: no data behind it can be read. Earlier messages are still
        handed on."""
        self.fault = self.fault or fault
        self.malformed = self._over = True

    def _flush(self) -> None:
        self._flush_due = False
        if self.closed:
            return
        self._engine.loop_write()
        self._drain()

    def _drain(self) -> None:
        """Send the pending data; those that the kernel does not accept now are sent when it can."""
        if self.closed:
            return
        if self._out:
            try:
                del self._out[: self._sock.send(self._out)]
            except _NOT_NOW:
                pass
            except OSError as error:
                self.hang_up(f"writing failed: {error.strerror or type(error).__name__}")
                return
        if bool(self._out) != self._awaits_writable:
            self._awaits_writable = bool(self._out)
            if self._awaits_writable:
                self._loop.add_writer(self._sock.fileno(), self._drain)
            else:
                self._loop.remove_writer(self._sock.fileno())


def _size(message: Publish) -> int:
    return len(message.topic) + len(message.payload) + _EACH
