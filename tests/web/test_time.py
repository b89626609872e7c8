"""Clocks of the computer that shows the page: it sleeps, they jump, or they are wrong."""

import os
import re
import signal
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import pytest
from playwright.async_api import Page, expect

from tests.parts.product import Clinic, Product
from tests.web.hands import Desk, alerts, region, sign_in

pytestmark = pytest.mark.asyncio(loop_scope="session")

# Less than the four seconds of silence after which the page covers all numbers anyway.
AT_ONCE_MS = 2000
SLEPT_S = 600


async def _wall_clock_leaps(page: Page) -> None:
    await page.clock.set_system_time(datetime.now(UTC).timestamp() + SLEPT_S)


async def _all_clocks_leap(page: Page) -> None:
    await page.clock.fast_forward(1000 * SLEPT_S)


@pytest.mark.parametrize(
    ("label", "wakes"), [("Clover 30", _wall_clock_leaps), ("Melilot 31", _all_clocks_leap)]
)
async def test_after_ten_minutes_of_sleep_nothing_is_shown_before_a_new_snapshot(
    page: Page, product: Product, desk: Desk, label: str, wakes: Callable[[Page], Awaitable[None]]
) -> None:
    """With both kinds of computers: those whose monotonic clock sleeps too, and the others."""
    desk.open(label)
    desk.send("cuff", sbp=127, dbp=81)
    await page.clock.install()
    await sign_in(page, product)
    pressure = region(page, label).get_by_label("Blood pressure")
    await expect(pressure).to_have_text("127/81")
    assert product.process is not None
    os.kill(product.process.pid, signal.SIGSTOP)  # else the answer would arrive too soon to see it
    try:
        await wakes(page)
        await expect(alerts(page, "Link lost")).to_be_visible(timeout=AT_ONCE_MS)
        assert "127" not in await page.locator("body").inner_text()
    finally:
        os.kill(product.process.pid, signal.SIGCONT)
    await expect(pressure).to_have_text("127/81")
    await expect(alerts(page, "Link lost")).to_have_count(0)


@pytest.mark.parametrize("year", [2017, 2041])
async def test_a_computer_whose_clock_is_wrong_shows_the_same_ages(
    page: Page, product: Product, desk: Desk, clinic: Clinic, year: int
) -> None:
    label = f"Vetch {year}"
    identifier = desk.open(label, name=f"vetch-{year}")
    await page.clock.install(time=datetime(year, 5, 1, tzinfo=UTC))
    await sign_in(page, product)
    desk.send("strap", hr=73)
    desk.clinic.dose(identifier)
    session = region(page, label)
    await expect(session.get_by_label("Heart rate")).to_have_text("73")
    await expect(session.locator(".since")).to_contain_text("0 min")
    # Ten seconds later it is stale, by the server's clock alone.
    await expect(session.get_by_label("Heart rate")).to_contain_text(re.compile("stale, 1[0-9] s"))
    await session.get_by_role("link").first.click()
    await expect(page.locator("time.clock")).to_have_text(re.compile(r"^\d\d:\d\d:\d\d$"))
    shown = await page.locator("time.clock").inner_text()
    served = datetime.fromisoformat(clinic.http.get(f"{clinic.product.url}/healthz").json()["time"])
    # The hours depend on the browser's zone; minutes and seconds are the service's.
    minutes, seconds = (int(part) for part in shown.split(":")[1:])
    apart = (served.minute * 60 + served.second) - (minutes * 60 + seconds)
    assert abs((apart + 1800) % 3600 - 1800) <= 3
