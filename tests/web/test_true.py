"""Numbers in words: an earlier value is marked as such, and bar and row name the same reading."""

import asyncio
import json
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.async_api import Page, expect

from tests.parts.product import Product
from tests.web.hands import Desk, Later, line_with, region, sign_in

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.fixture(scope="module")
def product(serving: Callable[..., Product]) -> Product:
    """A service at double speed, slow enough to look: values that stop are doubted after 30 s."""
    return serving(CLOCK_SPEED="2")


async def test_the_calm_bar_names_the_same_next_reading_as_the_row(
    page: Page, product: Product, desk: Desk
) -> None:
    await sign_in(page, product)
    desk.name = "weld"
    await asyncio.to_thread(desk.clinic.session, "Weld 13", {"weld-cuff": "cuff"})
    row, bar = region(page, "Weld 13").locator(".next"), page.locator(".bar .calm")
    asked = re.compile(r"^Cuff asked\s*by \d\d:\d\d$")
    await expect(row).to_have_text(asked)
    await expect(bar).to_contain_text(
        re.compile(r"Next is the cuff of Weld 13, asked by \d\d:\d\d\.")
    )
    await expect(bar).not_to_contain_text("overdue")
    desk.send("cuff", sbp=128, dbp=80)
    await expect(row).to_contain_text("Cuff in 5 min")
    await expect(bar).to_contain_text("Next is the cuff of Weld 13 in 5 min.")


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
