"""One bad HTTP client of each kind: pages, acts and alarms of all other users keep working."""

import asyncio
import http.client
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Final

import psutil
import pytest
from msgspec import Struct
from websockets.asyncio.client import ClientConnection

from tests.parts import Mosquitto
from tests.parts.product import REPOSITORY, Clinic, Product
from tests.parts.publisher import Publisher
from tests.system.attacks import NAMES
from tests.system.test_session import live, until

pytestmark = pytest.mark.alone

ASKED: Final = 30
GROWS_MB: Final = 60.0
ATTACKS: Final = list(NAMES)


class Scene(Struct):
    """One service for all attacks: each attack meets the state that the previous one left."""

    product: Product
    broker: Mosquitto
    clinic: Clinic
    viewer: Clinic
    number: int = 0


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    broker = Mosquitto(tmp_path_factory.mktemp("broker")).start()
    product = Product(tmp_path_factory.mktemp("product"), MQTT_URL=broker.url)
    product.user("thea", "therapist")
    product.user("vera", "viewer")
    product.start()
    yield Scene(product, broker, Clinic(product), Clinic(product, "vera"))
    product.discard()
    broker.kill()


def attacking(scene: Scene, attack: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.system.attacks", attack, str(scene.product.port),
         scene.viewer.token],
        cwd=REPOSITORY,
    )  # fmt: skip


def ask(scene: Scene) -> list[float]:
    """Return how long the page's file and the API took, s, each on a separate connection."""
    took = []
    for number in range(ASKED):
        line = http.client.HTTPConnection("127.0.0.1", scene.product.port, timeout=10)
        begun = time.monotonic()
        path = "/api/v1/me" if number % 2 else "/"
        line.request("GET", path, headers={"Authorization": f"Bearer {scene.clinic.token}"})
        answer = line.getresponse()
        answer.read()
        took.append(time.monotonic() - begun)
        assert answer.status == 200
        line.close()
    return took


async def told(page: ClientConnection, encounter: str) -> float:
    while True:
        alarm = (await until(page, "alarm"))["alarm"]
        if (alarm["encounter_id"], alarm["condition"]) == (encounter, "sbp_high"):
            return time.monotonic()


@pytest.mark.parametrize("attack", ATTACKS)
async def test_one_bad_client_costs_nobody_an_alarm(scene: Scene, attack: str) -> None:
    scene.number += 1
    cuff = f"cuff-{scene.number}"
    encounter = await asyncio.to_thread(
        scene.clinic.session, f"Alder {scene.number}", {cuff: "cuff"}
    )
    assert scene.product.process is not None
    service = psutil.Process(scene.product.process.pid)
    before = service.memory_info().rss
    bad = attacking(scene, attack)
    try:
        async with live(scene.clinic) as page:
            await until(page, "snapshot")
            waiting = asyncio.create_task(told(page, encounter))
            took = await asyncio.to_thread(ask, scene)
            with Publisher(scene.broker.port) as devices:
                sent = time.monotonic()
                await asyncio.to_thread(devices.reading, cuff, seq=1, sbp=188, dbp=90)
                async with asyncio.timeout(10):
                    alarm = await waiting - sent
            took += await asyncio.to_thread(ask, scene)
            assert page.close_code is None
        assert bad.poll() is None, "the attack ended by itself"
    finally:
        bad.kill()
        bad.wait()
    grown = (service.memory_info().rss - before) / 1e6
    print(  # noqa: T201 - docs/reliability.md quotes it
        f"{attack}: answers {statistics.median(took) * 1e3:.0f} ms, worst {max(took) * 1e3:.0f} ms,"
        f" alarm {alarm * 1e3:.0f} ms, {grown:.0f} MB more"
    )
    assert alarm < 1
    assert statistics.median(took) < 0.1
    assert max(took) < 1
    assert grown < GROWS_MB
    assert scene.product.log.count("\n") < 200
