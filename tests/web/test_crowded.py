"""Twelve simultaneous sessions, each of them in alarm."""

import re

import pytest
from playwright.async_api import Page, expect

from tests.web.hands import VITALS, Desk, overflow, overlaps, region

pytestmark = pytest.mark.asyncio(loop_scope="session")

NAMES = [f"Ash{n} {20 + n}" for n in range(12)]


async def test_twelve_alarms_at_once_are_all_there_and_each_can_be_taken(
    wall: Page, desk: Desk
) -> None:
    for name in NAMES:
        desk.open(name)
        desk.send("strap", hr=72)
        desk.send("cuff", sbp=190, dbp=112)
    for name in NAMES:
        await expect(region(wall, name).get_by_label("Blood pressure")).to_have_text("190/112")
    # All rows fit on 1280 x 800: none is under the footer, and no texts overlap.
    foot = await wall.get_by_role("contentinfo").bounding_box()
    assert foot is not None
    for name in NAMES:
        box = await region(wall, name).bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= foot["y"] + 1, name
        for vital in VITALS[:2]:
            await expect(region(wall, name).get_by_label(vital)).to_be_visible()
    assert await overflow(wall) <= 0
    assert await overlaps(wall) == []
    await wall.get_by_role("button", name="and 10 more").click()
    bar = wall.get_by_role("complementary", name="What stands now")
    alarms = bar.get_by_role("alert")
    await expect(alarms).to_have_count(12)
    for left in range(12, 0, -1):
        await expect(alarms).to_have_count(left)
        await alarms.first.get_by_role("button", name="Acknowledge").click()
    await expect(alarms).to_have_count(0)
    await expect(bar.get_by_role("button", name="Note on it")).to_have_count(12)


async def test_a_row_stays_where_it_is_while_the_pointer_is_among_the_rows(
    wall: Page, desk: Desk
) -> None:
    """When the pointer has left, the row moves to the top: worst first."""
    for name in ("Box 41", "Broom 42", "Bugle 43"):
        desk.open(name)
        desk.send("strap", hr=72)
        await expect(region(wall, name).get_by_label("Heart rate")).to_have_text("72")
    rows = wall.get_by_role("region")
    before = await rows.evaluate_all("(all) => all.map((r) => r.getAttribute('aria-label'))")
    await rows.first.hover()
    desk.send("cuff", sbp=190, dbp=112)
    await expect(wall.get_by_role("alert")).to_contain_text("Bugle 43")
    held = await rows.evaluate_all("(all) => all.map((r) => r.getAttribute('aria-label'))")
    assert held == before
    await wall.mouse.move(640, 5)
    await expect(rows.first).to_have_attribute("aria-label", re.compile("^Bugle 43"))
