"""A forked service is what a started one is: its output, its exit status, its place and its end."""

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from tests.parts import Mosquitto, wait_until_blocking
from tests.parts.forge import Forge, Forged
from tests.parts.product import REPOSITORY, Product, run_command


@pytest.fixture(scope="module")
def forge() -> Iterator[Forge]:
    made = Forge()
    yield made
    made.close()


def forked(forge: Forge, directory: Path, *arguments: str, **environment: str) -> Forged:
    return forge.start(
        *arguments,
        directory=directory,
        environment={**os.environ, "PYTHONPATH": str(REPOSITORY), **environment},
        log=directory / "log",
    )


@pytest.mark.parametrize(
    "arguments", [("serve",), ("user", "list"), ("nothing",), ()], ids=" ".join
)
def test_it_says_and_ends_as_the_command_does(
    forge: Forge, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    wrong = {"DOSING_MONITOR_CLOCK_SPEED": "fast"} if arguments == ("serve",) else {}
    done = run_command(*arguments, directory=tmp_path, environment=wrong)
    process = forked(forge, tmp_path, *arguments, **wrong)
    assert process.wait(20) == done.returncode
    assert (tmp_path / "log").read_text() == done.stdout + done.stderr


def test_it_runs_in_its_own_place_and_ends_by_a_signal(
    forge: Forge, tmp_path: Path, mosquitto: Mosquitto
) -> None:
    product = Product(tmp_path, MQTT_URL=mosquitto.url)
    product.user("thea", "therapist")
    for how, status in ((signal.SIGTERM, 0), (signal.SIGKILL, -signal.SIGKILL)):
        product.process = process = forked(forge, tmp_path, "serve", **product.environment)
        wait_until_blocking(product._ready, 30, "the service to be ready")
        assert psutil.Process(process.pid).cwd() == str(tmp_path)
        assert process.poll() is None
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.01)
        process.send_signal(how)
        assert process.wait(15) == status
        assert process.poll() == status
        process.send_signal(how)  # reaches nobody, also not a new process of this number
        with pytest.raises(httpx.TransportError):
            httpx.get(f"{product.url}/healthz")
    product.process = None


def test_many_are_forked_and_each_has_its_own_status(forge: Forge, tmp_path: Path) -> None:
    asked = [("user", "list"), ("--help",)] * 4
    running = [forked(forge, tmp_path, *arguments) for arguments in asked]
    assert [process.wait(20) for process in reversed(running)] == [0, 2] * 4
