"""The next step on the page is true, and each sentence remains true as long as it is shown."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Final

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.web.hands import Later, line_with, region, sign_in
from tests.web.scenes import Scenes, Stage, in_windows, played, scene

pytestmark = pytest.mark.asyncio(loop_scope="session")

# A minute takes two seconds, so that a reading of the schedule can become overdue.
SPEED: Final = 30
CLOCK: Final = r"\d\d:\d\d"
RUNNING: Final = re.compile(r"\bfor \d+ (s|min)\b|\bby now\b|\d+ (s|min) overdue")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def scenes(
    request: pytest.FixtureRequest, chromium: Browser, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Scenes]:
    stages = in_windows(chromium, CLOCK_SPEED=str(SPEED))
    async with played(request, tmp_path_factory, stages) as scenes:
        yield scenes


@scene
async def test_before_the_dose_conditions_say_what_must_hold_and_the_baseline_how_good_it_is(
    stage: Stage,
) -> None:
    page, fast, quick = stage.page, stage.product, stage.desk
    later = Later(fast)
    await sign_in(page, fast)
    encounter = await asyncio.to_thread(quick.open, "Madder 11")
    await region(page, "Madder 11").get_by_role("link").click()
    conditions = page.get_by_role("region", name="Dose only if").get_by_role("listitem")
    await expect(conditions).to_have_text([
        "2 clean pressure readings a minute apart: 0 of 2.",
        "A present clean systolic pressure: none.",
        "A present clean diastolic pressure: none.",
        "A present clean heart rate of 50 to 100: none.",
    ])  # fmt: skip
    quick.send("cuff", sbp=118, dbp=80)
    await expect(conditions.first).to_have_text("2 clean pressure readings a minute apart: 1 of 2.")
    for sbp in (150, 151):
        await later.pass_(seconds=62)
        quick.send("cuff", sbp=sbp, dbp=80)
    await expect(page.locator(".coming").filter(has_text="Baseline")).to_have_text(
        re.compile(r"Baseline fair\.\s+150/80 from 3 readings, far apart: measure again\.")
    )
    await expect(conditions.first).to_have_text("Systolic pressure at most 140: 151.")
    # While the baseline can still change, there is no rise from it.
    quick.send("cuff", sbp=190, dbp=80)
    await expect(line_with(page, "Madder 11").locator("strong").first).to_have_text(
        "Systolic pressure 190. Limit 180."
    )
    grades = quick.clinic.get(f"/encounters/{encounter}")["baseline"]
    assert grades["sbp"]["grade"] != "good"


@scene
async def test_an_overdue_repeat_says_so_and_the_bar_names_what_the_row_names(
    stage: Stage,
) -> None:
    page, fast, quick = stage.page, stage.product, stage.desk
    later = Later(fast)
    await sign_in(page, fast)
    await asyncio.to_thread(quick.dosed, "Woad 12")
    quick.devices.send("dosing/v1/home/woad-strap/status", b'{"state": "offline"}')
    offline = line_with(page, "woad-strap offline since")
    await expect(offline).to_contain_text(re.compile(rf"woad-strap offline since {CLOCK}\."))
    first = await offline.locator("strong").inner_text()
    row = region(page, "Woad 12").locator(".next")
    quick.send("cuff", sbp=190, dbp=80)
    await expect(row).to_have_text(re.compile(rf"^Repeat cuff asked\s*by {CLOCK}$"))
    by = (await row.inner_text())[-5:]
    await expect(row).to_have_text(re.compile(rf"^Repeat overdue\s*since {by}$"))
    # No reading arrives, and the scheduled one falls due too: one alarm with one reading and time.
    overdue = line_with(page, "Cuff overdue since").or_(line_with(page, "is overdue"))
    await expect(overdue.first).to_be_visible(timeout=60_000)
    told = (await overdue.first.inner_text()).replace("\n", " ")
    await expect(row).to_have_text(re.compile(rf"^Cuff overdue\s*since {CLOCK}$"))
    since = (await row.inner_text())[-5:]
    assert "The pressure reading 15 min after the dose is overdue." in told
    # It shares a line with the high pressure, whose headline is first.
    assert f"Cuff overdue since {since}" in told or "Systolic pressure 190" in told
    await later.pass_(minutes=13)
    assert await offline.locator("strong").inner_text() == first
    text = await page.locator(".bar").inner_text()
    assert not RUNNING.search(text), text


@scene
async def test_minutes_in_a_sentence_are_of_the_reading(
    stage: Stage,
) -> None:
    page, fast, quick = stage.page, stage.product, stage.desk
    later = Later(fast)
    await sign_in(page, fast)
    await asyncio.to_thread(quick.dosed, "Flax 15")
    dosed = later.now
    await later.pass_(minutes=9)
    measured = dosed + timedelta(minutes=4)
    quick.send("cuff", sbp=190, dbp=80, t=measured.isoformat())
    line = line_with(page, "Systolic pressure 190")
    await expect(line).to_contain_text("4 min after the dose")
    await expect(line).not_to_contain_text(re.compile("(9|10) min after the dose"))


@scene
async def test_an_eased_high_keeps_value_and_times_beside_a_cuff_that_is_overdue(
    stage: Stage,
) -> None:
    page, fast, quick = stage.page, stage.product, stage.desk
    later = Later(fast)
    await sign_in(page, fast)
    await asyncio.to_thread(quick.dosed, "Vetch 13")
    for sbp in (184, 184, 155, 155, 155):
        await later.pass_(seconds=70)
        quick.send("cuff", sbp=sbp, dbp=80)
    line = line_with(page, "Cuff overdue since")
    await expect(line).to_have_count(1, timeout=60_000)
    # The overdue reading is at most as bad as the pressure was, so the eased pressure is first.
    also = line.locator(".also", has_text="Cuff overdue since")
    await expect(also).to_be_visible()
    await expect(line.locator("strong")).to_have_text(
        re.compile(r"Systolic pressure reached 184\.")
    )
    eased = re.compile(rf"since {CLOCK}, high from {CLOCK}")
    await expect(line.locator(".rose").first).to_have_text(eased)
    # Once acknowledged, the pressure goes behind the overdue reading, and each keeps its own words.
    for one in quick.clinic.everything("/encounters", state="open"):
        for alarm in quick.clinic.get(f"/encounters/{one['id']}")["alarms"]:
            if alarm["vital"] == "sbp" and alarm["kind"] == "physiological":
                quick.clinic.post(f"/alarms/{alarm['id']}/acknowledge")
    await expect(line.locator("strong")).to_have_text(re.compile("Cuff overdue"), timeout=90_000)
    await expect(line.locator(".also")).to_have_text(
        re.compile("^High, eased Systolic pressure reached 184")
    )
    words = await line.locator(".rose").all_inner_texts()
    assert not any(eased.search(text) for text in words[:-1]), words
    assert eased.search(words[-1]), words
