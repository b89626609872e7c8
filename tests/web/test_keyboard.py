"""Use without a mouse and without a screen: keys, focus, and announcements to a screen reader."""

import re

import pytest
from playwright.async_api import Locator, Page, expect

from tests.parts import wait_until_blocking
from tests.parts.product import Clinic
from tests.web.hands import Desk, alerts, region

pytestmark = pytest.mark.asyncio(loop_scope="session")

# Texts that a screen reader would speak: changes below a live element, unless an element nearer to
# the change is turned off.
LISTEN = """() => {
  window.spoken = [];
  const LIVE = "[aria-live], [role=alert], [role=status], [role=log]";
  const at = (node) => node.nodeType === 1 ? node : node.parentElement;
  new MutationObserver((changes) => {
    for (const change of changes) {
      const region = at(change.target)?.closest(LIVE);
      if (region && region.getAttribute("aria-live") !== "off") spoken.push(region.textContent);
      for (const node of change.addedNodes) {
        if (node.nodeType === 1 && node.matches("[role=alert]")) spoken.push(node.textContent);
        const inner = node.nodeType === 1 ? node.querySelectorAll("[role=alert]") : [];
        spoken.push(...[...inner].map((n) => n.textContent));
      }
    }
  }).observe(document.body, { childList: true, subtree: true, characterData: true });
}"""


async def focused(page: Page) -> str:
    text: str = await page.evaluate(
        "document.activeElement === document.body ? '' : "
        "document.activeElement.textContent.trim() || document.activeElement.name"
    )
    return text


async def follow(wall: Page, row: Locator) -> None:
    await row.get_by_role("link").click()
    await expect(wall.get_by_role("button", name="Record dose")).to_be_visible()


async def test_a_form_opens_sends_and_leaves_by_keys_and_the_focus_comes_back(
    wall: Page, desk: Desk, clinic: Clinic
) -> None:
    encounter = desk.open("Hazel 80")
    await follow(wall, region(wall, "Hazel 80"))
    await wall.get_by_role("button", name="Add note").focus()
    await wall.keyboard.press("Enter")
    await expect(wall.get_by_label("Text")).to_be_focused()
    await wall.keyboard.press("Escape")
    await expect(wall.locator("form")).to_have_count(0)
    await expect(wall.get_by_role("button", name="Add note")).to_be_focused()
    await wall.keyboard.press("Enter")
    await wall.get_by_label("Text").fill("Calm, talks")
    await wall.keyboard.press("Control+Enter")
    await expect(wall.locator("form")).to_have_count(0)
    await expect(wall.get_by_role("button", name="Add note")).to_be_focused()
    notes = clinic.everything(f"/encounters/{encounter}/journal", type="note")
    assert [n["body"]["text"] for n in notes] == ["Calm, talks"]


async def test_the_focus_stays_where_it_was_after_an_act(wall: Page, desk: Desk) -> None:
    desk.open("Holly 81")
    await follow(wall, region(wall, "Holly 81"))
    checks = wall.get_by_role("list", name="Checks before the dose")
    await checks.get_by_role("button", name="Answered").focus()
    await wall.keyboard.press("Enter")
    await expect(checks.get_by_role("button", name="Take back: Sitter")).to_be_visible()
    assert await wall.evaluate("document.activeElement.closest('.checks') !== null")
    desk.send("cuff", sbp=190, dbp=116)
    line = alerts(wall, "Holly 81")
    # One reading raises two alarms. An acknowledgement is of those that the line shows.
    await expect(line).to_contain_text("Blood pressure 190/116. Limit 180/110.")
    await line.get_by_role("button", name="Acknowledge").focus()
    await wall.keyboard.press("Enter")
    await expect(wall.get_by_role("button", name="Note on it")).to_be_focused()


async def test_the_first_line_is_acknowledged_by_a_key_and_the_page_shows_which(
    wall: Page, desk: Desk, clinic: Clinic
) -> None:
    def on(encounter: str) -> bool:
        return any(a["presence"] == "on" for a in clinic.get(f"/encounters/{encounter}")["alarms"])

    older = desk.open("Maple 82")
    desk.send("cuff", sbp=190, dbp=116)
    await alerts(wall, "Maple 82").wait_for()
    newer = desk.open("Myrtle 83")
    desk.send("cuff", sbp=190, dbp=116)
    await alerts(wall, "Myrtle 83").wait_for()
    first = alerts(wall, "Maple 82").get_by_role("button", name="Acknowledge")
    second = alerts(wall, "Myrtle 83").get_by_role("button", name="Acknowledge")
    await expect(first).to_have_attribute("aria-keyshortcuts", "Alt+A")
    await expect(first).to_contain_text("Alt+A")
    await expect(second).not_to_contain_text("Alt+A")
    await wall.keyboard.press("Alt+a")
    wait_until_blocking(lambda: not on(older), what="the acknowledgement")
    assert on(newer)
    await expect(second).to_contain_text("Alt+A")


async def test_what_is_announced_is_the_change_and_not_the_running_value(
    wall: Page, desk: Desk
) -> None:
    desk.open("Medlar 84")
    desk.send("strap", hr=74)
    await expect(region(wall, "Medlar 84").get_by_label("Heart rate")).to_have_text("74")
    await wall.evaluate(LISTEN)
    for rate in range(146, 150):
        desk.send("strap", hr=rate)
        # The page shows each value before the next one is sent.
        await expect(region(wall, "Medlar 84").get_by_label("Heart rate")).to_contain_text(
            str(rate)
        )
    desk.send("cuff", sbp=190, dbp=116)
    await alerts(wall, "Medlar 84").wait_for()
    for rate in range(150, 162):
        desk.send("strap", hr=rate)
        await expect(region(wall, "Medlar 84").get_by_label("Heart rate")).to_contain_text(
            str(rate)
        )
    spoken = await wall.evaluate("spoken")
    about = [text for text in spoken if "Medlar 84" in text]
    assert about, "the alarm itself was announced"
    assert all("High" in text or "Medium" in text or "Low" in text for text in about)
    assert len(about) <= 6, about


async def test_a_hint_describes_a_field_and_is_no_part_of_its_name(wall: Page, desk: Desk) -> None:
    desk.open("Mallow 85")
    await follow(wall, region(wall, "Mallow 85"))
    await wall.get_by_role("button", name="Record dose").click()
    amount = wall.get_by_label("Amount", exact=True)
    await expect(amount).to_have_accessible_description("mg")
    await expect(wall.get_by_label("Taken", exact=True)).to_have_accessible_description(
        re.compile("min ago")
    )
