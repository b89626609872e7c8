"""A page beyond the limit of connected pages shows the reason and a remedy."""

from collections.abc import Callable

import pytest
from playwright.async_api import Page, expect

from tests.parts.product import Product
from tests.web.hands import sign_in

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_page_without_a_seat_says_why_and_the_page_that_has_one_stays(
    page: Page, serving: Callable[..., Product]
) -> None:
    product = serving(PAGES_PER_SIGN_IN="1")
    await sign_in(page, product)
    second = await page.context.new_page()
    await second.goto(product.url)
    told = second.get_by_role("alert").filter(has_text="Too many pages are connected")
    await expect(told).to_contain_text("Close some that nobody looks at", timeout=15_000)
    await expect(page.get_by_text("Link lost")).to_have_count(0)
    await page.close()
    await expect(second.get_by_text("Link lost")).to_have_count(0, timeout=30_000)
