"""On an empty database, the person who started the service adds the first administrator.

The tests run real processes.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import httpx
import pytest

from tests.parts import Mosquitto, wait_until_blocking
from tests.parts.ports import free_port
from tests.parts.product import PASSWORD, Clinic, Product, run_command
from tests.parts.terminal import Terminal

ADA: Final = {"username": "ada", "password": PASSWORD, "again": PASSWORD}
LINK: Final = re.compile(r"http://127\.0\.0\.1:\d+/first/[\w-]{43}(?=\s)")


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(
    request: pytest.FixtureRequest, mosquitto: Mosquitto, tmp_path: Path
) -> Iterator[Product]:
    """A service without users, not started yet."""
    settings = {"MQTT_URL": mosquitto.url}
    if request.param == "postgresql":
        settings["DATABASE_URL"] = request.getfixturevalue("own_postgres").fresh()
    product = Product(tmp_path, **settings)
    yield product
    product.discard()


def told(product: Product) -> str:
    """Return the link from the file that the log names; no other file contains its secret."""
    (line,) = [one for one in product.log.splitlines() if '"first_administrator_link"' in one]
    file = Path(line.partition('"file": "')[2].partition('"')[0])
    assert file == product.directory / "data" / "first-administrator"
    assert file.stat().st_mode & 0o777 == 0o600
    found: list[str] = LINK.findall(file.read_text())
    (link,) = found
    secret = link.rpartition("/")[2]
    for other in product.directory.rglob("*"):
        assert other == file or not other.is_file() or secret.encode() not in other.read_bytes()
    return link


def test_who_reads_the_file_makes_the_administrator(empty: Product) -> None:
    empty.start()
    link = told(empty)
    assert httpx.get(link).status_code == 200
    assert httpx.post(link, data=ADA).status_code == 200
    assert Clinic(empty, "ada").get("/me")["role"] == "admin"
    assert httpx.post(link, data=ADA | {"username": "eve"}).status_code == 410
    assert link.rpartition("/")[2] not in empty.log
    assert not (empty.directory / "data" / "first-administrator").exists()
    assert empty.stop() == 0
    empty.start()
    assert empty.log.count('"first_administrator_link"') == 1, "there is a user"


def test_a_user_added_meanwhile_ends_it(empty: Product) -> None:
    empty.start()
    link = told(empty)
    done = run_command(
        "user", "add", "thea", "--role", "therapist", "--password-stdin",
        directory=empty.directory, environment=empty.environment, given=PASSWORD + "\n",
    )  # fmt: skip
    assert done.returncode == 0
    assert httpx.post(link, data=ADA).status_code == 410
    assert Clinic(empty, "thea").http.get("/users").status_code == 403


def test_each_start_has_its_own_and_a_stop_leaves_none(empty: Product) -> None:
    empty.start()
    first = told(empty)
    empty.kill()
    (empty.directory / "log").write_text("")
    empty.start()
    second = told(empty)
    assert httpx.get(first).status_code == 404
    assert httpx.get(second).status_code == 200
    assert empty.stop() == 0
    assert not (empty.directory / "data" / "first-administrator").exists()


@pytest.mark.parametrize("empty", ["sqlite"], indirect=True)
def test_after_fifteen_minutes_it_is_over(empty: Product) -> None:
    empty.on_a_clock_that_steps()
    empty.start()
    link = told(empty)
    empty.step_clock(14 * 60)
    assert httpx.get(link).status_code == 200
    empty.step_clock(15 * 60 + 1)
    answer = httpx.post(link, data=ADA)
    assert (answer.status_code, "has expired" in answer.text) == (410, True)
    file = empty.directory / "data" / "first-administrator"
    wait_until_blocking(lambda: not file.exists(), what="the file to be gone")


@pytest.mark.parametrize("empty", ["sqlite"], indirect=True)
def test_a_folder_that_takes_no_file_does_not_keep_it_from_serving(empty: Product) -> None:
    """As in a container without a disk: the log names the command to use instead."""
    (empty.directory / "data").mkdir()
    (empty.directory / "file").touch()
    database = f"sqlite:///{empty.directory}/monitor.db"
    empty.environment |= {
        "DOSING_MONITOR_DATA": str(empty.directory / "file"),
        "DOSING_MONITOR_DATABASE_URL": database,
    }
    empty.start()
    (line,) = [one for one in empty.log.splitlines() if "link_not_written" in one]
    assert "dosing-monitor user add NAME --role admin" in line


def test_on_a_terminal_it_stands_there_and_nowhere_else(
    mosquitto: Mosquitto, tmp_path: Path
) -> None:
    settings = {
        "DOSING_MONITOR_MQTT_URL": mosquitto.url, "DOSING_MONITOR_HTTP_PORT": str(free_port()),
        "DOSING_MONITOR_HTTP_HOST": "0.0.0.0",  # noqa: S104 - a browser is to open the link
    }  # fmt: skip
    log = tmp_path / "log"
    with Terminal("serve", directory=tmp_path, environment=settings, log=log) as terminal:
        wait_until_blocking(lambda: LINK.search(terminal.said), what="the link")
        (link,) = LINK.findall(terminal.said)
        assert "within 15 minutes" in terminal.said
        assert link.rpartition("/")[2] not in log.read_text()
        assert not (tmp_path / "data" / "first-administrator").exists()
        wait_until_blocking(lambda: httpx.get(link).status_code == 200, 20, "the page")
        assert httpx.post(link, data=ADA).status_code == 200
        terminal.process.terminate()
        assert terminal.end() == 0
    assert f'"database": "{tmp_path / "data" / "monitor.db"}"' in log.read_text()
    assert f'"data": "{tmp_path / "data"}"' in log.read_text()
