"""One MQTT connection that reconnects when it is lost. The package's only access to MQTT."""

import asyncio
import contextlib
import logging
import math
import random
import socket
import ssl
from collections.abc import AsyncIterator, Callable
from urllib.parse import unquote, urlsplit

import aiomqtt
from msgspec import Struct

from simulators.errors import Failed, WrongUse

BACKOFF_S = (0.1, 0.5, 1.0, 2.0, 5.0, 10.0)
CONNECT_S = 15.0
KEEPALIVE_S = 20
ANSWER_S = 5.0  # to connecting and subscribing
PUBACK_S = 30.0
# Lost connections are normal in this package; the library would report each on stderr.
QUIET = logging.getLogger("simulators.mqtt")
QUIET.addHandler(logging.NullHandler())
QUIET.propagate = False
UNREMARKABLE = 100_000  # outstanding publishes; the library warns from ten on


class Credentials(Struct, frozen=True):
    username: str | None = None
    password: str | None = None


class Broker(Struct, frozen=True):
    host: str
    port: int
    tls: bool
    credentials: Credentials

    @classmethod
    def parse(cls, url: str) -> "Broker":
        """Parse `mqtt://[user:password@]host[:port]` or `mqtts://…`. WrongUse otherwise."""
        wrong = WrongUse("--mqtt wants mqtt://[user:password@]host[:port] or mqtts://…")
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            raise wrong from None
        if parts.scheme not in ("mqtt", "mqtts") or not parts.hostname or port == 0:
            raise wrong
        tls = parts.scheme == "mqtts"
        user = unquote(parts.username) if parts.username else None
        password = unquote(parts.password) if parts.password else None
        credentials = Credentials(user, password)
        return cls(parts.hostname, port or (8883 if tls else 1883), tls, credentials)


class Link:
    """Connects for ever while it is permitted; loses unconfirmed messages, and reports that.

    topics       exact topics to subscribe to; `on_message(topic, payload)` gets their messages
    will         (topic, payload), retained, that the broker publishes when the connection is cut
    on_change    called, without arguments, whenever the connection is made or lost
    """

    def __init__(
        self,
        broker: Broker,
        client_id: str,
        *,
        credentials: Credentials | None = None,
        topics: tuple[str, ...] = (),
        will: tuple[str, bytes] | None = None,
        on_message: Callable[[str, bytes], None] = lambda _topic, _payload: None,
        on_change: Callable[[], None] = lambda: None,
    ) -> None:
        self.client_id = client_id
        self.trouble = ""
        self.connections = 0
        self._broker = broker
        self._credentials = credentials or broker.credentials
        self._topics = topics
        self._will = will
        self._on_message = on_message
        self._on_change = on_change
        self._client: aiomqtt.Client | None = None
        self._lost: asyncio.Future[None] | None = None
        self._up = asyncio.Event()
        self._permitted = asyncio.Event()
        self._permitted.set()

    @property
    def up(self) -> bool:
        return self._client is not None

    async def run(self) -> None:
        """Run until cancelled; then disconnect, so that the last will is not published."""
        attempt = 0
        while True:
            await self._permitted.wait()
            before = self.connections
            try:
                await self._one_connection()
            except aiomqtt.MqttError as fault:
                self.trouble = str(fault)
            attempt = 0 if self.connections > before else attempt + 1
            pause = BACKOFF_S[min(attempt, len(BACKOFF_S) - 1)]
            await asyncio.sleep(pause * random.uniform(0.5, 1.0))  # noqa: S311 (spreads, hides nothing)

    async def ready(self) -> None:
        """Wait for a connection; Failed if it does not come in time."""
        try:
            async with asyncio.timeout(CONNECT_S):
                await self._up.wait()
        except TimeoutError:
            where = f"{self._broker.host}:{self._broker.port}"
            raise Failed(f"no connection to the broker at {where}: {self.trouble}") from None

    async def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> bool:
        """Publish at QoS 1. True once the broker has confirmed it, False if the connection is lost
        first."""
        client, lost = self._client, self._lost
        if client is None or lost is None:
            return False
        sending = asyncio.ensure_future(
            client.publish(topic, payload, qos=1, retain=retain, timeout=math.inf)
        )
        try:
            done, _ = await asyncio.wait(
                {sending, lost}, timeout=PUBACK_S, return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            if not sending.done():
                sending.cancel()
        if sending in done:
            return sending.exception() is None
        if not done:
            self.cut()  # connected, and yet no answer: a new connection is better than this one
        return False

    def cut(self) -> None:
        """Break the connection as a dead network does: no DISCONNECT, so the will is published."""
        if self._client is None:
            return
        connection = self._client._client.socket()  # noqa: SLF001 (no public way to break off)
        if isinstance(connection, socket.socket):
            connection.shutdown(socket.SHUT_RDWR)

    def permit(self, reachable: bool) -> None:
        """Set whether there is a network."""
        if reachable:
            self._permitted.set()
        elif self._permitted.is_set():
            self._permitted.clear()
            self.cut()

    async def _one_connection(self) -> None:
        async with self._new_client() as client, self._noticing_the_end(client):
            client.pending_calls_threshold = UNREMARKABLE
            if self._topics:
                granted = await client.subscribe([(topic, 1) for topic in self._topics])
                if any(code == 0x80 for code in granted):
                    self.trouble = "the broker refuses a subscription"
            self._came(client)
            async for message in client.messages:
                if isinstance(message.payload, bytes):
                    self._on_message(str(message.topic), message.payload)

    @contextlib.asynccontextmanager
    async def _noticing_the_end(self, client: aiomqtt.Client) -> AsyncIterator[None]:
        try:
            yield
        finally:
            ended = client._disconnected  # noqa: SLF001 (or asyncio reports it as never looked at)
            if ended.done() and not ended.cancelled():
                ended.exception()
            if self.up:
                self._went()

    def _new_client(self) -> aiomqtt.Client:
        will = None
        if self._will is not None:
            will = aiomqtt.Will(self._will[0], self._will[1], qos=1, retain=True)
        return aiomqtt.Client(
            self._broker.host,
            self._broker.port,
            identifier=self.client_id,
            username=self._credentials.username,
            password=self._credentials.password,
            tls_context=ssl.create_default_context() if self._broker.tls else None,
            will=will,
            logger=QUIET,
            keepalive=KEEPALIVE_S,
            # Otherwise our own small confirmations would delay the next reading by 40 ms.
            socket_options=[(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)],
            timeout=ANSWER_S,
        )

    def _came(self, client: aiomqtt.Client) -> None:
        self._client = client
        self._lost = asyncio.get_running_loop().create_future()
        self.connections += 1
        self.trouble = ""
        self._up.set()
        self._on_change()

    def _went(self) -> None:
        self._client = None
        self._up.clear()
        if self._lost is not None and not self._lost.done():
            self._lost.set_result(None)
        self._on_change()
