"""Hand-over of a session from one therapist to another, each at a separate page."""

import re

import pytest
from playwright.async_api import Browser, Page, expect

from tests.parts.product import Clinic, Product
from tests.web.hands import Desk, overflow, region, sign_in

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.fixture(scope="module")
def mara(product: Product) -> str:
    product.user("mara", "therapist")
    product.user("otto", "therapist")
    return "mara"


async def test_a_session_is_offered_and_taken_and_stays_with_the_first_until_then(
    wall: Page, chromium: Browser, product: Product, desk: Desk, clinic: Clinic, mara: str
) -> None:
    encounter = desk.open("Yarrow 80")
    clinic.post(f"/encounters/{encounter}/help")
    other = await chromium.new_context(viewport={"width": 1280, "height": 800})
    hers = await other.new_page()
    await sign_in(hers, product, mara)
    await expect(region(hers, "Yarrow 80")).to_contain_text("thea")
    await region(wall, "Yarrow 80").get_by_role("link").click()
    await wall.get_by_role("button", name="Hand over").click()
    # The choices are all who may take it, those at a page first; never thea herself, or a viewer.
    to = wall.get_by_label("To", exact=True)
    await expect(to.locator("option")).to_have_text(
        ["Choose", "mara, at a page, sound off", "otto, not at a page"]
    )
    await to.select_option(mara)
    await expect(
        wall.get_by_text("mara would hear no alarm: the sound there is off.")
    ).to_be_visible()
    assert await overflow(wall) <= 0
    await wall.get_by_role("button", name="Offer").click()
    await expect(wall.get_by_text("thea supervises, offered to mara")).to_be_visible()
    assert clinic.get(f"/encounters/{encounter}")["supervisor"]["name"] == "thea"
    await expect(
        hers.get_by_text("thea offers you Yarrow 80").or_(hers.get_by_text("thea offers it to you"))
    ).to_be_visible()
    for width, height in ((390, 844), (960, 720), (1280, 800)):
        await hers.set_viewport_size({"width": width, "height": height})
        reading = hers.get_by_role("button", name="Read and take it")
        await expect(reading).to_be_in_viewport(ratio=1)
    # Before she takes it, she reads the doses, the alarms and the open tasks.
    await hers.get_by_role("button", name="Read and take it").click()
    form = hers.locator("form")
    await expect(form.get_by_role("region", name="Given")).to_contain_text("No dose so far.")
    await expect(form.get_by_role("region", name="Alarms")).to_contain_text(
        re.compile(r"High, since \d\d:\d\d: Help asked for by thea.*Nobody has acknowledged it\.")
    )
    todo = form.get_by_role("region", name="To do")
    await expect(todo).to_contain_text("Answer: Help asked for by thea")
    await expect(todo).to_contain_text("The dose waits:")
    await expect(form.get_by_text("Your sound is off.")).to_be_visible()
    await hers.set_viewport_size({"width": 390, "height": 844})
    assert await overflow(hers) <= 0
    assert clinic.get(f"/encounters/{encounter}")["supervisor"]["name"] == "thea"
    await form.get_by_role("button", name="Take over").click()
    await hers.set_viewport_size({"width": 1280, "height": 800})
    await expect(wall.get_by_text("mara supervises")).to_be_visible()
    await expect(hers.get_by_role("button", name="Read and take it")).to_have_count(0)
    # To take it back without an offer, thea must give a reason.
    await wall.get_by_role("button", name="Take over").click()
    given = wall.locator("form").get_by_role("region", name="Given")
    await expect(given).to_contain_text("No dose so far.")
    await wall.get_by_label("Reason").fill("mara had to leave")
    await wall.locator("form").get_by_role("button", name="Take over").click()
    await expect(wall.get_by_text("thea supervises")).to_be_visible()
    types = [r["type"] for r in clinic.everything(f"/encounters/{encounter}/journal")]
    assert [t for t in types if t.endswith("_over")] == ["hand_over", "take_over", "take_over"]
    await other.close()
