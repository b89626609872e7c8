"""The page against the real service; elements are found by their accessible names."""

import asyncio
import json
import os
import re
import signal
import time
from collections.abc import Callable
from typing import Any, Final

import pytest
from playwright.async_api import Locator, Page, Route, WebSocket, expect

from tests.parts import Mosquitto, wait_until
from tests.parts.product import PASSWORD, Clinic, Product
from tests.parts.publisher import Publisher
from tests.web.hands import VITALS, Desk, alerts, overflow, overlaps, region, sign_in

pytestmark = pytest.mark.asyncio(loop_scope="session")

LOST_WITHIN_S: Final = 4.0  # two heartbeats
WIDTHS: Final = (1280, 800, 390)
ACTS = (
    "Record dose", "Enter reading", "Add note", "Help, symptom", "Set limit", "New baseline",
    "Hand over", "Close session",
)  # fmt: skip


async def test_sign_in_by_the_form_and_a_wrong_password_is_told(
    page: Page, product: Product
) -> None:
    await page.goto(product.url)
    await page.get_by_label("User name").fill("thea")
    await page.get_by_label("Password").fill("not this one")
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_text("User name or password is wrong.")).to_be_visible()
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("link", name="Start session")).to_be_visible()
    await expect(page.get_by_text("Signed in as thea")).to_be_visible()
    assert await page.evaluate("document.cookie") == ""
    await page.get_by_role("button", name="Sign out").click()
    await expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    await page.reload()
    await expect(page.get_by_role("button", name="Sign in")).to_be_visible()


async def test_nothing_comes_from_elsewhere_and_no_foreign_script_runs(
    page: Page, product: Product, desk: Desk
) -> None:
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    desk.dosed("Linden 11")
    answer = await page.goto(product.url)
    assert answer is not None
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    await sign_in(page, product)
    await region(page, "Linden 11").get_by_role("link").click()
    await page.locator(".chart canvas").wait_for()
    await page.get_by_role("link", name="Report").click()
    await page.get_by_role("heading", name="Readings").wait_for()
    assert any(url.endswith("uplot.js") for url in asked)
    assert [url for url in asked if not url.startswith(product.url + "/")] == []
    assert [text for text in said if "Content Security Policy" in text] == []
    ran = await page.evaluate(
        """() => new Promise((tell) => {
          addEventListener("securitypolicyviolation", () => tell("refused"));
          const script = document.createElement("script");
          script.textContent = "document.title = 'taken over'";
          document.body.append(script);
          setTimeout(() => tell(document.title), 2000);
        })"""
    )
    assert ran == "refused"


async def test_a_session_that_is_left_while_its_chart_loads_draws_none(
    wall: Page, desk: Desk
) -> None:
    """The fixture `page` fails this test if a script throws."""
    asked: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    left = asyncio.Event()

    async def hold(route: Route) -> None:
        if not asked.done():
            asked.set_result(route.request.url)
        await left.wait()
        await route.continue_()

    await wall.route("**/chart.js", hold)
    desk.dosed("Yarrow 12")
    await region(wall, "Yarrow 12").get_by_role("link").click()
    module = await asked
    await wall.get_by_role("link", name="All").click()
    await expect(region(wall, "Yarrow 12")).to_be_visible()
    left.set()
    assert await wall.evaluate("async (url) => 'Chart' in await import(url)", module)
    await expect(wall.locator(".chart canvas")).to_have_count(0)


async def test_keys_read_the_course_minute_by_minute(wall: Page, desk: Desk) -> None:
    """Keys read it as the pointer does; a screen reader gets the values in words."""
    desk.dosed("Sorrel 5")
    await region(wall, "Sorrel 5").get_by_role("link").click()
    await wall.locator(".chart canvas").wait_for()
    course = wall.get_by_role("slider", name="Minute of the course")
    said = wall.locator(".readout")
    await expect(said).to_contain_text("Minutes since the dose")
    await course.focus()
    await wall.keyboard.press("End")
    await expect(said).to_contain_text(re.compile(r"^0 min \d\d:\d\d"))
    await expect(said.locator(".bp")).to_have_text("128/80")
    now = re.compile(r"^0 min, .*\. Blood pressure 128/80\. Heart rate ")
    await expect(course).to_have_attribute("aria-valuetext", now)
    await wall.keyboard.press("ArrowRight")
    await expect(course).to_have_attribute("aria-valuenow", "1")
    await wall.keyboard.press("PageDown")
    await expect(course).to_have_attribute("aria-valuenow", "-9")
    await expect(said.locator(".bp")).to_have_text("\u2014")
    await wall.keyboard.press("Home")
    await wall.keyboard.press("ArrowLeft")
    await expect(course).to_have_attribute("aria-valuenow", "-15")
    await wall.keyboard.press("Escape")
    await expect(said).to_contain_text("Minutes since the dose")


async def test_a_stretch_of_the_course_is_looked_at_nearer_by_pointer_and_by_keys(
    wall: Page, desk: Desk
) -> None:
    desk.dosed("Sedge 6")
    await region(wall, "Sedge 6").get_by_role("link").click()
    await wall.locator(".chart canvas").wait_for()
    whole = wall.get_by_role("button", name="Whole session")
    course = wall.get_by_role("slider", name="Minute of the course")
    await expect(course).to_have_attribute("aria-valuemax", "120")
    box = await wall.locator(".chart .u-over").bounding_box()
    assert box is not None

    async def drag(begins: float, ends: float) -> None:
        y = box["y"] + box["height"] / 2
        await wall.mouse.move(box["x"] + begins * box["width"], y)
        await wall.mouse.down()
        await wall.mouse.move(box["x"] + ends * box["width"], y, steps=5)
        await wall.mouse.up()

    # The axis reaches from 15 min before the dose to 120 min after it.
    await drag(15 / 135, 75 / 135)
    await expect(wall.locator(".readout")).to_contain_text("0 to 60 min")
    await expect(course).to_have_attribute("aria-valuemax", re.compile("^(59|60)$"))
    await expect(whole).to_have_attribute("aria-pressed", "false")
    await drag(0.5, 0.503)  # a press selects no stretch
    await expect(wall.locator(".readout")).to_contain_text("0 to 60 min")
    await course.focus()
    await wall.keyboard.press("End")
    await wall.keyboard.press("+")
    await expect(course).to_have_attribute("aria-valuemax", re.compile("^(29|30)$"))
    await wall.keyboard.press("-")
    await wall.keyboard.press("-")
    await wall.keyboard.press("-")
    await expect(whole).to_have_attribute("aria-pressed", "true")
    await drag(0.2, 0.4)
    await whole.click()
    await expect(course).to_have_attribute("aria-valuemax", "120")


async def test_the_same_patient_s_earlier_sessions_lie_behind_the_course(
    wall: Page, desk: Desk, clinic: Clinic
) -> None:
    first = desk.dosed("Woodruff 7")
    patient = clinic.get(f"/encounters/{first}")["patient"]
    desk.close(first)
    again = clinic.post(
        "/encounters", patient_id=patient, protocol="sl_home", mode="test",
        device_ids=["woodruff-strap", "woodruff-cuff"],
    )["id"]  # fmt: skip
    clinic.dose(again)
    # Find it by its address: for a moment the wall also shows the closed session.
    link = region(wall, "Woodruff 7").locator(f'a[href="#/session/{again}"]')
    await link.wait_for()
    asked: list[str] = []
    wall.on("request", lambda request: asked.append(request.url))
    await link.click()
    await wall.locator(".chart canvas").wait_for()
    assert not any(first in url for url in asked), "asked for before anybody wants it"
    await wall.get_by_role("button", name="Earlier sessions").click()
    await expect(wall.get_by_text("Grey: systolic of the earlier session.")).to_be_visible()
    assert any(f"{first}/observations" in url for url in asked)
    await wall.get_by_role("button", name="Earlier sessions").click()
    await expect(wall.get_by_text("Grey: systolic")).to_have_count(0)


async def test_no_minute_is_before_a_dose_that_was_recorded_this_second(
    wall: Page, desk: Desk
) -> None:
    """The page's time moves in whole seconds, so it may be up to a second behind the dose."""
    desk.dosed("Teasel 5")
    await region(wall, "Teasel 5").get_by_role("link").click()
    await wall.locator(".chart canvas").wait_for()
    await expect(wall.locator(".readout")).to_contain_text("Minutes since the dose")
    await wall.evaluate(
        """async () => {
          const modules = performance.getEntriesByType("resource").map((entry) => entry.name);
          const app = await import(modules.find((name) => name.endsWith("/app.js")));
          const [session] = app.sessions.value.filter((e) => location.hash.includes(e.id));
          app.moment.value = Date.parse(session.dosed_at) - 400;
          const pressed = new KeyboardEvent("keydown", { key: "End", bubbles: true });
          document.querySelector(".chart").dispatchEvent(pressed);
        }"""
    )
    await expect(wall.locator(".readout")).to_contain_text(re.compile(r"^0 min \d\d:\d\d"))


async def test_every_open_session_is_a_region_with_its_newest_readings(
    wall: Page, desk: Desk
) -> None:
    desk.open("Alder 14")
    alder = region(wall, "Alder 14")
    for vital in VITALS:
        await expect(alder.get_by_label(vital)).to_have_text(re.compile("^\u2014.*no reading yet"))
    desk.send("strap", hr=72)
    desk.send("cuff", sbp=128, dbp=80, map=96)
    desk.send("thermometer", temp=36.94)
    await expect(alder.get_by_label("Heart rate")).to_have_text("72")
    await expect(alder.get_by_label("Blood pressure")).to_have_text("128/80")
    await expect(alder.get_by_label("Temperature")).to_have_text("36.9")
    assert await alder.get_by_label("Blood pressure").text_content() == "128/80"
    await expect(alder).to_contain_text("no dose yet")
    await expect(alder).to_contain_text("test")
    desk.open("Birch 15")
    await expect(region(wall, "Birch 15")).to_be_visible()
    await expect(alder.get_by_label("Blood pressure")).to_have_text("128/80")


async def test_a_value_ages_in_sight_and_expires_into_a_dash(
    page: Page, serving: Callable[..., Product], broker: Mosquitto
) -> None:
    """At 10 times the speed, a heart rate becomes stale after 1 s and missing after 3 s."""
    fast = serving(CLOCK_SPEED="10", SITE="fast")
    clinic = Clinic(fast)
    clinic.post("/devices", id="strap", kind="heart_rate", site="fast")
    clinic.post("/devices", id="cuff", kind="cuff", site="fast")
    patient = clinic.post("/patients", label="Cedar 21")["id"]
    clinic.post(
        "/encounters", patient_id=patient, protocol="sl_home", mode="test",
        device_ids=["strap", "cuff"],
    )  # fmt: skip
    await sign_in(page, fast)
    heart = region(page, "Cedar 21").get_by_label("Heart rate")
    with Publisher(broker.port, "fast") as devices:
        await wait_until(lambda: _shown(devices, heart, "73"), what="a fresh heart rate")
        await expect(heart).to_have_text(re.compile(r"^73\s*stale, \d\d s$"))
        await expect(heart).to_have_text(re.compile(r"^\u2014\s*73\s*\d+ (s|min)$"))
        await expect(heart.locator("s")).to_have_text("73")
        decoration = "e => getComputedStyle(e).textDecorationLine"
        assert await heart.locator("s").evaluate(decoration) == "line-through"
        devices.reading("cuff", seq=1, sbp=117, dbp=76, flags=["movement"])
    pressure = region(page, "Cedar 21").get_by_label("Blood pressure")
    await expect(pressure).to_have_text(re.compile(r"^117/76\?\s*the arm moved, \d+ (s|min)$"))
    await page.set_viewport_size({"width": 390, "height": 844})
    assert await overlaps(page) == []
    assert await overflow(page) <= 0


async def _shown(devices: Publisher, where: Any, value: str) -> bool:
    """Send one more reading, as a strap would; return whether the page shows just its number."""
    devices.reading("strap", hr=int(value))
    return bool(await where.inner_text() == value)


async def test_a_session_from_its_start_to_its_close(wall: Page, clinic: Clinic) -> None:
    await _start_session(wall)
    rowan = region(wall, "Rowan 31")
    await expect(rowan).to_be_visible()
    where = re.compile(r", no dose yet code [0-9A-F]{6} in notices, thea supervises$")
    await expect(wall.locator(".where")).to_have_text(where)
    (opened,) = [e for e in clinic.everything("/encounters", state="open") if _is(e, "Rowan 31")]
    assert (opened["protocol"], opened["mode"]) == ("oral_home", "test")
    assert set(opened["devices"]) == {"rowan-strap", "rowan-cuff"}
    route = f"/encounters/{opened['id']}"
    await _enter_readings(rowan)
    stored = clinic.everything(f"{route}/observations", state="accepted")
    assert {(r["vital"], r["value"], r["source"]) for r in stored} >= {
        ("sbp", 131, "manual"), ("dbp", 82, "manual"), ("temp", 36.8, "manual"),
    }  # fmt: skip
    await _set_a_limit(rowan)
    assert 135 in [x["value"] for x in clinic.get(route)["limits"] if x["condition"] == "sbp_high"]
    await _take_the_baseline_again(rowan)
    await _past_the_gate(rowan, "Record dose", _unmet(clinic.get(route), "hold"))
    assert clinic.get(route)["dosed_at"] is not None
    await _further_dose(rowan)
    assert len(clinic.everything(f"{route}/journal", type="dose")) == 2
    await _add_note(rowan)
    await _add_symptom(rowan)
    assert "symptom" in [a["condition"] for a in clinic.everything(f"{route}/alarms")]
    await _read_the_report(wall)
    awake = "The patient is awake and answers: not confirmed."
    unmet = [*_unmet(clinic.get(route), "discharge"), awake]
    await _past_the_gate(rowan, "Close session", unmet)
    # After the close, the page shows the summary from the record.
    await expect(wall.get_by_role("article", name="Record of the session")).to_contain_text(
        "Closed "
    )
    await wall.get_by_role("link", name="All").click()
    await expect(rowan).to_have_count(0)
    assert clinic.get(route)["phase"] == "closed"
    # The closed session is listed, and leads back to the summary.
    await wall.get_by_role("link", name="Clinic").click()
    await region(wall, "Closed sessions").get_by_role("link", name="Rowan 31").click()
    await expect(wall.get_by_role("article", name="Record of the session")).to_contain_text(
        "Close session all the same"
    )
    told = json.dumps(clinic.everything(f"{route}/journal"))
    for words in (
        "Record dose all the same", "Close session all the same", "Dr Adeyemi",
        "A history of strokes", "The cuff was moved",
    ):  # fmt: skip
        assert words in told


async def _start_session(page: Page) -> None:
    await page.get_by_role("link", name="Start session").click()
    await page.get_by_label("Patient").select_option(label="New patient")
    code = page.get_by_label("Patient\u2019s code")
    await code.fill("Rowan 31, whom we call by a label that is longer than any may be at all")
    await page.get_by_label("Protocol").select_option("oral_home")
    await page.get_by_role("button", name="Start session").click()
    await expect(code).to_have_attribute("aria-invalid", "true")
    await expect(
        page.get_by_text("Patient\u2019s code must have at most 64 characters.")
    ).to_be_visible()
    await code.fill("Rowan 31")
    await page.get_by_label("Protocol").select_option("oral_home")
    await page.get_by_label("Data").select_option(label="Test")
    await page.get_by_text("New device").click()
    for device, kind in (("rowan-strap", "heart_rate"), ("rowan-cuff", "cuff")):
        await page.get_by_label("Device id").fill(device)
        await page.get_by_label("Kind").select_option(kind)
        await page.get_by_role("button", name="Add device").click()
        await expect(page.get_by_role("checkbox", name=device)).to_be_checked()
    # The second device's credentials do not replace the first's.
    for device in ("rowan-strap", "rowan-cuff"):
        await expect(page.get_by_text(f"dosing/v1/home/{device}/readings")).to_be_visible()
    await page.get_by_label("Time zone there").fill("Asia/Tokyo")
    await page.get_by_role("button", name="Start session").click()
    await expect(page.get_by_text("Patient\u2019s clock")).to_contain_text(re.compile(r"\d\d:\d\d"))


async def test_what_tightens_the_limits_of_a_known_patient_is_said_where_he_is_chosen(
    wall: Page, clinic: Clinic
) -> None:
    clinic.post("/patients", label="Rue 32", birth_year=1951, risk_factors=["hypertension"])
    clinic.post("/patients", label="Rush 33")
    await wall.get_by_role("link", name="Start session").click()
    chosen = wall.get_by_label("Patient")
    await chosen.select_option(label="Rue 32")
    await expect(
        wall.get_by_text(re.compile(r"Born 1951\. Known risks: .*pressure"))
    ).to_be_visible()
    await chosen.select_option(label="Rush 33")
    await expect(wall.get_by_text("Year of birth not known. No known risk.")).to_be_visible()


async def _enter_readings(session: Locator) -> None:
    """Enter an impossible reading, which stays in the form, then correct it."""
    await session.get_by_role("button", name="Enter reading").click()
    await session.get_by_label("Systolic").fill("80")
    await session.get_by_label("Diastolic").fill("120")
    await session.get_by_role("button", name="Save reading").click()
    await expect(session.get_by_text("kept but not believed").first).to_be_visible()
    await session.get_by_label("Systolic").fill("131")
    await session.get_by_label("Diastolic").fill("82")
    await session.get_by_label("Pulse").fill("70")
    await session.get_by_label("Body temperature").fill("36,8")
    await session.get_by_role("button", name="Save reading").click()
    await expect(session.get_by_label("Blood pressure")).to_have_text("131/82")
    await expect(session.get_by_label("Temperature")).to_have_text("36.8")


async def _add_symptom(session: Locator) -> None:
    for said, told in (
        ("Chest pain", "Chest pain reported by thea"),
        ("Called for help", "Help asked for by thea"),
    ):
        await session.get_by_role("button", name="Help, symptom").click()
        await session.get_by_role("button", name=said).click()
        await expect(session.get_by_role("region", name="Alarms")).to_contain_text(told)
        await expect(session.get_by_role("button", name=said)).to_have_count(0)


async def _set_a_limit(session: Locator) -> None:
    """Set a limit: a looser one than the protocol's is refused in the form, a stricter accepted."""
    await session.get_by_role("button", name="Set limit").click()
    await session.get_by_label(re.compile("^Limit")).fill("500")
    await session.get_by_label("Reason").fill("A history of strokes")
    await session.get_by_role("button", name="Set limit").click()
    await expect(session.locator(".problem")).not_to_be_empty()
    await session.get_by_label(re.compile("^Limit")).fill("135")
    await session.get_by_role("button", name="Set limit").click()
    await expect(session.get_by_label("Reason")).to_have_count(0)


async def _take_the_baseline_again(session: Locator) -> None:
    await session.get_by_role("button", name="New baseline").click()
    await session.get_by_label("Reason").fill("The cuff was moved")
    await session.get_by_role("button", name="Take it again").click()
    await expect(session.get_by_label("Reason")).to_have_count(0)


async def _past_the_gate(session: Locator, act: str, unmet: list[str]) -> None:
    """Try an act; it is refused with all unmet conditions; then override the gate with a reason."""
    assert len(unmet) >= 2
    await session.get_by_role("button", name=act).click()
    if act == "Record dose":
        await session.get_by_label("Amount").fill("100")
    await session.get_by_role("button", name=act).click()
    await expect(session.locator(".problem li")).to_have_text(unmet)
    await session.get_by_label("Reason").fill(f"{act} all the same")
    await session.get_by_label("Authorised by").fill("Dr Adeyemi")
    await session.get_by_role("button", name=act).click()
    await expect(session.get_by_label("Authorised by")).to_have_count(0)


async def _further_dose(session: Locator) -> None:
    """Record a second dose: its amount must be typed, the form does not offer the last one."""
    await session.get_by_role("button", name="Record dose").click()
    await expect(session.get_by_label("Amount")).to_have_value("")
    await session.get_by_label("Amount").fill("50")
    await session.get_by_role("button", name="Record dose").click()
    await expect(session.get_by_label("Amount")).to_have_count(0)


async def _add_note(session: Locator) -> None:
    await session.get_by_role("button", name="Add note").click()
    await session.get_by_label("Text").fill("Settled. No headache & no nausea.")
    await session.get_by_role("button", name="Save note").click()
    notes = session.get_by_role("region", name="Notes")
    await expect(notes).to_contain_text("Settled. No headache & no nausea. thea")


async def _read_the_report(page: Page) -> None:
    await page.get_by_role("link", name="Report").click()
    record = page.get_by_role("article", name="Record of the session")
    await expect(record.get_by_role("heading", name="Rowan 31")).to_contain_text("Test data")
    await expect(record).to_contain_text(re.compile("Systolic pressure\\s*131\\s*typed"))
    dose = record.get_by_role("row").filter(
        has_text="Record dose all the same, agreed by Dr Adeyemi"
    )
    await expect(dose).to_contain_text("mg")
    await expect(record.get_by_role("row").filter(has_text="Sitter")).to_contain_text("not made")
    await expect(record.get_by_role("row").filter(has_text="Settled. No headache")).to_contain_text(
        "thea"
    )
    await page.get_by_role("link", name="Session", exact=True).click()


def _is(encounter: dict[str, Any], label: str) -> bool:
    return bool(encounter["patient_label"] == label)


def _unmet(encounter: dict[str, Any], gate: str) -> list[str]:
    (found,) = [g for g in encounter["gates"] if g["gate"] == gate]
    return [u["text"] for u in found["unmet"]]


async def test_sound_is_off_until_it_was_turned_on_in_this_load(
    page: Page, product: Product, clinic: Clinic, desk: Desk
) -> None:
    encounter = desk.open("Maple 40")

    def audible() -> int:
        watched: int = clinic.get(f"/encounters/{encounter}")["supervision"]["audible"]
        return watched

    await sign_in(page, product)
    await expect(page.get_by_text("Sound is off")).to_be_visible()
    await wait_until(
        lambda: clinic.get(f"/encounters/{encounter}")["supervision"]["visible"] == 1,
        what="the page's first word of presence",
    )
    assert audible() == 0
    # Press with the mouse: a script that Playwright evaluates counts as a gesture by itself.
    await page.get_by_role("button", name="Turn sound on").click()
    await expect(page.get_by_text("Sound is on")).to_be_visible()
    await expect(page.get_by_text("Sound is off")).to_have_count(0)
    await wait_until(lambda: audible() == 1, what="the service to hear that sound is on")
    await page.reload()
    await expect(page.get_by_text("Sound is off")).to_be_visible()
    await expect(page.get_by_role("button", name="Turn sound on")).to_be_visible()
    await wait_until(lambda: audible() == 0, what="the service to hear that sound is off")


async def test_a_server_that_falls_silent_covers_every_number_until_a_new_snapshot(
    page: Page, product: Product, desk: Desk
) -> None:
    heard = _frames(page)
    desk.open("Juniper 50")
    desk.send("cuff", sbp=127, dbp=81)
    await sign_in(page, product)
    pressure = region(page, "Juniper 50").get_by_label("Blood pressure")
    await expect(pressure).to_have_text("127/81")
    assert product.process is not None
    connections = len(heard)
    os.kill(product.process.pid, signal.SIGSTOP)
    try:
        await _covered(page, "127")
        await expect(region(page, "Juniper 50")).to_contain_text("555 0100")
    finally:
        os.kill(product.process.pid, signal.SIGCONT)
    await expect(pressure).to_have_text("127/81")
    await expect(alerts(page, "Link lost")).to_have_count(0)
    assert len(heard) > connections, "what is shown now came over a new connection"
    assert [frames[0]["type"] for frames in heard if frames] == ["snapshot"] * len(
        [frames for frames in heard if frames]
    )


async def test_a_server_that_dies_covers_every_number_and_one_press_tries_again(
    page: Page, product: Product, desk: Desk
) -> None:
    desk.open("Larch 51")
    desk.send("cuff", sbp=126, dbp=83)
    await sign_in(page, product)
    await region(page, "Larch 51").get_by_role("link").click()
    pressure = region(page, "Larch 51").get_by_label("Blood pressure")
    await expect(pressure).to_have_text("126/83")
    await page.get_by_role("button", name="Add note").click()
    await page.get_by_label("Text").fill("half a thought")
    product.kill()
    try:
        await _covered(page, "126")
        assert await overflow(page) <= 0
        # Without the press, the page waits up to five seconds between attempts.
        async with page.expect_websocket(timeout=1000):
            await page.get_by_role("button", name="Try now").click()
    finally:
        product.start()
    await expect(pressure).to_have_text("126/83")
    await expect(page.get_by_label("Text")).to_have_value("half a thought")


def _frames(page: Page) -> list[list[dict[str, Any]]]:
    """Return the frames received on each of the page's sockets, in the order of opening."""
    heard: list[list[dict[str, Any]]] = []

    def opened(socket: WebSocket) -> None:
        frames: list[dict[str, Any]] = []
        heard.append(frames)
        socket.on("framereceived", lambda payload: frames.append(json.loads(payload)))

    page.on("websocket", opened)
    return heard


async def _covered(page: Page, number: str) -> None:
    """Assert that within two heartbeats the page shows `Link lost` and no vital sign."""
    began = time.monotonic()
    await alerts(page, "Link lost").wait_for()
    assert time.monotonic() - began < LOST_WITHIN_S + 1.5, "a page that looks four times a second"
    for vital in VITALS:
        assert await page.get_by_label(vital).count() == 0
    assert number not in await page.locator("body").inner_text()
    assert (await page.title()).startswith("Link lost")


async def test_a_viewer_looks_on_and_cannot_act(page: Page, product: Product, desk: Desk) -> None:
    desk.dosed("Elm 60")
    desk.send("cuff", sbp=190, dbp=100)
    await sign_in(page, product, "vera")
    alert = alerts(page, "Elm 60")
    await alert.wait_for()
    await expect(page.get_by_text("Signed in as vera, looks on")).to_be_visible()
    await expect(
        page.get_by_text("Devices are let in without a password: compare a reading")
    ).to_be_visible()
    await expect(page.get_by_role("button", name="Acknowledge")).to_have_count(0)
    await expect(page.get_by_role("link", name="Start session")).to_have_count(0)
    await region(page, "Elm 60").get_by_role("link").click()
    await expect(page.get_by_text("You may look on, not act.")).to_be_visible()
    for act in ACTS:
        await expect(page.get_by_role("button", name=act)).to_have_count(0)
    await page.goto(f"{product.url}/#/start")
    await page.get_by_label("Patient").select_option(label="Elm 60")
    await page.get_by_label("Protocol").select_option("sl_home")
    await page.get_by_role("button", name="Start session").click()
    await expect(page.get_by_text("This needs the role therapist")).to_be_visible()


async def test_of_a_session_that_was_closed_the_page_keeps_nothing(wall: Page, desk: Desk) -> None:
    """Otherwise its history would be kept as long as the page is open, which is for days."""
    encounter = desk.dosed("Medick 14")
    await region(wall, "Medick 14").get_by_role("link").click()
    await wall.locator(".chart canvas").wait_for()
    kept = """async () => {
      const modules = performance.getEntriesByType("resource").map((entry) => entry.name);
      return (await import(modules.find((name) => name.endsWith("/records.js")))).kept();
    }"""
    assert encounter in await wall.evaluate(kept)
    desk.close(encounter)
    await expect(wall.get_by_text("Medick 14: this session is closed.")).to_be_visible()

    async def forgotten() -> bool:
        return encounter not in await wall.evaluate(kept)

    await wait_until(forgotten, 10, "its history to be dropped")


async def test_what_people_typed_is_shown_and_never_run(wall: Page, desk: Desk) -> None:
    label = '<img src=x onerror="window.ran=1">'
    encounter = desk.open(label, name="hostile")
    note = "<script>window.ran=1</script> & <b>bold</b>"
    desk.clinic.post(f"/encounters/{encounter}/notes", text=note)
    shown = wall.get_by_role("link", name=label)
    await expect(shown).to_have_text(label)
    await shown.click()
    await expect(wall.get_by_role("region", name="Notes")).to_contain_text(note)
    await wall.get_by_role("link", name="Report").click()
    await expect(wall.get_by_role("heading", name=label)).to_be_visible()
    assert await wall.locator("img, #page script, #page b b").count() == 0
    assert not await wall.evaluate("'ran' in window")


async def test_every_view_fits_every_window(wall: Page, product: Product, desk: Desk) -> None:
    desk.dosed("Poplar 70")
    desk.send("strap", hr=104)
    desk.send("thermometer", temp=37.1)
    desk.send("cuff", sbp=194, dbp=108)
    await alerts(wall, "Poplar 70").wait_for()
    await _fits(wall, "the wall")
    await region(wall, "Poplar 70").get_by_role("link").click()
    await wall.locator(".chart canvas").wait_for()
    await _fits(wall, "the session")
    for act in ACTS:
        await wall.get_by_role("button", name=act).click()
        await _fits(wall, act)
        await wall.get_by_role("button", name="Cancel").click()
    await wall.get_by_role("link", name="Report").click()
    await wall.get_by_role("heading", name="Readings").wait_for()
    await _fits(wall, "the report")
    await wall.goto(f"{product.url}/#/start")
    await wall.get_by_label("Patient").select_option(label="New patient")
    await _fits(wall, "the start of a session")


async def _fits(page: Page, what: str) -> None:
    """Assert that no part sticks out of the window and that no texts overlap."""
    for width in WIDTHS:
        await page.set_viewport_size({"width": width, "height": 844})
        assert await overflow(page) <= 0, (what, width)
        assert await overlaps(page) == [], (what, width)
