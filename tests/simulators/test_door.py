"""Check for a broker that accepts us: with real brokers, and with servers that are not brokers."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import pytest

from simulators.errors import Failed
from simulators.publish.door import Unwelcome, answered, knock
from simulators.publish.link import Broker
from tests.parts import Mosquitto, free_port

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
LOCKED: Final = "user root\nlistener {port} 127.0.0.1\nallow_anonymous false\n"


async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()
    writer.close()


async def hanging_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.close()


async def web(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(10)
    writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    writer.close()


async def full(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(10)
    writer.write(bytes([0x20, 2, 0, 3]))
    writer.close()


@asynccontextmanager
async def served(handler: Handler) -> Any:
    server = await asyncio.start_server(handler, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


@pytest.mark.parametrize(
    ("handler", "why"),
    [
        (silent, "no answer within 1.5 s"),
        (hanging_up, "hangs up"),
        (web, "is no MQTT broker"),
        (full, r"refuses the connection \(code 3\)"),
    ],
)
async def test_what_is_no_broker_is_named_with_its_address(handler: Handler, why: str) -> None:
    async with served(handler) as port:
        told = rf"^no connection to the broker at 127.0.0.1:{port}: .*{why}.* --mqtt\.$"
        with pytest.raises(Failed, match=told):
            await knock(Broker.parse(f"mqtt://127.0.0.1:{port}"))


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("mqtt://127.0.0.1:{port}", "nobody listens there"),
        ("mqtt://no-such-host.invalid", "no such host"),
        (f"mqtt://{'x' * 70}.example", "."),
    ],
)
async def test_who_is_not_there_is_soon_known(url: str, why: str) -> None:
    async with asyncio.timeout(3):
        with pytest.raises(Failed, match=why):
            await knock(Broker.parse(url.format(port=free_port())))


async def test_tls_with_a_broker_that_has_none(mosquitto: Mosquitto) -> None:
    with pytest.raises(Failed, match=f"127.0.0.1:{mosquitto.port}: "):
        await knock(Broker.parse(f"mqtts://127.0.0.1:{mosquitto.port}"))


@pytest.mark.parametrize(
    ("who", "said"),
    [
        ("", r"without a user name and password\. Give them as --mqtt mqtt://USER:PASSWORD@127"),
        ("strap:wrong@", "the user name strap or its password is wrong"),
        ("strap@", "the user name strap or its password is wrong"),
        (f"{'strap' * 40}:{'long' * 100}@", "or its password is wrong"),
    ],
)
async def test_wrong_credentials_are_told_without_the_password(
    mosquitto_with: Any, who: str, said: str
) -> None:
    broker = mosquitto_with(LOCKED)
    with pytest.raises(Unwelcome, match=said) as refused:
        await knock(Broker.parse(f"mqtt://{who}127.0.0.1:{broker.port}"))
    assert "wrong@" not in str(refused.value)


async def test_who_is_let_in_is_let_in(mosquitto: Mosquitto, tmp_path: Path) -> None:
    await knock(Broker.parse(mosquitto.url))
    async with answered(Broker.parse(mosquitto.url)) as admitted:
        await admitted()


async def test_nobody_has_to_hear_the_answer() -> None:
    async with answered(Broker.parse(f"mqtt://127.0.0.1:{free_port()}")):
        await asyncio.sleep(0)
