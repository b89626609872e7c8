"""One device floods through a real broker, and another patient's crisis is on the page at once."""

import asyncio
import json
import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import count
from typing import Any, Final

import pytest

from tests.adapters.raw_mqtt import publish
from tests.bench.load import connect
from tests.parts import Mosquitto, wait_until
from tests.parts.product import Clinic
from tests.system.test_session import live

FLOOD_S: Final = 5.0
VICTIMS: Final = 5
WITHIN_S: Final = 1.0
ENDS_S: Final = 5.0


def _batch(n: int) -> bytes:
    """60 KB of readings, a fifth of a second apart, older than the ones before."""
    now = time.time() * 1000
    first = n * 1100
    return b"[%s]" % b",".join(
        b'{"seq":%d,"t":%d,"hr":%d}' % (10**7 - k, now - 200 * k, 60 + k % 9)
        for k in range(first, first + 1100)
    )


# A flood -> its messages, and how many come in a second
FLOODS: Final[dict[str, tuple[Callable[[int], bytes], float]]] = {
    "batches, newest first": (_batch, 2.0),
    "swinging pressures": (
        lambda n: b'{"seq":%d,"sbp":%d,"dbp":80}' % (n + 1, 120 if n % 2 else 190), 300.0,
    ),
}  # fmt: skip


class Flood:
    """A device that goes on until `stop`. sent: messages."""

    def __init__(self, port: int, made: Callable[[int], bytes], rate: float) -> None:
        self._link = connect(port, "bad")
        self._link.settimeout(10)
        self._packets = self._make(made)
        self._rate = rate
        self._over = threading.Event()
        self.sent = 0
        self._thread = threading.Thread(target=self._send, daemon=True)
        self._thread.start()

    @staticmethod
    def _make(made: Callable[[int], bytes]) -> Iterator[bytes]:
        for n in count():
            yield publish("dosing/v1/home/bad/readings", made(n), packet_id=n % 65_535 + 1)

    def _send(self) -> None:
        began = time.monotonic()
        while not self._over.is_set():
            self._link.sendall(next(self._packets))
            self.sent += 1
            self._over.wait(max(0.0, began + self.sent / self._rate - time.monotonic()))

    def stop(self) -> None:
        """When the broker has confirmed all of it."""
        self._over.set()
        self._thread.join()
        left = 4 * self.sent
        while left > 0:
            left -= len(self._link.recv(65_536))
        self._link.close()


@pytest.mark.parametrize("kind", FLOODS)
async def test_the_other_patients_alarm_is_on_the_page_within_a_second(
    clinic: Clinic, mosquitto: Mosquitto, kind: str
) -> None:
    bad = clinic.session("Bad 1", {"bad": "gateway"})
    clinic.dose(bad)
    others = [clinic.session(f"Good {n}", {f"cuff-{n}": "cuff"}) for n in range(VICTIMS)]
    told: dict[str, float] = {}
    floods: list[str] = []

    async def read(page: Any) -> None:
        async for text in page:
            message = json.loads(text)
            if message["type"] != "alarm":
                continue
            alarm = message["alarm"]
            if alarm["condition"] == "sbp_high":
                told.setdefault(alarm["encounter_id"], time.monotonic())
            elif alarm["condition"] == "device_flooding":
                floods.append(f"{message['transition']} {alarm['priority']} {alarm['device']}")

    async with live(clinic) as page:
        reading = asyncio.create_task(read(page))
        made, rate = FLOODS[kind]
        flood = Flood(mosquitto.port, made, rate)
        cuffs = connect(mosquitto.port, "cuffs")
        waited = []
        try:
            for n, other in enumerate(others):
                await asyncio.sleep(FLOOD_S / VICTIMS)
                began = time.monotonic()
                topic = f"dosing/v1/home/cuff-{n}/readings"
                cuffs.sendall(publish(topic, b'{"seq":1,"sbp":190,"dbp":118}', packet_id=n + 1))
                await wait_until(partial(told.__contains__, other), 10, "the crisis")
                waited.append(told[other] - began)
        finally:
            flood.stop()
            cuffs.close()
        ended = time.monotonic()
        await wait_until(lambda: len(floods) == 2, 30, "the flood to be told, and over")
        took = time.monotonic() - ended
        sys.stdout.write(f"\n{kind}: {max(waited):.3f} s at most, over after {took:.1f} s\n")
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)
    assert max(waited) < WITHIN_S
    assert floods == ["raised medium bad", "cleared medium bad"]
    assert took >= ENDS_S - 1
    stored = await asyncio.to_thread(clinic.get, f"/encounters/{bad}/observations", limit=1)
    wanted = flood.sent * (1100 if "batches" in kind else 2)
    assert stored["count"] == wanted, "what it may hand over is stored, all of it"
