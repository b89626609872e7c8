"""The worst priority counts: an alarm that eased or ended stays in sight until it is taken."""

import asyncio
import re
from collections.abc import AsyncIterator
from typing import Final

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect

from tests.parts import wait_until_blocking
from tests.web.hands import Desk, region, sign_in
from tests.web.scenes import Scenes, Stage, in_windows, played, scene

pytestmark = pytest.mark.asyncio(loop_scope="session")

# A medium pressure waits two minutes for its repeat; at this speed, twelve seconds.
SPEED = "10"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def scenes(
    request: pytest.FixtureRequest, chromium: Browser, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Scenes]:
    stages = in_windows(chromium, CLOCK_SPEED=SPEED)
    async with played(request, tmp_path_factory, stages) as scenes:
        yield scenes


def cuff_only(desk: Desk, label: str) -> str:
    """Open a session with a cuff only: a silent strap or thermometer would add another line."""
    desk.name = label.split(maxsplit=1)[0].lower()
    return desk.clinic.session(label, {f"{desk.name}-cuff": "cuff"})


def dosed(desk: Desk, label: str) -> str:
    """Open a session with a cuff, send 128/80 and record a dose; return the session's id."""
    identifier = cuff_only(desk, label)
    desk.send("cuff", sbp=128, dbp=80)
    wait_until_blocking(lambda: desk.vital(identifier, "sbp"), what="the cuff's reading")
    desk.clinic.dose(identifier)
    return identifier


def line_of(page: Page, label: str) -> Locator:
    """Return the session's line about pressure; at this speed, `unattended` may add another."""
    return page.locator(".bar .line").filter(has_text=label).filter(has_text="pressure")


def chips(line: Locator) -> Locator:
    return line.locator(".chip")


@scene
async def test_a_high_alarm_that_eases_and_ends_stays_high_until_somebody_takes_it(
    stage: Stage,
) -> None:
    page, fast, quick = stage.page, stage.product, stage.desk
    await sign_in(page, fast)
    await asyncio.to_thread(dosed, quick, "Sorrel 61")
    line, row = line_of(page, "Sorrel 61"), region(page, "Sorrel 61")
    number = row.get_by_label("Blood pressure").locator(".figure")
    quick.send("cuff", sbp=190, dbp=80)
    await expect(chips(line)).to_have_text(["High"])
    await expect(page).to_have_title(re.compile("^High: Sorrel 61"))
    quick.send("cuff", sbp=160, dbp=80)
    await expect(chips(line)).to_have_text(["High, eased"])
    await expect(line.locator("strong")).to_have_text(
        re.compile(r"^Systolic pressure reached 190\. Limit 180\. .*Now 160\.$")
    )
    await expect(row).to_have_class(re.compile(r"\bhigh\b"))
    await expect(page).to_have_title(re.compile("^High: Sorrel 61"))
    await expect(number).to_have_class(re.compile(r"boxed low on"))
    quick.send("cuff", sbp=128, dbp=80)
    await expect(chips(line)).to_have_text(["High, over"])
    await expect(number).not_to_have_class(re.compile("boxed"))
    # A lower alarm begins beside it: each keeps its own headline.
    quick.send("cuff", sbp=167, dbp=80)
    await expect(chips(line)).to_have_text(["High, over", "Medium"], timeout=40_000)
    await expect(line.locator("strong")).to_contain_text("reached 190. Limit 180.")
    await expect(line.locator("strong")).not_to_contain_text("167")
    await expect(line.locator(".also")).to_contain_text("Systolic pressure 167. Limit 165.")
    await expect(number).to_have_class(re.compile(r"boxed medium on"))
    await expect(page).to_have_title(re.compile("^High: Sorrel 61"))
    for width in (390, 960, 1280):
        await page.set_viewport_size({"width": width, "height": 800})
        await expect(chips(line).last).to_be_in_viewport(ratio=0.9)
        await expect(line.locator(".also")).to_be_in_viewport(ratio=0.7)
    await line.get_by_role("button", name="Acknowledge").click()
    await expect(chips(line)).to_have_text(["Medium"])
    await expect(page).to_have_title(re.compile("^Medium: Sorrel 61"))


@scene
async def test_who_acknowledged_five_alarms_of_one_line_is_named_once(
    stage: Stage,
) -> None:
    page, fast, quick = stage.page, stage.product, stage.desk
    await sign_in(page, fast)
    await asyncio.to_thread(dosed, quick, "Tansy 62")
    line = line_of(page, "Tansy 62")
    quick.send("cuff", sbp=190, dbp=118, map=142)
    await expect(line).to_contain_text("Blood pressure 190/118. Limit 180/110. Rise 62/38.")
    await line.get_by_role("button", name="Acknowledge").click()
    await expect(line.get_by_role("button", name="Note on it")).to_be_visible()
    await expect(line).to_contain_text(re.compile(r"Acknowledged by thea \d\d:\d\d"))
    text = await line.inner_text()
    assert len(re.findall("Acknowledged by", text)) == 1, text
    assert len(re.findall("limit", text)) >= 4, "of four alarms at least"


@scene
async def test_nothing_high_sinks_below_what_is_newer(
    stage: Stage,
) -> None:
    """Of four high alarms, one is taken: three have a line, and the count names the taken one."""
    page, fast, quick = stage.page, stage.product, stage.desk
    await sign_in(page, fast)
    names = [f"Teasel{n} {70 + n}" for n in range(4)]
    for name in names:
        await asyncio.to_thread(cuff_only, quick, name)
        quick.send("cuff", sbp=190, dbp=80)
        await expect(line_of(page, name)).to_be_visible()
    first = line_of(page, names[0])
    await first.get_by_role("button", name="Acknowledge").click()
    await expect(first.get_by_role("button", name="Note on it")).to_be_visible()
    more = page.get_by_role("button", name="and 1 more")
    await expect(more).to_contain_text(f"High: {names[0]}")
    for name in names[1:]:
        await expect(line_of(page, name).get_by_role("button", name="Acknowledge")).to_be_visible()
    # A fifth alarm, only low, takes no line from them.
    await asyncio.to_thread(cuff_only, quick, "Tutsan 79")
    quick.send("cuff", sbp=155, dbp=80)
    await expect(page.get_by_role("button", name="and 2 more")).to_be_visible(timeout=60_000)
    more = page.get_by_role("button", name="and 2 more")
    await expect(more).to_contain_text(f"High: {names[0]}")
    await expect(more).not_to_contain_text("Tutsan")
    more = page.get_by_role("button", name=re.compile(r"^and \d more"))
    high = more.get_by_text(re.compile(f"High: .*{names[0]}"))
    for width in (390, 960, 1280):
        await page.set_viewport_size({"width": width, "height": 800})
        await expect(high).to_be_in_viewport()


async def no_device_is_heard(stage: Stage, label: str, width: int, height: int) -> None:
    page, fast, quick = stage.page, stage.product, stage.desk
    await sign_in(page, fast)
    encounter = await asyncio.to_thread(dosed, quick, label)
    quick.send("cuff", sbp=190, dbp=80)
    await expect(chips(line_of(page, label))).to_have_text(["High"])
    quick.send("cuff", sbp=160, dbp=80)
    await expect(chips(line_of(page, label))).to_have_text(["High, eased"])
    await page.goto(f"{fast.url}/#/session/{encounter}")
    await expect(page.locator(".top .link")).to_have_text("Live")
    await page.set_viewport_size({"width": width, "height": height})
    stage.broker.kill()
    try:
        first = page.locator(".bar .line").first.locator(".said > :first-child")
        await expect(first).to_have_text(re.compile(r"^No device can be heard since \d\d:\d\d\.$"))
        head = page.locator(".top .link")
        await expect(head).to_have_text(
            re.compile("^Nothing that devices measure is watched since")
        )
        for seen in (first, head):
            assert await seen.evaluate(WHOLE), await seen.inner_text()
    finally:
        stage.broker.start()
    await expect(page.locator(".top .link")).to_have_text("Live", timeout=15_000)


@scene
async def test_that_no_device_is_heard_stands_before_a_high_pressure_that_has_eased(
    stage: Stage,
) -> None:
    await no_device_is_heard(stage, "Bryony 66", 1280, 800)


@scene
async def test_that_no_device_is_heard_stands_before_it_in_a_window_beside_another(
    stage: Stage,
) -> None:
    await no_device_is_heard(stage, "Catmint 67", 960, 720)


@scene
async def test_that_no_device_is_heard_stands_before_it_on_a_phone(stage: Stage) -> None:
    await no_device_is_heard(stage, "Dittany 68", 390, 844)


# Whether an element is inside the window, not cut and not covered.
WHOLE: Final = """(element) => {
  const box = element.getBoundingClientRect();
  const points = [[box.left + 2, box.top + 2], [box.right - 2, box.bottom - 2]];
  const down = box.top >= 0 && box.bottom <= innerHeight;
  const inside = down && box.left >= 0 && box.right <= innerWidth;
  const seen = points.every(([x, y]) => {
    const top = document.elementFromPoint(x, y);
    return top && (element.contains(top) || top.contains(element));
  });
  return inside && seen && element.scrollWidth <= element.clientWidth + 1;
}"""
