"""The doses so far are in the head of a session, and in the form of the next dose."""

import asyncio
import re
from datetime import timedelta

import pytest
from playwright.async_api import Page, expect

from tests.parts import wait_until_blocking
from tests.parts.product import Clinic
from tests.web.hands import Desk, Later, overflow, region

pytestmark = pytest.mark.asyncio(loop_scope="session")


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


async def test_every_minute_says_from_which_of_two_doses_it_counts(
    wall: Page, desk: Desk, clinic: Clinic
) -> None:
    """In the gate, alarm, chart, wall and report; the first dose is 25 min before the last."""
    encounter = desk.open("Hyssop 97")
    desk.send("cuff", sbp=128, dbp=80)
    await asyncio.to_thread(
        wait_until_blocking, lambda: desk.vital(encounter, "sbp"), what="the cuff's reading"
    )
    now = Later(clinic.product).now
    for ago in (28, 3):
        clinic.dose(encounter, at=(now - timedelta(minutes=ago)).isoformat())
    clinic.post(f"/encounters/{encounter}/symptoms", symptom="vomiting")
    row = region(wall, "Hyssop 97")
    await expect(row.locator(".since")).to_contain_text(re.compile(r"^\d min\s*last dose"))
    await row.get_by_role("link").click()
    await expect(wall.locator(".gates, .lower").first).to_contain_text(
        re.compile(r"120 min since the last dose: \d of 120\.")
    )
    await expect(wall.locator(".bar")).to_contain_text(re.compile(r"\d min after the last dose"))
    await wall.locator(".chart canvas").wait_for()
    said = wall.locator(".readout")
    await expect(said).to_contain_text("Minutes since the first dose")
    course = wall.get_by_role("slider", name="Minute of the course")
    await course.focus()
    await wall.keyboard.press("End")
    await expect(said).to_contain_text(re.compile(r"^First dose \+ \d\d min \d"))
    heard = re.compile(r"^\d\d min after the first dose, ")
    await expect(course).to_have_attribute("aria-valuetext", heard)
    for width in (390, 960, 1280):
        await wall.set_viewport_size({"width": width, "height": 800})
        assert await overflow(wall) <= 0
    await wall.get_by_role("link", name="Report").click()
    paper = wall.get_by_role("article", name="Record of the session")
    await expect(paper).to_contain_text("(25\u00a0min after the first dose)")
