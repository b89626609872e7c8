"""Two therapists at two pages, and a session that passes from one to the other."""

import pytest
from playwright.async_api import Browser, Page, expect

from tests.parts.product import Clinic, Product
from tests.web.hands import Desk, region, sign_in

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture(scope="module")
def mara(product: Product) -> str:
    product.user("mara", "therapist")
    return "mara"


async def test_a_session_is_offered_and_taken_and_stays_with_the_first_until_then(
    wall: Page, chromium: Browser, product: Product, desk: Desk, clinic: Clinic, mara: str
) -> None:
    encounter = desk.open("Yarrow 80")
    other = await chromium.new_context(viewport={"width": 1280, "height": 800})
    hers = await other.new_page()
    await sign_in(hers, product, mara)
    await expect(region(hers, "Yarrow 80")).to_contain_text("thea")
    await region(wall, "Yarrow 80").get_by_role("link").click()
    await wall.get_by_role("button", name="Hand over").click()
    await wall.get_by_label("To", exact=True).fill("nobody")
    await wall.get_by_role("button", name="Offer").click()
    await expect(wall.get_by_text("nobody is nobody who may run a session.")).to_be_visible()
    await wall.get_by_label("To", exact=True).fill(mara)
    await wall.get_by_role("button", name="Offer").click()
    await expect(wall.get_by_text("thea supervises, offered to mara")).to_be_visible()
    assert clinic.get(f"/encounters/{encounter}")["supervisor"]["name"] == "thea"
    await expect(hers.get_by_text("thea offers you Yarrow 80")).to_be_visible()
    for width, height in ((390, 844), (960, 720), (1280, 800)):
        await hers.set_viewport_size({"width": width, "height": height})
        await expect(hers.get_by_role("button", name="Take it")).to_be_in_viewport(ratio=1)
    await hers.get_by_role("button", name="Take it").click()
    await expect(wall.get_by_text("mara supervises")).to_be_visible()
    await expect(hers.get_by_text("offers you")).to_have_count(0)
    # Back without an offer: only for a reason.
    await wall.get_by_role("button", name="Take over").click()
    await wall.get_by_label("Reason").fill("mara had to leave")
    await wall.locator("form").get_by_role("button", name="Take over").click()
    await expect(wall.get_by_text("thea supervises")).to_be_visible()
    types = [r["type"] for r in clinic.everything(f"/encounters/{encounter}/journal")]
    assert [t for t in types if t.endswith("_over")] == ["hand_over", "take_over", "take_over"]
    await other.close()
