"""The broker and the turnstile that docker-compose.yml starts, on loopback."""

import asyncio
import contextlib
import os
import secrets
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import aiomqtt
import pytest
import yaml

from monitor.adapters.broker import access
from monitor.service.turnstile import Certificate, renew
from tests.parts import Mosquitto, wait_until
from tests.parts.deployed import (
    FOLDER,
    PASSWORDS,
    REPOSITORY,
    Deployed,
    accounts,
    certificates,
    deployed,
    program,
)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(name="deployed")
def running(
    mosquitto_with: Callable[..., Mosquitto], certificate: Path, tmp_path: Path
) -> Iterator[Deployed]:
    with deployed(mosquitto_with, certificate, tmp_path) as made:
        yield made


def everything() -> list[str]:
    site = "dosing/v1/home"
    return [
        f"{site}/{device}/{topic}"
        for device in ("strap-1", "strap-2")
        for topic in ("readings", "readings/gatt-2a37", "status", "acks", "commands")
    ] + [f"{site}/encounters/e1/status", "dosing/v1/other/strap-1/readings", "elsewhere"]


async def test_nobody_comes_in_without_a_name(deployed: Deployed) -> None:
    with pytest.raises(aiomqtt.MqttError, match=r"(?i)not auth"):
        async with deployed.inside(None):
            pass


async def test_a_wrong_password_is_refused(deployed: Deployed) -> None:
    with pytest.raises(aiomqtt.MqttError, match=r"(?i)not auth"):
        async with aiomqtt.Client(
            "127.0.0.1", deployed.broker.port, username="monitor", password=secrets.token_hex(12)
        ):
            pass


async def test_a_device_reaches_its_own_topics_and_no_other(deployed: Deployed) -> None:
    async with deployed.inside("monitor") as service, deployed.device("strap-1") as device:
        await service.subscribe("dosing/#", qos=1)
        for topic in everything():
            await device.publish(topic, topic, qos=1)
        await service.publish("dosing/v1/home/strap-2/acks", b"last", qos=1)

        heard = []
        async with asyncio.timeout(10):
            async for message in service.messages:
                if message.payload == b"last":
                    break
                heard.append(str(message.topic))
        assert heard == [
            "dosing/v1/home/strap-1/readings",
            "dosing/v1/home/strap-1/readings/gatt-2a37",
            "dosing/v1/home/strap-1/status",
        ]


async def test_a_device_hears_its_own_topics_and_no_other(deployed: Deployed) -> None:
    async with deployed.inside("monitor") as service, deployed.device("strap-1") as device:
        # Mosquitto grants any subscription and then delivers no message: only arrivals count.
        await device.subscribe("#", qos=1)
        await device.subscribe("dosing/v1/home/+/+", qos=1)
        await device.subscribe("dosing/v1/home/strap-1/commands", qos=1)
        for topic in reversed(everything()):
            await service.publish(topic, topic, qos=1)
        heard: set[str] = set()
        async with asyncio.timeout(10):
            async for message in device.messages:
                heard.add(str(message.topic))
                if str(message.topic) == "dosing/v1/home/strap-1/acks":
                    break
        assert heard == {"dosing/v1/home/strap-1/acks", "dosing/v1/home/strap-1/commands"}


async def test_a_message_beyond_the_limit_stops_at_the_broker(deployed: Deployed) -> None:
    topic = "dosing/v1/home/strap-1/readings"
    async with deployed.inside("monitor") as service, deployed.device("strap-1") as device:
        await service.subscribe(topic, qos=1)
        await device.publish(topic, b"x" * 1_000_000, qos=1)
        await device.publish(topic, b"small", qos=1)
        async with asyncio.timeout(10):
            assert (await anext(service.messages)).payload == b"small"


async def test_whoever_is_refused_at_the_door_is_counted_by_address(deployed: Deployed) -> None:
    for _ in range(3):
        with pytest.raises(aiomqtt.MqttError, match=r"(?i)not auth"):
            async with aiomqtt.Client(
                *("localhost", deployed.turnstile.port), username="strap-1", password="guess",
                tls_context=ssl.create_default_context(cafile=deployed.certificate),
            ):  # fmt: skip
                pass
    async with deployed.device("strap-1"):
        pass
    deployed.turnstile.stop()
    told = "WARNING: the broker refused 3 connections: 3 from 127.0.0.1\n"
    assert deployed.turnstile.log == told
    deployed.turnstile.start()


async def test_who_speaks_no_tls_is_hung_up_on(deployed: Deployed) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", deployed.turnstile.port)
    writer.write(b"\x10\x0c\x00\x04MQTT\x04\x02\x00\x00\x00\x00")
    async with asyncio.timeout(5):
        await reader.read()
    writer.close()
    async with deployed.device("strap-1"):
        pass


def test_a_renewed_certificate_is_shown_to_whoever_comes_next(tmp_path: Path) -> None:
    certificates(tmp_path)
    certificate = Certificate(tmp_path)

    def shown() -> bytes:
        """Return the certificate that a client is shown, through memory."""
        to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
        server = certificate.context.wrap_bio(to_server, to_client, server_side=True)
        trusting = ssl.create_default_context()
        trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
        client = trusting.wrap_bio(to_client, to_server)
        while client.version() is None or not client.getpeercert(binary_form=True):
            for side in (client, server):
                with contextlib.suppress(ssl.SSLWantReadError):
                    side.do_handshake()
        return client.getpeercert(binary_form=True) or b""

    def of_file() -> bytes:
        return ssl.PEM_cert_to_DER_cert((tmp_path / "server.crt").read_text())

    assert shown() == of_file()
    before = of_file()
    certificates(tmp_path)
    os.utime(tmp_path / "server.crt", (1e9, 1e9))  # differs at any time resolution
    assert of_file() != before
    assert shown() == before
    certificate.renew()
    assert shown() == of_file()
    before = of_file()
    key = (tmp_path / "server.key").read_text()
    certificates(tmp_path)
    (tmp_path / "server.key").write_text(key)  # the other file is not copied yet
    renew(certificate)
    assert shown() == before


def test_the_turnstiles_health_check(deployed: Deployed) -> None:
    compose: dict[str, Any] = yaml.safe_load((REPOSITORY / "docker-compose.yml").read_text())
    _, python, *rest = compose["services"]["turnstile"]["healthcheck"]["test"]
    assert python == "python"
    check = [word.replace("8883", str(deployed.turnstile.port)) for word in rest]

    def healthy() -> bool:
        done = subprocess.run([sys.executable, *check], capture_output=True, check=False)
        return done.returncode == 0

    assert healthy()
    deployed.turnstile.stop()
    assert not healthy()
    deployed.turnstile.start()


async def test_what_was_queued_outlives_a_killed_broker(deployed: Deployed) -> None:
    topic = "dosing/v1/home/strap-1/readings"

    def service() -> aiomqtt.Client:
        return aiomqtt.Client(
            *("127.0.0.1", deployed.broker.port),
            identifier="service",
            clean_session=False,
            username="monitor",
            password=PASSWORDS["monitor"],
        )

    async with service() as client:
        await client.subscribe(topic, qos=1)
    async with deployed.device("strap-1") as device:
        await device.publish(topic, b"kept", qos=1)
    saved = deployed.broker.directory / "mosquitto.db"
    await wait_until(lambda: saved.exists() and b"kept" in saved.read_bytes())
    deployed.broker.kill()
    deployed.broker.start()
    async with service() as client, asyncio.timeout(10):
        assert (await anext(client.messages)).payload == b"kept"


def test_limits_are_written_down() -> None:
    set_to = dict(
        line.split(maxsplit=1)
        for line in (FOLDER / "mosquitto.conf").read_text().splitlines()
        if line and not line.startswith("#")
    )
    for limit in (
        "max_connections",
        "max_inflight_messages",
        "max_queued_bytes",
        "max_queued_messages",
        "message_size_limit",
        "persistent_client_expiration",
    ):
        assert set_to[limit].strip("d") > "0"


def test_its_rules_for_devices_are_the_ones_of_a_broker_of_our_own() -> None:
    lines = (FOLDER / "acl").read_text().splitlines()
    patterns = [line for line in lines if line.startswith("pattern")]
    assert patterns == [f"pattern {r.access} {r.filter}" for r in access.of_devices(["home"])]
    # An account's name must not be a device's name, or its password would become the device's.
    users = {line.split()[1] for line in lines if line.startswith("user")}
    assert users == access.DEPLOYED


def test_the_brokers_health_check(deployed: Deployed) -> None:
    compose: dict[str, Any] = yaml.safe_load((REPOSITORY / "docker-compose.yml").read_text())
    _, line = compose["services"]["mosquitto"]["healthcheck"]["test"]
    program("mosquitto_sub")
    line = line.replace("$$", "$").replace("-p 1883", f"-p {deployed.broker.port}")

    def healthy(password: str) -> bool:
        environment = os.environ | {"BROKER_PASSWORD": password}
        check = subprocess.run(
            ["sh", "-c", line], env=environment, capture_output=True, check=False, timeout=20
        )
        return check.returncode == 0

    assert healthy(PASSWORDS["monitor"])
    assert not healthy("wrong")
    deployed.broker.kill()
    assert not healthy(PASSWORDS["monitor"])


def test_writing_the_accounts_again_keeps_the_devices(tmp_path: Path) -> None:
    program("mosquitto_passwd")
    file = tmp_path / "passwords"
    file.write_text("strap-1:$7$kept\n")
    assert accounts(file, BROKER_PASSWORD="one", SIMULATORS_BROKER_PASSWORD="two").returncode == 0
    assert accounts(file, BROKER_PASSWORD="three").returncode == 0
    lines = file.read_text().splitlines()
    assert [line.split(":")[0] for line in lines] == ["monitor", "health", "strap-1"]
    assert lines[2] == "strap-1:$7$kept"
    assert "three" not in file.read_text()


@pytest.mark.parametrize("password", ["", "a:b", "a b", "pass/word"])
def test_a_password_that_would_break_a_url_is_refused(tmp_path: Path, password: str) -> None:
    made = accounts(tmp_path / "passwords", BROKER_PASSWORD=password)
    assert made.returncode == 2
    assert "the password of monitor must be" in made.stderr
    assert not (tmp_path / "passwords").exists()
