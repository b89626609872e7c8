"""How to reach the people of a session, and whether any contact elsewhere gets its alarms."""

import os
import re
import signal

import pytest
from playwright.async_api import Page, expect

from tests.parts.product import Clinic, Product
from tests.web.hands import Desk, alerts, overflow, region

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.fixture(scope="module")
def admin(product: Product) -> Clinic:
    product.user("ada", "admin")
    return Clinic(product, "ada")


PEOPLE = {
    "phone": "+49 30 555 0107", "sitter": "Sam, 0170 555 0108",
    "address": "7 Example Lane, 10115 Berlin", "local_number": "112",
}  # fmt: skip
NUMBERS = ["tel:+49305550107", "tel:01705550108", "tel:112"]


async def test_the_people_can_be_reached_before_and_after_the_dose_and_beside_a_high_alarm(
    wall: Page, desk: Desk, clinic: Clinic
) -> None:
    encounter = desk.open("Rowan 70", emergency=PEOPLE)
    await region(wall, "Rowan 70").get_by_role("link").click()
    line = wall.get_by_role("group", name="Reach Rowan 70")
    numbers = line.get_by_role("link")
    await expect(line).to_contain_text("7 Example Lane, 10115 Berlin")
    for check in ("Answered", "Said aloud"):
        await wall.get_by_role("button", name=check).click()
        await expect(line).to_contain_text("7 Example Lane, 10115 Berlin")
    desk.send("strap", hr=74)
    desk.send("cuff", sbp=190, dbp=116)
    clinic.dose(encounter)
    await expect(wall.get_by_role("group", name="Given so far")).to_contain_text("100 mg")
    await wall.get_by_role("alert").first.wait_for()
    for width, height in ((390, 844), (720, 720), (1280, 800)):
        await wall.set_viewport_size({"width": width, "height": height})
        await expect(line).to_be_in_viewport(ratio=1)
        assert [await a.get_attribute("href") for a in await numbers.all()] == NUMBERS
        assert await overflow(wall) <= 0, width
    await wall.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await line.get_by_role("button", name="Copy").click()
    await expect(line).to_contain_text("Copied")
    copied = await wall.evaluate("navigator.clipboard.readText()")
    assert copied.splitlines() == [
        "Rowan 70",
        "Patient: +49 30 555 0107",
        "Sitter: Sam, 0170 555 0108",
        "Address: 7 Example Lane, 10115 Berlin",
        "Emergency: 112",
    ]
    await wall.get_by_role("link", name="All").click()
    for width, height in ((390, 844), (720, 720), (1280, 800)):
        await wall.set_viewport_size({"width": width, "height": height})
        high = wall.get_by_role("complementary").get_by_role("group", name="Reach Rowan 70")
        await expect(high).to_be_in_viewport(ratio=1)
        found = [await a.get_attribute("href") for a in await high.get_by_role("link").all()]
        assert found == NUMBERS


async def test_what_is_not_on_file_is_said(wall: Page, desk: Desk) -> None:
    desk.open("Rue 71", emergency={"phone": "555 0107"})
    await region(wall, "Rue 71").get_by_role("link").click()
    await expect(wall.get_by_role("group", name="Reach Rue 71")).to_contain_text(
        "Not on file: a sitter, an address, the local emergency number."
    )


async def test_nobody_elsewhere_hears_until_somebody_is_named_and_on_duty(
    wall: Page, desk: Desk, admin: Clinic
) -> None:
    desk.open("Sage 72")
    nobody = "No contact is named. Nobody hears of an alarm but this page."
    standing = wall.get_by_text(nobody)
    await expect(standing).to_be_in_viewport()
    await region(wall, "Sage 72").get_by_role("link").click()
    checks = wall.get_by_role("list", name="Checks before the dose").get_by_role("listitem")
    await expect(checks.first).to_contain_text(nobody)
    left = wall.get_by_role("heading", level=2).first
    await expect(left).to_have_text(re.compile("^Eight checks and .* left before the dose"))
    await wall.get_by_role("button", name="Record dose").click()
    await expect(wall.locator("form")).to_contain_text(nobody)
    await wall.get_by_role("button", name="Cancel").click()
    await expect(checks.first).to_contain_text("An administrator names contacts.")
    contact = admin.post("/contacts", name="Anna", urls=["ntfys://ntfy.example.com/anna"])["id"]
    await wall.get_by_role("link", name="All").click()
    # Anna could be notified, but the links of this test lead no one here from elsewhere.
    await expect(wall.get_by_text(re.compile("lead to this computer alone"))).to_be_visible()
    await expect(standing).to_have_count(0)
    admin.http.delete(f"/contacts/{contact}")
    await expect(standing).to_be_visible()


async def test_while_the_link_is_lost_everybody_can_be_reached_and_the_worst_stands_first(
    wall: Page, product: Product, desk: Desk
) -> None:
    desk.open("Aster 76", emergency=PEOPLE)
    desk.open("Zinnia of the Long Lake 77", emergency=PEOPLE)
    desk.send("cuff", sbp=190, dbp=116)
    await wall.get_by_role("alert").first.wait_for()
    assert product.process is not None
    os.kill(product.process.pid, signal.SIGSTOP)
    try:
        await alerts(wall, "Link lost").wait_for()
        rows = wall.get_by_role("main").get_by_role("region")
        await expect(rows.first).to_have_accessible_name(re.compile("^Zinnia"))
        for width, height in ((390, 844), (960, 720), (1280, 800)):
            await wall.set_viewport_size({"width": width, "height": height})
            await expect(rows.first.get_by_text("Zinnia of the Long Lake 77")).to_be_visible()
            line = rows.first.get_by_role("group", name=re.compile("^Reach Zinnia"))
            await expect(line).to_contain_text("7 Example Lane, 10115 Berlin")
            numbers = await line.get_by_role("link").all()
            assert [await a.get_attribute("href") for a in numbers] == NUMBERS
            for number in numbers:
                box = await number.bounding_box()
                assert box is not None
                assert box["height"] < 30, "a number stands in one line"
            assert await overflow(wall) <= 0, width
    finally:
        os.kill(product.process.pid, signal.SIGCONT)
