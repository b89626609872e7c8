"""The numbers stay visible in all window sizes, with any form open and any patient in alarm."""

import re
from typing import Any, Final

import pytest
from playwright.async_api import Locator, Page, expect

from tests.parts import wait_until_blocking
from tests.parts.product import Clinic
from tests.web.hands import Desk, alerts, line_with, overflow, region

pytestmark = pytest.mark.asyncio(loop_scope="session")

# A phone, windows beside a video call, a laptop at double zoom, a laptop, a wall.
WINDOWS: Final = (
    (390, 844),
    (700, 720),
    (960, 720),
    (640, 400),
    (1100, 700),
    (1280, 800),
    (2560, 1440),
)
LABEL: Final = "Long-Labelled Heron of the Upper Lake"
ON_TOP: Final = """(element) => {
  // Of a sentence its first line: between two lines is nothing of it.
  const box = element.getClientRects()[0];
  const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
  const found = document.elementFromPoint(x, y);
  return element === found || element.contains(found);
}"""


async def seen(part: Locator, where: str) -> None:
    """Assert that the part is entirely in the window and that no element covers it."""
    await expect(part, where).to_be_in_viewport(ratio=0.97)
    assert await part.evaluate(ON_TOP), f"{where}: something lies over it"


async def in_alarm(wall: Page, desk: Desk, number: int, **values: float) -> None:
    desk.open(f"{LABEL} {number}", f"heron-{number}")
    await region(wall, LABEL).get_by_role("link").click()
    desk.send("strap", hr=78)
    desk.send("cuff", sbp=values.get("sbp", 128), dbp=values.get("dbp", 80))
    await alerts(wall, LABEL[:10]).first.wait_for()


@pytest.mark.parametrize(("number_of_it", "media"), [
    (1, {}), (2, {"forced_colors": "active"}), (3, {"contrast": "more"}),
])  # fmt: skip
async def test_number_reason_and_acknowledge_are_visible_in_every_window(
    wall: Page, desk: Desk, number_of_it: int, media: dict[str, Any]
) -> None:
    await in_alarm(wall, desk, number_of_it, sbp=190, dbp=116)
    await wall.emulate_media(**media)
    line = alerts(wall, LABEL[:10]).first
    for height in (640, 800):
        await wall.set_viewport_size({"width": 1280, "height": height})
        main = wall.get_by_role("main")
        over = await main.evaluate("m => m.scrollHeight - m.clientHeight")
        assert over <= 1, f"the view as a whole scrolls by {over} px, {height} px high"
    button = line.get_by_role("button", name="Acknowledge")
    assert await button.evaluate("b => b.scrollWidth - b.clientWidth") <= 0, "its words fit"
    for view in ("session", "wall"):
        number = wall.get_by_label("Blood pressure").locator(".figure").first
        for width, height in WINDOWS:
            await wall.set_viewport_size({"width": width, "height": height})
            where = f"{view}, {width} x {height}"
            await seen(line.get_by_role("button", name="Acknowledge"), where)
            await seen(line.get_by_text(re.compile("190")).first, where)
            if (view, height) != ("wall", 400):
                await seen(line.get_by_text(re.compile("Systolic pressure 190 is at")), where)
            if (view, height) != ("wall", 400):
                await seen(number, where)
            assert await overflow(wall) <= 0, where
        await wall.set_viewport_size({"width": 1280, "height": 800})
        if view == "session":
            await wall.get_by_role("link", name="All").click()


async def test_no_form_moves_the_numbers_out_of_sight(wall: Page, desk: Desk) -> None:
    await in_alarm(wall, desk, 4, sbp=190, dbp=116)
    await wall.get_by_role("button", name="Record dose").click()
    await wall.get_by_label("Amount").fill("100")
    await wall.get_by_role("button", name="Record dose").click()
    numbers = [wall.get_by_label(v).locator(".figure") for v in ("Blood pressure", "Heart rate")]
    send = wall.locator("form").get_by_role("button", name="Record dose")
    for width, height in WINDOWS:
        if height < 700:
            continue
        await wall.set_viewport_size({"width": width, "height": height})
        for field in ("Medicine", "Authorised by"):
            await wall.get_by_label(field).focus()
            await wall.get_by_label(field).scroll_into_view_if_needed()
            for number in numbers:
                await seen(number, f"{width} x {height}, at {field}")
        await send.scroll_into_view_if_needed()
        await seen(send, f"{width} x {height}")
        for number in numbers:
            await seen(number, f"{width} x {height}, at the button")


async def test_the_gate_stands_above_the_buttons_without_scrolling(wall: Page, desk: Desk) -> None:
    desk.open("Hornbeam 87")
    await region(wall, "Hornbeam 87").get_by_role("link").click()
    for width, height in ((1280, 800), (2560, 1440)):
        await wall.set_viewport_size({"width": width, "height": height})
        gate = wall.get_by_role("region", name="Dose only if")
        await expect(gate.get_by_role("listitem").first).to_be_in_viewport(ratio=1)
        box = await gate.get_by_role("listitem").first.bounding_box()
        act = await wall.get_by_role("button", name="Record dose").bounding_box()
        assert box
        assert act
        assert box["y"] < act["y"]
    await wall.set_viewport_size({"width": 1280, "height": 800})
    await wall.get_by_role("button", name="Record dose").click()
    condition = wall.locator("form .unmet li").first
    await expect(condition).to_be_in_viewport(ratio=1)
    # After a refused press, the field for the reason is visible.
    await wall.get_by_label("Amount").fill("100")
    await wall.locator("form").get_by_role("button", name="Record dose").click()
    await expect(wall.get_by_label("Reason")).to_be_visible()
    await seen(wall.get_by_label("Reason"), "what goes past the gate")


# The texts that the box of the count overlaps.
MEETS: Final = """(more) => {
  const a = more.getBoundingClientRect();
  return [...document.querySelectorAll(".given, .reach .way, .unheard")].filter((e) => {
    const text = document.createRange();
    text.selectNodeContents(e);
    return [...text.getClientRects()].some((b) => b.width > 0
      && a.left < b.right && b.left < a.right && a.top < b.bottom - 1 && b.top + 1 < a.bottom);
  }).map((e) => e.textContent);
}"""


async def test_what_counts_further_alarms_lies_over_no_dose_and_no_number(
    wall: Page, desk: Desk
) -> None:
    for number, name in enumerate(("Hedgenettle", "Hemlock", "Henbane"), 91):
        desk.open(f"{name} {number}")
        # A low alarm, because high ones would be named beside the count.
        desk.send("cuff", sbp=128, dbp=80, flags=["cuff_loose"])
        await line_with(wall, f"{name} {number}").wait_for()
    desk.dosed("Herb-Robert 94")
    await region(wall, "Herb-Robert 94").get_by_role("link").click()
    await expect(wall.get_by_role("group", name="Given so far")).to_contain_text("100 mg")
    more = wall.get_by_role("button", name=re.compile("^and "))
    for width, height in ((700, 720), (960, 720), (1280, 800)):
        await wall.set_viewport_size({"width": width, "height": height})
        await expect(more).to_be_visible()
        assert await more.evaluate(MEETS) == [], f"{width} px"


async def test_what_does_not_hold_is_in_sight_or_counted(
    wall: Page, desk: Desk, clinic: Clinic
) -> None:
    """All unmet conditions on a laptop and a wall; elsewhere the first, and how many more."""
    encounter = desk.dosed("Hyssop 88")
    desk.send("strap", hr=78)
    desk.send("cuff", sbp=190, dbp=116)
    wait_until_blocking(lambda: desk.vital(encounter, "sbp") == 190, what="the high pressure")
    await region(wall, "Hyssop 88").get_by_role("link").click()
    gates = clinic.get(f"/encounters/{encounter}")["gates"]
    unmet = next(g["unmet"] for g in gates if g["gate"] == "discharge")
    assert len(unmet) >= 5
    await expect(wall.get_by_role("region", name="Before closing")).to_be_visible()
    for place, open_ in (
        ("Before closing", ""),
        ("form", "Close session"),
        ("form", "Record dose"),
    ):
        if open_:
            await wall.get_by_role("button", name=open_).click()
        part = wall.locator("form .unmet-gate") if open_ else wall.get_by_role("region", name=place)
        conditions = part.locator("li")
        await expect(conditions.first).to_be_attached()
        for width, height in ((1280, 800), (1440, 900), (2560, 1440)):
            await wall.set_viewport_size({"width": width, "height": height})
            for condition in await conditions.all():
                await seen(condition, f"{open_ or place}, {width} x {height}")
        if open_:
            await wall.get_by_role("button", name="Cancel").click()
    for width, height in ((960, 720), (1100, 700)):
        await wall.set_viewport_size({"width": width, "height": height})
        part = wall.get_by_role("region", name="Before closing")
        await seen(part.locator("li").first, f"{width} x {height}")
        others = part.get_by_role("button", name=re.compile(r"^\d+ more condition"))
        more = await part.locator("li").count() - 1
        await expect(others).to_have_text(f"{more} more conditions")
        await seen(others, f"{width} x {height}")
        await others.click()
        await expect(part.locator("li").last).to_be_visible()
        await part.get_by_role("button", name="The first alone").click()
