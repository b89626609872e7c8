"""The canary session tests the service itself, and its ping stops on a fault."""

from collections.abc import Callable, Iterator
from typing import Final

import pytest

from tests.parts import Mosquitto, wait_until_blocking
from tests.parts.ports import free_port
from tests.parts.product import Clinic, Product
from tests.parts.sinks import HttpSink

pytestmark = pytest.mark.paced

HOPS: Final = ["reading", "live", "notice"]


@pytest.fixture
def http() -> Iterator[HttpSink]:
    sink = HttpSink()
    yield sink
    sink.close()


@pytest.mark.parametrize("broker", ["mosquitto", "amqtt"])
def test_a_reading_of_nobody_goes_through_everything_and_is_on_no_list(
    product_with: Callable[..., Product], broker: str
) -> None:
    product = product_with(BROKER=broker, MQTT_PORT=str(free_port()))
    clinic = Clinic(product)
    wait_until_blocking(lambda: clinic.get("/self-test")["ok"], 20, "the first run")
    found = clinic.post("/self-test")
    assert found["detail"] == ""
    assert list(found["steps"]) == HOPS
    assert 0 < found["total_s"] < 2
    assert found["ping"] == {"wanted": False, "ok": False, "detail": "", "answered_s": None}
    for empty in ("/encounters", "/patients", "/devices", "/quarantine"):
        assert clinic.get(empty)["items"] == []


def test_what_is_lost_on_its_way_is_named_and_the_sign_of_life_stops(
    product_with: Callable[..., Product], mosquitto: Mosquitto, http: HttpSink
) -> None:
    product = product_with(MQTT_URL=mosquitto.url, PING_URL=f"http://127.0.0.1:{http.port}/ping")
    clinic = Clinic(product)
    encounter = clinic.session("Alder 14", {}, "test")
    clinic.dose(encounter)
    wait_until_blocking(lambda: clinic.get("/self-test")["ok"], 20, "the first run")
    wait_until_blocking(lambda: clinic.get("/self-test")["ping"]["ok"], 60, "the first ping")
    assert {got.path for got in http.got} == {"/ping"}
    mosquitto.kill()
    found = clinic.post("/self-test")
    assert not found["ok"]
    assert "broker" in found["detail"]
    assert found["total_s"] is None
    pinged = len(http.got)
    wait_until_blocking(lambda: clinic.get("/self-test")["ping"]["detail"], 60, "the ping to stop")
    assert len(http.got) == pinged
    mosquitto.start()
    wait_until_blocking(lambda: clinic.post("/self-test")["ok"], 30, "it to work again")
    wait_until_blocking(lambda: clinic.get("/self-test")["ping"]["ok"], 60, "the ping again")
    assert len(http.got) > pinged
