"""Attackers of the broker's port: blocking sockets, packets made by hand, no restraint."""

import contextlib
import functools
import itertools
import select
import socket
import time
from collections.abc import Iterator
from typing import Final

from tests.adapters.raw_mqtt import connect, publish
from tests.attacks import devices
from tests.attacks.devices import Message, Stream
from tests.attacks.target import ELSEWHERE, Device, Did, Going, Hand, Target

WINDOW: Final = 1_000  # unconfirmed at QoS 1
PIECE: Final = 50
PATIENCE_S: Final = 0.5
AGAIN_S: Final = 0.02
DRAINS_S: Final = 60.0


class Closed(Exception):
    """The broker hung up or does not answer."""


class Line:
    """One connection. Raises `Closed` wherever the broker ends it."""

    def __init__(
        self,
        port: int,
        device: Device,
        client_id: str = "",
        *,
        clean: bool = True,
        will: tuple[str, bytes] | None = None,
        properties: bytes | None = None,
    ) -> None:
        self.confirmed = 0
        self._rest = b""
        try:
            self.socket = socket.create_connection(
                ("127.0.0.1", port), timeout=5, source_address=(ELSEWHERE, 0)
            )
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.socket.sendall(
                connect(
                    client_id or device.name,
                    clean=clean,
                    credentials=device.account,
                    will=will,
                    properties=properties,
                )
            )
            answer = self.socket.recv(4)
        except OSError as error:
            raise Closed from error
        if len(answer) < 4 or answer[0] != 0x20 or answer[3]:
            self.close()
            raise Closed
        self.socket.settimeout(PATIENCE_S)

    def send(self, data: bytes, going: Going) -> None:
        """Send the bytes; return when the system has taken them, or when `going` ends."""
        left = memoryview(data)
        while left and going():
            try:
                left = left[self.socket.send(left) :]
            except TimeoutError:
                pass
            except OSError as error:
                raise Closed from error
            self.hear()

    def hear(self, wait: float = 0.0) -> None:
        """Count the messages that the broker has confirmed."""
        if not select.select([self.socket], [], [], wait)[0]:
            return
        try:
            data = self.socket.recv(65_536)
        except OSError as error:
            raise Closed from error
        if not data:
            raise Closed
        self._rest += data
        while len(self._rest) >= 2:
            length, at = _length(self._rest)
            if at == 0 or len(self._rest) < at + length:
                return
            self.confirmed += self._rest[0] == 0x40
            self._rest = self._rest[at + length :]

    @property
    def stands(self) -> bool:
        """Return True if the broker has left the connection open."""
        try:
            while select.select([self.socket], [], [], 0)[0]:
                self.hear()
        except Closed:
            return False
        return True

    def close(self) -> None:
        """Close without a DISCONNECT, like a phone that loses its signal in a lift."""
        with contextlib.suppress(OSError):
            self.socket.close()


def _length(data: bytes) -> tuple[int, int]:
    """Return the packet's remaining length and where its body begins; 0, 0: it is incomplete."""
    length = shift = 0
    for at, digit in enumerate(data[1:5], 2):
        length |= (digit & 0x7F) << shift
        shift += 7
        if digit < 0x80:
            return length, at
    return 0, 0


# --- one device that publishes --------------------------------------------------------------------


def streaming(stream: Stream, rate: float | None = None, *, whole: bool = False) -> Hand:
    """Return an attacker that publishes a stream.

    rate: messages a second; None: as fast as possible. whole: it must send the stream to its end.
    """
    return functools.partial(_stream, stream=stream, rate=rate, whole=whole)


def _stream(
    target: Target, going: Going, *, stream: Stream, rate: float | None, whole: bool
) -> Did:
    """Publish; after each hang-up connect again and first repeat the unconfirmed messages."""
    messages = stream(target.device.topic, time.time())
    began = time.monotonic() - target.ahead
    did: Did = {"sent": 0, "confirmed": 0, "hung_up": 0}
    waiting: list[Message] = []
    went_on = going

    if whole:
        # An honest device keeps its readings until they are confirmed; it does not stop half-way.
        def went_on() -> bool:
            return time.monotonic() - began - target.ahead < DRAINS_S

    while went_on():
        try:
            line = Line(target.mqtt, target.device)
        except Closed:
            did["hung_up"] += 1
            time.sleep(AGAIN_S)
            continue
        try:
            if _pour(line, messages, waiting, (began, rate), went_on, did):
                break
        except Closed:
            did["hung_up"] += 1
            time.sleep(AGAIN_S)
        finally:
            line.close()
    return did


def _pour(
    line: Line, messages: Iterator[Message], waiting: list[Message],
    pace: tuple[float, float | None], going: Going, did: Did,
) -> bool:  # fmt: skip
    """Return True if all was sent and confirmed. waiting: sent and not yet confirmed, in order."""
    began, rate = pace
    numbers = itertools.cycle(range(1, 65_536))
    again, waiting[:] = waiting[:], []
    todo = itertools.chain(again, messages)
    before = line.confirmed
    ended = False
    while going():
        due = WINDOW if rate is None else int((time.monotonic() - began) * rate) - did["sent"] + 1
        room = min(PIECE, WINDOW - len(waiting), due)
        piece = list(itertools.islice(todo, room)) if room > 0 and not ended else []
        ended = ended or (room > 0 and not piece)
        if piece:
            did["sent"] += len(piece)
            waiting += [message for message in piece if message.qos]
            line.send(b"".join(_packet(m, next(numbers)) for m in piece), going)
        line.hear(0.0 if piece else 0.005)
        done = line.confirmed - before
        before = line.confirmed
        did["confirmed"] += done
        del waiting[:done]
        if ended and not waiting:
            return True
    return False


def _packet(message: Message, number: int) -> bytes:
    return publish(
        message.topic, message.payload, qos=message.qos, retain=message.retain, packet_id=number
    )


# --- connections ----------------------------------------------------------------------------------


def wills(target: Target, going: Going) -> Did:
    """Vanish again and again; the will writes a healthy reading to another device's topic."""
    did: Did = {"vanished": 0, "hung_up": 0}
    while going():
        number = did["vanished"] + did["hung_up"]
        calm = b'{"boot": "w%d", "seq": 1, "sbp": 118, "dbp": 74}' % number
        try:
            line = Line(target.mqtt, target.device, f"will-{number}", will=(target.victim, calm))
        except Closed:
            did["hung_up"] += 1
            time.sleep(AGAIN_S)
            continue
        line.close()
        did["vanished"] += 1
    return did


def as_the_service(target: Target, going: Going) -> Did:
    """Connect with the service's client id: a broker hangs up on the older client of that id."""
    did: Did = {"let_in": 0, "hung_up": 0}
    while going():
        try:
            line = Line(target.mqtt, target.device, target.client_id, clean=False)
        except Closed:
            did["hung_up"] += 1
            time.sleep(AGAIN_S)
            continue
        did["let_in"] += 1
        try:
            while going():
                line.hear(0.05)
        except Closed:
            pass
        finally:
            line.close()
    return did


def guessing(target: Target, going: Going) -> Did:
    """Try one password after the other for another's device, as a stranger."""
    did: Did = {"let_in": 0, "refused": 0}
    name = target.victim.split("/")[3]
    while going():
        guess = Device(name, f"guess-{did['refused']}")
        try:
            Line(target.mqtt, guess, f"guess-{did['refused'] % 100}").close()
            did["let_in"] += 1
        except Closed:
            did["refused"] += 1
    return did


def noise(target: Target, going: Going) -> Did:
    """Send bytes that are not MQTT on many connections: each may cost the broker a log line."""
    did: Did = {"connections": 0}
    while going():
        with contextlib.suppress(OSError), socket.socket() as line:
            line.settimeout(PATIENCE_S)
            line.bind((ELSEWHERE, 0))
            line.connect(("127.0.0.1", target.mqtt))
            line.sendall(connect(f"noise-{did['connections']}", credentials=target.device.account))
            line.recv(4)
            line.sendall(b"\xf0\x00")
            line.recv(4)
        did["connections"] += 1
    return did


def straps(target: Target, going: Going) -> Did:
    """Connect all straps within a second, each with the readings it kept, and stay. No malice."""
    did: Did = {"came_back": 0, "hung_up": 0}
    began, lines = time.monotonic(), []
    for number, device in enumerate(target.straps):
        left = began + number / len(target.straps) - time.monotonic()
        if left > 0:
            time.sleep(left)
        readings = [
            {"boot": f"c{number}", "seq": seq, "t": int((time.time() - 20 + seq) * 1000), "hr": 71}
            for seq in range(1, 21)
        ]
        status = Message(device.topic.replace("/readings", "/status"), b'{"state": "online"}')
        try:
            line = Line(target.mqtt, device)
            line.send(_packet(status, 1), lambda: True)
            line.send(_packet(Message(device.topic, devices.encoded(readings)), 2), lambda: True)
        except Closed:
            did["hung_up"] += 1
            continue
        lines.append(line)
    while going():
        time.sleep(AGAIN_S)
    for line in lines:
        did["came_back" if line.stands else "hung_up"] += 1
        line.close()
    return did
