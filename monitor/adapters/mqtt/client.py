"""The MQTT client that reconnects for ever: it hands messages on with a token, and publishes.

A message is acknowledged to the broker only when the service calls `ack_many`, after its commit.
Until then it counts against the broker's in-flight window, which is the back-pressure. Messages
that are unacknowledged when a connection ends arrive again on the next.
"""

import asyncio
import random
from collections.abc import Callable, Coroutine, Iterable, Sequence
from typing import Any, Final

import structlog

from monitor.adapters.mqtt.anonymous import Strangers
from monitor.adapters.mqtt.broom import Broom
from monitor.adapters.mqtt.contest import QUIET_S, REASON, Contest
from monitor.adapters.mqtt.link import BrokerLogin, Link, LinkLost, Will, tls_context
from monitor.adapters.mqtt.outbox import LIMIT, PublishQueue, QueuedMessage
from monitor.adapters.mqtt.packet_socket import Publish
from monitor.adapters.mqtt.port import AckToken, Arrival, Canary
from monitor.adapters.mqtt.trips import Trips
from monitor.adapters.mqtt.url import parse_url

FIRST_RETRY_S: Final = 0.25
LONGEST_RETRY_S: Final = 4.0  # no patient is monitored meanwhile
CONTESTED_RETRY_S: Final = 0.5  # the other client receives our messages meanwhile
STEADY_S: Final = 5.0  # a connection that lasts so long resets the retry delay
ASK_AGAIN_S: Final = 10.0  # for topics that the broker refused, and for retained messages
# While a connection always has data to read, the canary may be among them: so the timeout is longer
# by this factor.
_FLOODED: Final = 10

log = structlog.get_logger(__name__)


class AiomqttPort:
    """MqttPort over aiomqtt. Once `run` is running, call it from that loop's thread only.

    url            `mqtt[s]://[user:password@]host[:port]`; raises BadBrokerUrl
    client_id      fixed: with `persistent` the broker keeps a queue under this name
    filters        topics to subscribe to at QoS 1; they must not overlap, or a message comes twice
    persistent     False where the broker's persistent sessions are not to be trusted (amqtt)
    on_message     called for each message, synchronously; must not wait. If it raises, its message
                   remains unacknowledged and comes again on the next connection
    on_connection  (True, "") when connected and subscribed; (False, why) when not or no longer
    on_error       called with an error that a handler raised; the client continues
    on_contest     called with a reason when another client uses our client id, "" when this ends
    strangers      checks that the broker rejects clients without credentials; None: no check
    misplaced      topics on which retained messages are forbidden: such a message is handed on
                   once, and cleared at the broker
    swept          the filters that are subscribed again regularly to find such messages
    ca_file        for mqtts: certificates to trust instead of the system's
    clock          monotonic clock, s, for the canary's times and the times of reading; constant 0:
                   no timing
    lateness       total lateness of this loop, s; it is subtracted from the canary's times

    received, acked, published, dropped, reconnects, faults   counters since the start; `faults` are
                   handlers that raised
    unacked        number of messages of this connection that wait for their acknowledgement
    cleared        number of retained messages that were cleared
    rejected_filters   the filters that the broker does not grant
    proven_at      when the canary last came back while every filter was granted; None: not yet
    """

    def __init__(  # noqa: PLR0913 - all by name, and most with a good default
        self,
        url: str,
        *,
        client_id: str,
        filters: Sequence[str],
        persistent: bool,
        on_message: Callable[[Arrival], None],
        on_connection: Callable[[bool, str], None],
        on_error: Callable[[Exception], None] | None = None,
        on_contest: Callable[[str], None] = lambda _: None,
        strangers: Strangers | None = None,
        misplaced: Callable[[str], bool] = lambda _: False,
        swept: Sequence[str] = (),
        will: Will | None = None,
        canary: Canary | None = None,
        keepalive_s: int = 15,
        ca_file: str | None = None,
        outbox_limit: int = LIMIT,
        rng: random.Random | None = None,
        clock: Callable[[], float] = lambda: 0.0,
        lateness: Callable[[], float] = lambda: 0.0,
    ) -> None:
        address = parse_url(url)
        if canary is not None:
            _check_topic(canary.topic)
        self._login = BrokerLogin(
            address, client_id, persistent, will, keepalive_s, tls_context(address, ca_file)
        )
        self._filters = tuple(filters)
        self._on_message = on_message
        self._on_connection = on_connection
        self._on_error = on_error
        self._on_contest = on_contest
        self._contest = Contest()
        self._contested = False  # as last reported
        self._strangers = strangers
        self._broom = Broom(misplaced)
        self._swept = tuple(swept)
        self._canary = canary
        self._trips = Trips(clock, lateness)
        self._clock = clock
        self._rng = rng or random.SystemRandom()
        self._outbox = PublishQueue(outbox_limit)
        self._was_connected = False
        self._link: Link | None = None  # while connected, also with topics refused
        self._generation = 0
        self._told: tuple[bool, str] | None = None
        self._lost = 0
        self.connected = False
        self.rejected_filters: tuple[str, ...] = ()
        self.received = self.acked = self.published = 0
        self.reconnects = self.faults = 0
        self.unacked = 0
        self.proven_at: float | None = None

    @property
    def canary_seconds(self) -> float | None:
        """The duration of the canary's last round trip, or of the present one so far if that is
        longer, s, without this loop's lateness."""
        return self._trips.seconds

    @property
    def owed_s(self) -> float:
        """The age of the oldest canary that is not back, s; call `listen` before you judge it."""
        return self._trips.owed_s

    @property
    def waiting_s(self) -> float:
        """The time since the oldest message was read that is not handed to `on_message` yet, s."""
        since = None if self._link is None else self._link.waited_since
        return 0.0 if since is None else self._clock() - since

    def listen(self) -> bool:
        """Read the received data now. True: all is read, and the canary was not among it."""
        return self._link is None or self._link.listen()

    @property
    def address(self) -> str:
        """The broker's address, without credentials."""
        return self._login.url.redacted

    @property
    def cleared(self) -> int:
        return self._broom.cleared

    @property
    def dropped(self) -> int:
        """The number of our messages that will never be sent."""
        return self._lost + self._outbox.dropped

    # --- called by the service --------------------------------------------------------------------

    def ack(self, token: AckToken) -> None:
        """Confirm one message to the broker. Prefer `ack_many`."""
        self.ack_many((token,))

    def ack_many(self, tokens: Iterable[AckToken]) -> None:
        """Confirm these messages to the broker, in one write.

        A token of an earlier connection is ignored: the broker has delivered, or will deliver,
        that message again, and the packet id may belong to another one by now.
        """
        if self._link is None:
            return
        generation = self._generation
        packet_ids = [t.packet_id for t in tokens if t.generation == generation and t.qos]
        if packet_ids:
            self._link.acknowledge(packet_ids)
            self.acked += len(packet_ids)
            self.unacked -= len(packet_ids)

    def publish(
        self,
        topic: str,
        payload: bytes,
        *,
        qos: int = 1,
        retain: bool = False,
        keep: bool | None = None,
    ) -> None:
        """Send a message if connected; never waits.

        keep   send it later if it cannot be sent now or remains unconfirmed; the default for
               retained messages, which state what is true now, but not for others. Otherwise it is
               dropped and counted
        Raises ValueError for an invalid topic.
        """
        _check_topic(topic)
        message = QueuedMessage(topic, payload, qos, retain, retain if keep is None else keep)
        self._send(message)

    async def run(self) -> None:
        """Stay connected for ever. Ends only by cancellation, and then sends DISCONNECT."""
        failures = 0
        while True:
            steady, reason = await self._connection()
            failures = 0 if steady else failures + 1
            self._tell(False, reason)
            # Full jitter: many clients of one broker must not reconnect in step.
            most = CONTESTED_RETRY_S if self._contested else LONGEST_RETRY_S
            longest = min(most, FIRST_RETRY_S * 2 ** min(failures, 10))
            await asyncio.sleep(self._rng.uniform(0, longest))

    def _send(self, message: QueuedMessage) -> None:
        if self._link is not None and self._link.publish(message):
            self.published += not message.qos  # QoS 0 is never confirmed
        elif message.keep:
            self._outbox.put(message)
        else:
            self._lost += 1

    def _put_back(self, unconfirmed: list[QueuedMessage]) -> None:
        """Queue again the messages that were unconfirmed at the connection's end.

        They may arrive twice.
        """
        keep = [message for message in unconfirmed if message.keep]
        self._lost += len(unconfirmed) - len(keep)
        self._outbox.put_back(keep)

    # --- one connection ---------------------------------------------------------------------------

    async def _connection(self) -> tuple[bool, str]:
        """Connect and serve until the end. Return whether the connection was steady, and its end's
        reason."""
        if self._strangers is not None and (why := await self._strangers.admit()):
            return False, why
        self._generation += 1
        self.unacked = 0
        self._broom.forget()
        urgent = self._canary.topic if self._canary else ""
        link = Link(self._login, self._arrived, self._confirmed, urgent=urgent, clock=self._clock)
        loop = asyncio.get_running_loop()
        steady = asyncio.Event()
        timers = [loop.call_later(STEADY_S, steady.set)]
        accepted = False
        try:
            # Queued messages follow the CONNACK immediately, and may be acknowledged immediately.
            self._link = link
            await link.open()
            accepted = True
            timers.append(loop.call_later(QUIET_S, self._undisputed))
            await self._serve(link)
        except LinkLost as lost:
            if not accepted:
                self._contest.unreachable()
            elif link.ousted:
                self._contest.ended(self._clock())
                self._tell_contest()
            reason = f"{lost.reason}; {REASON}" if self._contested else lost.reason
            return accepted and steady.is_set(), reason
        finally:
            for timer in timers:
                timer.cancel()
            self._link = None
            self.connected = False
            self._trips.forget()
            self._put_back(link.close())
        raise AssertionError("a connection ends with LinkLost")

    async def _serve(self, link: Link) -> None:
        """Send the queued messages, subscribe, and watch the connection. Raises LinkLost."""
        self.reconnects += self._was_connected
        self._was_connected = True
        # Before the first await: an older state must not overtake a newer one.
        for message in self._outbox.take():
            self._send(message)
        canary = (self._canary.topic,) if self._canary else ()
        watches = []
        if self._strangers is not None:
            watches.append(_watching(link, self._strangers.watch(), "mqtt strangers"))
        try:
            refused = await link.subscribe(self._filters + canary)
            if self._canary and self._canary.topic not in refused:
                watches.append(_watching(link, self._watch(link, self._canary), "mqtt canary"))
            while True:
                self._subscribed(refused)
                await _unless_lost(link, ASK_AGAIN_S)
                # Subscribing again does not interrupt delivery, and brings the retained messages.
                again = refused or (self._swept if self._broom.idle else ())
                refused = await link.subscribe(again)
        finally:
            for watch in watches:
                watch.cancel()

    def _subscribed(self, refused: tuple[str, ...]) -> None:
        self.rejected_filters = refused
        self.connected = not refused
        if refused:
            self._tell(False, f"the broker refuses the subscription to {', '.join(refused)}")
        else:
            self._tell(True, "")

    async def _watch(self, link: Link, canary: Canary) -> None:
        """Send the canary, and abandon the connection when it does not return in time.

        Counts rounds, not seconds: a loop that was held up has not waited.
        """
        patience = max(1, round(canary.patience_s / canary.every_s))
        while True:
            # QoS 0: it must not queue behind readings that wait for their commit.
            link.publish_now(QueuedMessage(canary.topic, self._trips.send(), qos=0))
            await asyncio.sleep(canary.every_s)
            if self._trips.missed < patience:
                continue
            read = link.listen()
            if self._trips.missed >= (patience if read else patience * _FLOODED):
                link.abandon(
                    "the broker does not bring back our own test message"
                    f" (may we publish and read {canary.topic}?)"
                )
                return

    # --- callbacks of the link --------------------------------------------------------------------

    def _arrived(self, message: Publish) -> None:
        qos, number = message.qos, message.packet_id
        if self._canary and message.topic == self._canary.topic:
            if self._trips.back(message.payload, message.read_at) and self.connected:
                self.proven_at = message.read_at
            if qos and self._link is not None:  # amqtt raises it to the subscription's QoS
                self._link.acknowledge((number,))
            return
        if not message.payload and self._broom.is_echo(message.topic):
            if qos and self._link is not None:
                self._link.acknowledge((number,))
            return
        if message.retained and self._link is not None and self._broom.takes(message.topic):
            self._link.publish(QueuedMessage(message.topic, b"", qos=0, retain=True))
        self.received += 1
        self.unacked += qos
        token = AckToken(self._generation, number, qos)
        arrival = Arrival(message.topic, message.payload, message.retained, token, message.read_at)
        try:
            self._on_message(arrival)
        except Exception as error:  # noqa: BLE001 - a fault of one message must not stop the others
            self._fault("on_message", error)

    def _confirmed(self) -> None:
        self.published += 1

    def _tell(self, up: bool, reason: str) -> None:
        """Report each change of the connection once, to the service and the log."""
        if self._told == (up, reason):
            return
        self._told = (up, reason)
        log.info("mqtt_connection", up=up, reason=reason, broker=self.address)
        try:
            self._on_connection(up, reason)
        except Exception as error:  # noqa: BLE001 - the connection must outlive its watcher
            self._fault("on_connection", error)

    def _undisputed(self) -> None:
        self._contest.lives(QUIET_S)
        self._tell_contest()

    def _tell_contest(self) -> None:
        contested = self._contest.since is not None
        if contested == self._contested:
            return
        self._contested = contested
        log.info("mqtt_client_id_contested", contested=contested, broker=self.address)
        try:
            self._on_contest(REASON if contested else "")
        except Exception as error:  # noqa: BLE001 - as above
            self._fault("on_contest", error)

    def _fault(self, where: str, error: Exception) -> None:
        self.faults += 1
        log.error("mqtt_handler_failed", handler=where, error=type(error).__name__)
        if self._on_error is not None:
            self._on_error(error)


async def _unless_lost(link: Link, seconds: float) -> None:
    """Wait for `seconds`. Raises LinkLost when the connection ends before."""
    done, _ = await asyncio.wait((link.lost,), timeout=seconds)
    if done:
        raise LinkLost(link.lost.result())


def _watching(link: Link, watch: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
    """Run `watch` as a task. If it fails, abandon the connection: unwatched, it is not trusted."""
    task = asyncio.create_task(watch, name=name)

    def ended(task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            link.abandon(f"{name} failed ({type(error).__name__})")

    task.add_done_callback(ended)
    return task


def _check_topic(topic: str) -> None:
    # A broker ends the connection because of such a topic; a kept message would repeat that for
    # ever.
    if not topic or len(topic.encode()) > 65_535 or not {"+", "#", "\0"}.isdisjoint(topic):
        raise ValueError("not a topic to publish to")
