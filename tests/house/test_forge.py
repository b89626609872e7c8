"""A forked command is what a started one is: its output, its exit status, its place and its end."""

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import httpx
import psutil
import pytest

from tests.parts import Mosquitto, wait_until_blocking
from tests.parts.forge import Forge, Forged
from tests.parts.product import PASSWORD, REPOSITORY, Product, run_command


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
        output=directory / "log",
    )


ADD: Final = ("user", "add", "ada", "--role", "admin", "--password-stdin")
COMMANDS: Final[list[tuple[str, ...]]] = [
    ("serve",), ("user", "list"), ADD, ("device", "list", "--json"), ("nothing",), ("--help",), (),
]  # fmt: skip


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_it_says_and_ends_as_the_command_does(
    monkeypatch: pytest.MonkeyPatch, forge: Forge, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    wrong = {"DOSING_MONITOR_CLOCK_SPEED": "fast"} if arguments == ("serve",) else {}
    done = []
    for one in (None, forge):
        monkeypatch.setattr(Product, "forge", one)
        # Of one name: what is said contains it.
        (tmp_path / "folder").mkdir()
        given = "" if arguments != ADD else f"{PASSWORD}\n"
        done.append(
            run_command(*arguments, directory=tmp_path / "folder", environment=wrong, given=given)
        )
        (tmp_path / "folder").rename(tmp_path / f"after {len(done)}")
    assert vars(done[1]) == vars(done[0])


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
