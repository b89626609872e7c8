"""One connection to the broker, from its CONNECT to its end. A new connection is a new `Link`.

aiomqtt connects, subscribes, keeps alive and disconnects. Its work for each message is done here
instead, on the `PacketSocket`. This needs two private names of the libraries, in `__init__` and
`_opened`; the versions are pinned and the adapter's tests run against real brokers.
"""

import asyncio
import logging
import math
import socket
import ssl
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final, TypeVar

import aiomqtt
from msgspec import Struct
from paho.mqtt.client import Client as Paho

from monitor.adapters.mqtt.outbox import LIMIT, QueuedMessage
from monitor.adapters.mqtt.packet_socket import OnPublish, PacketSocket, Seconds
from monitor.adapters.mqtt.url import BadBrokerUrl, BrokerUrl

# The timeouts for a broker that accepts the connection and then stays silent. paho dials in a
# thread that cannot be stopped: a short limit also keeps a shutdown short.
DIAL_S: Final = 3.0
ANSWER_S: Final = 5.0
# A broker that works off a backlog before it responds is not dead, and a reconnection would bring
# the whole backlog again. Its timeout is longer by this factor, as long as any data arrive.
BUSY: Final = 12
# The limit of our own messages in flight to the broker. The limit of unacknowledged messages to us
# is set at the broker (mosquitto: max_inflight_messages); MQTT 3.1.1 does not let the client set
# it.
WINDOW: Final = 1_000
_REFUSED_FOR_CREDENTIALS: Final = {134, 135}  # MQTT 3.1.1's 4 and 5, in MQTT 5's words

T = TypeVar("T")

# The libraries log topics and packets; all relevant faults reach us as exceptions.
_silent = logging.getLogger("monitor.adapters.mqtt.silent")
_silent.addHandler(logging.NullHandler())
_silent.propagate = False
_silent.setLevel(logging.CRITICAL + 1)


class LinkLost(Exception):
    """There is no connection, or no longer. `reason` is a phrase without credentials."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class CredentialsRefused(LinkLost):
    """The broker rejects our credentials."""


class Will(Struct, frozen=True):
    """The message that the broker publishes for us when we vanish."""

    topic: str
    payload: bytes
    qos: int = 1
    retain: bool = True


class BrokerLogin(Struct, frozen=True):
    """The broker to connect to, and the client's identity."""

    url: BrokerUrl
    client_id: str
    persistent: bool
    will: Will | None = None
    keepalive_s: int = 15
    tls: ssl.SSLContext | None = None


class Link:
    """One connection. `await open()`, then `subscribe`, `publish`, `acknowledge`; `await lost`
    returns why it ended.

    on_publish    called for each message that arrives, in the loop's thread, even before `open`
                  returned: a persistent session's messages follow the CONNACK immediately
    on_confirmed  called for each of our own messages of QoS 1 that the broker confirmed
    urgent, clock see `PacketSocket`

    ousted        the broker ended it, without a known fault
    """

    def __init__(
        self,
        login: BrokerLogin,
        on_publish: OnPublish,
        on_confirmed: Callable[[], None],
        *,
        urgent: str = "",
        clock: Seconds = lambda: 0.0,
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self.lost: asyncio.Future[str] = self._loop.create_future()
        self._on_publish = on_publish
        self._urgent = urgent
        self._clock = clock
        self._on_confirmed = on_confirmed
        self._wire: PacketSocket | None = None
        self._pulse: asyncio.Task[None] | None = None
        self._accepted = False
        self._given_up = False
        self.ousted = False
        self._refusal: LinkLost | None = None
        self._unconfirmed: dict[int, QueuedMessage] = {}
        self._client = aiomqtt.Client(
            login.url.host,
            login.url.port,
            username=login.url.username,
            password=login.url.password,
            identifier=login.client_id,
            clean_session=not login.persistent,
            will=_will(login.will),
            keepalive=login.keepalive_s,
            timeout=ANSWER_S,
            max_inflight_messages=WINDOW,
            tls_context=login.tls,
            logger=_silent,
        )
        self._paho: Paho = self._client._client  # noqa: SLF001 - aiomqtt has no door to it
        self._take_over(self._paho)

    def _take_over(self, paho: Paho) -> None:
        """Put the wire between paho and its socket, and set paho's callbacks."""
        paho.disable_logger()
        paho.connect_timeout = DIAL_S
        welcome = paho.on_connect
        assert welcome is not None
        # A refusal may arrive before aiomqtt waits for a response, so it is kept here. aiomqtt
        # would store the refusal, and the connection's end, as exceptions that are never awaited.
        paho.on_connect = lambda *arguments: self._greeted(arguments[3], welcome, arguments)
        paho.on_disconnect = lambda *arguments: self._ended(arguments[3])
        paho.on_socket_open = lambda client, _userdata, sock: self._opened(client, sock)
        paho.on_socket_register_write = lambda *_: self._flush_soon()
        paho.on_socket_unregister_write = lambda *_: None
        paho.on_publish = lambda _client, _userdata, packet_id, *_: self._confirmed(packet_id)

    # --- the connection's life --------------------------------------------------------------------

    async def open(self) -> None:
        """Connect. Raises LinkLost, or CredentialsRefused."""
        await self._unless_lost(self._client.__aenter__())
        self._accepted = True

    async def subscribe(self, filters: Sequence[str]) -> tuple[str, ...]:
        """Subscribe at QoS 1; return the filters that the broker refuses. Raises LinkLost.

        QoS 0 instead of 1 is a refusal too: it would lose readings silently.
        """
        if not filters:
            return ()
        asked = [(filter_, 1) for filter_ in filters]
        codes = await self._answered(self._client.subscribe(asked, timeout=math.inf))
        granted = [code if isinstance(code, int) else code.value for code in codes]
        granted += [0x80] * (len(filters) - len(granted))
        return tuple(f for f, code in zip(filters, granted, strict=False) if code != 1)

    def close(self) -> list[QueuedMessage]:
        """Disconnect, with a DISCONNECT if still connected. Return the unconfirmed messages."""
        self._given_up = True
        if self._pulse is not None:
            self._pulse.cancel()
        if self._wire is not None:
            if not self.lost.done():
                self._paho.disconnect()
                self._wire.flush_now()
            self._wire.hang_up("closed")
        self._lose("closed")
        unconfirmed, self._unconfirmed = self._unconfirmed, {}
        return list(unconfirmed.values())

    def abandon(self, reason: str) -> None:
        """End a connection that is no longer useful; `lost` receives the reason."""
        self._lose(reason)
        if self._wire is not None:
            self._wire.hang_up(reason)

    # --- messages ---------------------------------------------------------------------------------

    def acknowledge(self, packet_ids: Sequence[int]) -> None:
        if self._wire is not None:
            self._wire.acknowledge(packet_ids)

    def publish(self, message: QueuedMessage) -> bool:
        """Send a message; never waits. False: it could not be sent."""
        if not self._accepted or self.lost.done() or len(self._unconfirmed) >= LIMIT:
            return False
        info = self._paho.publish(message.topic, message.payload, message.qos, message.retain)
        if info.rc != 0:
            return False
        if message.qos:
            self._unconfirmed[info.mid] = message
        return True

    def publish_now(self, message: QueuedMessage) -> bool:
        """Publish, and write to the socket before this returns, as far as the kernel accepts it.

        A turn of the loop may be long; a timed message must not wait for its end.
        """
        sent = self.publish(message)
        if sent and self._wire is not None:
            self._wire.flush_now()
        return sent

    @property
    def waited_since(self) -> float | None:
        """See `PacketSocket`."""
        return None if self._wire is None else self._wire.waited_since

    def listen(self) -> bool:
        """Read the received data now. True: all is read."""
        return self._wire is None or self._wire.listen()

    # --- callbacks of paho ------------------------------------------------------------------------

    def _opened(self, paho: Paho, sock: Any) -> None:
        """Set up the wire once TCP and TLS are established. Runs in the thread that dials."""
        if self._given_up:
            sock.close()
            raise ConnectionAbortedError("nobody waits for this connection any more")
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        wire = PacketSocket(
            self._loop, sock, paho, self._on_publish, urgent=self._urgent, clock=self._clock
        )
        paho._sock = wire  # noqa: SLF001 - paho does the same to speak over websockets
        self._wire = wire
        self._loop.call_soon_threadsafe(self._attach, wire)

    def _attach(self, wire: PacketSocket) -> None:
        wire.attach()
        if self._given_up:
            wire.hang_up("closed")
        else:
            self._pulse = self._loop.create_task(self._keep_alive(), name="mqtt keep-alive")
            self._pulse.add_done_callback(self._pulse_ended)

    async def _keep_alive(self) -> None:
        """Send pings when due; a broker that does not respond means a lost connection."""
        while self._paho.loop_misc() == 0:  # noqa: ASYNC110 - paho has no event to wait for
            await asyncio.sleep(1)

    def _pulse_ended(self, pulse: asyncio.Task[None]) -> None:
        if not pulse.cancelled() and (error := pulse.exception()) is not None:
            self.abandon(f"keeping it alive failed ({type(error).__name__})")

    def _greeted(self, answer: Any, welcome: Callable[..., None], arguments: Sequence[Any]) -> None:
        """Handle the response to our CONNECT; after a refusal paho ends the connection itself."""
        if answer.is_failure:
            self._refusal = _refused(answer.value)
        else:
            welcome(*arguments)

    def _flush_soon(self) -> None:
        if self._wire is not None:
            self._wire.flush_soon()

    def _confirmed(self, packet_id: int) -> None:
        if self._unconfirmed.pop(packet_id, None) is not None:
            self._on_confirmed()

    def _ended(self, code: object) -> None:
        if not self.lost.done():
            malformed = self._wire is not None and self._wire.malformed
            self.ousted = not (malformed or "keep alive" in str(code).lower())
        self._lose(self._why(code))

    def _why(self, code: object) -> str:
        fault = self._wire.fault if self._wire is not None else ""
        return fault or f"the connection ended ({str(code).lower()})"

    def _lose(self, reason: str) -> None:
        if not self.lost.done():
            self.lost.set_result(reason)

    async def _answered(self, call: Awaitable[T]) -> T:
        """Await a response while the broker sends any data. Raises LinkLost."""
        task = asyncio.ensure_future(self._unless_lost(call))
        try:
            for _ in range(BUSY):
                before = self._heard
                await asyncio.wait((task,), timeout=ANSWER_S)
                if task.done():
                    return task.result()
                if self._heard == before:
                    break
            raise LinkLost("the broker does not answer")
        finally:
            task.cancel()

    @property
    def _heard(self) -> int:
        return 0 if self._wire is None else self._wire.heard

    async def _unless_lost(self, call: Awaitable[T]) -> T:
        """Await a call of aiomqtt, which does not itself detect the end of the connection."""
        task = asyncio.ensure_future(call)
        try:
            await asyncio.wait((task, self.lost), return_when=asyncio.FIRST_COMPLETED)
            if task.done():
                return task.result()
        except aiomqtt.MqttError as error:
            raise _lost(error) from None
        finally:
            task.cancel()
        raise self._refusal or LinkLost(self.lost.result())


def tls_context(address: BrokerUrl, ca_file: str | None) -> ssl.SSLContext | None:
    """Return the TLS context that verifies the broker; None for plain TCP. Raises BadBrokerUrl."""
    if not address.tls:
        return None
    try:
        return ssl.create_default_context(cafile=ca_file)
    except OSError as error:
        raise BadBrokerUrl(f"the broker's certificates cannot be read: {error}") from None


def _will(will: Will | None) -> aiomqtt.Will | None:
    return aiomqtt.Will(will.topic, will.payload, will.qos, will.retain) if will else None


def _refused(code: int) -> LinkLost:
    """Return the error for the broker's response to a CONNECT."""
    if code in _REFUSED_FOR_CREDENTIALS:
        return CredentialsRefused("the broker refuses our credentials")
    return LinkLost(f"the broker refuses the connection (code {code})")


def _lost(error: aiomqtt.MqttError) -> LinkLost:
    """Return the error for a library's exception."""
    if str(error) == "Operation timed out":
        return LinkLost("the broker does not answer")
    return LinkLost(str(error))
