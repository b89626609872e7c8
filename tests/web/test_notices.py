"""Contacts, test notices and the ledger, live on the page."""

import json
import re
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from functools import partial
from typing import Final

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, ViewportSize, expect

from tests.parts import launched, wait_until
from tests.parts.product import PASSWORD, Clinic, Product
from tests.parts.sinks import HttpSink
from tests.web.hands import Desk, overflow, overlaps, region, sign_in
from tests.web.test_preflight import row

pytestmark = pytest.mark.asyncio(loop_scope="session")

NARROW: Final = ViewportSize(width=390, height=844)


@pytest.fixture(scope="module")
def product(serving: Callable[..., Product]) -> Product:
    product = serving(NOTICE_ALLOW="json://127.0.0.1")
    product.user("ada", "admin")
    return product


@pytest.fixture(scope="module")
def admin(product: Product) -> Clinic:
    return Clinic(product, "ada")


@pytest.fixture
def no_contacts(admin: Clinic) -> None:
    for contact in admin.get("/contacts")["items"]:
        admin.http.delete(f"/contacts/{contact['id']}")


@pytest_asyncio.fixture(loop_scope="session")
async def office(page: Page, product: Product) -> Page:
    """The clinic's view, with the administrator signed in."""
    await sign_in(page, product, "ada")
    await page.get_by_role("link", name="Clinic").click()
    await page.get_by_role("heading", name="Contacts").wait_for()
    return page


async def test_a_contact_is_added_tested_confirmed_changed_and_removed(
    office: Page, admin: Clinic, sink: HttpSink, no_contacts: None
) -> None:
    await office.get_by_role("button", name="Add contact").click()
    await office.get_by_label("Name").fill("Dr Voss")
    await office.get_by_label("Addresses, one a line").fill("json://10.0.0.9/x")
    await office.get_by_role("button", name="Save contact").click()
    await expect(office.get_by_text("address 1 cannot be used")).to_be_visible()
    await office.get_by_label("Addresses, one a line").fill(sink.url("office"))
    await office.get_by_label("On duty").fill("mon-sun 00:00-00:00")
    await office.get_by_label("PIN").fill("481516")
    await office.get_by_role("button", name="Save contact").click()
    entry = office.get_by_role("listitem", name="Dr Voss")
    await expect(entry).to_contain_text("after 30 s, json, never confirmed")
    await expect(entry).to_contain_text("on duty mon tue wed thu fri sat sun 00:00-00:00")
    await entry.get_by_role("button", name="Send test").click()
    await expect(entry.get_by_role("status")).to_contain_text("json: sent")
    link = sink.at("office")[0].json["link"]
    async with httpx.AsyncClient() as phone:
        await phone.post(link, data={"way": "pin", "pin": "481516"})
    await entry.get_by_role("button", name="Change").click()
    await office.get_by_label("Told after").fill("45")
    await office.get_by_role("button", name="Save contact").click()
    await expect(entry).to_contain_text(re.compile(r"after 45 s, json, confirmed .*has a PIN"))
    (kept,) = admin.get("/contacts")["items"]
    assert (kept["after_s"], kept["has_pin"], len(kept["rota"][0]["days"])) == (45.0, True, 7)
    assert await overflow(office) <= 0
    await office.set_viewport_size(NARROW)
    assert await overflow(office) <= 0
    await entry.get_by_role("button", name="Remove").click()
    assert len(admin.get("/contacts")["items"]) == 1, "one press is not enough"
    await entry.get_by_role("button", name="Remove").click()
    await expect(entry).to_have_count(0)
    assert admin.get("/contacts")["items"] == []


async def test_what_cannot_be_is_said_at_its_field_in_the_pages_words(
    office: Page, admin: Clinic, no_contacts: None
) -> None:
    await office.get_by_role("button", name="Add contact").click()
    form = office.locator("form.contact")
    typed = {
        "Name": "Dr Voss", "Addresses, one a line": "json://192.0.2.7/x\nvoss at example",
        "Told after": "soon", "User": "kim", "On duty": "mon-fri 08:00-18:00; sat 9-25",
        "PIN": "12345a",
    }  # fmt: skip
    for label, text in typed.items():
        await form.get_by_label(label, exact=True).fill(text)
    save = form.get_by_role("button", name="Save contact")
    await save.click()
    said = {
        "Addresses, one a line": "Addresses: each must begin with a scheme",
        "Told after": "Told after must be a number.",
        "On duty": "On duty: the beginning of shift 2 must be a time of day, as in 22:00.",
        "PIN": "PIN must be 6 to 12 digits.",
    }
    for label, text in said.items():
        field = form.get_by_label(label, exact=True)
        await expect(field).to_have_attribute("aria-invalid", "true")
        await expect(field).to_have_accessible_description(re.compile(f"^{re.escape(text)}"))
        await expect(form.get_by_text(text)).to_be_visible()
    await expect(form.locator("[aria-invalid]")).to_have_count(len(said))
    await expect(form.locator(".problem")).to_have_text(
        "Not saved. See Addresses, Told after, On duty, PIN."
    )
    for raw in ("after_s", "urls", "rota.1", "begins", "validation", "pattern"):
        await expect(form).not_to_contain_text(raw)
    for width, height in ((1280, 800), (960, 720), (390, 844)):
        await office.set_viewport_size({"width": width, "height": height})
        assert await overflow(office) <= 0
    mended = {"Addresses, one a line": "jsons://alarms.example/x", "Told after": "45", "PIN": "",
              "On duty": "mon-fri 08:00-18:00"}  # fmt: skip
    for label, text in mended.items():
        await form.get_by_label(label, exact=True).fill(text)
    await save.click()
    # An error that only the service can find, not the form.
    user = form.get_by_label("User", exact=True)
    await expect(user).to_have_accessible_description(re.compile("^User: kim is nobody who may"))
    await expect(form.locator("[aria-invalid]")).to_have_count(1)
    assert admin.get("/contacts")["items"] == []
    await form.get_by_role("button", name="Cancel").click()


async def test_the_administrator_says_where_each_is_called(office: Page, admin: Clinic) -> None:
    part = office.get_by_role("region", name="Telephones")
    entry = part.get_by_role("listitem", name="thea")
    await expect(entry).to_contain_text("no number")
    await entry.get_by_role("button", name="Change number: thea").click()
    await part.get_by_label("Telephone of thea").fill("call me")
    await part.get_by_role("button", name="Save number").click()
    await expect(part).to_contain_text("A telephone number has 3 to 31 digits")
    await part.get_by_label("Telephone of thea").fill("+351 21 555 0100")
    await part.get_by_role("button", name="Save number").click()
    await expect(entry).to_contain_text("+351 21 555 0100")
    known = {u["username"]: u["phone"] for u in admin.get("/users")["items"]}
    assert known["thea"] == "+351 21 555 0100"
    await office.set_viewport_size(NARROW)
    assert await overflow(office) <= 0
    assert admin.http.patch("/users/thea", json={"phone": None}).is_success


async def test_the_service_is_tried_out_on_the_page(office: Page) -> None:
    part = office.get_by_role("region", name="Self-test")
    await part.get_by_role("button", name="Run it now").click()
    await expect(part.get_by_role("status")).to_have_text(
        re.compile(r"Everything worked at \d\d:\d\d:\d\d, in \d+ ms\.")
    )
    await expect(part).to_contain_text(re.compile(r"came late by \d+ ms at most"))
    await expect(part).to_contain_text("no ping is set up")


async def test_a_therapist_sees_no_addresses(wall: Page) -> None:
    await wall.get_by_role("link", name="Clinic").click()
    await wall.get_by_role("heading", name="Self-test").wait_for()
    await expect(wall.get_by_role("heading", name="Contacts")).to_have_count(0)
    await expect(wall.get_by_text("No real session was closed in this time.")).to_be_visible()


async def test_the_check_before_the_dose_is_a_message_that_arrived(
    wall: Page, desk: Desk, admin: Clinic, sink: HttpSink, no_contacts: None
) -> None:
    desk.open("Alder 95")
    await region(wall, "Alder 95").get_by_role("link").click()
    check = row(wall, "Test notice")
    await expect(check).to_contain_text("No contact is named.")
    admin.post("/contacts", name="Dr Voss", urls=[sink.url("check")], after_s=0)
    await expect(check).to_contain_text("Dr Voss not tested today")
    await check.get_by_role("button", name="Send test").click()
    await expect(check).to_contain_text("Dr Voss was sent one, not confirmed yet")
    given = {"way": "password", "username": "thea", "password": PASSWORD}
    async with httpx.AsyncClient() as phone:
        await phone.post(sink.at("check")[0].json["link"], data=given)
    await expect(check).to_contain_text(re.compile(r"Dr Voss confirmed \d\d:\d\d"))
    # Confirmed, yet open: a link to this computer leads no one here from elsewhere.
    await expect(check).to_contain_text(re.compile(r"open: .*lead to this computer alone"))
    await expect(row(wall, "Backup")).to_contain_text("One of Dr Voss knows of this session.")


async def test_who_was_told_stands_beside_the_alarm_and_in_the_report(
    wall: Page, desk: Desk, clinic: Clinic, admin: Clinic, sink: HttpSink, no_contacts: None
) -> None:
    admin.post("/contacts", name="Dr Voss", urls=[sink.url("told")], after_s=0)
    admin.post("/contacts", name="Dr Late", urls=[sink.url("late")], after_s=300)
    admin.post("/contacts", name="Dr Gone", urls=["json://127.0.0.1:9/x"], after_s=0, order=1)
    encounter = desk.dosed("Birch 96")
    clinic.post(f"/encounters/{encounter}/help")
    bar = wall.get_by_label("What stands now")
    await expect(bar).to_contain_text(re.compile(r"Dr Voss told \d\d:\d\d\. Dr Gone not reached\."))
    # Because of the failure, Dr Late is notified sooner; in three minutes a new round begins.
    await expect(bar).to_contain_text(re.compile(r"Dr Late told .* Dr Voss in [12]:\d\d\."))
    # These are outside the announced alerts: a countdown that is read out would be noise.
    for alert in await wall.get_by_role("alert").all():
        assert "Dr Voss told" not in await alert.inner_text()
    assert await overlaps(wall) == []
    assert await overflow(wall) <= 0
    await bar.get_by_role("button", name="Acknowledge").first.click()
    await expect(bar).not_to_contain_text("Help asked for")
    await region(wall, "Birch 96").get_by_role("link").click()
    log = wall.get_by_role("region", name="Alarms")
    await log.get_by_role("button", name="Not useful:").first.click()
    await expect(log.get_by_role("button", name="Not useful:", pressed=True)).to_have_count(1)
    found = clinic.get(f"/encounters/{encounter}/burden")
    assert (found["rated"], found["useful"]) == (1, 0)
    await wall.get_by_role("link", name="Report").click()
    sheet = wall.get_by_role("article", name="Record of the session")
    await expect(sheet).to_contain_text("Called useful")
    await expect(sheet).to_contain_text("0 of 1")
    ledger = sheet.get_by_role("row").filter(has_text="Dr Voss")
    await expect(ledger.first).to_contain_text("High alarm")
    await expect(sheet.get_by_role("row").filter(has_text="Dr Gone").first).to_contain_text(
        "no connection"
    )


async def test_the_link_of_a_notice_is_a_page_for_a_telephone(
    chromium: Browser, desk: Desk, clinic: Clinic, admin: Clinic, sink: HttpSink, product: Product,
    no_contacts: None,
) -> None:  # fmt: skip
    admin.post("/contacts", name="Dr Voss", urls=[sink.url("phone")], after_s=0, pin="481516")
    encounter = desk.dosed("Cedar 97")
    clinic.post(f"/encounters/{encounter}/help")
    await wait_until(lambda: sink.at("phone"), 20, "the notice")
    context = await chromium.new_context(viewport=NARROW)
    phone = await context.new_page()
    await phone.goto(sink.at("phone")[0].json["link"])
    await expect(phone.get_by_role("heading", name="An alarm waits")).to_be_visible()
    assert await overflow(phone) <= 0
    # The page has no number to call, so it offers no way to acknowledge without a look.
    await expect(phone.get_by_text("No telephone number of thea is on file.")).to_be_visible()
    await expect(phone.get_by_role("button", name="Acknowledge")).to_have_count(0)
    await phone.get_by_label("PIN").fill("481516")
    await phone.get_by_role("button", name="See the session").first.click()
    alarm = phone.get_by_role("region", name="High alarm")
    await expect(alarm).to_contain_text("Help asked for by thea")
    await expect(alarm).to_contain_text("Nobody has acknowledged it.")
    await expect(phone.locator("dl")).to_contain_text(
        re.compile(r"128/80 mmHg\s*measured \d\d:\d\d")
    )
    for hidden in ("Cedar 97", "1 Test Way", "555 0100"):
        assert hidden not in await phone.content()
    assert await overflow(phone) <= 0
    assert clinic.get(f"/encounters/{encounter}")["alarms"][0]["acknowledged_by"] is None
    await phone.get_by_role("button", name="I take it").click()
    await expect(phone.get_by_text("Acknowledged by Dr Voss (by PIN).")).to_be_visible()
    await expect(phone.locator("dl")).to_contain_text("128/80 mmHg")
    taken = clinic.everything(f"/encounters/{encounter}/alarms")
    assert "Dr Voss (by PIN)" in {a["acknowledged_by"] for a in taken}
    await context.close()


async def test_without_a_look_only_with_the_supervisor_s_telephone_in_sight(
    chromium: Browser, desk: Desk, clinic: Clinic, admin: Clinic, sink: HttpSink, no_contacts: None
) -> None:
    admin.post("/contacts", name="Dr Voss", urls=[sink.url("blind")], after_s=0, pin="481516")
    assert clinic.http.patch("/me", json={"phone": "+351 21 555 0100"}).is_success
    encounter = desk.dosed("Dogwood 98")
    clinic.post(f"/encounters/{encounter}/help")
    await wait_until(lambda: sink.at("blind"), 20, "the notice")
    context = await chromium.new_context(viewport=NARROW)
    phone = await context.new_page()
    await phone.goto(sink.at("blind")[0].json["link"])
    call = phone.get_by_role("link", name="Call thea: +351 21 555 0100")
    await expect(call).to_have_attribute("href", "tel:+351215550100")
    blind = phone.get_by_role("button", name="Acknowledge without a look").first
    await phone.get_by_label("PIN").fill("481516")
    # Both are on one screen: a contact who presses the button sees the number to call.
    both = [await one.bounding_box() for one in (call, blind)]
    assert all(box is not None and 0 <= box["y"] < 844 - box["height"] for box in both)
    await blind.click()
    await expect(phone.get_by_text("Acknowledged by Dr Voss (by PIN).")).to_be_visible()
    await expect(call).to_be_visible()
    assert clinic.http.patch("/me", json={"phone": None}).is_success
    await context.close()


async def test_whoever_cannot_passes_it_on_and_the_supervisor_s_page_says_so(
    wall: Page, chromium: Browser, desk: Desk, clinic: Clinic, admin: Clinic, sink: HttpSink,
    no_contacts: None,
) -> None:  # fmt: skip
    admin.post("/contacts", name="Dr Voss", urls=[sink.url("one")], after_s=0, pin="481516")
    admin.post("/contacts", name="Dr Late", urls=[sink.url("two")], after_s=3000, pin="234208")
    encounter = desk.dosed("Damson 99")
    clinic.post(f"/encounters/{encounter}/help")
    bar = wall.get_by_label("What stands now")
    await expect(bar).to_contain_text("Dr Voss told")
    context = await chromium.new_context(viewport=NARROW)
    phone = await context.new_page()
    for contact, pin, said in (
        ("one", "481516", "Dr Late is told now. The alarm stands until somebody takes it."),
        ("two", "234208", "Nobody else is left who could be told. The alarm stands"),
    ):
        link = (await wait_until(partial(sink.at, contact), 20, "the notice"))[0].json["link"]
        await phone.goto(link)
        await phone.get_by_label("PIN").fill(pin)
        await phone.get_by_role("button", name="See the session").first.click()
        await phone.get_by_role("button", name="I cannot").click()
        await expect(phone.get_by_role("alert")).to_contain_text(said)
        await expect(phone.get_by_role("button", name="I cannot")).to_have_count(0)
        assert await overflow(phone) <= 0
        name = "Dr Voss" if contact == "one" else "Dr Late"
        await expect(bar).to_contain_text(re.compile(rf"{name} cannot, said so \d\d:\d\d\."))
        await expect(bar.get_by_role("button", name="Acknowledge").first).to_be_visible()
    await expect(bar).to_contain_text(
        re.compile(r"Dr Voss is told again in \d:\d\d, nobody else is left\.")
    )
    await region(wall, "Damson 99").get_by_role("link").click()
    await wall.get_by_role("link", name="Report").click()
    sheet = wall.get_by_role("article", name="Record of the session")
    row_ = sheet.get_by_role("row").filter(has_text="Dr Late").filter(has_text="json").first
    await expect(row_).to_contain_text("said “I cannot”")
    await context.close()


async def test_who_signs_in_at_a_link_is_on_that_session_and_stays_there(
    chromium: Browser, product: Product, desk: Desk, clinic: Clinic, admin: Clinic,
    sink: HttpSink, no_contacts: None,
) -> None:  # fmt: skip
    product.user("mara", "therapist")
    admin.post("/contacts", name="Dr Voss", urls=[sink.url("in")], after_s=0)
    desk.dosed("Elm 01")
    encounter = desk.dosed("Ebony 02")
    clinic.post(f"/encounters/{encounter}/help")
    await wait_until(lambda: sink.at("in"), 20, "the notice")
    context = await chromium.new_context(viewport=NARROW)
    phone = await context.new_page()
    await phone.goto(sink.at("in")[0].json["link"])
    await phone.get_by_label("User name").fill("mara")
    await phone.get_by_label("Password").fill(PASSWORD)
    await phone.get_by_role("button", name="See the session").last.click()
    whose = phone.get_by_role("region", name="The patient")
    await expect(phone.get_by_text("Ebony 02", exact=True)).to_be_visible()
    await expect(whose).to_contain_text("1 Test Way")
    call = whose.get_by_role("link", name="Call the patient: 555 0100")
    await expect(call).to_have_attribute("href", "tel:5550100")
    await expect(phone.get_by_role("region", name="High alarm")).to_contain_text("Help asked for")
    assert await overflow(phone) <= 0
    await phone.get_by_role("button", name="I take it").click()
    # The link leads to the session's own live page, without another sign-in.
    await expect(phone).to_have_url(re.compile(rf"/#/session/{encounter}$"))
    await expect(region(phone, "Ebony 02")).to_be_visible()
    taken = clinic.everything(f"/encounters/{encounter}/alarms")
    assert "mara" in {a["acknowledged_by"] for a in taken}
    # After a sign-out and a new sign-in, the session's address leads back to it.
    await context.clear_cookies()
    await phone.goto(f"{product.url}/#/session/{encounter}")
    await phone.reload()
    await phone.get_by_label("User name").fill("mara")
    await phone.get_by_label("Password").fill(PASSWORD)
    await phone.get_by_role("button", name="Sign in").click()
    await expect(region(phone, "Ebony 02")).to_be_visible()
    await expect(phone).to_have_url(re.compile(rf"/#/session/{encounter}$"))
    await context.close()


@pytest_asyncio.fixture(loop_scope="session")
async def windowed() -> AsyncIterator[Browser]:
    """A browser that can show notifications."""
    async with launched(whole=True) as browser:
        yield browser


async def test_what_is_pushed_is_shown_without_a_page_and_leads_to_the_notice(
    windowed: Browser, product: Product
) -> None:
    """DevTools deliver the push to the real worker, in place of the browser maker's service."""
    context = await windowed.new_context()
    await context.grant_permissions(["notifications"], origin=product.url)
    page = await context.new_page()
    await sign_in(page, product)
    found: list[str] = []
    session = await context.new_cdp_session(page)
    # A push to a worker that is not yet activated is lost too.
    session.on(
        "ServiceWorker.workerVersionUpdated",
        lambda event: found.extend(
            v["registrationId"] for v in event["versions"] if v["status"] == "activated"
        ),
    )
    await session.send("ServiceWorker.enable")
    await page.evaluate(
        """navigator.serviceWorker.register("push-worker.js")
           .then(() => navigator.serviceWorker.ready).then(() => true)"""
    )
    await wait_until(lambda: found, 20, "the worker")
    pushed = {"title": "High alarm, session 3F2A1C", "body": "Open it", "tag": "m1",
              "link": f"{product.url}/n/x"}  # fmt: skip
    deliver = {"origin": product.url, "registrationId": found[0], "data": json.dumps(pushed)}

    async def shown() -> list[list[str]]:
        rows: list[list[str]] = await page.evaluate(
            """navigator.serviceWorker.ready.then((r) => r.getNotifications())
               .then((all) => all.map((n) => [n.title, n.body, n.tag, n.data]))"""
        )
        return rows

    async def delivered() -> list[list[str]]:
        """Push until shown: DevTools silently drop a push before the registration is on disk."""
        await session.send("ServiceWorker.deliverPushMessage", deliver)
        with suppress(AssertionError):
            return await wait_until(shown, 2)
        return []

    (notice,) = await wait_until(delivered, 20, "the notification")
    assert notice == [pushed["title"], pushed["body"], pushed["tag"], pushed["link"]]
    await context.close()
