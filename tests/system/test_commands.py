"""The command line from outside: exit statuses, and one clear line for each wrong use."""

import json
import os
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.parts import Mosquitto, wait_until_blocking
from tests.parts.product import COMMAND, PASSWORD, REPOSITORY, Clinic, Product, run_command
from tests.parts.publisher import Publisher

TRACE = "t_s,hr_bpm,sbp_mmhg,dbp_mmhg,map_mmhg,source\n0,70,,,,ecg\n"
WRONG_USE = [
    ([], "Missing command"),
    (["dance"], "'dance'"),
    (["serve", "--loud"], "--loud"),
    (["demo", "--patients", "99"], "--patients"),
    (["analyze", "absent.csv", "--protocol", "sl_home"], "absent.csv"),
    (["analyze", "trace.csv", "--protocol", "tea"], "sl_home"),
    (["analyze", "noise.csv", "--protocol", "sl_home"], "noise.csv"),
    (["user", "add", "thea"], "--role"),
    (["user", "add", "thea", "--role", "king", "--password-stdin"], "king"),
    (["device", "add", "cuff-1"], "--kind"),
    (["device", "add", "encounters", "--kind", "cuff"], "encounters"),
    (["device", "add", "cuff-1", "--kind", "cuff", "--site", "a/b"], "site"),
    (["backup"], "FILE"),
    (["backup", "here.db"], "no database"),
    (["restore", "absent.db"], "absent.db"),
    (["restore", "noise.csv"], "no backup"),
    (["simulate"], "--mqtt"),
    (["simulate", "--mqtt", "mqtt://[::1"], "mqtt://"),
    (["replay", "absent.csv", "--mqtt", "mqtt://127.0.0.1", "--device", "x"], "absent.csv"),
    (["replay", "noise.csv", "--mqtt", "mqtt://127.0.0.1", "--device", "x"], "noise.csv"),
    (["serve", "--config", "absent.toml"], "absent.toml"),
    (["serve", "--config", "key.toml"], "colour"),
    (["serve", "--config", "noise.csv"], "noise.csv"),
    (["serve", "--config", "filter.toml"], "home/#/{device}"),
]
WRONG_SETTINGS = [
    ("COLOUR", "red", "DOSING_MONITOR_COLOUR"),
    ("HTTP_PORT", "many", "DOSING_MONITOR_HTTP_PORT"),
    ("MQTT_URL", "http://127.0.0.1", "DOSING_MONITOR_MQTT_URL"),
    ("MQTT_URL", "mqtt://[::1", "DOSING_MONITOR_MQTT_URL"),
    ("MQTT_URL", "mqtt://127.0.0.1:x", "host or port"),
    ("DATABASE_URL", "mysql://127.0.0.1/x", "DOSING_MONITOR_DATABASE_URL"),
    ("DATABASE_URL", "sqlite:", "sqlite:///"),
    ("NOTICE_ALLOW", "localhost", "DOSING_MONITOR_NOTICE_ALLOW"),
    ("TRUSTED_PROXIES", "10.0.0.0/8,proxy", "DOSING_MONITOR_TRUSTED_PROXIES: 'proxy'"),
    ("CLOCK_SPEED", "0", "DOSING_MONITOR_CLOCK_SPEED"),
    ("SITE", "a/b", "DOSING_MONITOR_SITE"),
]


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    (tmp_path / "trace.csv").write_text(TRACE)
    (tmp_path / "noise.csv").write_bytes(bytes(range(256)) * 600)
    (tmp_path / "key.toml").write_text('colour = "red"\n')
    (tmp_path / "filter.toml").write_text(
        '[[sources]]\ntopic = "home/#/{device}"\nformat = "theengs"\n'
    )
    return tmp_path


@pytest.mark.parametrize(("arguments", "said"), WRONG_USE)
def test_wrong_use_is_one_line_and_status_2(
    directory: Path, arguments: list[str], said: str
) -> None:
    done = run_command(*arguments, directory=directory, given=PASSWORD + "\n")
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert said in line


@pytest.mark.parametrize(("name", "value", "said"), WRONG_SETTINGS)
def test_wrong_configuration_is_one_line_and_status_2(
    tmp_path: Path, name: str, value: str, said: str
) -> None:
    settings = {f"DOSING_MONITOR_{name}": value}
    if name != "HTTP_PORT":
        settings["DOSING_MONITOR_HTTP_PORT"] = "0"
    done = run_command("serve", directory=tmp_path, environment=settings)
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert said in line


def test_what_the_world_refuses_is_status_1(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        occupied = run_command(
            "serve", directory=tmp_path, environment={"DOSING_MONITOR_HTTP_PORT": port}
        )
    unreachable = run_command(
        "serve", directory=tmp_path,
        environment={
            "DOSING_MONITOR_HTTP_PORT": "0",
            "DOSING_MONITOR_DATABASE_URL": "postgresql://127.0.0.1:1/absent",
        },
    )  # fmt: skip
    for done, said in ((occupied, port), (unreachable, "127.0.0.1:1")):
        assert done.returncode == 1
        (line,) = done.stderr.splitlines()
        assert said in line


def test_a_password_that_is_no_text_is_refused(tmp_path: Path) -> None:
    done = subprocess.run(
        [*COMMAND, "user", "add", "thea", "--role", "viewer", "--password-stdin"],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        input=b"caf\xe9 au lait\n", capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr.count(b"\n")) == (2, 1)


def test_people_and_devices_are_added_while_the_service_runs(product: Product) -> None:
    done = run_command(
        "user", "add", "val", "--role", "viewer", "--password-stdin", "--phone", "+351 555 0100",
        directory=product.directory, environment=product.environment, given=PASSWORD + "\n",
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    me = Clinic(product, "val").get("/me")
    assert (me["role"], me["phone"]) == ("viewer", "+351 555 0100")
    done = run_command(
        "device", "add", "cuff-9", "--kind", "cuff",
        directory=product.directory, environment=product.environment,
    )  # fmt: skip
    assert json.loads(done.stdout)["mqtt"]["topic"] == "dosing/v1/home/cuff-9/readings"
    assert [d["id"] for d in Clinic(product).everything("/devices")] == ["cuff-9"]


def test_people_are_changed_and_kept_out_while_the_service_runs(product: Product) -> None:
    def change(*what: str, name: str = "val", given: str = "") -> tuple[int, str]:
        done = run_command(
            "user", "change", name, *what,
            directory=product.directory, environment=product.environment, given=given,
        )  # fmt: skip
        return done.returncode, done.stderr

    def status(clinic: Clinic) -> int:
        return clinic.http.get("/me").status_code

    product.user("val", "viewer")
    val = Clinic(product, "val")
    assert change("--role", "therapist") == (0, "")
    assert val.get("/me")["role"] == "therapist"
    assert change("--disable") == (0, "")
    assert status(val) == 401
    given = {"username": "val", "password": PASSWORD}
    assert val.http.post("/login", json=given).status_code == 401
    assert change("--enable") == (0, "")
    val = Clinic(product, "val")
    assert change("--password-stdin", given="another password\n") == (0, "")
    assert status(val) == 401
    assert val.http.post("/login", json=given).status_code == 401
    given["password"] = "another password"
    assert val.http.post("/login", json=given).is_success
    assert change("--must-change") == (0, "")
    assert status(val) == 401
    signed_in = val.http.post("/login", json=given).json()
    val.http.headers["Authorization"] = f"Bearer {signed_in['token']}"
    assert signed_in["must_change_password"]
    assert val.http.get("/patients").status_code == 403
    assert change("--may-keep") == (0, "")
    assert val.http.get("/patients").status_code == 200
    for weak in ("password1", "val12345", "          "):
        code, said = change("--password-stdin", given=f"{weak}\n")
        assert (code, said.count("\n"), "The password" in said) == (2, 1, True)
    product.user("ada", "admin")
    for last in (("--disable",), ("--role", "therapist")):
        code, said = change(*last, name="ada")
        assert (code, said.count("\n")) == (2, 1)
        assert "ada is the last administrator" in said
        assert "user add" in said
    assert Clinic(product, "ada").get("/me")["role"] == "admin"
    assert change("--disable", name="nobody") == (2, "dosing-monitor: There is no user nobody.\n")
    assert change()[0] == 2
    assert change("--password-stdin", given="short\n")[0] == 2


@pytest.mark.alone
def test_asked_to_stop_under_load_it_flushes_and_ends_within_five_seconds(
    product_with: Callable[..., Product], mosquitto: Mosquitto
) -> None:
    product = product_with(MQTT_URL=mosquitto.url)
    clinic = Clinic(product)
    encounter = clinic.session("Larch 07", {"strap-1": "heart_rate"})
    enough = threading.Event()

    def load() -> None:
        with Publisher(mosquitto.port) as device:
            for seq in range(1, 100_000):
                device.reading("strap-1", seq=seq, hr=60 + seq % 40)
                if enough.is_set():
                    return

    sender = threading.Thread(target=load)
    sender.start()
    try:
        route = f"/encounters/{encounter}/observations"
        wait_until_blocking(lambda: clinic.get(route, limit=1)["count"] > 50)
        asked = time.monotonic()
        assert product.stop() == 0
        assert time.monotonic() - asked < 5
    finally:
        enough.set()
        sender.join()
    assert "Traceback" not in product.log
