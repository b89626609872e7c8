"""`dosing-monitor demo`: live sessions within a minute, on either broker, and a clean end."""

import re
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Final

import psutil
import pytest
from playwright.async_api import Page, expect

from tests.parts import wait_until, wait_until_blocking
from tests.parts.demo import Demo

SHOWN_WITHIN_S: Final = 60.0
ENDS_WITHIN_S: Final = 5.0
SESSIONS: Final = 6


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    demo = Demo(tmp_path)
    yield demo
    demo.discard()


@pytest.mark.alone
async def test_within_a_minute_the_page_shows_live_sessions_and_one_runs_into_an_alarm(
    demo: Demo, page: Page
) -> None:
    began = time.monotonic()
    demo.start()
    await wait_until(
        partial(demo.sessions, SESSIONS), SHOWN_WITHIN_S, "six sessions with a fresh heart rate"
    )
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
    assert {e["supervisor"]["name"] for e in demo.sessions()} == {demo.user}
    assert "goes without a dose" not in demo.said


@pytest.mark.parametrize("broker", ["mosquitto", "amqtt"])
def test_it_runs_on_either_broker_and_leaves_nothing_behind(demo: Demo, broker: str) -> None:
    demo.start("--broker", broker)
    wait_until_blocking(
        partial(demo.sessions, SESSIONS), SHOWN_WITHIN_S, "six sessions with a fresh heart rate"
    )
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
