"""The turnstile before a real broker: how much one client may cost the others."""

import asyncio
import contextlib
import socket
import ssl
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import psutil
import pytest

from monitor.adapters.broker.turnstile import Pace, Turnstile
from monitor.adapters.broker.turnstile import connection as client_module
from monitor.adapters.broker.turnstile import listener as listener_module
from monitor.adapters.broker.turnstile.weight import WIDE_AT_MOST
from monitor.service.turnstile import Certificate
from tests.adapters.raw_mqtt import RawClient, connect, packet, publish, text
from tests.parts import Mosquitto, wait_until
from tests.parts.deployed import certificates

HOST: Final = "127.0.0.1"
ALL: Final = packet(0x82, b"\0\1" + text("readings/#") + b"\0")
Secure = tuple[ssl.SSLContext | None, ssl.SSLContext | None]
SLOW: Final = Pace(packets=100, bytes=1e6, clients=2)


@asynccontextmanager
async def through(
    broker: int, pace: Pace = SLOW, most: int = 1_000, tls: ssl.SSLContext | None = None,
    *, whole: bool = True,
) -> AsyncIterator[int]:  # fmt: skip
    """Yield its port. whole: at the end, data in flight still passes."""

    async def reach(made: Callable[[], asyncio.Protocol]) -> None:
        await asyncio.get_running_loop().create_connection(made, HOST, broker)

    at = socket.create_server((HOST, 0))
    turnstile = Turnstile(now, reach, pace, most, tls)
    server = turnstile.serve(at)
    try:
        yield at.getsockname()[1]
        if whole:
            await wait_until(lambda: not turnstile.clients, 20, "the end of its connections")
    finally:
        server.close()
        turnstile.hang_up()
        await wait_until(lambda: not turnstile.clients, 5, "the end of its connections")
        assert turnstile.ledger.held_up == 0


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(params=["plain", "tls"])
def secure(request: pytest.FixtureRequest, certificate: Path) -> Secure:
    """The TLS contexts of the turnstile and of its clients; None: plain."""
    if request.param == "plain":
        return None, None
    context = Certificate(certificate).context
    return context, ssl.create_default_context(cafile=certificate / "server.crt")


def now() -> float:
    return asyncio.get_running_loop().time()


class Ear:
    """A subscriber at the broker itself for `readings/#`. began: when it began to listen."""

    def __init__(self, client: RawClient) -> None:
        self.began = now()
        self.heard: list[str] = []
        self._client = client

    async def run(self) -> None:
        while True:
            message = await self._client.next(60)
            self.heard.append(message.topic.removeprefix("readings/"))

    def of(self, name: str) -> int:
        return self.heard.count(name)


@pytest.fixture
async def ear(mosquitto: Mosquitto) -> AsyncIterator[Ear]:
    async with RawClient(mosquitto.port, "ear") as client:
        await client.subscribe("readings/#", qos=0)
        one = Ear(client)
        running = asyncio.create_task(one.run())
        yield one
        running.cancel()


def many(name: str, count: int, size: int = 8) -> bytes:
    return publish(f"readings/{name}", bytes(size), qos=0) * count


async def settled(ear: Ear, name: str, count: int) -> float:
    """Wait for `count` messages; return the seconds that it took."""
    await wait_until(lambda: ear.of(name) >= count, 30, f"{count} of {name}")
    return now() - ear.began


async def test_one_is_read_at_its_pace_and_costs_nobody_else(
    mosquitto: Mosquitto, ear: Ear
) -> None:
    async with (
        through(mosquitto.port) as port,
        RawClient(port, "flood") as flood, RawClient(port, "other") as other,
    ):  # fmt: skip
        ear.began = now()
        flood.write(many("flood", 150))
        await settled(ear, "flood", 1)
        await other.publish("readings/other", b"1", qos=1)
        await settled(ear, "other", 1)
        assert ear.of("flood") < 150, "the other waited for the flood"
        assert await settled(ear, "flood", 150) > 1.4


async def test_what_a_quiet_client_saved_up_goes_through_at_once(
    mosquitto: Mosquitto, ear: Ear
) -> None:
    async with through(mosquitto.port) as port, RawClient(port, "quiet") as quiet:
        connected = now()
        await wait_until(lambda: now() - connected > 0.6, what="its savings")
        ear.began = now()
        quiet.write(many("quiet", 50))
        assert await settled(ear, "quiet", 50) < 0.3


async def test_who_comes_again_and_again_is_no_quicker(mosquitto: Mosquitto, ear: Ear) -> None:
    async with through(mosquitto.port) as port:
        began = now()
        for _ in range(30):
            async with RawClient(port, "again", credentials=("again", "x")) as client:
                client.write(many("again", 50))
                heard = ear.of("again")
                await wait_until(lambda heard=heard: ear.of("again") > heard, what="one more")  # type: ignore[misc]
        assert 100 < ear.of("again") <= 101 + 100 * (now() - began), "saved up once, and no more"


async def test_wills_are_sent_at_the_pace_of_their_account(mosquitto: Mosquitto, ear: Ear) -> None:
    """A broker publishes them by itself."""
    async with through(mosquitto.port) as port:
        began = now()
        for _ in range(100):
            will = ("readings/will", bytes(8_000))
            async with RawClient(port, "wills", credentials=("wills", "x"), will=will):
                pass
        await settled(ear, "will", 100)
        assert now() - began > 0.7  # 18 ms each, minus one second saved up
        async with RawClient(port, "other", credentials=("other", "x")):
            pass


@pytest.mark.parametrize("polite", [True, False])
async def test_what_was_sent_before_the_end_comes_through(
    mosquitto: Mosquitto, ear: Ear, secure: Secure, polite: bool
) -> None:
    """Also data that had to wait, however either end closes; a DISCONNECT suppresses the will."""
    theirs, ours = secure
    async with through(mosquitto.port, tls=theirs) as port:
        reader, writer = await asyncio.open_connection("localhost", port, ssl=ours)
        writer.write(connect("leaves", will=("readings/will", b"gone")))
        await reader.readexactly(4)
        numbered = [publish(f"readings/{n}", b"x", qos=0) for n in range(150)]
        writer.write(b"".join(numbered) + (b"\xe0\x00" if polite else b""))
        writer.close()
        await settled(ear, "149", 1)
        if not polite:
            await settled(ear, "will", 1)
        async with RawClient(mosquitto.port, "after") as after:
            await after.publish("readings/after", b"1")
        await settled(ear, "after", 1)
        with contextlib.suppress(OSError, ssl.SSLError):
            await writer.wait_closed()
    said = [topic for topic in ear.heard if topic != "after"]
    assert said == [*map(str, range(150)), *([] if polite else ["will"])]


async def test_who_comes_again_waits_for_what_his_last_connection_sent(
    mosquitto: Mosquitto, ear: Ear
) -> None:
    account = ("again", "x")
    async with through(mosquitto.port) as port:
        reader, writer = await asyncio.open_connection(HOST, port)
        writer.write(connect("again", credentials=account, will=("readings/will", b"gone")))
        await reader.readexactly(4)
        writer.write(many("first", 150) + b"\xe0\x00")
        writer.close()
        await writer.wait_closed()
        async with RawClient(port, "again", credentials=account) as again:
            await again.publish("readings/second", b"1")
        await settled(ear, "second", 1)
    assert ear.heard == [*["first"] * 150, "second"]


async def test_what_comes_after_a_good_bye_is_nobodys(
    mosquitto: Mosquitto, certificate: Path
) -> None:
    """A client that ends its TLS while it is held up, and continues to send."""
    trust = ssl.create_default_context(cafile=certificate / "server.crt")
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = trust.wrap_bio(incoming, outgoing, server_hostname="localhost")
    theirs = Certificate(certificate).context
    me = psutil.Process()
    async with (
        through(mosquitto.port, tls=theirs) as port, stranger(port) as (reader, writer),
    ):  # fmt: skip
        while client.version() is None:
            with contextlib.suppress(ssl.SSLWantReadError):
                client.do_handshake()
            writer.write(outgoing.read())
            if client.version() is None:
                incoming.write(await reader.read(65_536))
        client.write(connect("ends"))
        writer.write(outgoing.read())
        await reader.read(65_536)
        client.write(b"\xc0\x00" * 200)
        with contextlib.suppress(ssl.SSLError):
            client.unwrap()
        writer.write(outgoing.read())
        before = me.memory_info().rss
        with contextlib.suppress(TimeoutError, ConnectionError):
            async with asyncio.timeout(1):
                while True:
                    writer.write(bytes(65_536))
                    await writer.drain()
        assert me.memory_info().rss - before < 20e6


async def test_large_ones_count_by_their_bytes(mosquitto: Mosquitto, ear: Ear) -> None:
    async with through(mosquitto.port) as port, RawClient(port, "large") as large:
        ear.began = now()
        large.write(many("large", 2, 600_000))
        assert await settled(ear, "large", 2) > 1.1


async def test_who_subscribes_to_too_much_is_hung_up_on(mosquitto: Mosquitto) -> None:
    """A kept session counts over all its connections, and known filters may come again."""
    account = ("greedy", "x")
    groups = [f"$share/{n}/#" for n in range(WIDE_AT_MOST + 1)]
    async with through(mosquitto.port, Pace()) as port, RawClient(port, "other") as other:
        for again in (False, True):
            async with RawClient(port, "g", clean=False, credentials=account) as greedy:
                assert await greedy.subscribe(*groups[:-1]) == [1] * WIDE_AT_MOST
                assert greedy.session_present is again
                greedy.write(packet(0x82, b"\0\7" + text(groups[-1]) + b"\1"))
                async with asyncio.timeout(5):
                    await greedy.closed.wait()
        async with RawClient(port, "g", credentials=account) as anew:
            assert await anew.subscribe(groups[-1]) == [1]
        await other.settle()


async def test_subscriptions_with_wildcards_are_as_slow_as_many_packets(
    mosquitto: Mosquitto,
) -> None:
    async with through(mosquitto.port) as port, RawClient(port, "searches") as searches:
        began = now()
        for _ in range(4):
            await searches.subscribe("readings/+")
        assert now() - began > 1.9  # a second each, the first two at once


async def test_who_never_releases_what_he_published_is_hung_up_on(
    mosquitto: Mosquitto, ear: Ear
) -> None:
    async with (
        through(mosquitto.port, Pace()) as port, RawClient(port, "other") as other,
        RawClient(port, "keeps", clean=False, credentials=("keeps", "x")) as keeps,
    ):  # fmt: skip
        some = [publish("readings/x", bytes(500_000), qos=2, packet_id=n) for n in range(1, 20)]
        keeps.write(b"".join(some[:15]))
        keeps.write(b"".join(packet(0x62, struct.pack("!H", n)) for n in range(1, 11)))
        await settled(ear, "x", 10)
        keeps.write(b"".join(some[:15]))
        await other.settle()
        keeps.write(b"".join(some[15:]))
        async with asyncio.timeout(10):
            await keeps.closed.wait()


async def test_many_together_share_what_all_may_send(mosquitto: Mosquitto, ear: Ear) -> None:
    async with through(mosquitto.port) as port, contextlib.AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(RawClient(port, f"c{n}")) for n in range(10)]
        ear.began = now()
        for client in clients:
            client.write(many("crowd", 40))
        # 400 at the pace of two clients; at a pace each, they would be through in 0.4 s.
        assert await settled(ear, "crowd", 400) > 1.4


async def test_the_service_itself_does_not_wait(mosquitto: Mosquitto, ear: Ear) -> None:
    async with (
        through(mosquitto.port) as port,
        RawClient(port, "ours", credentials=("service.monitor", "x")) as ours,
    ):
        ear.began = now()
        ours.write(many("ours", 2_000))
        assert await settled(ear, "ours", 2_000) < 10  # 20 s at the pace


async def test_its_answers_come_back_however_many(mosquitto: Mosquitto) -> None:
    async with through(mosquitto.port) as port, RawClient(port, "listens") as listens:
        await listens.subscribe("readings/#")
        async with RawClient(mosquitto.port, "says") as says:
            says.write(many("x", 500, 2_000))
            assert len(await listens.take(500)) == 500


async def test_who_hears_too_slowly_does_not_fill_its_memory(
    mosquitto: Mosquitto, ear: Ear, secure: Secure, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A client that reads no byte at all is hung up on."""
    theirs, ours = secure
    monkeypatch.setattr(client_module, "DEAF_S", 2.0)
    me = psutil.Process()
    async with through(mosquitto.port, tls=theirs) as port, stranger(port, ours) as (_, writer):
        writer.write(connect("deaf", will=("readings/will", b"gone")) + ALL)
        writer.transport.pause_reading()  # type: ignore[attr-defined]
        async with RawClient(mosquitto.port, "says") as says:
            before = me.memory_info().rss
            for _ in range(50):
                says.write(many("much", 40, 50_000))
                await says.settle()
            assert me.memory_info().rss - before < 60e6
        await settled(ear, "will", 1)


async def test_what_waits_is_left_in_its_senders_socket(
    mosquitto: Mosquitto, secure: Secure
) -> None:
    """At a pace at which time passes between two checks of it."""
    theirs, ours = secure
    me = psutil.Process()
    async with (
        through(mosquitto.port, Pace(), tls=theirs, whole=False) as port,
        stranger(port, ours) as (reader, writer),
    ):
        writer.write(connect("flood", credentials=("flood", "x")))
        await reader.readexactly(4)
        before, began, sent = me.memory_info().rss, now(), 0
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(2):
                while True:
                    writer.write(many("flood", 200, 40))
                    await writer.drain()
                    sent += 200 * len(many("flood", 1, 40))
        assert now() - began >= 2
        assert me.memory_info().rss - before < 10e6
        assert sent < 20e6, "sockets hold some of it"


@pytest.mark.parametrize(
    "bytes_sent", [b"GET / HTTP/1.1\r\n\r\n", b"\x10\xff\xff\xff\xff\x01", b"\x10\xff\xff\x7f"]
)
async def test_who_does_not_speak_mqtt_is_hung_up_on(
    mosquitto: Mosquitto, bytes_sent: bytes
) -> None:
    async with through(mosquitto.port) as port, stranger(port) as (reader, writer):
        writer.write(bytes_sent)
        await ended(reader)


async def test_who_does_not_say_who_he_is_takes_nobodys_place(
    mosquitto: Mosquitto, secure: Secure, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs, ours = secure
    monkeypatch.setattr(listener_module, "UNKNOWN", 2)
    async with (
        through(mosquitto.port, tls=theirs) as port, contextlib.AsyncExitStack() as stack,
    ):  # fmt: skip
        readers = [(await stack.enter_async_context(stranger(port)))[0] for _ in range(3)]
        await ended(readers[0])
        await reached(port, ours)
        monkeypatch.setattr(client_module, "CONNECT_S", 0.05)
        late, _ = await stack.enter_async_context(stranger(port))
        await ended(late)


async def test_a_crowd_from_one_address_takes_the_places_of_its_own(
    mosquitto: Mosquitto, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listener_module, "UNKNOWN", 3)
    async with (
        through(mosquitto.port) as port, stranger(port) as (reader, writer),
        contextlib.AsyncExitStack() as stack,
    ):  # fmt: skip
        crowd = [
            await stack.enter_async_context(stranger(port, source="127.0.0.2")) for _ in range(6)
        ]
        await ended(crowd[2][0])
        writer.write(connect("slow"))
        assert (await reader.readexactly(4))[3] == 0


async def test_a_broker_that_does_not_answer_keeps_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(client_module, "ANSWER_S", 0.1)
    with socket.create_server((HOST, 0)) as mute:
        async with (
            through(mute.getsockname()[1]) as port, stranger(port) as (reader, writer),
        ):  # fmt: skip
            writer.write(connect("waits"))
            await ended(reader)


async def test_whoever_is_one_too_many_is_hung_up_on(mosquitto: Mosquitto) -> None:
    async with through(mosquitto.port, most=1) as port:
        async with RawClient(port, "one") as one, stranger(port) as (second, _):
            await ended(second)
            await one.settle()
        await reached(port)


async def test_an_end_on_either_side_ends_the_other(mosquitto: Mosquitto, ear: Ear) -> None:
    async with through(mosquitto.port) as port:
        async with RawClient(port, "polite", will=("readings/polite", b"gone")) as polite:
            polite.write(many("last", 5))
            await polite.leave()
        async with RawClient(port, "vanishes", will=("readings/vanishes", b"gone")):
            pass
        await settled(ear, "vanishes", 1)
        assert (ear.of("last"), ear.of("polite")) == (5, 0)
        async with RawClient(port, "twice") as first, RawClient(port, "twice"):
            async with asyncio.timeout(5):
                await first.closed.wait()


async def test_without_a_broker_nobody_is_kept_waiting(mosquitto: Mosquitto) -> None:
    async with through(mosquitto.port) as port:
        mosquitto.stop()
        async with stranger(port) as (reader, writer):
            writer.write(connect("early"))
            await ended(reader)
        mosquitto.start()
        await reached(port)


@asynccontextmanager
async def stranger(
    port: int, tls: ssl.SSLContext | None = None, source: str = HOST
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """Open a connection that sends no byte."""
    more: dict[str, Any] = {} if tls is None else {"ssl": tls, "server_hostname": "localhost"}
    reader, writer = await asyncio.open_connection(
        HOST, port, limit=1_000, local_addr=(source, 0), **more
    )
    try:
        yield reader, writer
    finally:
        writer.transport.abort()
        with contextlib.suppress(OSError, ssl.SSLError):
            await writer.wait_closed()


async def ended(reader: asyncio.StreamReader) -> None:
    """Assert that the turnstile has closed the connection."""
    async with asyncio.timeout(5):
        with contextlib.suppress(ConnectionResetError):
            assert await reader.read(1) == b""


async def reached(port: int, tls: ssl.SSLContext | None = None) -> None:
    async with RawClient(port, "reaches", tls=tls) as client:
        await client.settle()
