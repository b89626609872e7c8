"""The machine's wall clock steps during a session: no alarm fires, and none is suppressed."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from monitor.codecs.times import from_iso
from tests.parts import Mosquitto, wait_until
from tests.parts.product import Clinic, Product
from tests.parts.publisher import Publisher

pytestmark = pytest.mark.paced

MISSED_AFTER_S = 31.0
STEP_S = 3600.0


@pytest.fixture
def product(tmp_path: Path, mosquitto: Mosquitto) -> Product:
    return Product(tmp_path, MQTT_URL=mosquitto.url)


async def test_a_step_fires_nothing_and_suppresses_nothing(
    product: Product, mosquitto: Mosquitto
) -> None:
    product.on_a_clock_that_steps()
    product.user("thea", "therapist")
    product.start()
    try:
        clinic = Clinic(product)
        encounter = clinic.session("Hazel 2", {"strap-2": "heart_rate"})

        def alarms() -> list[str]:
            rows = clinic.everything(f"/encounters/{encounter}/alarms")
            return [row["condition"] for row in rows]

        def shown(value: float) -> Callable[[], bool]:
            def is_there() -> bool:
                hr = clinic.get(f"/encounters/{encounter}")["vitals"].get("hr", {})
                return (hr.get("value"), hr.get("state")) == (value, "fresh")

            return is_there

        with Publisher(mosquitto.port) as devices:
            for n, step in enumerate((0.0, STEP_S, -STEP_S, -40 * 365 * 86_400.0)):
                product.step_clock(step)
                devices.reading("strap-2", seq=n + 1, hr=70 + n)
                await wait_until(shown(70 + n), 10, "the newest heart rate")
                assert alarms() == []
            last = time.time()
            product.step_clock(STEP_S)
            await wait_until(lambda: alarms() == ["no_data"], 40, "the silence to be told")
            took = time.time() - last
            assert abs(took - MISSED_AFTER_S) < 1.5

            # The service restarts on a clock that is an hour behind the record.
            product.kill()
            product.step_clock(-STEP_S)
            product.start()
            clinic = Clinic(product)
            devices.reading("strap-2", seq=9, hr=88)
            await wait_until(shown(88), 10, "the first heart rate after it")
        assert alarms() == ["no_data"]
        rows = clinic.everything(f"/encounters/{encounter}/journal")
        times = [from_iso(row["at"]) for row in rows]
        assert times == sorted(times)
        (missed,) = clinic.everything(f"/encounters/{encounter}/alarms")
        assert from_iso(missed["raised_at"]) < from_iso(missed["cleared_at"])
    finally:
        product.discard()
