"""A backup of a running service, and its restoration."""

import json
import sqlite3
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.parts import Mosquitto, wait_until_blocking
from tests.parts.product import Clinic, Product, run_command
from tests.parts.publisher import Publisher


def command(product: Product, *arguments: str) -> tuple[int, str]:
    done = run_command(*arguments, directory=product.directory, environment=product.environment)
    assert done.returncode == 0 or len(done.stderr.strip().splitlines()) == 1, done.stderr
    return done.returncode, done.stderr + done.stdout


@pytest.fixture
def product(product_with: Callable[..., Product], mosquitto: Mosquitto) -> Product:
    return product_with(MQTT_URL=mosquitto.url)


def test_a_backup_taken_under_load_is_one_whole_state(
    product: Product, mosquitto: Mosquitto
) -> None:
    clinic = Clinic(product)
    encounter = clinic.session("Quince 5", {"strap-5": "heart_rate", "cuff-5": "cuff"})
    route = f"/encounters/{encounter}/observations"
    with Publisher(mosquitto.port) as devices:
        devices.reading("cuff-5", seq=1, sbp=188, dbp=114)
        (high,) = [
            a
            for a in wait_until_blocking(lambda: clinic.get(f"/encounters/{encounter}")["alarms"])
            if a["condition"] == "sbp_high"
        ]
        clinic.post(f"/alarms/{high['id']}/acknowledge")
        sent = [
            ("dosing/v1/home/strap-5/readings", json.dumps({"seq": n, "hr": 70}).encode())
            for n in range(1, 1501)
        ]
        devices.send_all(sent[:500])
        wait_until_blocking(lambda: clinic.get(route, vital="hr")["count"] >= 100)
        assert command(product, "backup", "kept.db") == (0, "")
        devices.send_all(sent[500:])
        wait_until_blocking(lambda: clinic.get(route, vital="hr")["count"] == 1500, 30)
    kept = product.directory / "kept.db"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert command(product, "backup", "kept.db")[0] == 2, "nothing is overwritten"
    status, said = command(product, "restore", "kept.db", "--replace")
    assert (status, "stop the service first" in said) == (2, True)
    assert product.stop() == 0
    status, said = command(product, "restore", "kept.db")
    assert (status, "--replace" in said) == (2, True)
    status, said = command(product, "restore", "kept.db", "--replace")
    assert (status, "replaced-1" in said) == (0, True)

    product.start()
    clinic = Clinic(product)
    stored = [row["seq"] for row in clinic.everything(route, vital="hr")]
    assert 100 <= len(stored) < 1500
    assert stored == list(range(1, len(stored) + 1)), "up to one moment, and nothing after it"
    (again,) = [
        a for a in clinic.get(f"/encounters/{encounter}")["alarms"] if a["id"] == high["id"]
    ]
    assert (again["presence"], again["acknowledged_by"]) == ("acknowledged", "thea")


def test_what_is_damaged_is_refused_and_put_aside_with_a_way_out(product: Product) -> None:
    assert product.stop() == 0
    assert command(product, "backup", "kept.db") == (0, "")
    whole = product.directory / "kept.db"
    torn = product.directory / "torn.db"
    torn.write_bytes(whole.read_bytes()[:-5000])
    status, said = command(product, "restore", "torn.db", "--replace")
    assert (status, "torn.db is " in said) == (2, True)
    (file,) = Path(product.directory).rglob("monitor.db")
    file.write_bytes(b"\0" * 20_000)
    status, said = command(product, "serve")
    assert status == 1
    assert "dosing-monitor restore" in said
    assert command(product, "restore", "kept.db", "--replace")[0] == 0
    assert (file.parent / "monitor.db.replaced-1").read_bytes() == b"\0" * 20_000
    with sqlite3.connect(file) as connection:
        assert connection.execute("SELECT name FROM users").fetchall() == [("thea",)]


def test_a_server_has_programs_of_its_own(
    product_with: Callable[..., Product], mosquitto: Mosquitto, postgres: str
) -> None:
    product = product_with(MQTT_URL=mosquitto.url, DATABASE_URL=postgres)
    status, said = command(product, "backup", "kept.dump")
    assert (status, "pg_dump" in said) == (2, True)
    status, said = command(product, "restore", "log")
    assert (status, "pg_restore" in said) == (2, True)
