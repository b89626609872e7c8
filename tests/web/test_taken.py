"""An alarm taken as low that rose: all texts about it state that no one has taken the rise."""

import os
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from typing import Final

import pytest
from playwright.async_api import Browser, Locator, Page, ViewportSize, expect

from tests.parts import wait_until
from tests.parts.product import PASSWORD, Clinic, Product
from tests.parts.sinks import HttpSink
from tests.web.hands import Desk, overflow, region, sign_in
from tests.web.test_since import alarm, begun_low

pytestmark = pytest.mark.asyncio(loop_scope="session")

NARROW: Final = ViewportSize(width=390, height=844)
WAITS: Final = r"Nobody has acknowledged it since \d\d:\d\d \(thea did \d\d:\d\d\)\."


@pytest.fixture(scope="module")
def product(serving: Callable[..., Product]) -> Product:
    product = serving(NOTICE_ALLOW="json://127.0.0.1")
    product.user("ada", "admin")
    product.user("mara", "therapist")
    return product


@pytest.fixture
def voss(product: Product, sink: HttpSink) -> Iterator[Callable[[str], None]]:
    """Adds the only contact, notified immediately at the given path of the sink."""
    admin = Clinic(product, "ada")

    def put(place: str) -> None:
        admin.post("/contacts", name="Dr Voss", urls=[sink.url(place)], after_s=0, pin="481516")

    yield put
    for contact in admin.get("/contacts")["items"]:
        admin.http.delete(f"/contacts/{contact['id']}")


async def risen(wall: Page, desk: Desk, clinic: Clinic, label: str) -> tuple[str, dict[str, str]]:
    """Play an alarm that thea takes as low and that then rises; return session id and alarm."""
    encounter, _ = begun_low(desk, clinic, label)
    alarm(clinic, encounter, "low")
    bar = wall.get_by_label("What stands now")
    await bar.get_by_role("button", name="Acknowledge").click()
    await expect(bar).to_contain_text("Acknowledged by thea")
    desk.send("cuff", sbp=184, dbp=99)
    return encounter, alarm(clinic, encounter, "high")


async def looked(phone: Page, link: str) -> None:
    await phone.goto(link)
    await phone.get_by_label("PIN").fill("481516")
    await phone.get_by_role("button", name="See the session").first.click()


async def picture(page: Page, name: str) -> None:
    if folder := os.environ.get("PICTURES"):
        await page.screenshot(path=f"{folder}/{name}.png")


def top(phone: Page) -> Locator:
    return phone.get_by_role("region", name=re.compile("alarm$")).first


async def test_behind_the_link_stands_the_high_first_and_who_has_it(
    wall: Page, chromium: Browser, desk: Desk, clinic: Clinic, sink: HttpSink,
    voss: Callable[[str], None],
) -> None:  # fmt: skip
    voss("risen")
    encounter, high = await risen(wall, desk, clinic, "Sorrel 51")
    (notice, *_) = await wait_until(partial(sink.at, "risen"), 20, "the notice")
    context = await chromium.new_context(viewport=NARROW)
    phone = await context.new_page()
    await looked(phone, notice.json["link"])
    await expect(top(phone)).to_contain_text(re.compile(f"^High Systolic pressure 184 .*{WAITS}"))
    bar = wall.get_by_label("What stands now")
    await expect(bar).to_contain_text(re.compile(WAITS))
    await expect(phone.locator("main")).not_to_contain_text("Acknowledged by thea")
    await expect(phone.get_by_role("button", name="I take it")).to_be_in_viewport()
    assert await overflow(phone) <= 0
    await picture(phone, "link-risen")
    # The page names the next step: sign in to see the data that a PIN does not show.
    await phone.get_by_role("button", name="I take it").click()
    await expect(phone.get_by_role("alert")).to_have_text(
        "Acknowledged by Dr Voss (by PIN). Now sign in below: the patient's phone and address are "
        "on the session's page."
    )
    await expect(top(phone)).to_contain_text("Acknowledged by Dr Voss (by PIN).")
    assert await overflow(phone) <= 0
    await picture(phone, "link-taken")
    await phone.get_by_role("link", name="Sign in to see the patient's phone and address").click()
    await phone.get_by_label("User name").fill("mara")
    await phone.get_by_label("Password").fill(PASSWORD)
    await phone.get_by_role("button", name="Sign in").click()
    await expect(region(phone, "Sorrel 51")).to_be_visible()
    await expect(phone).to_have_url(re.compile(rf"/#/session/{encounter}$"))
    await expect(phone.get_by_text("1 Test Way").first).to_be_visible()
    taken = clinic.everything(f"/encounters/{encounter}/alarms")
    assert {a["id"]: a["acknowledged_by"] for a in taken}[high["id"]] == "Dr Voss (by PIN)"
    # The report contains it with the person and the time.
    await wall.goto(f"{clinic.product.url}/#/report/{encounter}")
    sheet = wall.get_by_role("article", name="Record of the session")
    said = sheet.get_by_role("row").filter(has_text="“I take it” by the link of a notice")
    await expect(said.first).to_contain_text(re.compile(r"^.*\d\d:\d\d.*Dr Voss \(by PIN\)$"))
    await context.close()


async def test_who_takes_the_session_over_reads_that_nobody_has_the_high(
    wall: Page, chromium: Browser, desk: Desk, clinic: Clinic, product: Product
) -> None:
    encounter, high = await risen(wall, desk, clinic, "Tansy 52")
    rose = datetime.fromisoformat(high["priority_since"]).astimezone().strftime("%H:%M")
    clinic.post(f"/encounters/{encounter}/hand-over", to="mara")
    context = await chromium.new_context(viewport={"width": 1280, "height": 800})
    hers = await context.new_page()
    await sign_in(hers, product, "mara")
    await hers.get_by_role("button", name="Read and take it").click()
    form = hers.locator("form")
    stands = form.get_by_role("region", name="Alarms")
    await expect(stands).to_contain_text(
        re.compile(rf"High: .* 184 .* High since {rose}, began \d\d:\d\d as low\. {WAITS}")
    )
    await expect(stands).not_to_contain_text("Acknowledged by")
    await expect(form.get_by_role("region", name="To do")).to_contain_text(
        "Acknowledge: High, Systolic pressure high."
    )
    for width, height in ((1280, 800), (960, 720), (390, 844)):
        await hers.set_viewport_size({"width": width, "height": height})
        assert await overflow(hers) <= 0
        await picture(hers, f"handover-{width}")
    await context.close()


async def test_the_only_contact_who_cannot_is_told_so_and_that_nobody_else_is_left(
    wall: Page, chromium: Browser, desk: Desk, clinic: Clinic, sink: HttpSink,
    voss: Callable[[str], None],
) -> None:  # fmt: skip
    voss("cannot")
    encounter = desk.dosed("Thyme 53")
    clinic.post(f"/encounters/{encounter}/help")
    (notice, *_) = await wait_until(partial(sink.at, "cannot"), 20, "the notice")
    context = await chromium.new_context(viewport=NARROW)
    phone = await context.new_page()
    await looked(phone, notice.json["link"])
    await phone.get_by_role("button", name="I cannot").click()
    await expect(phone.get_by_role("alert")).to_contain_text("Nobody else is left")
    bar = wall.get_by_label("What stands now")
    await expect(bar).to_contain_text(
        re.compile(
            r"Dr Voss cannot, said so \d\d:\d\d\. "
            r"Dr Voss is told again in \d:\d\d, nobody else is left\."
        )
    )
    await expect(bar).not_to_contain_text("Nobody else is left to be told.")
    await picture(wall, "cannot")
    await wall.goto(f"{clinic.product.url}/#/report/{encounter}")
    sheet = wall.get_by_role("article", name="Record of the session")
    said = sheet.get_by_role("row").filter(has_text="“I cannot” by the link of a notice")
    await expect(said).to_have_count(1)
    await expect(said).to_contain_text("Help asked for")
    await expect(said).to_contain_text("Dr Voss (by PIN)")
    await context.close()


# Collects all texts that the page shows, even for a moment.
EVER: Final = """() => {
  window.ever = "";
  new MutationObserver(() => { window.ever += document.body.innerText; })
    .observe(document.body, { subtree: true, childList: true, characterData: true });
}"""


async def test_a_session_that_is_opened_never_says_that_there_is_no_contact(
    wall: Page, desk: Desk, clinic: Clinic, voss: Callable[[str], None]
) -> None:
    voss("opened")
    await wall.evaluate(EVER)
    for number in range(3):
        encounter = desk.open(f"Umber {54 + number}", name=f"umber{number}")
        await wall.evaluate(f"location.hash = '#/session/{encounter}'")
        await expect(wall.get_by_text("Dr Voss not tested today").first).to_be_visible()
        await wall.evaluate("location.hash = '#/'")
        await expect(region(wall, f"Umber {54 + number}")).to_be_visible()
    assert "No contact is named" not in await wall.evaluate("window.ever")
    assert "Dr Voss not tested today" in await wall.evaluate("window.ever")
