"""The stage: Mosquitto, the service as its users start it, and open sessions with a strap each."""

import contextlib
import json
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import httpx
import psutil

from tests.bench.load import Message
from tests.parts.mosquitto import CONFIGURATION, Mosquitto
from tests.parts.product import Clinic, Product

# Like a broker that the service sets up itself: it saves queues each second, not at each change.
BROKER: Final = CONFIGURATION.replace(
    "max_inflight_messages 100", "max_inflight_messages 200"
).replace("autosave_on_changes true\n", "")
SITE: Final = "home"


class Stage:
    """One broker, one service, and sessions. encounters: device -> encounter."""

    def __init__(self, directory: Path) -> None:
        self.broker = Mosquitto(directory, BROKER)
        self.product = Product(directory, MQTT_URL="")
        self.encounters: dict[str, str] = {}
        self._numbers: dict[str, int] = {}
        self._clinic: Clinic | None = None
        self._origin = time.time() - 560

    def begin(self) -> None:
        self.broker.start()
        self.product.environment["DOSING_MONITOR_MQTT_URL"] = self.broker.url
        self.product.user("thea", "therapist")
        self.product.start()

    @property
    def clinic(self) -> Clinic:
        if self._clinic is None:
            self._clinic = Clinic(self.product)
        return self._clinic

    def sessions(self, number: int) -> None:
        """Open `number` more sessions, each with a strap."""
        before = len(self.encounters)
        clinic = self.clinic

        def one(n: int) -> tuple[str, str]:
            device = f"bench-{n}"
            return device, clinic.session(f"Bench {n}", {device: "heart_rate"})

        with ThreadPoolExecutor(4) as pool:
            self.encounters.update(pool.map(one, range(before, before + number)))

    def backlog(self, number: int, devices: int) -> list[Message]:
        """Return heart rates of `devices` in turn, a second apart, from nearly ten minutes ago on.

        Spaced as a strap measures; a strap with a hundred readings of one instant is another load.
        """
        return [
            self._reading(device, self._origin + self._numbers.get(device, 0))
            for device in self._turns(number, devices)
        ]

    def live(self, number: int, devices: int, begin: float, rate: float) -> list[Message]:
        """Return the same, measured `1 / rate` apart from `begin` (epoch seconds) on."""
        return [
            self._reading(device, begin + n / rate)
            for n, device in enumerate(self._turns(number, devices))
        ]

    def _turns(self, number: int, devices: int) -> list[str]:
        names = list(self.encounters)[-devices:]
        return [names[n % devices] for n in range(number)]

    def _reading(self, device: str, measured: float) -> Message:
        seq = self._numbers[device] = self._numbers.get(device, 0) + 1
        body = {"seq": seq, "t": round(measured * 1000), "hr": 70 + seq % 7, "contact": True}
        return f"dosing/v1/{SITE}/{device}/readings", json.dumps(body).encode()

    def stored(self) -> int:
        """Return the number of readings whose commit is on disk."""
        page = httpx.get(f"{self.product.url}/metrics", timeout=10).text
        name = 'dosing_monitor_observations_total{result="stored"}'
        return next((int(float(x.split()[-1])) for x in page.splitlines() if x.startswith(name)), 0)

    @property
    def process(self) -> psutil.Process:
        assert self.product.process is not None
        return psutil.Process(self.product.process.pid)

    def end(self) -> None:
        self.product.discard()
        self.broker.kill()


@contextlib.contextmanager
def stage(sessions: int) -> Iterator[Stage]:
    with tempfile.TemporaryDirectory() as directory:
        made = Stage(Path(directory))
        try:
            made.begin()
            made.sessions(sessions)
            yield made
        finally:
            made.end()
