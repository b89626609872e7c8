"""The disk becomes full: no confirmed reading is lost, and the service keeps working."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from tests.parts import Mosquitto, wait_until_blocking
from tests.parts.product import Clinic, Product
from tests.parts.publisher import Publisher

WINDOW = 40  # fewer than the broker's 100
SENT = 400


class Confirmed:
    """The last number that a device sees confirmed on its `acks` topic."""

    def __init__(self, broker: Mosquitto, device: str) -> None:
        self.upto = 0
        self._client = Client(CallbackAPIVersion.VERSION2)
        self._client.on_message = lambda *arguments: self._take(arguments[-1].payload)
        self._client.connect("127.0.0.1", broker.port)
        self._client.subscribe(f"dosing/v1/home/{device}/acks", 1)
        self._client.loop_start()

    def _take(self, payload: bytes) -> None:
        self.upto = json.loads(payload)["seq"]

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


def database(product: Product) -> dict[str, Any]:
    answer = httpx.get(f"{product.url}/readyz", timeout=5)
    return {"status": answer.status_code, **answer.json()["parts"]["database"]}


def standing(clinic: Clinic, encounter: str) -> dict[str, str]:
    alarms = clinic.get(f"/encounters/{encounter}")["alarms"]
    return {a["condition"]: a["priority"] for a in alarms if a["presence"] == "on"}


@pytest.fixture
def product(product_with: Callable[..., Product], mosquitto: Mosquitto) -> Product:
    return product_with(MQTT_URL=mosquitto.url, MQTT_WINDOW=str(WINDOW))


def test_a_full_disk_stops_neither_detection_nor_the_broker_and_loses_nothing(
    product: Product, mosquitto: Mosquitto
) -> None:
    clinic = Clinic(product)
    encounter = clinic.session("Rowan 3", {"strap-3": "heart_rate", "cuff-3": "cuff"})
    clinic.dose(encounter)
    confirmed = Confirmed(mosquitto, "strap-3")
    with Publisher(mosquitto.port) as devices:
        devices.reading("strap-3", seq=1, hr=70)
        wait_until_blocking(lambda: confirmed.upto == 1, 10, "the first confirmation")
        assert database(product) == {
            "status": 200, "ready": True, "text": "", "held": 0, "at_risk": 0, "window": WINDOW,
        }  # fmt: skip

        product.fill_disk()
        readings = [
            ("dosing/v1/home/strap-3/readings", json.dumps({"seq": n, "hr": 71}).encode())
            for n in range(2, SENT + 2)
        ]
        devices.send_all(readings)
        devices.reading("cuff-3", seq=1, sbp=186, dbp=112)
        # The last reading arrived and was decided: the broker's window did not close.
        wait_until_blocking(lambda: "sbp_high" in standing(clinic, encounter), 20, "the alarm")
        wait_until_blocking(
            lambda: standing(clinic, encounter).get("storage_fault") == "medium", 20, "the fault"
        )
        said = database(product)
        assert (said["status"], said["held"]) == (503, WINDOW // 2)
        assert said["at_risk"] >= SENT - WINDOW
        assert "does not take writes: " in said["text"]
        assert confirmed.upto < SENT, "a device was told of what is on no disk"

        product.empty_disk()
        wait_until_blocking(lambda: confirmed.upto == SENT + 1, 30, "everything confirmed")
    wait_until_blocking(lambda: database(product)["status"] == 200, 10, "ready again")
    wait_until_blocking(lambda: "storage_fault" not in standing(clinic, encounter), 10)
    stored = clinic.everything(f"/encounters/{encounter}/observations", vital="hr")
    assert sorted(row["seq"] for row in stored) == list(range(1, SENT + 2))
    recorded = clinic.everything(f"/encounters/{encounter}/alarms")
    assert {"sbp_high", "storage_fault"} <= {alarm["condition"] for alarm in recorded}
    assert database(product)["at_risk"] == 0
    confirmed.close()


def test_killed_while_the_disk_is_full_it_has_told_no_device_a_lie(
    product: Product, mosquitto: Mosquitto
) -> None:
    clinic = Clinic(product)
    encounter = clinic.session("Rowan 4", {"strap-4": "heart_rate"})
    confirmed = Confirmed(mosquitto, "strap-4")
    readings = [
        ("dosing/v1/home/strap-4/readings", json.dumps({"seq": n, "hr": 72, "boot": "b"}).encode())
        for n in range(1, SENT + 1)
    ]
    with Publisher(mosquitto.port) as devices:
        devices.send_all(readings[:100])
        wait_until_blocking(lambda: confirmed.upto == 100, 10, "the first hundred")
        product.fill_disk()
        devices.send_all(readings[100:])
        wait_until_blocking(lambda: database(product)["at_risk"] > 200, 20, "readings at risk")
        upto = confirmed.upto
        product.kill()
        product.start()
        devices.send_all(readings[upto:])  # as a device that keeps unconfirmed ones does
        wait_until_blocking(lambda: confirmed.upto == SENT, 20, "everything confirmed")
    clinic = Clinic(product)
    stored = clinic.everything(f"/encounters/{encounter}/observations", vital="hr")
    assert sorted(row["seq"] for row in stored) == list(range(1, SENT + 1))
    confirmed.close()
