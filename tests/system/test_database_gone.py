"""PostgreSQL goes away under load and comes back: the page keeps working, and no data are lost."""

import asyncio
import json
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.parts import Mosquitto, Postgres, wait_until
from tests.parts.keeper import Gateway, Keeper
from tests.parts.product import Clinic, Product
from tests.system.test_outages import beating
from tests.system.test_session import live


@pytest.fixture
def clinic(
    product_with: Callable[..., Product], mosquitto: Mosquitto, own_postgres: Postgres
) -> Clinic:
    url = own_postgres.fresh()
    return Clinic(product_with(MQTT_URL=mosquitto.url, DATABASE_URL=url))


class Seen:
    """The alarms and the heart rate that a page receives, as they arrive."""

    def __init__(self) -> None:
        self.alarms: list[tuple[str, str]] = []
        self.heart_rate: tuple[float, str] = (0.0, "")

    async def read(self, page: Any) -> None:
        async for text in page:
            message = json.loads(text)
            if message["type"] == "alarm":
                self.alarms.append((message["alarm"]["condition"], message["transition"]))
            elif message["type"] == "status" and "hr" in message["encounter"]["vitals"]:
                shown = message["encounter"]["vitals"]["hr"]
                self.heart_rate = (shown["value"], shown["state"])


@pytest.mark.parametrize("how", ["stop", "kill"])
async def test_a_database_server_that_is_gone_stops_neither_detection_nor_the_page(
    clinic: Clinic, mosquitto: Mosquitto, own_postgres: Postgres, how: str
) -> None:
    encounter = clinic.session("Rowan 9", {"strap-9": "heart_rate", "cuff-9": "cuff"})
    clinic.dose(encounter)
    strap, cuff = Keeper("strap-9"), Keeper("cuff-9")
    seen = Seen()
    async with (
        live(clinic) as page,
        Gateway(mosquitto.port, [strap, cuff], time.monotonic).running(),
    ):
        looking = asyncio.create_task(seen.read(page))
        measuring = asyncio.create_task(beating(strap))
        await wait_until(lambda: strap.confirmed > 0, 20, "the first confirmation")

        await asyncio.to_thread(getattr(own_postgres, how))
        await wait_until(lambda: ("storage_fault", "raised") in seen.alarms, 20, "the fault")
        confirmed = strap.confirmed
        cuff.measure(time.time(), sbp=188, dbp=112)
        await wait_until(lambda: ("sbp_high", "raised") in seen.alarms, 10, "the crisis")
        measuring.cancel()
        strap.measure(time.time(), hr=93)
        await wait_until(lambda: seen.heart_rate == (93.0, "fresh"), 5, "the newest heart rate")
        assert strap.confirmed == confirmed, "told of what is in no database"
        assert cuff.confirmed == 0
        ready = await asyncio.to_thread(httpx.get, f"{clinic.product.url}/readyz", timeout=10)
        assert (ready.status_code, ready.json()["parts"]["database"]["ready"]) == (503, False)

        await asyncio.to_thread(own_postgres.start)
        await wait_until(lambda: ("storage_fault", "cleared") in seen.alarms, 30, "its end")
        await wait_until(
            lambda: (strap.confirmed, cuff.confirmed) == (strap.made, 1), 30, "all confirmations"
        )
        looking.cancel()
        await asyncio.gather(looking, measuring, return_exceptions=True)
    rows = clinic.everything(f"/encounters/{encounter}/observations", vital="hr")
    assert sorted(row["seq"] for row in rows) == list(range(1, strap.made + 1))
    alarms = clinic.everything(f"/encounters/{encounter}/alarms")
    told = [a["condition"] for a in alarms if a["condition"] in ("sbp_high", "storage_fault")]
    assert sorted(told) == ["sbp_high", "storage_fault"]
