"""Access rights at a broker of our own, the same for both kinds.

mosquitto reads the files itself; for amqtt we read them.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import aiomqtt
import pytest
import pytest_asyncio

from monitor.adapters.broker import access
from monitor.adapters.broker.access import Account, Doorkeeper, Rule
from monitor.adapters.broker.own import Kind, OwnBroker
from monitor.adapters.mqtt import BrokerUnreachable, accepts_anonymous, admits
from tests.parts import free_port
from tests.parts.mosquitto import mosquitto_program

SECRET: Final = "correct horse"
DEVICES: Final = access.of_devices(["home"])


def accounts() -> list[Account]:
    gateway = access.of_gateway("home", ["home/+/BTtoMQTT/+"])
    return [
        Account("service.monitor", access.hashed(SECRET), access.EVERYTHING),
        Account("strap", access.hashed(SECRET)),
        Account("cuff", access.hashed(SECRET)),
        Account("gate", access.hashed(SECRET), gateway),
    ]


@pytest_asyncio.fixture(params=["mosquitto", "amqtt"])
async def broker(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[OwnBroker]:
    kind: Kind = request.param
    if kind == "mosquitto":
        mosquitto_program()
    access.write(tmp_path, accounts(), DEVICES)
    made = OwnBroker(tmp_path, free_port(), kind, guarded=True)
    task = asyncio.create_task(made.run())
    async with asyncio.timeout(10):
        await made.ready.wait()
    yield made
    await made.stop()
    await task


def url(broker: OwnBroker, name: str, password: str = SECRET) -> str:
    return broker.url.replace("//", f"//{name}:{password.replace(' ', '%20')}@")


def client(broker: OwnBroker, name: str) -> aiomqtt.Client:
    port = int(broker.url.rsplit(":", 1)[1])
    return aiomqtt.Client("127.0.0.1", port, username=name, password=SECRET)


async def test_who_is_let_in(broker: OwnBroker) -> None:
    with contextlib.suppress(BrokerUnreachable):  # amqtt may hang up instead of refusing
        assert not await accepts_anonymous(broker.url)
    assert await admits(url(broker, "strap"), within=5)
    for name, password in (("strap", "wrong"), ("nobody", SECRET), ("strap", "%20")):
        assert not await admits(url(broker, name, password), within=0.2)


# account, topic -> does the service receive it?
SENT: Final = [
    ("strap", "dosing/v1/home/strap/readings", True),
    ("strap", "dosing/v1/home/strap/readings/gatt-2a37", True),
    ("strap", "dosing/v1/home/strap/status", True),
    ("strap", "dosing/v1/home/cuff/readings", False),
    ("strap", "dosing/v1/away/strap/readings", False),
    ("strap", "dosing/v1/home/strap/acks", False),
    ("strap", "dosing/v1/home/strap/commands", False),
    ("strap", "dosing/v1/home/encounters/e1/status", False),
    ("strap", "dosing/v1/home/clock", False),
    ("strap", "home/one/BTtoMQTT/x", False),
    ("gate", "dosing/v1/home/cuff/readings", True),
    ("gate", "home/one/BTtoMQTT/x", True),
    ("gate", "dosing/v1/away/cuff/readings", False),
    ("gate", "dosing/v1/home/cuff/commands", False),
    ("service.monitor", "dosing/v1/home/cuff/commands", True),
]


async def test_what_each_may_publish(broker: OwnBroker) -> None:
    async with client(broker, "service.monitor") as service:
        await service.subscribe("#", qos=1)
        for name, topic, _ in SENT:
            if name == "service.monitor":  # one connection an account: it would end the other
                await service.publish(topic, f"{name} {topic}", qos=1)
                continue
            async with client(broker, name) as device:
                await device.publish(topic, f"{name} {topic}", qos=1)
        await service.publish("the/end", b"", qos=1)
        heard = set()
        async with asyncio.timeout(10):
            async for message in service.messages:
                if str(message.topic) == "the/end":
                    break
                assert isinstance(message.payload, bytes)
                heard.add(message.payload.decode())
    assert heard == {f"{name} {topic}" for name, topic, comes in SENT if comes}


async def test_what_each_may_hear(broker: OwnBroker) -> None:
    """mosquitto grants every subscription and delivers only allowed messages: test what arrives."""
    topics = [f"dosing/v1/home/{device}/{kind}" for device in ("strap", "cuff")
              for kind in ("acks", "commands", "readings")]  # fmt: skip
    async with client(broker, "service.monitor") as service, client(broker, "strap") as strap:
        for topic in topics:
            await strap.subscribe(topic, qos=1)
        for topic in [*topics[2:], *topics[:2]]:  # its own last
            await service.publish(topic, topic, qos=1)
        heard = []
        async with asyncio.timeout(10):
            async for message in strap.messages:
                heard.append(str(message.topic))
                if heard[-1] == topics[1]:
                    break
    assert heard == topics[:2]


async def test_an_account_that_is_new_gets_in_and_disturbs_nobody(
    broker: OwnBroker, tmp_path: Path
) -> None:
    async with client(broker, "strap") as strap:
        await strap.subscribe("dosing/v1/home/strap/acks", qos=1)
        access.write(tmp_path, [*accounts(), Account("new", access.hashed("x"))], DEVICES)
        broker.reload()
        assert await admits(url(broker, "new", "x"), within=5)
        async with client(broker, "service.monitor") as service:
            await service.publish("dosing/v1/home/strap/acks", b"still here", qos=1)
        async with asyncio.timeout(5):
            message = await anext(aiter(strap.messages))
    assert message.payload == b"still here"


def test_the_files_are_for_nobody_else(tmp_path: Path) -> None:
    access.write(tmp_path / "door", accounts(), DEVICES)
    modes = {file.name: file.stat().st_mode & 0o777 for file in (tmp_path / "door").iterdir()}
    assert modes == {"passwords": 0o600, "access": 0o600}
    assert SECRET not in (tmp_path / "door" / "passwords").read_text()


@pytest.mark.parametrize(
    ("allowed", "asked", "covered"),
    [
        ("a/b", "a/b", True), ("a/b", "a/c", False), ("a/+", "a/b", True), ("a/+", "a/+", True),
        ("a/+", "a/#", False), ("a/b", "a/+", False), ("a/#", "a/b/c", True), ("#", "a/+", True),
        ("#", "#", True), ("a/+", "a", False), ("a/+", "a/b/c", False), ("a/b/c", "a/b", False),
    ],
)  # fmt: skip
def test_what_a_filter_covers(allowed: str, asked: str, covered: bool) -> None:
    assert access.covers(allowed, asked) is covered


def test_a_doorkeeper_reads_what_was_written(tmp_path: Path) -> None:
    access.write(tmp_path, accounts(), DEVICES)
    keeper = Doorkeeper(tmp_path)
    assert keeper.knows("strap", SECRET)
    assert not keeper.knows("strap", None)
    assert not keeper.knows(None, SECRET)
    assert keeper.permits("strap", "read", "dosing/v1/home/strap/acks")
    assert not keeper.permits(None, "read", "dosing/v1/home/strap/acks")
    access.write(tmp_path, [Account("cuff", "not a hash", (Rule("read", "x"),))], [])
    assert not keeper.knows("cuff", SECRET)
    assert keeper.permits("cuff", "read", "x")
    assert not keeper.permits("strap", "read", "dosing/v1/home/strap/acks")
