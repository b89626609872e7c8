"""`dosing-monitor demo` in a process of its own, started as a user starts it."""

import os
import re
import signal
import subprocess
import time
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import httpx
import psutil

from tests.parts.ports import free_port
from tests.parts.product import COMMAND, REPOSITORY
from tests.parts.tls import TLS
from tests.parts.waiting import wait_until_blocking

STARTS_WITHIN_S: Final = 60.0
GREETING: Final = re.compile(r"(http://\S+)\nUser name: (\S+)\nPassword: (\S+)\n")


class Demo:
    """The demonstration, run outside the project's directory. left: its temporary folder."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._process: subprocess.Popen[bytes] | None = None
        self._api = httpx.Client(timeout=10, verify=TLS)
        self.left = directory / "temporary"

    def start(self, *options: str) -> "Demo":
        self.left.mkdir()
        self.mqtt_port = free_port()
        ports = ["--http-port", str(free_port()), "--mqtt-port", str(self.mqtt_port)]
        with (self._directory / "said").open("wb") as said:
            self._process = subprocess.Popen(
                [*COMMAND, "demo", *ports, *options],
                cwd=self._directory,
                env={**os.environ, "PYTHONPATH": str(REPOSITORY), "TMPDIR": str(self.left)},
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
            )
        self.address, self.user, self.password = wait_until_blocking(
            self._greeting, STARTS_WITHIN_S, "the address and the login"
        )
        return self

    @property
    def said(self) -> str:
        return (self._directory / "said").read_text()

    def family(self) -> list[psutil.Process]:
        """Return the process and all its descendants."""
        assert self._process is not None
        process = psutil.Process(self._process.pid)
        return [process, *process.children(recursive=True)]

    def sessions(self, fewest: int = 1) -> list[dict[str, Any]]:
        """Return the open sessions whose heart rate is fresh, once there are at least `fewest`."""
        found = self._items("/encounters", state="open")
        fresh = [e for e in found if e["vitals"].get("hr", {}).get("state") == "fresh"]
        return fresh if len(fresh) >= fewest else []

    @property
    def behind(self) -> float:
        """How far the service's clock is behind, s; about 0 once the past has been played."""
        said = self.http.get(f"{self.address}/healthz").json()["time"]
        return time.time() - datetime.fromisoformat(said).timestamp()

    def high(self) -> list[dict[str, Any]]:
        """Return the physiological alarms of high priority that are on."""
        alarms = [a for e in self._items("/encounters", state="open") for a in e["alarms"]]
        return [a for a in alarms if a["kind"] == "physiological" and a["priority"] == "high"]

    def end(self) -> tuple[int, float]:
        """End it as a service manager would; return the exit status and the seconds it took."""
        assert self._process is not None
        began = time.monotonic()
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(timeout=30), time.monotonic() - began

    def discard(self) -> None:
        self._api.close()
        if self._process is not None and self._process.poll() is None:
            for process in self.family():
                process.kill()
            self._process.wait()

    def _greeting(self) -> tuple[str, ...]:
        assert self._process is not None
        assert self._process.poll() is None, f"the demo ended:\n{self.said}"
        found = GREETING.search(self.said)
        return found.groups() if found else ()

    @property
    def http(self) -> httpx.Client:
        """A signed-in client; paths begin behind `/api/v1`."""
        if "Authorization" not in self._api.headers:
            self._api.base_url = httpx.URL(f"{self.address}/api/v1")
            given = {"username": self.user, "password": self.password}
            token = self._api.post("/login", json=given).json()["token"]
            self._api.headers["Authorization"] = f"Bearer {token}"
        return self._api

    def _items(self, path: str, **query: str) -> list[dict[str, Any]]:
        answer = self.http.get(path, params=query)
        items: list[dict[str, Any]] = answer.raise_for_status().json()["items"]
        return items
