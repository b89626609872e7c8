"""The broker that docker-compose.yml starts: its own configuration file, on loopback."""

import asyncio
import os
import secrets
import shutil
import ssl
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import aiomqtt
import pytest
import yaml

from tests.parts import Mosquitto, free_port, missing, wait_until

REPOSITORY: Final = Path(__file__).resolve().parents[2]
FOLDER: Final = REPOSITORY / "docs" / "deploy" / "mosquitto"
PASSWORDS: Final = {
    name: secrets.token_hex(12) for name in ("monitor", "simulators", "strap-1", "strap-2")
}


def program(name: str) -> str:
    return shutil.which(name) or missing(name, "run `make test`")


def accounts(file: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the script that the compose file runs."""
    return subprocess.run(
        ["sh", str(FOLDER / "accounts.sh"), str(file)],
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=False,
    )


class Deployed:
    """The running broker and a way in for each of its accounts."""

    def __init__(self, broker: Mosquitto, tls_port: int, certificate: Path) -> None:
        self.broker = broker
        self.tls_port = tls_port
        self.certificate = certificate

    @asynccontextmanager
    async def inside(self, user: str | None, client_id: str = "") -> AsyncIterator[aiomqtt.Client]:
        password = PASSWORDS.get(user) if user else None
        async with aiomqtt.Client(
            *("127.0.0.1", self.broker.port),
            username=user,
            password=password,
            identifier=client_id or None,
        ) as client:
            yield client

    @asynccontextmanager
    async def device(self, name: str, client_id: str = "") -> AsyncIterator[aiomqtt.Client]:
        async with aiomqtt.Client(
            *("localhost", self.tls_port),
            username=name,
            password=PASSWORDS[name],
            identifier=client_id or None,
            tls_context=ssl.create_default_context(cafile=self.certificate),
        ) as client:
            yield client


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("certificates")
    subprocess.run(
        [
            *(program("openssl"), "req", "-x509", "-newkey", "ec", "-nodes", "-days", "1"),
            *("-pkeyopt", "ec_paramgen_curve:prime256v1", "-subj", "/CN=localhost"),
            *("-addext", "subjectAltName=DNS:localhost"),
            *("-out", str(folder / "server.crt"), "-keyout", str(folder / "server.key")),
        ],
        capture_output=True,
        check=True,
    )
    return folder


@pytest.fixture
def deployed(
    mosquitto_with: Callable[..., Mosquitto], certificates: Path, tmp_path: Path
) -> Deployed:
    passwords = tmp_path / "passwords"
    for device in ("strap-1", "strap-2"):
        subprocess.run(
            [
                *(program("mosquitto_passwd"), "-b", *(() if passwords.exists() else ("-c",))),
                *(str(passwords), device, PASSWORDS[device]),
            ],
            capture_output=True,
            check=True,
        )
    made = accounts(
        passwords,
        BROKER_PASSWORD=PASSWORDS["monitor"],
        SIMULATORS_BROKER_PASSWORD=PASSWORDS["simulators"],
    )
    assert made.returncode == 0, made.stderr
    tls_port = free_port()
    moved = {
        "listener 1883": "listener {port} 127.0.0.1",
        "listener 8883": f"listener {tls_port} 127.0.0.1",
        "/mosquitto/accounts": str(tmp_path),
        "/mosquitto/certificates": str(certificates),
        "/mosquitto/config": str(FOLDER),
        "/mosquitto/data": "{directory}",
    }
    text = (FOLDER / "mosquitto.conf").read_text()
    for there, here in moved.items():
        assert there in text
        text = text.replace(there, here)
    broker = mosquitto_with(text + "\nuser root\n")
    return Deployed(broker, tls_port, certificates / "server.crt")


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
        # Mosquitto grants any subscription and then delivers nothing: what counts is what arrives.
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


async def test_a_device_cannot_take_the_services_session_by_its_client_id(
    deployed: Deployed,
) -> None:
    async with (
        deployed.inside("monitor", client_id="the-service") as service,
        deployed.device("strap-1", client_id="the-service") as device,
    ):
        await service.subscribe("dosing/v1/home/strap-1/readings", qos=1)
        await device.publish("dosing/v1/home/strap-1/readings", b"{}", qos=1)
        async with asyncio.timeout(10):
            assert (await anext(service.messages)).payload == b"{}"


async def test_a_message_beyond_the_limit_stops_at_the_broker(deployed: Deployed) -> None:
    topic = "dosing/v1/home/strap-1/readings"
    async with deployed.inside("monitor") as service, deployed.device("strap-1") as device:
        await service.subscribe(topic, qos=1)
        await device.publish(topic, b"x" * 1_000_000, qos=1)
        await device.publish(topic, b"small", qos=1)
        async with asyncio.timeout(10):
            assert (await anext(service.messages)).payload == b"small"


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
    assert [line.split(":")[0] for line in lines] == ["monitor", "strap-1"]
    assert lines[1] == "strap-1:$7$kept"
    assert "three" not in file.read_text()


@pytest.mark.parametrize("password", ["", "a:b", "a b", "pass/word"])
def test_a_password_that_would_break_a_url_is_refused(tmp_path: Path, password: str) -> None:
    made = accounts(tmp_path / "passwords", BROKER_PASSWORD=password)
    assert made.returncode == 2
    assert "the password of monitor must be" in made.stderr
    assert not (tmp_path / "passwords").exists()
