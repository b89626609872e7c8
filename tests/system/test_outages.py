"""Outages of the broker and of the network: an immediate alarm, a record, and no lost reading.

The device keeps its readings until they are confirmed.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any, Final

import pytest

from tests.parts import Mosquitto, wait_until, wait_until_blocking
from tests.parts.keeper import Gateway, Keeper
from tests.parts.product import Clinic, Product
from tests.parts.proxy import Proxy
from tests.system.ear import hearing

pytestmark = pytest.mark.paced

SEEN_S: Final = 5.0
STRAP: Final = "strap-1"


@pytest.fixture
def network(mosquitto: Mosquitto) -> Iterator[Proxy]:
    """A proxy between the service and an external broker."""
    with Proxy(mosquitto.port) as network:
        yield network


@pytest.fixture
def clinic(product_with: Callable[..., Product], network: Proxy) -> Clinic:
    return Clinic(product_with(MQTT_URL=network.url))


class Watching:
    """The `broker_lost` alarms that a page received, with their times."""

    def __init__(self) -> None:
        self.told: list[tuple[float, str, dict[str, Any]]] = []

    @asynccontextmanager
    async def of(self, clinic: Clinic) -> AsyncIterator["Watching"]:
        def took(at: float, transition: str, alarm: dict[str, Any]) -> None:
            if alarm["condition"] == "broker_lost":
                self.told.append((at, transition, alarm))

        async with hearing(clinic, took):
            yield self

    async def next(self, transition: str, since: float) -> tuple[float, dict[str, Any]]:
        """Wait for the transition; return the seconds from `since` to it, and the alarm."""

        def found() -> list[tuple[float, dict[str, Any]]]:
            return [(t - since, a) for t, tr, a in self.told if t >= since and tr == transition]

        return (await wait_until(found, 30, f"broker_lost to be {transition}"))[0]


async def beating(keeper: Keeper) -> None:
    while True:
        keeper.measure(time.time(), hr=70 + keeper.made % 5)
        await asyncio.sleep(0.05)


@asynccontextmanager
async def session(
    clinic: Clinic, port: int, name: str = "Alder 14"
) -> AsyncIterator[tuple[str, Keeper, Watching]]:
    """A session whose strap keeps and resends its readings, over a network that does not fail."""
    encounter = clinic.session(name, {STRAP: "heart_rate"})
    keeper = Keeper(STRAP)
    gateway = Gateway(port, [keeper], time.monotonic)
    async with Watching().of(clinic) as page, gateway.running():
        measuring = asyncio.create_task(beating(keeper))
        await wait_until(lambda: keeper.confirmed > 0, 20, "the first confirmation")
        yield encounter, keeper, page
        measuring.cancel()


async def all_stored(clinic: Clinic, encounter: str, keeper: Keeper) -> None:
    """Wait until all readings measured by now are confirmed; assert that each is stored once."""
    made = keeper.made
    await wait_until(lambda: keeper.confirmed >= made, 60, "everything to be confirmed")
    rows = await asyncio.to_thread(clinic.everything, f"/encounters/{encounter}/observations")
    numbers = sorted(row["seq"] for row in rows)
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) >= made


def breaks(network: Proxy, broker: Mosquitto) -> dict[str, tuple[Callable[[], Any], ...]]:
    """Return each fault by its name: the functions that cause and repair it."""

    def stopped() -> None:
        broker.stop()
        network.cut()

    return {
        "killed": (broker.kill, broker.start),
        "stopped": (stopped, broker.start),
        "half open": (network.half_open, network.heal),
        "throttled": (lambda: network.slow(rate=2.0), network.heal),
    }


@pytest.mark.parametrize("how", ["killed", "stopped", "half open", "throttled"])
async def test_an_outage_is_seen_within_five_seconds_ends_and_costs_nothing(
    clinic: Clinic, network: Proxy, mosquitto: Mosquitto, how: str
) -> None:
    spoil, mend = breaks(network, mosquitto)[how]
    async with session(clinic, mosquitto.port) as (encounter, keeper, page):
        began = time.monotonic()
        await asyncio.to_thread(spoil)
        took, alarm = await page.next("raised", began)
        assert took < SEEN_S
        assert (alarm["priority"], alarm["kind"]) == ("low", "technical")
        assert "Nothing that devices measure is watched." in alarm["reason"]
        ready = await asyncio.to_thread(clinic.http.get, f"{clinic.product.url}/readyz")
        assert (ready.status_code, "broker: " in ready.json()["detail"]) == (503, True)
        await asyncio.to_thread(mend)
        _, over = await page.next("cleared", began)
        assert over["id"] == alarm["id"]
        await all_stored(clinic, encounter, keeper)
    stored = clinic.everything(f"/encounters/{encounter}/alarms")
    assert [a["id"] for a in stored if a["condition"] == "broker_lost"] == [alarm["id"]]
    rows = clinic.everything(f"/encounters/{encounter}/journal")
    faults = [row["body"].get("over", False) for row in rows if row["type"] == "service_fault"]
    assert faults == [False, True]


async def test_a_cut_that_is_mended_at_once_is_no_alarm(
    clinic: Clinic, network: Proxy, mosquitto: Mosquitto
) -> None:
    async with session(clinic, mosquitto.port) as (encounter, keeper, page):
        network.cut()
        await all_stored(clinic, encounter, keeper)
    assert page.told == []


def test_the_canary_is_measured(clinic: Clinic, network: Proxy) -> None:
    def figures() -> tuple[float, float]:
        ready = clinic.http.get(f"{clinic.product.url}/readyz").json()
        text = clinic.http.get(f"{clinic.product.url}/metrics").text
        line = next(x for x in text.splitlines() if x.startswith("dosing_monitor_canary_seconds "))
        return ready["parts"]["broker"].get("canary_s", 0.0), float(line.split()[1])

    def slow() -> bool:
        # The canary's time is without the service's own delay.
        return all(0.5 <= figure < 2.0 for figure in figures())

    at_first = figures()
    assert all(figure < 0.5 for figure in at_first)
    network.slow(delay=0.3)  # there and back
    wait_until_blocking(slow, 10, "a canary that takes longer")
