"""A new administrator's way from the link of an empty service to the live page."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.parts import Mosquitto
from tests.parts.product import PASSWORD, Product
from tests.web.hands import overflow

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.fixture
def empty(broker: Mosquitto, tmp_path: Path) -> Iterator[Product]:
    """A service without any user."""
    product = Product(tmp_path, MQTT_URL=broker.url).start()
    yield product
    product.discard()


async def test_the_link_leads_to_signing_in(page: Page, empty: Product) -> None:
    await page.goto(empty.url)
    await page.get_by_label("User name").fill("ada")
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_text("There is no user yet.")).to_be_visible()
    link = (empty.directory / "data" / "first-administrator").read_text().strip()
    for width, height in ((390, 844), (1280, 800)):
        await page.set_viewport_size({"width": width, "height": height})
        await page.goto(link)
        assert await overflow(page) <= 0
    await page.get_by_label("User name").fill("ada")
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_label("Password again").fill(PASSWORD[:-1])
    make = page.get_by_role("button", name="Make the administrator")
    await make.click()
    again = page.get_by_label("Password again")
    await expect(again).to_have_accessible_description("The two passwords are not the same.")
    await expect(again).to_be_focused()
    await expect(page.get_by_label("User name")).to_have_value("ada")
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await again.fill(PASSWORD)
    await make.click()
    await expect(page.get_by_role("status")).to_have_text("ada is the administrator.")
    await page.get_by_role("link", name="Sign in").click()
    await page.get_by_label("User name").fill("ada")
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_text("Live", exact=True)).to_be_visible()
    await page.goto(link)
    await expect(page.get_by_text("This link was used already")).to_be_visible()
