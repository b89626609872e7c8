"""`simulate` and `replay` on a wrong broker or password fail clearly within three seconds.

The real command prints the address and a remedy.
"""

import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.parts import Mosquitto
from tests.parts.ports import free_port
from tests.parts.product import PASSWORD, Product, run_command

pytestmark = pytest.mark.paced

WITHIN_S: Final = 3.0
LOCKED: Final = "user root\nlistener {port} 127.0.0.1\nallow_anonymous false\n"
TRACE: Final = "t_s,hr_bpm,sbp_mmhg,dbp_mmhg,map_mmhg,source\n0,70,,,,ecg\n1,71,,,,ecg\n"

Told = Callable[..., str]


@pytest.fixture
def told(tmp_path: Path) -> Told:
    """Run a command that ends with status 1 in time; return its last line of error.

    The time to start the two programs on this machine is measured first and not counted.
    """
    (tmp_path / "trace.csv").write_text(TRACE)
    began = time.monotonic()
    assert run_command("simulate", "--help", directory=tmp_path).returncode == 0
    start = time.monotonic() - began

    def run(*arguments: str, given: str = "", port: int | None = None) -> str:
        began = time.monotonic()
        done = run_command(
            *arguments, directory=tmp_path, given=given,
            environment={"DOSING_MONITOR_HTTP_PORT": str(port or free_port())},
        )  # fmt: skip
        took = time.monotonic() - began
        assert done.returncode == 1, done.stderr
        assert took < WITHIN_S + start, f"{took:.1f} s"
        return done.stderr.splitlines()[-1]

    return run


@pytest.fixture(params=["simulate", "replay"])
def command(request: pytest.FixtureRequest) -> tuple[str, ...]:
    return (
        ("simulate",) if request.param == "simulate" else ("replay", "trace.csv", "--device", "d1")
    )


@pytest.fixture
def silent() -> Iterator[int]:
    """A port that accepts connections and never sends a byte."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_broker_that_is_not_there(told: Told, command: tuple[str, ...]) -> None:
    port = free_port()
    said = told(*command, "--mqtt", f"mqtt://127.0.0.1:{port}")
    assert f"no connection to the broker at 127.0.0.1:{port}: nobody listens there." in said
    assert "another with --mqtt" in said


def test_a_port_that_is_silent(told: Told, command: tuple[str, ...], silent: int) -> None:
    said = told(*command, "--mqtt", f"mqtt://127.0.0.1:{silent}")
    assert f"127.0.0.1:{silent}: no answer" in said


def test_a_wrong_password_at_the_broker(
    told: Told, command: tuple[str, ...], mosquitto_with: Callable[[str], Mosquitto]
) -> None:
    broker = mosquitto_with(LOCKED)
    for who, why in (("", "without a user name"), ("d1:hunter2@", "the user name d1 or its")):
        said = told(*command, "--mqtt", f"mqtt://{who}127.0.0.1:{broker.port}")
        assert f"127.0.0.1:{broker.port}: not authorised" in said
        assert why in said
        assert ("--api URL --user NAME" in said) is (command[0] == "simulate")
        assert "hunter2" not in said


def test_a_wrong_password_at_the_service(
    told: Told, product: Product, mosquitto: Mosquitto
) -> None:
    simulate = ("simulate", "--mqtt", mosquitto.url, "--api", product.url, "--password-stdin")
    for name, password in (("thea", "hunter2!"), ("nobody", PASSWORD)):
        said = told(*simulate, "--user", name, given=f"{password}\n", port=product.port)
        assert f"User name or password is wrong. ({name} at {product.url})" in said
        assert "dosing-monitor user add" in said
        assert password not in said


def test_the_broker_of_its_own_asks_every_device_for_its_password(
    told: Told, product_with: Callable[..., Product], tmp_path: Path
) -> None:
    """Without credentials it fails; with a user's account, the devices get their credentials."""
    port = free_port()
    product = product_with(MQTT_PORT=str(port))
    replay = ("replay", "trace.csv", "--device", "d1", "--mqtt", f"mqtt://127.0.0.1:{port}")
    assert "without a user name and password" in told(*replay, port=product.port)
    absent = f"mqtt://127.0.0.1:{free_port()}"
    simulate = ("simulate", "--api", product.url, "--user", "thea", "--password-stdin", "--mqtt")
    said = told(*simulate, absent, given=f"{PASSWORD}\n", port=product.port)
    assert "nobody listens there" in said


def test_a_setting_of_the_service_is_named_here_too(tmp_path: Path) -> None:
    done = run_command(
        "simulate", "--mqtt", "mqtt://127.0.0.1", directory=tmp_path,
        environment={"DOSING_MONITOR_HTTP_PORT": "abc"},
    )  # fmt: skip
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "DOSING_MONITOR_HTTP_PORT: 'abc' cannot be used. Allowed here: " in done.stderr
