"""What the page must show in time; elements are found by their accessible names."""

import re
import time

import pytest
from playwright.async_api import Page, expect

from tests.parts import Mosquitto
from tests.parts.product import Clinic
from tests.web.hands import Desk, alerts, region

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.alone]


async def test_a_high_reading_becomes_an_alert_that_one_press_acknowledges(
    wall: Page, desk: Desk, clinic: Clinic
) -> None:
    encounter = desk.dosed("Hazel 30")
    await expect(region(wall, "Hazel 30").get_by_label("Blood pressure")).to_have_text("128/80")
    assert await alerts(wall, "Hazel 30").count() == 0
    sent = time.monotonic()
    desk.send("cuff", sbp=184, dbp=112)
    alert = alerts(wall, "Hazel 30")
    await alert.wait_for()
    took = time.monotonic() - sent
    standing = clinic.get(f"/encounters/{encounter}")["alarms"]
    assert {a["condition"] for a in standing} >= {"sbp_high", "dbp_high"}
    for alarm in standing:
        await expect(alert).to_contain_text(alarm["reason"])
    assert took < 2, "a machine under load; half of it is usual"
    words = await alert.inner_text()
    assert not re.search(r"\bnow\b|\b\d+ s\b", words), "each tick of an age would be announced"
    await expect(alert.get_by_role("button", name="Acknowledge")).to_have_count(1)
    await alert.get_by_role("button", name="Acknowledge").click()
    await expect(alerts(wall, "Hazel 30")).to_have_count(0)
    await expect(wall.get_by_text(re.compile(r"^Acknowledged by thea \d\d:"))).to_be_visible()
    after = clinic.get(f"/encounters/{encounter}")["alarms"]
    assert {(a["presence"], a["acknowledged_by"]) for a in after} == {("acknowledged", "thea")}
    assert await wall.title() == "High: Hazel 30. Dosing Monitor"
    await wall.get_by_role("button", name="Note on it").click()
    session = region(wall, "Hazel 30")
    await session.get_by_label("Text").fill("Lies down, says it is fine.")
    await session.get_by_role("button", name="Save note").click()
    await expect(session.get_by_role("region", name="Notes")).to_contain_text("says it is fine")
    risen = session.get_by_role("region", name="Elevations")
    await expect(risen).to_contain_text("Systolic pressure over the limit, lasts.")


async def test_a_lost_broker_is_told_in_plain_words_and_the_report_keeps_it(
    wall: Page, desk: Desk, broker: Mosquitto
) -> None:
    encounter = desk.open("Osier 12")
    told = wall.get_by_text("Nothing that devices measure is watched.")
    head = wall.locator(".top .link")
    await expect(head).to_have_text("Live")
    broker.kill()
    try:
        await expect(told).to_be_visible()
        await expect(told).to_contain_text(": the broker refused the connection.")
        await expect(wall.get_by_text("Errno")).to_have_count(0)
        await expect(head).to_have_text(
            re.compile(r"^Nothing that devices measure is watched since \d\d:\d\d$")
        )
    finally:
        broker.start()
    await expect(head).to_have_text("Live", timeout=10_000)
    await expect(told).to_have_count(0, timeout=10_000)
    await wall.goto(f"{wall.url.partition('#')[0]}#/report/{encounter}")
    record = wall.get_by_role("article", name="Record of the session")
    missing = record.get_by_role("row").filter(has_text="The link to the devices was lost.")
    await expect(missing).to_have_text(re.compile(r"\d s\s*The link"))
