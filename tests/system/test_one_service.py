"""Two services on one database: the second ends with an error that names the first.

The tests run real processes.
"""

import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from tests.parts import Mosquitto, Postgres, wait_until_blocking
from tests.parts.ports import free_port
from tests.parts.product import PASSWORD, Clinic, Product, run_command
from tests.parts.publisher import Publisher
from tests.parts.tls import TLS


@pytest.fixture(params=["sqlite", "postgresql"])
def first(
    request: pytest.FixtureRequest,
    product_with: Callable[..., Product],
    mosquitto: Mosquitto,
    tmp_path: Path,
) -> Product:
    url = f"sqlite:///{tmp_path}/clinic.db"
    if request.param == "postgresql":
        url = request.getfixturevalue("own_postgres").fresh()
    return product_with(MQTT_URL=mosquitto.url, DATABASE_URL=url)


def second(first: Product, *command: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a command with the settings of the first service, but another port."""
    more = {f"DOSING_MONITOR_{name}": value for name, value in settings.items()}
    port = {"DOSING_MONITOR_HTTP_PORT": str(free_port())}
    return run_command(
        *(command or ("serve",)), directory=first.directory,
        environment={**first.environment, **port, **more}, given=PASSWORD + "\n",
    )  # fmt: skip


def refused(first: Product, **settings: str) -> str:
    """Start a second service; return its one line of error, which names the first."""
    assert first.process is not None
    done = second(first, **settings)
    assert (done.returncode, done.stdout) == (1, ""), done.stderr
    (line,) = done.stderr.splitlines()
    assert f"process {first.process.pid} on {os.uname().nodename}, since 20" in line
    assert first.url in line
    return line


def test_the_second_is_refused_and_the_first_goes_on(first: Product, mosquitto: Mosquitto) -> None:
    clinic = Clinic(first)
    encounter = clinic.session("Alder 14", {"strap-1": "heart_rate"})
    assert "DOSING_MONITOR_DATABASE_URL" in refused(first)
    # With identical settings the port is taken too; the process that has it is the better answer.
    refused(first, HTTP_PORT=str(first.port))
    with Publisher(mosquitto.port) as device:
        device.reading("strap-1", seq=1, hr=72)
    route = f"/encounters/{encounter}/observations"
    wait_until_blocking(lambda: clinic.get(route, vital="hr")["count"] == 1)
    kinds = {row["type"] for row in clinic.everything(f"/encounters/{encounter}/journal")}
    assert "unwatched" not in kinds, "a second one took the session over"
    assert httpx.get(f"{first.url}/readyz").json()["parts"]["claim"] == {"ready": True, "text": ""}


def test_killed_or_stopped_it_is_at_once_followed_by_the_next(first: Product) -> None:
    for end in (first.kill, first.stop, first.kill):
        end()
        first.start()
        refused(first)


def test_who_was_asked_to_stop_is_waited_for(first: Product) -> None:
    old = first.process
    assert old is not None
    old.send_signal(signal.SIGTERM)
    first.port = free_port()
    first.environment["DOSING_MONITOR_HTTP_PORT"] = str(first.port)
    first.start()
    assert old.wait(timeout=10) == 0


def test_commands_work_beside_it(first: Product) -> None:
    add = ("user", "add", "val", "--role", "viewer", "--password-stdin")
    change = ("user", "change", "val", "--role", "therapist")
    device = ("device", "add", "cuff-9", "--kind", "cuff")
    commands = [add, change, device]
    if "sqlite" in first.environment["DOSING_MONITOR_DATABASE_URL"]:
        commands.append(("backup", "kept.db"))
    for command in commands:
        done = second(first, *command)
        assert (done.returncode, done.stderr) == (0, ""), command
    assert Clinic(first, "val").get("/me")["role"] == "therapist"


def test_a_restore_names_whom_to_stop(
    product_with: Callable[..., Product], mosquitto: Mosquitto
) -> None:
    product = product_with(MQTT_URL=mosquitto.url)
    assert product.process is not None
    assert second(product, "backup", "kept.db").returncode == 0
    done = second(product, "restore", "kept.db", "--replace")
    assert done.returncode == 2
    assert f"process {product.process.pid} on" in done.stderr
    assert not list(product.directory.rglob("*.replaced-*"))


def test_another_database_behind_the_broker_of_its_own_needs_another_folder(
    product_with: Callable[..., Product], tmp_path: Path
) -> None:
    product = product_with(MQTT_PORT=str(free_port()))
    another = {
        "DATABASE_URL": f"sqlite:///{tmp_path}/another.db",
        "MQTT_PORT": str(free_port()),
    }
    assert "DOSING_MONITOR_DATA." in refused(product, **another)


@pytest.mark.parametrize("how", ["stop", "kill"])
def test_a_server_that_is_back_finds_the_first_where_it_was(
    product_with: Callable[..., Product], mosquitto: Mosquitto, own_postgres: Postgres, how: str
) -> None:
    first = product_with(MQTT_URL=mosquitto.url, DATABASE_URL=own_postgres.fresh())
    clinic = Clinic(first)
    encounter = clinic.session("Rowan 9", {"strap-9": "heart_rate"})

    def claimed() -> bool:
        parts = httpx.get(f"{first.url}/readyz", timeout=10, verify=TLS).json()["parts"]
        return bool(parts["claim"]["ready"])

    getattr(own_postgres, how)()
    wait_until_blocking(lambda: not claimed(), 20, "the claim to be away")
    with Publisher(mosquitto.port) as device:
        device.reading("strap-9", seq=1, hr=93)
    assert second(first).returncode == 1
    own_postgres.start()
    wait_until_blocking(claimed, 20, "the claim to be back")
    refused(first)
    route = f"/encounters/{encounter}/observations"
    wait_until_blocking(lambda: clinic.get(route, vital="hr")["count"] == 1, 20)
    assert "claim_back" in first.log


def test_who_finds_another_in_its_place_ends_and_names_it(
    product_with: Callable[..., Product], mosquitto: Mosquitto, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path}/clinic.db"
    first = product_with(MQTT_URL=mosquitto.url, DATABASE_URL=url)
    assert first.process is not None
    # SIGSTOP is like a machine that sleeps; meanwhile its lock is removed and another starts.
    first.process.send_signal(signal.SIGSTOP)
    (tmp_path / "clinic.db.lock").unlink()
    (tmp_path / "other").mkdir()
    other = Product(tmp_path / "other", MQTT_URL=mosquitto.url, DATABASE_URL=url)
    try:
        other.start()
        first.process.send_signal(signal.SIGCONT)
        assert first.process.wait(timeout=15) == 1
        assert "claim_lost" in first.log
        assert other.process is not None
        # The command's own last line; counts of repeated log lines may follow it.
        said = [line for line in first.log.splitlines() if line.startswith("dosing-monitor: ")]
        assert any(f"process {other.process.pid} on" in line for line in said), first.log
        # Both had the same client id at the broker: the other has to take it back from the first.
        wait_until_blocking(other._ready, 20, "the other to be ready")
    finally:
        other.discard()
