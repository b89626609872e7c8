"""Accessibility: each view, in each scheme, passes axe's checks of WCAG 2.2, levels A and AA."""

import re
from typing import Any, Final

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect

from tests.parts.product import Product
from tests.web.hands import Desk, alerts, region, sign_in

pytestmark = pytest.mark.asyncio(loop_scope="session")

RULES: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SCHEMES: Final[tuple[dict[str, Any], ...]] = (
    {"color_scheme": "dark", "contrast": "no-preference"},
    {"color_scheme": "light", "contrast": "no-preference"},
    {"color_scheme": "dark", "contrast": "more"},
    {"color_scheme": "light", "contrast": "more"},
)
ACTS: Final = (
    "Enter reading", "Add note", "Help, symptom", "Set limit", "New baseline", "Hand over",
    "Record dose", "Close session",
)  # fmt: skip


async def faults(page: Page, view: str) -> list[str]:
    found = []
    options = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]}
    for scheme in SCHEMES:
        await page.emulate_media(**scheme)
        results = await Axe().run(page, options=options)
        for fault in results.response["violations"]:
            places = [
                f"{n['html'][:160]} {n.get('failureSummary', '')}" for n in fault["nodes"][:3]
            ]
            found.append(f"{view}, {scheme}: {fault['id']}: {fault['help']}: {places}")
    await page.emulate_media(color_scheme="dark", contrast="no-preference")
    return found


async def test_the_wall_calm_and_in_alarm(wall: Page, desk: Desk) -> None:
    desk.open("Speedwell 1")
    desk.send("strap", hr=74)
    desk.send("cuff", sbp=121, dbp=80)
    await expect(region(wall, "Speedwell 1").get_by_label("Blood pressure")).to_have_text("121/80")
    found = await faults(wall, "the calm wall")
    desk.send("cuff", sbp=190, dbp=115)
    await alerts(wall, "Speedwell 1").wait_for()
    found += await faults(wall, "the wall in alarm")
    await alerts(wall, "Speedwell 1").get_by_role("button", name="Acknowledge").click()
    await wall.get_by_text(re.compile("^Acknowledged by thea")).first.wait_for()
    found += await faults(wall, "the wall, acknowledged")
    assert not found, "\n".join(found)


async def test_a_session_before_and_after_its_dose_with_every_form(wall: Page, desk: Desk) -> None:
    identifier = desk.open("Spurge 2")
    await region(wall, "Spurge 2").get_by_role("link").click()
    await wall.get_by_role("list", name="Checks before the dose").wait_for()
    found = await faults(wall, "the checks")
    desk.send("strap", hr=74)
    desk.send("cuff", sbp=190, dbp=115)
    desk.clinic.dose(identifier)
    await wall.locator(".chart canvas").wait_for()
    await alerts(wall, "Spurge 2").wait_for()
    found += await faults(wall, "a session in alarm")
    for act in ACTS:
        await wall.get_by_role("button", name=act).click()
        found += await faults(wall, act)
        await wall.get_by_role("button", name="Cancel").click()
    await wall.get_by_role("link", name="Report").click()
    await wall.get_by_role("heading", name="Readings").wait_for()
    found += await faults(wall, "the report")
    assert not found, "\n".join(found)


async def test_signing_in_and_the_start_of_a_session(page: Page, product: Product) -> None:
    await page.goto(product.url)
    await page.get_by_label("User name").wait_for()
    found = await faults(page, "sign-in")
    assert not found, "\n".join(found)


async def test_the_clinic_and_the_form_for_a_contact(page: Page, product: Product) -> None:
    product.user("ada", "admin")
    await sign_in(page, product, "ada")
    await page.goto(f"{product.url}/#/clinic")
    await page.get_by_role("button", name="Add contact").click()
    found = await faults(page, "the form for a contact")
    await page.get_by_label("Name").fill("Dr Voss")
    await page.get_by_label("Addresses, one a line").fill("ntfys://ntfy.example.com/topic")
    await page.get_by_role("button", name="Save contact").click()
    await page.get_by_role("listitem", name="Dr Voss").wait_for()
    found += await faults(page, "the clinic")
    assert not found, "\n".join(found)


async def test_the_start_of_a_session_and_a_lost_link(
    wall: Page, product: Product, desk: Desk
) -> None:
    desk.open("Sundew 3")
    await wall.goto(f"{product.url}/#/start")
    await wall.get_by_label("Patient").select_option(label="New patient")
    found = await faults(wall, "the start of a session")
    await wall.goto(f"{product.url}/#/")
    await region(wall, "Sundew 3").wait_for()
    product.kill()
    try:
        await alerts(wall, "Link lost").wait_for()
        found += await faults(wall, "the lost link")
    finally:
        product.start()
    assert not found, "\n".join(found)
