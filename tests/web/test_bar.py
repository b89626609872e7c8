"""The bar and the head cut no words: they wrap, or hide whole sentences behind a button."""

import re
import time
from typing import Final

import pytest
from playwright.async_api import Locator, Page, expect

from tests.parts import wait_until_blocking
from tests.parts.product import Clinic, Product
from tests.web.hands import Desk, alerts, line_with, overflow, region, sign_in
from tests.web.test_room import LABEL, WINDOWS

pytestmark = pytest.mark.asyncio(loop_scope="session")

# Texts that are cut by an ellipsis or by the edge of their box.
CUT: Final = """(bar) => {
  const box = bar.getBoundingClientRect();
  const shown = (e) => e.getClientRects().length && !e.closest(".unseen");
  const texts = [...bar.querySelectorAll(".code, strong, .rose, .reasons, [data-piece], .more")];
  return texts.filter(shown).filter((e) => {
    const style = getComputedStyle(e);
    const hides = style.overflowX !== "visible"
      && (e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1);
    return hides || style.textOverflow === "ellipsis" && e.scrollWidth > e.clientWidth;
  }).map((e) => `${e.className}: ${e.textContent}`);
}"""
# Whether an element is entirely inside the visible part of the bar.
INSIDE: Final = """(e) => {
  const box = e.getBoundingClientRect();
  const bar = e.closest(".bar").getBoundingClientRect();
  return box.height > 1 && box.top >= bar.top - 1 && box.bottom <= bar.bottom + 1;
}"""


def taken_and_risen(desk: Desk, clinic: Clinic, label: str, name: str) -> None:
    """Raise an alarm that is low for 7 min, acknowledged, high, then eased: the longest line."""
    encounter = desk.open(label, name)
    began = time.time() - 420
    for at in (began, began + 70):
        clinic.post(f"/encounters/{encounter}/observations", at=round(at * 1000), sbp=152, dbp=82)
    clinic.dose(encounter)
    low = standing(clinic, encounter, "low")
    clinic.post(f"/alarms/{low}/acknowledge")
    desk.send("cuff", sbp=190, dbp=116)
    standing(clinic, encounter, "high")
    desk.send("cuff", sbp=176, dbp=99)
    wait_until_blocking(lambda: desk.vital(encounter, "sbp") == 176, what="the newest pressure")


def standing(clinic: Clinic, encounter: str, priority: str) -> str:
    def found() -> list[str]:
        alarms = clinic.get(f"/encounters/{encounter}")["alarms"]
        kind = ("sbp_high", priority)
        return [a["id"] for a in alarms if (a["condition"], a["priority"]) == kind]

    return wait_until_blocking(found, what=f"a {priority} alarm of the pressure")[0]


async def test_the_bar_says_all_that_must_be_said_in_every_window(
    wall: Page, desk: Desk, clinic: Clinic
) -> None:
    taken_and_risen(desk, clinic, f"{LABEL} 31", "risen")
    await region(wall, LABEL).get_by_role("link").click()
    line = alerts(wall, LABEL[:10]).first
    bar = wall.get_by_role("complementary", name="What stands now")
    for scheme in ("dark", "light"):
        await wall.emulate_media(color_scheme=scheme)
        for width, height in WINDOWS:
            await wall.set_viewport_size({"width": width, "height": height})
            where = f"{width} x {height}"
            said = [
                line.locator(".code").get_by_text(f"{LABEL} 31"),
                line.locator("strong").get_by_text(re.compile(r"reached 190/116\. .*Now 176/99\.")),
                line.locator(".rose").get_by_text(
                    re.compile(r"High since .* \(.+ did \d\d:\d\d\)")
                ),
                line.get_by_role("button", name="Acknowledge"),
            ]
            for each in said:
                await expect(each, where).to_be_visible()
                assert await each.evaluate(INSIDE), f"{where}: {await each.text_content()}"
            assert await bar.evaluate(CUT) == [], where
            assert await overflow(wall) <= 0, where


async def test_what_has_no_room_is_one_press_away(wall: Page, desk: Desk, clinic: Clinic) -> None:
    taken_and_risen(desk, clinic, "Saxifrage 32", "saxifrage")
    line = line_with(wall, "Saxifrage 32").filter(has_text="pressure")
    await region(wall, "Saxifrage 32").get_by_role("link").click()
    await wall.set_viewport_size({"width": 390, "height": 844})
    gone = line.locator("[data-piece].unseen")
    await expect(gone.first).to_be_attached()
    whole = line.get_by_role("button", name="All that is said")
    await whole.click()
    await expect(gone).to_have_count(0)
    reason = line.get_by_text(re.compile("Diastolic pressure was 116, at or above")).first
    await expect(reason).to_be_visible()
    await wall.get_by_role("button", name="Show less").click()
    await expect(gone.first).to_be_attached()


@pytest.mark.parametrize("many", [3, 8])
async def test_the_count_of_further_alarms_lies_over_nothing(
    wall: Page, desk: Desk, clinic: Clinic, many: int
) -> None:
    for number in range(many - 1):
        desk.open(f"{LABEL} {number} of {many}", f"many-{many}-{number}")
        desk.send("cuff", sbp=190, dbp=116)
    desk.dosed(f"Herbparis{many} {many}")
    desk.send("cuff", sbp=190, dbp=116)
    await region(wall, f"Herbparis{many}").get_by_role("link").click()
    await expect(wall.get_by_role("group", name="Given so far")).to_contain_text("100 mg")
    await expect(wall.locator(".bar .line.high")).to_have_count(many)
    bar = wall.get_by_role("complementary", name="What stands now")
    for width, height in WINDOWS:
        await wall.set_viewport_size({"width": width, "height": height})
        where = f"{width} x {height}"
        more = wall.get_by_role("button", name=re.compile(r"^and \d+ more"))
        await expect(more, where).to_be_visible()
        assert await more.evaluate(INSIDE), where
        assert await more.evaluate("(m) => m.scrollWidth <= m.clientWidth"), where
        counted = int((await more.inner_text()).split()[1])
        whole = 0
        for line in await bar.locator(".line").all():
            whole += await line.evaluate(INSIDE) and await clear_of(line, more)
        if width >= 600 and height >= 560:  # elsewhere the bar scrolls
            assert counted == many - whole, where


async def clear_of(line: Locator, more: Locator) -> bool:
    boxes = [await part.bounding_box() for part in (line, more)]
    assert boxes[0]
    assert boxes[1]
    return boxes[0]["y"] + boxes[0]["height"] <= boxes[1]["y"] + 1


async def test_the_head_keeps_phase_code_and_supervisor_beside_a_long_label(
    page: Page, product: Product, desk: Desk, clinic: Clinic
) -> None:
    product.user("mara", "therapist")
    encounter = desk.dosed(f"{LABEL} with a very long tail 33")
    code = clinic.get(f"/encounters/{encounter}")["code"]
    clinic.post(f"/encounters/{encounter}/take-over", reason="test")
    clinic.post(f"/encounters/{encounter}/hand-over", to="mara")
    await sign_in(page, product)
    await page.goto(f"{product.url}/#/session/{encounter}")
    name = clinic.get(f"/encounters/{encounter}")["supervisor"]["name"]
    for width, height in WINDOWS:
        await page.set_viewport_size({"width": width, "height": height})
        where = f"{width} x {height}"
        for words in (f"{name} supervises, offered to mara", f"code {code} in notices"):
            part = page.locator(".where").get_by_text(words)
            await expect(part, where).to_be_in_viewport(ratio=1)
        phase = page.locator("b:visible").get_by_text(re.compile("^Onset, 0 min"))
        await expect(phase.first, where).to_be_visible()
        await expect(page.get_by_text("Sublingual at home."), where).to_be_visible()
        head = await page.locator(".top").bounding_box()
        told = await page.locator(".where").bounding_box()
        assert head
        assert told
        assert told["y"] >= head["y"]
        assert told["y"] + told["height"] <= head["y"] + head["height"] + 1, where
        assert await overflow(page) <= 0, where
    await expect(page.locator("h1.name")).to_have_attribute("title", re.compile("tail 33$"))
