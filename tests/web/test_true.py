"""Numbers in words: a value of before is told as one, and the bar says what the row says."""

import asyncio
import json
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.async_api import Page, expect

from tests.parts.product import Product
from tests.web.hands import Desk, Later, line_with, region, sign_in

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture(scope="module")
def product(serving: Callable[..., Product]) -> Product:
    """Twice as fast, and slow enough to look: what stops coming is doubted after 30 s."""
    return serving(CLOCK_SPEED="2")


async def test_the_calm_bar_names_the_same_next_reading_as_the_row(
    page: Page, product: Product, desk: Desk
) -> None:
    await sign_in(page, product)
    await asyncio.to_thread(desk.dosed, "Weld 13")
    desk.send("strap", hr=70)
    desk.send("thermometer", temp=36.6)
    row = region(page, "Weld 13").locator(".next")
    await expect(row).to_have_text(re.compile(r"^Cuff in 15 min\s*\d\d:\d\d$"))
    bar = page.locator(".bar .calm")
    await expect(bar).to_contain_text("Next is the cuff of Weld 13 in 15 min.")


async def test_a_rate_that_fell_back_says_what_it_was(
    page: Page, product: Product, desk: Desk
) -> None:
    later = Later(product)
    await sign_in(page, product)
    await asyncio.to_thread(desk.open, "Dock 14")
    rates = [124.0 + n % 2 for n in range(30)] + [120.0 - 4 * n for n in range(7)] + [93.0] * 4
    await later.pass_(seconds=len(rates) + 2)
    begin = later.now - timedelta(seconds=len(rates))
    batch = [
        {"seq": n + 1, "t": (begin + timedelta(seconds=n)).isoformat(), "hr": rate}
        for n, rate in enumerate(rates)
    ]
    desk.devices.send("dosing/v1/home/dock-strap/readings", json.dumps(batch).encode())
    line = line_with(page, "Heart rate")
    await expect(line.locator("strong")).to_have_text("Heart rate reached 125. Limit 120. Now 93.")
    await expect(line.locator(".chip").first).to_have_text("Medium")
