"""The broker and the turnstile that docker-compose.yml starts, on loopback."""

import os
import secrets
import shutil
import ssl
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Final

import aiomqtt

from tests.parts.missing import missing
from tests.parts.mosquitto import Mosquitto
from tests.parts.ports import free_port
from tests.parts.turnstile import TurnstileOf

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
    """The running broker and a way in for each account; devices connect to the turnstile."""

    def __init__(self, broker: Mosquitto, turnstile: TurnstileOf, certificate: Path) -> None:
        self.broker = broker
        self.turnstile = turnstile
        self.tls_port = turnstile.port
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


def certificates(folder: Path) -> Path:
    """Create server.crt and server.key for localhost in this folder."""
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


@contextmanager
def deployed(
    start: Callable[..., Mosquitto], certificates: Path, folder: Path
) -> Iterator[Deployed]:
    """Yield the deployed parts. start: starts a broker. folder: for all accounts' files."""
    broker, port = _broker(start, folder)
    turnstile = TurnstileOf(folder, port, certificates).start()
    try:
        yield Deployed(broker, turnstile, certificates / "server.crt")
    finally:
        assert turnstile.stop() == 0


def _broker(start: Callable[..., Mosquitto], folder: Path) -> tuple[Mosquitto, int]:
    """Start the broker; return it and the port on which the turnstile reaches it."""
    passwords = folder / "passwords"
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
    devices_port, simulators_port = free_port(), free_port()
    moved = {
        "listener 1883": "listener {port} 127.0.0.1",
        "listener 1884": f"listener {simulators_port} 127.0.0.1",
        "listener 1885": f"listener {devices_port} 127.0.0.1",
        "/mosquitto/accounts": str(folder),
        "/mosquitto/config": str(FOLDER),
        "/mosquitto/data": "{directory}",
    }
    text = (FOLDER / "mosquitto.conf").read_text()
    for there, here in moved.items():
        assert there in text
        text = text.replace(there, here)
    return start(text + "\nuser root\n"), devices_port
