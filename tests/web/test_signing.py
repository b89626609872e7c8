"""Passwords on the page: required again before an act, new after a reset; a change of role."""

import re
from collections.abc import Callable

import httpx
import pytest
from playwright.async_api import Page, expect

from tests.parts import wait_until
from tests.parts.product import PASSWORD, Product
from tests.web.hands import overflow, sign_in

pytestmark = pytest.mark.asyncio(loop_scope="session")

NEW = "seven blue kettles"
# How long a sign-in may act in these tests: long enough to sign in and open a session.
SECONDS = 15.0
PROVEN = (
    "async () => Date.parse((await (await fetch('/api/v1/me')).json()).acts_until) > Date.now()"
)


@pytest.fixture(scope="module")
def short(serving: Callable[..., Product]) -> Product:
    """A service whose sign-ins end soon; ada administers it."""
    product = serving(SIGN_IN_HOURS=str(SECONDS / 3600))
    product.user("ada", "admin")
    return product


def administer(product: Product, **change: object) -> None:
    with httpx.Client(base_url=f"{product.url}/api/v1") as ada:
        ada.post("/login", json={"username": "ada", "password": PASSWORD}).raise_for_status()
        ada.patch("/users/thea", json=change).raise_for_status()


async def test_past_its_end_an_act_waits_for_the_password_and_is_carried_out(
    page: Page, short: Product
) -> None:
    from tests.parts.product import Clinic

    await sign_in(page, short)
    session = Clinic(short).session("Kestrel", {"kestrel-cuff": "cuff"})
    await page.goto(f"{short.url}/#/session/{session}")
    await expect(page.get_by_text("Live", exact=True)).to_be_visible()

    async def over() -> bool:
        return not await page.evaluate(PROVEN)

    await wait_until(over, timeout=2 * SECONDS)
    await page.get_by_role("button", name="Add note").click()
    await page.get_by_label("Text").fill("She sleeps.")
    await page.get_by_role("button", name="Save note").click()
    asked = page.get_by_role("dialog", name="Your password")
    await expect(asked.get_by_label("Password")).to_be_focused()
    await expect(page.get_by_text("Live", exact=True)).to_be_visible()
    await asked.get_by_label("Password").fill("wrong")
    await asked.get_by_role("button", name="Go on").click()
    await expect(asked.get_by_text("That is not your password.")).to_be_visible()
    # After a reset meanwhile, the page accepts the old password and requires a new one.
    administer(short, must_change_password=True)
    await asked.get_by_label("Password").fill(PASSWORD)
    await asked.get_by_role("button", name="Go on").click()
    for width, height in ((390, 844), (1280, 800)):
        await page.set_viewport_size({"width": width, "height": height})
        assert await overflow(page) <= 0
    await set_new(page, PASSWORD, "kettles88")
    await expect(asked).to_have_count(0)
    await expect(page.get_by_text("She sleeps.").first).to_be_visible()


async def test_an_act_that_waits_for_a_password_is_not_done_by_another_person(
    page: Page, short: Product
) -> None:
    administer(short, password=PASSWORD, must_change_password=False)
    await sign_in(page, short, "ada")
    await page.evaluate(
        "async () => { const m = await import('/server/prove.js');"
        " m.ask('password_again').then((given) => (window.given = given)); }"
    )
    asked = page.get_by_role("dialog", name="Your password")
    await expect(asked).to_be_visible()
    await page.get_by_role("button", name="Sign out").click()
    form = page.get_by_role("main")
    await form.get_by_label("User name").fill("thea")
    await form.get_by_label("Password").fill(PASSWORD)
    await form.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_text("Signed in as thea")).to_be_visible()
    await expect(asked).to_have_count(0)
    assert await page.evaluate("window.given") is False


async def set_new(page: Page, old: str, new: str) -> None:
    await page.get_by_label("Password until now").fill(old)
    await page.get_by_label("New password", exact=True).fill("password1")
    await page.get_by_label("New password again").fill("password1")
    button = page.get_by_role("button", name="Set password")
    await button.click()
    field = page.get_by_label("New password", exact=True)
    await expect(field).to_have_accessible_description(re.compile("programs try first"))
    await field.fill(new)
    await page.get_by_label("New password again").fill(new)
    await button.click()


async def test_after_a_reset_the_next_sign_in_sets_a_new_password_first(
    page: Page, short: Product
) -> None:
    administer(short, must_change_password=True, password=PASSWORD)
    await page.goto(short.url)
    await page.get_by_label("User name").fill("thea")
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("heading", name="Set a new password")).to_be_visible()
    await set_new(page, PASSWORD, NEW)
    await expect(page.get_by_text("Live", exact=True)).to_be_visible()


async def test_another_role_applies_to_an_open_page_at_once(page: Page, short: Product) -> None:
    administer(short, password=PASSWORD, must_change_password=False)
    await sign_in(page, short)
    start = page.get_by_role("link", name="Start session")
    await expect(start).to_be_visible()
    for role, count in (("viewer", 0), ("therapist", 1)):
        administer(short, role=role)
        await expect(start).to_have_count(count, timeout=3000)
