"""Successive users of one browser; invalid addresses; the list of who did what."""

import pytest
from playwright.async_api import Locator, Page, expect

from tests.parts.product import PASSWORD, Product
from tests.web.hands import Desk, region, sign_in

pytestmark = pytest.mark.asyncio(loop_scope="session")

ACTS = (
    "Record dose", "Enter reading", "Add note", "Set limit", "New baseline",
    "Close session", "Correct",
)  # fmt: skip
TYPED = "77"


async def written(form: Locator) -> list[str]:
    """Return the values of the fields in which a user can type."""
    values: list[str] = await form.locator("input, textarea").evaluate_all(
        """found => found.filter(f => !["checkbox", "radio"].includes(f.type)).map(f => f.value)"""
    )
    return values


async def fill(form: Locator) -> int:
    """Type into each visible field; return how many there are."""
    fields = form.locator("input:not([type=checkbox]):not([type=radio]), textarea")
    count = await fields.count()
    shown = [fields.nth(place) for place in range(count) if await fields.nth(place).is_visible()]
    for field in shown:
        await field.fill(TYPED)
    return len(shown)


async def each_form(page: Page, encounter: str) -> list[tuple[str, Locator]]:
    """Open the session; return its acts with the locator of their form."""
    await page.evaluate("hash => { location.hash = hash }", f"#/session/{encounter}")
    return [(act, page.locator("form.panel")) for act in ACTS]


async def test_what_one_person_typed_is_gone_when_another_signs_in(
    wall: Page, product: Product, desk: Desk
) -> None:
    product.user("mara", "therapist")
    encounter = desk.open("Bistort 3")
    typed = 0
    for act, form in await each_form(wall, encounter):
        await wall.get_by_role("button", name=act, exact=True).first.click()
        typed += await fill(form)
        await form.get_by_role("button", name="Cancel").click()
    # While the same user is signed in, the text is kept.
    await wall.get_by_role("button", name="Add note").click()
    await expect(wall.get_by_label("Text")).to_have_value(TYPED)
    await wall.evaluate("location.hash = '#/start'")
    start = wall.locator(".start-form form").first
    await start.get_by_label("Patient", exact=True).select_option("+")
    typed += await fill(start)
    await wall.evaluate("location.hash = '#/clinic'")
    await wall.get_by_role("button", name="Change number: thea").click()
    phone = wall.get_by_label("Telephone of thea")
    await phone.fill(TYPED)
    assert typed > 12

    # Another tab of this browser signs out: this one learns of it when its connection ends.
    await wall.request.post(f"{product.url}/api/v1/logout")
    await wall.get_by_label("User name").fill("mara")
    await wall.get_by_label("Password").fill(PASSWORD)
    await wall.get_by_role("button", name="Sign in").click()
    await expect(wall.get_by_role("button", name="Change number: mara")).to_be_visible()
    await expect(phone).to_have_count(0)
    left: dict[str, list[str]] = {}
    await wall.evaluate("location.hash = '#/start'")
    await start.get_by_label("Patient", exact=True).select_option("+")
    left["start"] = await written(start)
    for act, form in await each_form(wall, encounter):
        await wall.get_by_role("button", name=act, exact=True).first.click()
        left[act] = await written(form)
        await form.get_by_role("button", name="Cancel").click()
    assert not {act: values for act, values in left.items() if TYPED in values}


async def test_an_address_that_leads_nowhere_is_the_wall_and_says_so(
    wall: Page, product: Product, desk: Desk
) -> None:
    desk.open("Yarrow 8")
    for hash, said in (
        ("#/sesion/e1", "There is nothing at #/sesion/e1."),
        ("#/session/%E0%A4%A", "There is nothing at #/session/%E0%A4%A."),
        ("#/session", "There is nothing at #/session."),
        ("#/session/nobody", "There is no such session."),
        ("#/report/nobody", "There is no such session."),
    ):
        await wall.evaluate("hash => { location.hash = hash }", hash)
        await expect(wall.get_by_text(f"{said} These are all open sessions.")).to_be_visible()
        await expect(region(wall, "Yarrow 8")).to_be_visible()
    # The same if the page is first loaded at such an address.
    await wall.goto(f"{product.url}/#/session/%E0%A4%A")
    await wall.reload()
    await expect(wall.get_by_text("There is nothing at #/session/%E0%A4%A.")).to_be_visible()
    await expect(region(wall, "Yarrow 8")).to_be_visible()
    await wall.get_by_role("link", name="Yarrow 8").click()
    await expect(wall.get_by_text("There is nothing at")).to_have_count(0)


async def test_the_administrator_sees_who_did_what_by_person_and_day(
    page: Page, product: Product
) -> None:
    product.user("ada", "admin")
    await sign_in(page, product, "vera")
    await page.request.post(f"{product.url}/api/v1/logout")
    await sign_in(page, product, "ada")
    await page.goto(f"{product.url}/#/clinic")
    acts = page.get_by_role("region", name="Who did what")
    newest = acts.get_by_role("listitem").first
    await expect(newest).to_contain_text("ada")
    await acts.get_by_label("Person").select_option("vera")
    await expect(newest).to_contain_text("signed out")
    await expect(newest).to_contain_text("from 127.0.0.1")
    await expect(acts.get_by_text("ada", exact=True)).to_have_count(1)  # among the choices
    await acts.get_by_label("Day").fill("2001-02-03")
    await expect(acts.get_by_text("Nothing.")).to_be_visible()
    await acts.get_by_label("Day").fill("")
    await expect(newest).to_contain_text("signed out")
    await sign_in(page, product, "thea")
    await page.goto(f"{product.url}/#/clinic")
    await expect(page.get_by_role("region", name="Devices")).to_be_visible()
    await expect(acts).to_have_count(0)
