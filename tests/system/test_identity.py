"""Devices prove their identity at the service's own broker; with others, none is claimed."""

import asyncio
import json
from pathlib import Path
from typing import Any

import aiomqtt
import httpx
import psutil
import pytest

from tests.parts import Mosquitto, free_port, wait_until, wait_until_blocking
from tests.parts.product import Clinic, Product, run_command
from tests.parts.tls import TLS


async def publish(product: Product, account: dict[str, Any], topic: str, **reading: Any) -> None:
    """Publish one reading; raise `MqttError` if the broker refuses the account."""
    port = int(product.environment["DOSING_MONITOR_MQTT_PORT"])
    name, password = account.get("username"), account.get("password")
    async with aiomqtt.Client("127.0.0.1", port, username=name, password=password) as client:
        await client.publish(topic, json.dumps(reading).encode(), qos=1)


def counted(product: Product, result: str) -> float:
    page = httpx.get(f"{product.url}/metrics", verify=TLS).text
    name = f'dosing_monitor_observations_total{{result="{result}"}}'
    return float(next(x.split()[-1] for x in page.splitlines() if x.startswith(name)))


async def test_a_device_needs_its_password_and_speaks_for_itself_alone(own: Product) -> None:
    clinic = Clinic(own)
    strap = clinic.post("/devices", id="strap", kind="heart_rate")["mqtt"]
    cuff = clinic.post("/devices", id="cuff", kind="cuff")["mqtt"]
    assert (strap["username"], strap["topic"]) == ("strap", "dosing/v1/home/strap/readings")
    patient = clinic.post("/patients", label="Rowan 09")["id"]
    clinic.post("/encounters", patient_id=patient, protocol="sl_home", mode="test",
                device_ids=["strap", "cuff"])  # fmt: skip
    with pytest.raises(aiomqtt.MqttError):
        await publish(own, {}, strap["topic"], seq=1, hr=199)
    with pytest.raises(aiomqtt.MqttError):
        await publish(own, strap | {"password": "guess"}, strap["topic"], seq=1, hr=199)
    await publish(own, cuff, strap["topic"], seq=1, hr=199)  # admitted, not forwarded
    await publish(own, strap, strap["topic"], seq=1, hr=71)
    await wait_until(lambda: counted(own, "stored") == 1)
    shown = clinic.get("/encounters", state="open")["items"][0]["vitals"]["hr"]["value"]
    assert shown == 71
    assert clinic.get("/me")["service"]["device_identity"] is True


async def test_a_device_that_a_command_registers_is_noticed(own: Product, tmp_path: Path) -> None:
    done = run_command(
        "device", "add", "late-strap", "--kind", "heart_rate",
        directory=own.directory, environment=own.environment,
    )  # fmt: skip
    account = json.loads(done.stdout)["mqtt"]

    async def heard() -> bool:
        try:
            await publish(own, account, account["topic"], seq=1, hr=70)
        except aiomqtt.MqttError:
            return False
        return True

    async with asyncio.timeout(10):
        while not await heard():
            await asyncio.sleep(0.1)
    # The only reason for the quarantine is that the device serves no session.
    clinic = Clinic(own)
    wait_until_blocking(lambda: counted(own, "quarantined") >= 1)
    kept = clinic.get("/quarantine")["items"][0]
    assert "late-strap serves no open session" in kept["reason"]


async def test_accounts_outlive_a_restart_and_secrets_are_nowhere_to_be_seen(own: Product) -> None:
    clinic = Clinic(own)
    account = clinic.post("/devices", id="strap", kind="heart_rate")["mqtt"]
    assert own.process is not None
    everybody = [own.process.pid, *(c.pid for c in psutil.Process(own.process.pid).children(True))]
    lines = [" ".join(psutil.Process(pid).cmdline()) for pid in everybody]
    own.stop()
    own.start()
    await publish(own, account, account["topic"], seq=1, hr=70)
    assert account["password"] not in own.log
    assert not [line for line in lines if account["password"] in line or "service.monitor" in line]


async def test_a_lost_password_is_replaced(own: Product) -> None:
    clinic = Clinic(own)
    old = clinic.post("/devices", id="strap", kind="heart_rate")["mqtt"]
    new = clinic.post("/devices/strap/credentials")["mqtt"]
    assert (new["username"], new["topic"]) == (old["username"], old["topic"])
    await publish(own, new, new["topic"], seq=1, hr=70)
    with pytest.raises(aiomqtt.MqttError):
        await publish(own, old, old["topic"], seq=2, hr=70)
    assert clinic.http.post("/devices/nobody/credentials").status_code == 404


async def test_a_deactivated_device_is_let_in_no_more(own: Product) -> None:
    clinic = Clinic(own)
    strap = clinic.post("/devices", id="strap", kind="heart_rate")["mqtt"]
    await publish(own, strap, strap["topic"], seq=1, hr=70)

    async def refused() -> bool:
        try:
            await publish(own, strap, strap["topic"], seq=2, hr=70)
        except aiomqtt.MqttError:
            return True
        return False

    clinic.http.patch("/devices/strap", json={"active": False, "reason": "it is lost"})
    await wait_until(refused)
    clinic.http.patch("/devices/strap", json={"active": True})

    async def let_in() -> bool:
        return not await refused()

    await wait_until(let_in)


def test_where_the_broker_asks_nobody_no_password_is_told(
    clinic: Clinic, mosquitto: Mosquitto
) -> None:
    known = clinic.post("/devices", id="strap", kind="heart_rate")["mqtt"]
    assert (known["username"], known["password"]) == (None, None)
    again = clinic.post("/devices/strap/credentials")["mqtt"]
    assert (again["username"], again["password"]) == (None, None)
    assert clinic.get("/me")["service"]["device_identity"] is False


def test_accounts_that_cannot_be_written_are_a_line_and_no_traceback(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file where the directory should be")
    done = run_command(
        "serve", directory=tmp_path,
        environment={"DOSING_MONITOR_DATA": "taken", "DOSING_MONITOR_HTTP_PORT": "0",
                     "DOSING_MONITOR_MQTT_PORT": str(free_port()),
                     "DOSING_MONITOR_DATABASE_URL": f"sqlite:///{tmp_path}/monitor.db"},
    )  # fmt: skip
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "cannot write to" in done.stderr.splitlines()[-1]
    assert "taken/broker" in done.stderr.splitlines()[-1]
