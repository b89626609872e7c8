"""The client against a real Mosquitto, over a network that fails."""

import asyncio
import gc
import shutil
import subprocess
import threading
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import asynccontextmanager, closing, suppress
from pathlib import Path
from typing import Any, TypeVar

import pytest
import uvloop
from structlog.testing import capture_logs

from monitor.adapters.mqtt import (
    AckToken,
    AiomqttPort,
    Arrival,
    BadBrokerUrl,
    BrokerUnreachable,
    Canary,
    Will,
    accepts_anonymous,
    client,
    link,
)
from monitor.adapters.mqtt.packet_socket import TURN_S, Publish
from tests.adapters.raw_mqtt import RawClient, packet, publish, read_packet
from tests.parts import Mosquitto, missing, wait_until
from tests.parts.proxy import WeakLink

TOPIC = "dosing/v1/home/strap/readings"
FILTER = "dosing/v1/home/+/readings"

T = TypeVar("T")


class Service:
    """A fake service: records arrivals, acknowledges those that the test names."""

    def __init__(self, url: str, **wishes: Any) -> None:
        self.arrivals: list[Arrival] = []
        self.states: list[tuple[bool, str]] = []
        self.errors: list[Exception] = []
        defaults: dict[str, Any] = {
            "client_id": "monitor",
            "filters": [FILTER],
            "persistent": True,
            "on_message": self.arrivals.append,
            "on_connection": lambda up, reason: self.states.append((up, reason)),
            "on_error": self.errors.append,
        }
        self.port = AiomqttPort(url, **(defaults | wishes))

    @property
    def payloads(self) -> list[bytes]:
        return [arrival.payload for arrival in self.arrivals]

    @property
    def tokens(self) -> list[AckToken]:
        return [arrival.token for arrival in self.arrivals]

    async def connected(self) -> None:
        await wait_until(lambda: self.port.connected, what="the connection")

    async def heard(self, count: int) -> None:
        await wait_until(lambda: len(self.arrivals) >= count, what=f"{count} messages")

    @asynccontextmanager
    async def running(self, *, connected: bool = True) -> AsyncIterator["Service"]:
        task = asyncio.create_task(self.port.run())
        try:
            if connected:
                await self.connected()
            yield self
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


PLAIN = """\
user root
listener {port} 127.0.0.1
allow_anonymous true
log_dest stderr
log_type all
"""
PASSWORDS = PLAIN.replace("true", "false")


def _password_file(directory: Path, name: str, password: str) -> str:
    """Return the configuration that makes Mosquitto require this name and password."""
    program = shutil.which("mosquitto_passwd") or missing("mosquitto_passwd", "it is in mosquitto")
    file = directory / "passwords"
    subprocess.run([program, "-b", "-c", file, name, password], check=True, capture_output=True)
    return f"password_file {file}\n"


def _dynamic_security(directory: Path) -> str:
    """Return the configuration by which an administrator permits subscriptions; at first none."""
    plugins = sorted(Path("/usr").glob("lib*/**/mosquitto_dynamic_security.so"))
    program = shutil.which("mosquitto_ctrl")
    if not plugins or program is None:
        missing("Mosquitto's dynamic security", "it is in the package mosquitto")
    file = directory / "dynamic-security.json"
    subprocess.run(
        [program, "dynsec", "init", file, "admin", "secret"], check=True, capture_output=True
    )
    return f"plugin {plugins[0]}\nplugin_opt_config_file {file}\n"


def _certificate(directory: Path) -> str:
    """Return the configuration for TLS with a certificate of our own for localhost."""
    program = shutil.which("openssl") or missing("openssl", "install the package openssl")
    kind = ["-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    files = ["-keyout", f"{directory}/broker.key", "-out", f"{directory}/broker.crt"]
    subprocess.run([program, "req", *kind, *subject, *files], check=True, capture_output=True)
    return f"certfile {directory}/broker.crt\nkeyfile {directory}/broker.key\n"


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shorten the timeout of a silent broker, and the retry, to a fraction."""
    monkeypatch.setattr(link, "ANSWER_S", 0.3)
    monkeypatch.setattr(client, "FIRST_RETRY_S", 0.01)


# --- acknowledging --------------------------------------------------------------------------------


async def test_a_message_comes_with_all_that_it_says(mosquitto: Mosquitto) -> None:
    async with RawClient(mosquitto.port, "device") as device:
        await device.publish(TOPIC, b"\x00\xff old", retain=True)
        async with Service(mosquitto.url).running() as service:
            await service.heard(1)
            await device.publish(TOPIC, b"", qos=0)
            await service.heard(2)
    old, new = service.arrivals
    assert (old.topic, old.payload, old.retained) == (TOPIC, b"\x00\xff old", True)
    assert (new.topic, new.payload, new.retained) == (TOPIC, b"", False)


async def test_only_what_was_acknowledged_is_not_delivered_again(
    mosquitto: Mosquitto, weak_link: WeakLink
) -> None:
    service = Service(f"mqtt://127.0.0.1:{weak_link.port}")
    async with service.running(), RawClient(mosquitto.port, "device") as device:
        for number in range(5):
            await device.publish(TOPIC, b"%d" % number)
        await service.heard(5)
        assert service.port.unacked == 5

        weak_link.cut()
        await service.heard(10)
        assert service.payloads[5:] == service.payloads[:5]

        service.port.ack_many(service.tokens[5:9])
        weak_link_sent = len(weak_link.sent)
        await wait_until(lambda: len(weak_link.sent) > weak_link_sent)
        weak_link.cut()
        await service.heard(11)
        assert service.payloads[10:] == [b"4"]

        service.port.ack(service.tokens[10])
        assert (service.port.received, service.port.acked, service.port.unacked) == (11, 5, 0)
    # It sent a DISCONNECT: the last acknowledgement went before it.
    again = Service(mosquitto.url)
    async with again.running(), RawClient(mosquitto.port, "device") as device:
        await device.publish(TOPIC, b"next")
        await again.heard(1)
    assert again.payloads == [b"next"]


async def test_a_token_of_an_earlier_connection_acknowledges_nothing(
    mosquitto: Mosquitto, weak_link: WeakLink
) -> None:
    service = Service(f"mqtt://127.0.0.1:{weak_link.port}")
    async with service.running(), RawClient(mosquitto.port, "device") as device:
        await device.publish(TOPIC, b"1")
        await service.heard(1)
        weak_link.cut()
        await service.heard(2)
        stale = service.tokens[0]
        assert stale.packet_id == service.tokens[1].packet_id, "or the test shows nothing"

        service.port.ack(stale)
        assert service.port.acked == 0
        weak_link.cut()
        await service.heard(3)
        assert service.payloads == [b"1"] * 3


async def test_a_batch_of_acknowledgements_is_one_write(
    mosquitto: Mosquitto, weak_link: WeakLink
) -> None:
    service = Service(f"mqtt://127.0.0.1:{weak_link.port}")
    async with service.running(), RawClient(mosquitto.port, "device") as device:
        for number in range(50):
            await device.publish(TOPIC, b"%d" % number)
        await service.heard(50)
        before = len(weak_link.sent)
        service.port.ack_many(service.tokens[:25])
        for token in service.tokens[25:]:
            service.port.ack(token)
        await wait_until(lambda: len(weak_link.sent) > before)
    assert len(weak_link.sent[before]) == 50 * 4


# --- handlers -------------------------------------------------------------------------------------


async def test_a_handler_that_raises_stops_nothing_and_loses_nothing(
    mosquitto: Mosquitto, weak_link: WeakLink
) -> None:
    heard: list[bytes] = []

    def handle(arrival: Arrival) -> None:
        heard.append(arrival.payload)
        if arrival.payload == b"poison":
            raise ZeroDivisionError
        service.port.ack(arrival.token)

    service = Service(f"mqtt://127.0.0.1:{weak_link.port}", on_message=handle)
    async with service.running(), RawClient(mosquitto.port, "device") as device:
        with capture_logs() as logged:
            for payload in (b"1", b"poison", b"2"):
                await device.publish(TOPIC, payload)
            await wait_until(lambda: b"2" in heard)
        assert heard == [b"1", b"poison", b"2"]
        assert [type(e) for e in service.errors] == [ZeroDivisionError]
        assert (service.port.faults, service.port.unacked) == (1, 1)
        assert [e["error"] for e in logged if e["log_level"] == "error"] == ["ZeroDivisionError"]
        assert "poison" not in str(logged)

        weak_link.cut()
        await wait_until(lambda: len(heard) == 4)
        assert heard[3] == b"poison"


async def test_a_flood_leaves_turns_to_others(mosquitto_with: Callable[..., Mosquitto]) -> None:
    """A backlog is decided in pieces; between two pieces all other tasks run."""
    mosquitto = mosquitto_with(PLAIN + "max_inflight_messages 1000\n")
    size = 200
    each = TURN_S / 10
    turn = 0
    now = 0.0
    seen_in: dict[int, int] = {}

    def handle(arrival: Arrival) -> None:
        nonlocal now
        now += each
        seen_in[turn] = seen_in.get(turn, 0) + 1
        service.port.ack(arrival.token)

    async def others() -> None:
        nonlocal turn
        while True:
            turn += 1
            await asyncio.sleep(0)

    service = Service(mosquitto.url, on_message=handle, clock=lambda: now)
    async with service.running():
        pass
    async with RawClient(mosquitto.port, "device") as device:
        for number in range(800):
            await device.publish(TOPIC, b"%d" % number + b" " * size)
    ticking = asyncio.create_task(others())
    async with service.running():
        await wait_until(lambda: service.port.received == 800)
    ticking.cancel()
    # A turn of ours may fall twice between two of theirs.
    assert max(seen_in.values()) <= 2 * (TURN_S / each + 1)
    assert max(seen_in.values()) > 1, "or it reads one message a turn"


# --- connecting -----------------------------------------------------------------------------------


async def test_messages_flow_again_after_the_broker_was_killed(mosquitto: Mosquitto) -> None:
    async with Service(mosquitto.url).running() as service:
        mosquitto.kill()
        await wait_until(lambda: not service.port.connected)
        mosquitto.start()
        await service.connected()
        async with RawClient(mosquitto.port, "device") as device:
            await device.publish(TOPIC, b"1")
            await service.heard(1)
    assert [up for up, _ in service.states][:2] == [True, False]
    assert service.states[-1] == (True, "")
    assert service.port.reconnects == 1


async def test_it_waits_for_a_broker_that_is_not_there_yet(mosquitto: Mosquitto) -> None:
    mosquitto.stop()
    async with Service(mosquitto.url).running(connected=False) as service:
        await wait_until(lambda: service.states)
        assert not service.states[0][0]
        assert "refused" in service.states[0][1]
        mosquitto.start()
        await service.connected()


async def test_a_broker_that_hangs_up_at_once_is_not_waited_for(
    mosquitto: Mosquitto, weak_link: WeakLink
) -> None:
    mosquitto.stop()  # a server remains that accepts and hangs up
    service = Service(f"mqtt://127.0.0.1:{weak_link.port}")
    async with service.running(connected=False):
        await wait_until(lambda: service.states, timeout=link.ANSWER_S / 2)
        assert service.states[0][1] != "the broker does not answer"
        mosquitto.start()
        await service.connected()


@pytest.mark.usefixtures("impatient")
async def test_a_broker_that_never_answers_is_given_up(
    mosquitto: Mosquitto, weak_link: WeakLink
) -> None:
    weak_link.freeze()
    service = Service(f"mqtt://127.0.0.1:{weak_link.port}")
    async with service.running(connected=False):
        await wait_until(lambda: weak_link.connections >= 2, what="a second try")
        assert service.states == [(False, "the broker does not answer")]
        weak_link.thaw()
        await service.connected()


class BusyBroker:
    """Accepts every client, answers a subscription after `after` messages, or never (None)."""

    def __init__(self, after: int | None) -> None:
        self._after = after
        self.connections = 0

    @asynccontextmanager
    async def running(self) -> AsyncIterator[str]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        async with server:
            yield f"mqtt://127.0.0.1:{server.sockets[0].getsockname()[1]}"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        with closing(writer), suppress(OSError, asyncio.IncompleteReadError):
            await read_packet(reader)
            writer.write(packet(0x20, bytes(2)))
            _, body = await read_packet(reader)
            sent = 0
            while sent != self._after:
                sent += 1
                writer.write(publish(TOPIC, b"%d" % sent, packet_id=sent))
                await writer.drain()
                await asyncio.sleep(link.ANSWER_S / 10)
            writer.write(packet(0x90, body[:2] + b"\x01"))
            await reader.read()


@pytest.mark.usefixtures("impatient")
async def test_a_broker_that_delivers_a_backlog_before_it_answers_is_waited_for() -> None:
    broker = BusyBroker(after=30)
    async with broker.running() as url, Service(url).running() as service:
        assert service.payloads == [b"%d" % number for number in range(1, 31)]
        assert (broker.connections, service.states) == (1, [(True, "")])


@pytest.mark.usefixtures("impatient")
async def test_one_that_only_talks_and_never_answers_is_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(link, "BUSY", 2)
    broker = BusyBroker(after=None)
    async with broker.running() as url, Service(url).running(connected=False) as service:
        await wait_until(lambda: broker.connections >= 2, what="a second try")
        assert service.states == [(False, "the broker does not answer")]


async def test_a_connection_that_went_silent_is_found_out(
    mosquitto: Mosquitto, weak_link: WeakLink
) -> None:
    service = Service(f"mqtt://127.0.0.1:{weak_link.port}", keepalive_s=1)
    async with service.running():
        weak_link.freeze()
        await wait_until(lambda: not service.port.connected)
        weak_link.thaw()
        await service.connected()
        async with RawClient(mosquitto.port, "device") as device:
            await device.publish(TOPIC, b"1")
            await service.heard(1)


@pytest.mark.usefixtures("impatient")
async def test_two_that_share_a_client_id_are_told(mosquitto: Mosquitto) -> None:
    async with Service(mosquitto.url).running() as one, Service(mosquitto.url).running() as other:
        states = await wait_until(
            lambda: [r for _, r in one.states + other.states if "somebody else" in r]
        )
    assert "client id" in states[0]


async def test_a_deaf_connection_is_made_anew(
    mosquitto_with: Callable[..., Mosquitto], tmp_path: Path
) -> None:
    # Mosquitto grants the subscription, and its access list blocks all messages to it.
    (tmp_path / "acl").write_text("topic readwrite dosing/#\ntopic write canary\n")
    broker = mosquitto_with(PLAIN + f"acl_file {tmp_path}/acl\n")
    service = Service(broker.url, canary=Canary("canary", every_s=0.05, patience_s=0.3))
    async with service.running():
        await wait_until(lambda: not service.port.connected)
        assert "test message" in service.states[1][1]
        await service.connected()
        assert service.port.reconnects >= 1


async def test_the_canary_is_timed_and_proves_that_we_hear(
    mosquitto: Mosquitto, weak_link: WeakLink
) -> None:
    now = [5.0]
    canary = Canary("canary", every_s=0.02, patience_s=60)
    url = f"mqtt://127.0.0.1:{weak_link.port}"
    service = Service(url, canary=canary, clock=lambda: now[0])
    assert (service.port.proven_at, service.port.canary_seconds) == (None, None)
    async with service.running():
        await wait_until(lambda: service.port.proven_at == 5.0)
        assert service.port.canary_seconds == 0.0
        weak_link.freeze()
        await wait_until(lambda: service.port._trips.missed > 1)
        now[0] = 8.0
        # In flight for three seconds; that the canary was once quick does not help.
        assert service.port.canary_seconds == 3.0
        assert service.port.owed_s == 3.0
        # Another client's message proves no round trip.
        service.port._arrived(Publish("canary", b"1", False, 0, 0, 8.0))
        assert service.port.proven_at == 5.0
        weak_link.thaw()
        await wait_until(lambda: service.port.proven_at == 8.0)
        await wait_until(lambda: service.port.owed_s == 0.0)


async def test_a_canary_that_comes_at_qos_1_takes_no_room_in_the_window(
    mosquitto_with: Callable[..., Mosquitto],
) -> None:
    broker = mosquitto_with(PLAIN + "max_inflight_messages 2\n")
    async with (
        Service(broker.url, canary=Canary("canary")).running() as service,
        RawClient(broker.port, "device") as device,
    ):
        for _ in range(3):
            await device.publish("canary", b"somebody else's")
        await device.publish(TOPIC, b"1")
        await service.heard(1)


async def test_a_full_window_is_not_deafness(mosquitto_with: Callable[..., Mosquitto]) -> None:
    broker = mosquitto_with(PLAIN + "max_inflight_messages 2\n")
    canary = Canary("canary", every_s=0.05, patience_s=0.5)
    async with RawClient(broker.port, "device") as device:
        await device.subscribe("canary")
        async with Service(broker.url, canary=canary).running() as service:
            for _ in range(4):
                await device.publish(TOPIC, b"1")
            await service.heard(2)
            await device.take(12)
            assert service.port.connected
            assert len(service.arrivals) == 2, "or the window was not full"
            assert service.port.reconnects == 0
            assert service.port.received == 2, "canaries are not messages"


async def test_the_last_will_is_published_for_who_vanished(
    mosquitto: Mosquitto, weak_link: WeakLink
) -> None:
    url = f"mqtt://127.0.0.1:{weak_link.port}"
    async with RawClient(mosquitto.port, "device") as device:
        await device.subscribe("state")
        async with Service(url, will=Will("state", b"gone")).running():
            weak_link.cut()
            assert (await device.next()).payload == b"gone"


async def test_who_leaves_says_good_bye(mosquitto: Mosquitto) -> None:
    async with RawClient(mosquitto.port, "device") as device:
        await device.subscribe("state")
        async with Service(mosquitto.url, will=Will("state", b"gone")).running():
            pass
        await wait_until(lambda: "Client monitor " in mosquitto.log, what="the end")
        assert "Client monitor disconnected" in mosquitto.log
        await device.publish("state", b"next")
        assert (await device.next()).payload == b"next"


def test_it_works_on_uvloop(mosquitto: Mosquitto) -> None:
    async def story() -> None:
        async with Service(mosquitto.url).running() as service:
            async with RawClient(mosquitto.port, "device") as device:
                await device.publish(TOPIC, b"1" * 100_000)
                await service.heard(1)
                service.port.ack_many(service.tokens)
                mosquitto.kill()
                await wait_until(lambda: not service.port.connected)
            mosquitto.start()
            await service.connected()
            async with RawClient(mosquitto.port, "device") as device:
                await device.publish(TOPIC, b"2")
                await wait_until(lambda: b"2" in service.payloads)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(story())


# --- permissions ----------------------------------------------------------------------------------


async def test_a_refused_subscription_is_seen_and_asked_for_again(
    mosquitto_with: Callable[..., Mosquitto], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "ASK_AGAIN_S", 0.05)
    broker = mosquitto_with(PLAIN + _dynamic_security(tmp_path))
    service = Service(broker.url, filters=["a/readings", "b/readings"])
    async with service.running(connected=False):
        await wait_until(lambda: service.states)
        assert service.states == [
            (False, "the broker refuses the subscription to a/readings, b/readings")
        ]
        assert list(service.port.rejected_filters) == ["a/readings", "b/readings"]
        assert not service.port.connected

        async with RawClient(broker.port, "admin", credentials=("admin", "secret")) as admin:
            await admin.publish(
                "$CONTROL/dynamic-security/v1",
                b'{"commands":[{"command":"setDefaultACLAccess",'
                b'"acls":[{"acltype":"subscribe","allow":true}]}]}',
            )
            await service.connected()
        assert list(service.port.rejected_filters) == []
        assert service.states[1:] == [(True, "")]
        assert service.port.reconnects == 0


async def test_credentials_are_used_and_never_shown(
    mosquitto_with: Callable[..., Mosquitto], tmp_path: Path
) -> None:
    broker = mosquitto_with(PASSWORDS + _password_file(tmp_path, "monitor", "pass/word"))
    with capture_logs() as logged:
        right = Service(f"mqtt://monitor:pass%2Fword@127.0.0.1:{broker.port}")
        async with right.running():
            assert right.states == [(True, "")]
        wrong = Service(f"mqtt://monitor:wrong-word@127.0.0.1:{broker.port}")
        async with wrong.running(connected=False):
            await wait_until(lambda: wrong.states)
    assert wrong.states[0] == (False, "the broker refuses our credentials")
    assert logged
    assert "word" not in f"{logged} {right.port.address} {right.port._login} {wrong.states}"


async def test_a_broker_that_lets_everybody_in_is_known(
    mosquitto: Mosquitto, mosquitto_with: Callable[..., Mosquitto], tmp_path: Path
) -> None:
    guarded = mosquitto_with(PASSWORDS + _password_file(tmp_path, "monitor", "word"))
    assert await accepts_anonymous(mosquitto.url)
    assert not await accepts_anonymous(guarded.url)
    assert not await accepts_anonymous(f"mqtt://monitor:word@127.0.0.1:{guarded.port}")
    guarded.stop()
    with pytest.raises(BrokerUnreachable, match="refused"):
        await accepts_anonymous(f"mqtt://monitor:word@127.0.0.1:{guarded.port}")


class LateThreads(ThreadPoolExecutor):
    """Finishes work in a thread, and reports it to the loop only after `gone` is set."""

    def __init__(self) -> None:
        super().__init__()
        self.gone = threading.Event()

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        def late() -> T:
            done = fn(*args, **kwargs)
            assert self.gone.wait(10)
            return done

        return super().submit(late)


async def test_a_refusal_that_comes_before_we_wait_for_it_is_a_refusal() -> None:
    threads = LateThreads()
    asyncio.get_running_loop().set_default_executor(threads)

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with closing(writer):
            await read_packet(reader)
            writer.write(packet(0x20, b"\x00\x05"))
            await reader.read()
            threads.gone.set()

    server = await asyncio.start_server(refuse, "127.0.0.1", 0)
    async with server:
        url = f"mqtt://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        assert not await accepts_anonymous(url)


@pytest.mark.filterwarnings("ignore::ResourceWarning")  # paho leaves a failed handshake's socket
async def test_the_brokers_certificate_is_checked(
    mosquitto_with: Callable[..., Mosquitto], tmp_path: Path
) -> None:
    broker = mosquitto_with(PLAIN + _certificate(tmp_path))
    url = f"mqtts://localhost:{broker.port}"
    large = b"x" * 1_048_576
    service = Service(url, ca_file=str(tmp_path / "broker.crt"))
    async with service.running():
        service.port.publish(TOPIC, large)
        await service.heard(1)
        assert service.payloads == [large]
        assert await accepts_anonymous(url, ca_file=str(tmp_path / "broker.crt"))
    stranger = Service(url)
    async with stranger.running(connected=False):
        await wait_until(lambda: stranger.states)
    assert "certificate" in stranger.states[0][1]
    with pytest.raises(BadBrokerUrl, match="certificates cannot be read"):
        Service(url, ca_file=str(tmp_path / "absent.crt"))
    gc.collect()


# --- publishing -----------------------------------------------------------------------------------


async def test_what_is_published_arrives(mosquitto: Mosquitto) -> None:
    async with RawClient(mosquitto.port, "device") as device:
        await device.subscribe("#")
        async with Service(mosquitto.url).running() as service:
            for number in range(500):
                service.port.publish("commands", b"%d" % number)
            for number in range(500):
                message = await device.next()
                device.acknowledge(message)
                assert message.payload == b"%d" % number
            await wait_until(lambda: service.port.published == 500)
            assert service.port.dropped == 0


async def test_what_is_published_while_connecting_arrives_once(mosquitto: Mosquitto) -> None:
    async with RawClient(mosquitto.port, "device") as device:
        await device.subscribe("commands")
        async with Service(mosquitto.url).running(connected=False) as service:
            while service.port._link is None:
                await asyncio.sleep(0)
            assert not service.port.connected
            service.port.publish("commands", b"early", keep=True)
            await service.connected()
            service.port.publish("commands", b"late")
            assert [m.payload for m in await device.take(2)] == [b"early", b"late"]


async def test_what_is_kept_while_disconnected_is_sent_later(mosquitto: Mosquitto) -> None:
    mosquitto.stop()
    async with Service(mosquitto.url, outbox_limit=3).running(connected=False) as service:
        service.port.publish("alarms", b"not kept")
        service.port.publish("status", b"old", retain=True)
        service.port.publish("commands", b"0", keep=True)
        service.port.publish("commands", b"1", keep=True)
        service.port.publish("status", b"new", retain=True)
        service.port.publish("commands", b"2", keep=True)
        assert service.port.dropped == 2, "the one not to keep, and the oldest of four"
        mosquitto.start()
        await service.connected()
        async with RawClient(mosquitto.port, "device") as device:
            await device.subscribe("status")
            assert (await device.next()).payload == b"new"
        assert service.port.published == 3


async def test_what_the_broker_never_confirmed_is_sent_again(
    mosquitto: Mosquitto, weak_link: WeakLink
) -> None:
    service = Service(f"mqtt://127.0.0.1:{weak_link.port}")
    async with service.running(), RawClient(mosquitto.port, "device") as device:
        await device.subscribe("commands")
        weak_link.freeze()
        service.port.publish("commands", b"kept", keep=True)
        service.port.publish("commands", b"not kept")
        weak_link.cut()
        weak_link.thaw()
        assert (await device.next()).payload == b"kept"
        assert service.port.dropped == 1


@pytest.mark.parametrize("topic", ["", "a/+/b", "a/#", "a\0b", "x" * 70_000])
async def test_what_is_not_a_topic_is_refused_at_once(topic: str) -> None:
    service = Service("mqtt://127.0.0.1:1")
    with pytest.raises(ValueError, match="topic"):
        service.port.publish(topic, b"", keep=True)
