"""What was given stands in the head of a session, and in the form of the next dose."""

import re

import pytest
from playwright.async_api import Page, expect

from tests.parts.product import Clinic
from tests.web.hands import Desk, overflow, region

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_whoever_gives_the_next_dose_sees_what_was_given(
    wall: Page, desk: Desk, clinic: Clinic
) -> None:
    encounter = desk.dosed("Yarrow 95")
    await region(wall, "Yarrow 95").get_by_role("link").click()
    given = wall.get_by_role("group", name="Given so far")
    await expect(given).to_have_text(
        re.compile(
            r"^\s*Sublingual at home\. Ketamine 100 mg sublingual at \d\d:\d\d, 0 min ago\.\s*$",
            re.IGNORECASE,
        )
    )
    head = wall.locator("header")
    await expect(head).to_contain_text("Onset, 0 min")
    await wall.get_by_role("button", name="Record dose").click()
    form = wall.locator("form")
    await expect(form).to_contain_text(re.compile(r"100 mg at \d\d:\d\d\. This is the second\."))
    await wall.get_by_label("Amount").fill("50")
    await wall.get_by_role("button", name="Record dose").click()
    await expect(given).to_contain_text("150 mg in all.")
    await expect(head).to_contain_text("0 min since the last dose, 0 min since the first")
    assert [d["amount_mg"] for d in clinic.get(f"/encounters/{encounter}")["doses"]] == [100, 50]
    for width in (390, 800, 1280):
        await wall.set_viewport_size({"width": width, "height": 800})
        await expect(given).to_be_visible()
        assert await overflow(wall) <= 0


async def test_a_protocol_is_chosen_and_never_the_one_that_stood_first(wall: Page) -> None:
    await wall.get_by_role("link", name="Start session").click()
    protocol = wall.get_by_label("Protocol")
    await expect(protocol).to_have_value("")
    await wall.locator("form button[type=submit]").last.click()
    assert await protocol.evaluate("(e) => e.validity.valueMissing")
