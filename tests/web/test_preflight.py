"""The checks before the dose: proven, open, and those that a reload forgets."""

import re

import pytest
from playwright.async_api import Locator, Page, expect

from tests.parts.product import Clinic
from tests.web.hands import Desk, overflow, region

pytestmark = pytest.mark.asyncio(loop_scope="session")


def row(page: Page, name: str) -> Locator:
    checks = page.get_by_role("list", name="Checks before the dose")
    return checks.get_by_role("listitem").filter(has_text=name)


async def test_each_check_is_made_here_and_now_and_the_record_says_by_whom(
    wall: Page, desk: Desk, clinic: Clinic
) -> None:
    encounter = desk.open("Briar 20")
    await region(wall, "Briar 20").get_by_role("link").click()
    left = wall.get_by_role("heading", level=2).first
    await expect(left).to_have_text(re.compile("^Eight checks and .* left before the dose"))
    with desk.measuring("strap", hr=71):
        desk.send("cuff", sbp=118, dbp=76)
        desk.send("thermometer", temp=36.6)
        await expect(row(wall, "Heart-rate strap")).to_contain_text("71, ")
        await expect(row(wall, "Blood-pressure cuff")).to_contain_text("118/76")
        await expect(left).to_have_text(re.compile("^Five checks and .* left before"))
        await expect(wall.get_by_text("Baseline poor.")).to_be_visible()
        await expect(wall.get_by_text("Temperature poor. The dose freezes it.")).to_be_visible()
        await expect(row(wall, "Test notice")).to_contain_text(
            "Nobody hears of an alarm but this page"
        )
        # Before the tones are played, the user cannot confirm them.
        heard = wall.get_by_role("button", name="I heard three")
        await expect(heard).to_have_count(0)
        await wall.get_by_role("button", name="Play three tones").click()
        await expect(wall.get_by_text("Sound is on")).to_be_visible()
        await heard.click()
        for name in ("Answered", "Said aloud", "Can be reached"):
            await wall.get_by_role("button", name=name).click()
        # No contact would be notified, so the page never claims that all checks are done.
        await expect(left).to_have_text("One check and one condition left before the dose.")
        assert await overflow(wall) <= 0
        made = clinic.get(f"/encounters/{encounter}")["checks"]
        assert {name: check["by"] for name, check in made.items()} == dict.fromkeys(
            ("sound", "sitter", "reachable", "backup"), "thea"
        )
        await wall.get_by_role("button", name="Take back: Sitter").click()
        await expect(left).to_have_text("Two checks and one condition left before the dose.")
        await wall.get_by_role("button", name="Record dose").click()
        await expect(wall.get_by_text("Not checked yet: sitter.")).to_be_visible()
    journal = clinic.everything(f"/encounters/{encounter}/journal", type="check")
    assert [r["body"]["check"] for r in journal] == [
        "sound",
        "sitter",
        "reachable",
        "backup",
        "sitter",
    ]


async def test_a_tone_that_was_heard_before_a_reload_proves_nothing_after_it(
    wall: Page, desk: Desk, clinic: Clinic
) -> None:
    encounter = desk.open("Bryony 21")
    clinic.post(f"/encounters/{encounter}/checks", check="sound")
    await region(wall, "Bryony 21").get_by_role("link").click()
    await expect(row(wall, "Sound")).to_contain_text(
        re.compile(r"Heard \d\d:\d\d by thea\. Not heard in this window yet\.")
    )
    await wall.get_by_role("button", name="Turn sound on").click()
    await expect(row(wall, "Sound")).to_contain_text(
        re.compile(r"done: .*Heard \d\d:\d\d by thea\.\s*Take back")
    )


async def test_tones_of_another_session_are_not_asked_for(wall: Page, desk: Desk) -> None:
    desk.open("Bedstraw 23")
    desk.open("Betony 24")
    heard = wall.get_by_role("button", name="I heard three")
    await region(wall, "Bedstraw 23").get_by_role("link").click()
    await wall.get_by_role("button", name="Play three tones").click()
    await expect(heard).to_be_visible()
    await wall.get_by_role("link", name="All").click()
    await region(wall, "Betony 24").get_by_role("link").click()
    await expect(row(wall, "Sound")).to_contain_text("Not played for this session yet.")
    await expect(heard).to_have_count(0)
    await wall.get_by_role("button", name="Play three tones").click()
    await heard.click()
    await expect(row(wall, "Sound")).to_contain_text("by thea")


async def test_the_course_can_be_looked_at_before_the_dose_and_is_all_there_is_after(
    wall: Page, desk: Desk, clinic: Clinic
) -> None:
    encounter = desk.open("Burnet 22")
    await region(wall, "Burnet 22").get_by_role("link").click()
    await wall.get_by_role("button", name="Course").click()
    await wall.locator(".chart canvas").wait_for()
    await wall.get_by_role("button", name="Checks").click()
    await expect(wall.get_by_role("list", name="Checks before the dose")).to_be_visible()
    clinic.dose(encounter)
    await wall.locator(".chart canvas").wait_for()
    await expect(wall.get_by_role("button", name="Checks")).to_have_count(0)
