"""A device's rights at every broker: one table, tested against all three.

Mosquitto and amqtt as brokers of our own, and the configuration that docker-compose.yml starts.
"""

import asyncio
import contextlib
import socket
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple, Protocol

import pytest
import pytest_asyncio
from structlog.testing import capture_logs

from monitor.adapters.broker import access
from monitor.adapters.broker.access import Account
from monitor.adapters.broker.own import Kind, OwnBroker
from monitor.adapters.broker.turnstile import UNKNOWN
from tests.adapters.raw_mqtt import RawClient
from tests.parts import Mosquitto, free_port, wait_until
from tests.parts.deployed import PASSWORDS, certificates, deployed
from tests.parts.mosquitto import mosquitto_program

AT: Final = "dosing/v1/home"
STRAP, CUFF = "strap-1", "strap-2"


class Row(NamedTuple):
    """A topic, and the rights of the device `strap-1` there."""

    topic: str
    publish: bool = False
    hear: bool = False
    retain: bool = False  # leave a message there


# The table of `access.DEVICE` again, by hand: own topics, and those that belong to others.
TABLE: Final = [
    Row(f"{AT}/{STRAP}/readings", publish=True),
    Row(f"{AT}/{STRAP}/readings/gatt-2a37", publish=True),
    Row(f"{AT}/{STRAP}/status", publish=True, retain=True),
    Row(f"{AT}/{STRAP}/acks", hear=True),
    Row(f"{AT}/{STRAP}/commands", hear=True),
    Row(f"{AT}/{STRAP}/else"),
    Row(f"{AT}/{CUFF}/readings"),
    Row(f"{AT}/{CUFF}/readings/gatt-2a35"),
    Row(f"{AT}/{CUFF}/status"),
    Row(f"{AT}/{CUFF}/acks"),
    Row(f"{AT}/{CUFF}/commands"),
    Row(f"{AT}/encounters/e1/status"),
    Row(f"{AT}/encounters/e1/alarms"),
    Row(f"{AT}/clock"),
    Row(f"{AT}/~canary/readings"),
    Row(f"dosing/v1/away/{STRAP}/readings"),
    Row("dosing/v1/canary/x"),
    Row("home/gate/BTtoMQTT/x"),
    Row("elsewhere"),
]


class Doors(Protocol):
    """A running broker with accounts for `strap-1`, `strap-2` and the service."""

    kind: str

    @property
    def service(self) -> str:
        """The name of the service's account."""
        ...

    def client(self, name: str, client_id: str, **more: Any) -> RawClient: ...


class Own:
    service = "service.monitor"

    def __init__(self, broker: OwnBroker, folder: Path) -> None:
        self.broker = broker
        self.kind = str(broker.kind)
        self._folder = folder
        self._port = int(broker.url.rsplit(":", 1)[1])

    def write(self, *devices: str) -> None:
        """Let in the service and these devices."""
        known = [Account(self.service, access.hashed(self.service), access.EVERYTHING)]
        known += [Account(name, access.hashed(name)) for name in devices]
        access.write(self._folder, known, access.of_devices(["home"]))
        self.broker.reload()

    def client(self, name: str, client_id: str, **more: Any) -> RawClient:
        known = (name, more.pop("password", name))
        return RawClient(self._port, client_id, credentials=known, **more)

    def stranger(self, client_id: str) -> RawClient:
        return RawClient(self._port, client_id)


@asynccontextmanager
async def own(kind: Kind, folder: Path) -> AsyncIterator[Own]:
    if kind == "mosquitto":
        mosquitto_program()
    broker = OwnBroker(folder, free_port(), kind, guarded=True)
    made = Own(broker, folder)
    made.write(STRAP, CUFF)
    task = asyncio.create_task(broker.run())
    async with asyncio.timeout(10):
        await broker.ready.wait()
    yield made
    await broker.stop()
    await task


class OfCompose:
    service = "monitor"
    kind = "compose"

    def __init__(self, port: int, tls_port: int, certificate: Path) -> None:
        self._port = port
        self._tls_port = tls_port
        self._trust = ssl.create_default_context(cafile=certificate)

    def client(self, name: str, client_id: str, **more: Any) -> RawClient:
        if name == self.service:
            return RawClient(self._port, client_id, credentials=(name, PASSWORDS[name]), **more)
        known = (name, PASSWORDS[name])
        return RawClient(self._tls_port, client_id, credentials=known, tls=self._trust, **more)


@pytest_asyncio.fixture(params=["mosquitto", "amqtt", "compose"])
async def doors(
    request: pytest.FixtureRequest, tmp_path: Path, mosquitto_with: Callable[..., Mosquitto]
) -> AsyncIterator[Doors]:
    if request.param == "compose":
        (tmp_path / "certificates").mkdir()
        made_of = certificates(tmp_path / "certificates")
        with deployed(mosquitto_with, made_of, tmp_path) as made:
            yield OfCompose(made.broker.port, made.tls_port, made.certificate)
        return
    async with own(request.param, tmp_path) as broker:
        yield broker


async def heard(client: RawClient, last: bytes = b"last") -> list[tuple[str, bytes, bool]]:
    """Return topic, payload and whether it was retained, of all messages before `last`."""
    found = []
    while (message := await client.next(10)).payload != last:
        found.append((message.topic, message.payload, message.retained))
    return found


async def test_what_a_device_may_publish(doors: Doors) -> None:
    async with (
        doors.client(doors.service, "s") as service,
        doors.client(STRAP, "d") as device,
    ):
        await service.subscribe("dosing/#", "home/#", "elsewhere")
        for row in TABLE:
            await device.publish(row.topic, b"said")
        await service.publish("dosing/last", b"last")
        topics = [topic for topic, *_ in await heard(service)]
    assert topics == [row.topic for row in TABLE if row.publish]


async def test_a_will_is_a_publish(doors: Doors) -> None:
    async with doors.client(doors.service, "s") as service:
        await service.subscribe("dosing/#", "home/#", "elsewhere")
        for retained in (False, True):
            for row in TABLE:
                will = (row.topic, b"the will")
                async with doors.client(STRAP, "d", will=will, will_retained=retained):
                    pass
            # A will that is allowed, behind all of them.
            async with doors.client(STRAP, "d", will=(f"{AT}/{STRAP}/status", b"last")):
                pass
            topics = [topic for topic, *_ in await heard(service)]
            assert topics == [row.topic for row in TABLE if row.publish], f"retained: {retained}"


async def test_what_a_device_may_leave_at_the_broker(doors: Doors) -> None:
    async with doors.client(STRAP, "d") as device:
        for row in TABLE:
            await device.publish(row.topic, b"left", retain=True)
    for row in TABLE:
        async with doors.client(STRAP, "d", will=(row.topic, b"will"), will_retained=True):
            pass
    async with doors.client(doors.service, "s") as service:
        await service.subscribe("dosing/#", "home/#")
        await service.publish("dosing/last", b"last")
        kept = {topic for topic, _, retained in await heard(service) if retained}
    # Mosquitto retains messages on any topic that may be published to: the service clears them. A
    # message that may not be published is not retained either.
    retain = {row.topic for row in TABLE if row.retain}
    publish = {row.topic for row in TABLE if row.publish}
    assert kept == (retain if doors.kind == "amqtt" else publish)


async def test_what_a_device_may_hear(doors: Doors) -> None:
    """Also of retained messages, and of others' subscriptions."""
    async with doors.client(doors.service, "s") as service:
        await service.subscribe("dosing/#", "home/#", "elsewhere")
        for row in TABLE:
            await service.publish(row.topic, b"left", retain=True)
        async with doors.client(STRAP, "d") as device:
            await device.subscribe(*(row.topic for row in TABLE), "#", "dosing/#", f"{AT}/+/status")
            for row in TABLE:
                await service.publish(row.topic, b"live")
            await service.publish(f"{AT}/{STRAP}/acks", b"last")
            topics = {topic for topic, *_ in await heard(device)}
    assert topics == {row.topic for row in TABLE if row.hear}


@pytest.mark.parametrize("clean", [True, False], ids=["clean", "kept"])
async def test_no_account_takes_the_session_of_another(doors: Doors, clean: bool) -> None:
    """By the service's client id, by the broker's form of it, or by another device's."""
    ids = ["the-service", doors.service, f"{doors.service}/the-service", CUFF, "one for all", ""]
    async with AsyncExitStack() as open_ones:
        service = await open_ones.enter_async_context(doors.client(doors.service, "the-service"))
        await service.subscribe(f"{AT}/+/readings")
        cuff = await open_ones.enter_async_context(doors.client(CUFF, "one for all"))
        await cuff.subscribe(f"{AT}/{CUFF}/commands")
        for claimed in ids:
            if not claimed and not clean:
                continue
            async with doors.client(STRAP, claimed, clean=clean) as strap:
                await strap.settle()
                await cuff.publish(f"{AT}/{CUFF}/readings", b"a crisis")
                assert (await service.next()).payload == b"a crisis", claimed
                await service.publish(f"{AT}/{CUFF}/commands", b"measure")
                assert (await cuff.next()).payload == b"measure", claimed
        assert not service.closed.is_set()
        assert not cuff.closed.is_set()


both = pytest.mark.parametrize("kind", ["mosquitto", "amqtt"])


@both
async def test_a_stranger_takes_nobodys_session(kind: Kind, tmp_path: Path) -> None:
    async with own(kind, tmp_path) as doors, doors.client(doors.service, "the-service") as service:
        await service.subscribe(f"{AT}/+/readings")
        for claimed in ("the-service", doors.service, f"{doors.service}/the-service"):
            with pytest.raises(AssertionError, match="CONNACK 5"):
                await doors.stranger(claimed).__aenter__()
        async with doors.client(CUFF, "d") as cuff:
            await cuff.publish(f"{AT}/{CUFF}/readings", b"a crisis")
        assert (await service.next()).payload == b"a crisis"


@both
async def test_a_connection_ends_with_its_account(kind: Kind, tmp_path: Path) -> None:
    async with own(kind, tmp_path) as doors:
        async with doors.client(STRAP, "d") as strap, doors.client(CUFF, "d") as cuff:
            doors.write(CUFF)  # with another salt, which looks like another password
            await wait_until(strap.closed.is_set, what="the end of a connection without an account")
        async with doors.client(CUFF, "d") as cuff:
            await cuff.settle()


@both
async def test_guesses_are_counted_and_told_in_one_line(kind: Kind, tmp_path: Path) -> None:
    with capture_logs() as logged:
        async with own(kind, tmp_path) as doors:
            for _ in range(20):
                with pytest.raises(AssertionError, match="CONNACK 5"):
                    await doors.client(STRAP, "d", password="guess").__aenter__()
            with pytest.raises(AssertionError, match="CONNACK 5"):
                await doors.stranger("me").__aenter__()
            await wait_until(lambda: doors.broker.refused == 21, what="all of them to be counted")
            async with doors.client(STRAP, "d") as strap:
                await strap.settle()
            assert doors.broker.refused == 21
    lines = [line for line in logged if line["event"] == "own_broker_refused"]
    assert [line["log_level"] for line in lines] == ["warning"]
    assert 5 <= lines[0]["refused"] <= 21
    # A log line for each connection would be a way to fill the disk.
    assert len(logged) < 8


@both
async def test_connections_that_say_nothing_keep_nobody_out(kind: Kind, tmp_path: Path) -> None:
    """A broker would keep them for ever; the turnstile closes the oldest, and each after 5 s."""
    async with own(kind, tmp_path) as doors, AsyncExitStack() as idle:
        port = int(doors.broker.url.rsplit(":", 1)[1])
        silent = []
        for _ in range(UNKNOWN + 1):
            made = idle.enter_context(socket.create_connection(("127.0.0.1", port)))
            made.setblocking(False)
            silent.append(made)

        async def closed(one: socket.socket) -> None:
            with contextlib.suppress(ConnectionError):
                assert await asyncio.get_running_loop().sock_recv(one, 1) == b""

        async with asyncio.timeout(3):  # before its silence would close it
            await closed(silent[0])
        async with doors.client(STRAP, "d") as strap:
            await strap.settle()
        async with asyncio.timeout(10):
            await closed(silent[-1])


async def test_one_account_does_not_take_every_connection(tmp_path: Path) -> None:
    async with own("amqtt", tmp_path) as doors, AsyncExitStack() as greedy:
        first = await greedy.enter_async_context(doors.client(STRAP, "d0"))
        for number in range(20):
            await greedy.enter_async_context(doors.client(STRAP, f"d{number + 1}"))
        await wait_until(first.closed.is_set, what="the end of its oldest connection")
