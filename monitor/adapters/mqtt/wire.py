"""The socket between the event loop and paho: whole packets in, one write a turn out.

paho reads a packet with three or more `recv` calls and writes each packet with a `send` of its
own, and aiomqtt lets it read one packet a loop turn. At one reading a second from each of some
hundred devices that is where the time goes. paho asks of its socket only `recv`, `send`, `close`,
`fileno` and `setblocking`, so it is given this object instead, which

- reads ahead of what is decided: up to `READS` times `CHUNK` bytes a turn, and until `AHEAD` bytes
  wait. What cannot wait is found in them at once: the answers to us, and the `urgent` topic;
- splits them into packets, notes when their bytes were read, hands each complete PUBLISH at QoS 0
  or 1 to `on_publish`, and lets paho read every other packet from here as from a socket. So paho
  never sees a PUBLISH and cannot acknowledge one behind our back: the only PUBACK is the one that
  `acknowledge` writes;
- decides for `TURN_S` at a time, and then everybody else has their turn, whatever waits;
- collects what is written during a turn and sends it in one piece.

Runs in the loop's thread, but for the calls that paho makes while it connects in another one.
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

# The largest TLS record too: half of one, left behind, would be where the loop cannot see it.
CHUNK: Final = 16_384
READS: Final = 8  # a turn; taking 128 KiB apart costs a few milliseconds
# What may wait. The broker's window is no bound: Mosquitto 2.0.11 delivers thousands beyond it once
# a queue is being acknowledged, and what is not read holds up the canary behind it. The longest
# queue of our own broker (100,000 readings) has room.
AHEAD: Final = 32 * 1024 * 1024
TURN_S: Final = 0.01
_EACH: Final = 200  # bytes that a message takes beside its own
_PUBLISH: Final = 0x30
_PUBACK: Final = struct.Struct("!BBH")
_NOT_NOW = (BlockingIOError, InterruptedError, ssl.SSLWantReadError, ssl.SSLWantWriteError)


class Publish(NamedTuple):
    """One message as it came. read_at: when its last byte was read, by the wire's clock."""

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


class Wire:
    """One connected socket, TLS or plain. Cannot be used again after `close`.

    urgent  a topic whose messages are handed on when they are read, before others that wait
    clock   seconds that run steadily, for `read_at` and for the length of a turn
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
        self._ahead = 0  # bytes of it
        self._turn_due = False
        self._reading = False
        self._buffer = bytearray()
        self._position = 0  # of the first byte that nobody has read
        self._end = 0  # of the packet that paho may read
        self._over = False  # the peer or `hang_up` ended it; paho is told so
        self._out = bytearray()
        self._flush_due = False
        self._awaits_writable = False
        self.closed = False
        self.dry = True  # there was nothing left to read when it was last looked
        self.heard = 0  # how often there was something to read, or waited to be handed on
        self.fault = ""  # why it ended, when that was found out here
        self.malformed = False  # the peer does not speak as the standard says

    # --- what paho calls --------------------------------------------------------------------------

    def recv(self, size: int) -> bytes:
        """At most `size` bytes of the packet at hand; b"" at the end of the connection."""
        start = self._position
        if start >= self._end:
            if self._over:
                return b""
            raise BlockingIOError
        self._position = min(start + size, self._end)
        return bytes(self._buffer[start : self._position])

    def send(self, data: bytes | bytearray) -> int:
        """Take all of it; it goes out at the end of the turn."""
        self._out += data
        return len(data)

    def fileno(self) -> int:
        return self._sock.fileno()

    def setblocking(self, flag: bool) -> None:
        self._sock.setblocking(flag)

    def close(self) -> None:
        """Send what is still to be sent, as far as it can go at once, and close the socket."""
        if self.closed:
            return
        self.closed = True
        self._waiting.clear()  # not confirmed: the broker brings them again
        file = self._sock.fileno()
        if file >= 0 and self._thread == threading.get_ident() and not self._loop.is_closed():
            self._loop.remove_reader(file)
            self._loop.remove_writer(file)
            if self._out and not self._over:
                # The good-bye packet and the last acknowledgements. Lost ones come again.
                with contextlib.suppress(OSError):
                    self._sock.send(self._out)
        self._sock.close()

    # --- what the connection calls ----------------------------------------------------------------

    def attach(self) -> None:
        """Begin to read. In the loop's thread, once the socket is connected."""
        self._thread = threading.get_ident()
        if not self.closed:
            self._read_on()
            self._flush()

    def acknowledge(self, packet_ids: Iterable[int]) -> None:
        """Confirm these messages of QoS 1 to the broker."""
        self._out += b"".join([_PUBACK.pack(0x40, 2, packet_id) for packet_id in packet_ids])
        self.flush_soon()

    def flush_soon(self) -> None:
        """Send at the end of this turn what paho and `acknowledge` have to say."""
        if not self._thread:
            return  # `attach` will
        if threading.get_ident() != self._thread:
            self._loop.call_soon_threadsafe(self.flush_soon)
        elif not self._flush_due and not self.closed:
            self._flush_due = True
            self._loop.call_soon(self._flush)

    def flush_now(self) -> None:
        """The same at once, for the last words before a shutdown."""
        self._flush()

    def hang_up(self, fault: str) -> None:
        """End the connection as if the peer had closed it: paho notices and cleans up.

        Not to be called from within one of paho's callbacks.
        """
        if self.closed:
            return
        self.fault = self.fault or fault
        self._over = True
        self._end = self._position
        self._engine.loop_read()

    @property
    def waited_since(self) -> float | None:
        """When the oldest message was read that is not handed on yet; None: there is none."""
        return self._waiting[0].read_at if self._waiting else None

    def listen(self) -> bool:
        """Read now what has come, without handing on what can wait. True: nothing is left to read.

        For a loop that was held up, and asks what it was not told before it believes that.
        """
        if self._thread and not self.closed:
            self._read()
            self._go_on()
        return self.dry

    # --- what the loop calls ----------------------------------------------------------------------

    def _readable(self) -> None:
        self._read()
        if self._turn_due:
            self._go_on()
        else:
            self._hand_on()

    def _read(self) -> None:
        """One turn's worth of bytes, taken apart."""
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
        """What waits, oldest first, until the turn is over. Then the loop looks at the others."""
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
        """Come back to what is still to do: hand on, read again, or end what has ended."""
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
        """Some bytes, behind what is left of an incomplete packet. False: there are none."""
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
        """Pass on the packet at the front, if it is all there."""
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
        """Take a PUBLISH apart (MQTT 3.1.1, section 3.3). False: it is not one of ours."""
        flags = buffer[start]
        qos = flags >> 1 & 3
        topic_at = body + 2
        if qos > 1 or topic_at > end:  # nothing is subscribed at QoS 2
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
        """Nothing behind this can be read. What came before it is still handed on."""
        self.fault = self.fault or fault
        self.malformed = self._over = True

    def _flush(self) -> None:
        self._flush_due = False
        if self.closed:
            return
        self._engine.loop_write()
        self._drain()

    def _drain(self) -> None:
        """Send what is waiting; what the kernel does not take now goes when it can."""
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
