"""`dosing-monitor demo`: live sessions within a minute, on either broker, and a clean end."""

import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import httpx
import psutil
import pytest
from playwright.async_api import Page, expect

from tests.parts import wait_until, wait_until_blocking
from tests.parts.ports import free_port
from tests.parts.product import COMMAND, REPOSITORY

SHOWN_WITHIN_S: Final = 60.0
ENDS_WITHIN_S: Final = 5.0
SESSIONS: Final = 6
GREETING: Final = re.compile(r"(http://\S+)\nUser name: (\S+)\nPassword: (\S+)\n")


class Demo:
    """The command in a process of its own, started from a directory that is not the project's."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._process: subprocess.Popen[bytes] | None = None
        self._api = httpx.Client(timeout=10)
        self.left = directory / "temporary"

    def start(self, *options: str) -> "Demo":
        self.left.mkdir()
        ports = ["--http-port", str(free_port()), "--mqtt-port", str(free_port())]
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
            self._greeting, SHOWN_WITHIN_S, "the address and the login"
        )
        return self

    @property
    def said(self) -> str:
        return (self._directory / "said").read_text()

    def family(self) -> list[psutil.Process]:
        """The process and everything that it started."""
        assert self._process is not None
        process = psutil.Process(self._process.pid)
        return [process, *process.children(recursive=True)]

    def sessions(self) -> list[dict[str, Any]]:
        """The open ones whose heart rate is fresh, once there are enough of them."""
        found = self._get("/encounters", state="open")
        fresh = [e for e in found if e["vitals"].get("hr", {}).get("state") == "fresh"]
        return fresh if len(fresh) >= SESSIONS else []

    def high(self) -> list[dict[str, Any]]:
        """Standing alarms about a patient that are high."""
        alarms = [a for e in self._get("/encounters", state="open") for a in e["alarms"]]
        return [a for a in alarms if a["kind"] == "physiological" and a["priority"] == "high"]

    def end(self) -> tuple[int, float]:
        """As a service manager would; the exit status, and how many seconds it took."""
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

    def _get(self, path: str, **query: str) -> list[dict[str, Any]]:
        if "Authorization" not in self._api.headers:
            given = {"username": self.user, "password": self.password}
            token = self._api.post(f"{self.address}/api/v1/login", json=given).json()["token"]
            self._api.headers["Authorization"] = f"Bearer {token}"
        answer = self._api.get(f"{self.address}/api/v1{path}", params=query)
        items: list[dict[str, Any]] = answer.raise_for_status().json()["items"]
        return items


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    demo = Demo(tmp_path)
    yield demo
    demo.discard()


async def test_within_a_minute_the_page_shows_live_sessions_and_one_runs_into_an_alarm(
    demo: Demo, page: Page
) -> None:
    began = time.monotonic()
    demo.start()
    await wait_until(demo.sessions, SHOWN_WITHIN_S, "six sessions with a fresh heart rate")
    await page.goto(demo.address)
    await page.get_by_label("User name").fill(demo.user)
    await page.get_by_label("Password").fill(demo.password)
    await page.get_by_role("button", name="Sign in").click()
    regions = page.get_by_role("region")
    await expect(regions.nth(SESSIONS - 1)).to_be_visible(timeout=20_000)
    await expect(page.get_by_text("Demo data", exact=True)).to_be_visible()
    await expect(regions.first.locator(".watermark").first).to_have_text("DEMO")
    hearts = regions.get_by_label("Heart rate").filter(has_text=re.compile(r"^\d+$"))
    await expect(hearts.nth(SESSIONS - 1)).to_be_visible(timeout=20_000)
    (alarm, *_) = await wait_until(demo.high, SHOWN_WITHIN_S, "a high alarm")
    alert = page.get_by_role("alert").filter(has_text=alarm["reason"])
    await expect(alert.get_by_role("button", name="Acknowledge")).to_be_visible(timeout=20_000)
    assert time.monotonic() - began < SHOWN_WITHIN_S
    assert {e["mode"] for e in demo.sessions()} == {"demo"}
    assert "goes without a dose" not in demo.said


@pytest.mark.parametrize("broker", ["mosquitto", "amqtt"])
def test_it_runs_on_either_broker_and_leaves_nothing_behind(demo: Demo, broker: str) -> None:
    demo.start("--broker", broker)
    wait_until_blocking(demo.sessions, SHOWN_WITHIN_S, "six sessions with a fresh heart rate")
    family = demo.family()
    commands = [" ".join(process.cmdline()) for process in family]
    assert any("simulators demo-feed" in command for command in commands)
    assert any("mosquitto.conf" in command for command in commands) == (broker == "mosquitto")
    assert any("amqtt_broker" in command for command in commands) == (broker == "amqtt")
    status, took = demo.end()
    assert status == 0, demo.said
    assert took < ENDS_WITHIN_S
    _, alive = psutil.wait_procs(family, timeout=1)
    assert alive == []
    assert list(demo.left.iterdir()) == []
