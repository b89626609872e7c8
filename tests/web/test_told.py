"""Messages about devices on the page: a stored reading, a second user, a failed cuff, a set clock.

Only the person who looks can supply an unknown age.
"""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest
from playwright.async_api import Locator, Page, Route, WebSocketRoute, expect

from tests.parts import wait_until_blocking
from tests.parts.product import Clinic, Product
from tests.web.hands import Desk, overflow, overlaps, region, sign_in

pytestmark = pytest.mark.asyncio(loop_scope="session")

UNKNOWN: Final = "its age is unknown, it may have been stored in the cuff"
HOUR: Final = r"\d\d:"
NOTHING: Final[dict[str, Any]] = {
    "user": None, "user_by": None, "users": [], "failed_at": None, "failed_reason": "",
    "unknown": None, "stored_at": None, "stored_reason": "",
}  # fmt: skip


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def words(cuff: str, strap: str) -> dict[str, Any]:
    """Return the fields of a status after every possible message about these devices."""
    record = {
        "key": f"{cuff}/a1/31/sbp", "received": now(), "values": {"sbp": 151.0, "dbp": 94.0},
        "reason": UNKNOWN,
    }  # fmt: skip
    told = NOTHING | {
        "user": 1, "users": [1, 2], "failed_at": now(),
        "failed_reason": "The cuff maple-cuff measured and failed: too loose.", "unknown": record,
        "stored_at": now(), "stored_reason": "A reading stored in the cuff, measured 8 days ago.",
    }  # fmt: skip
    step = {
        "at": now(),
        "by_s": 3600.0,
        "reason": f"The clock of device {strap} was set right: it had been 60 min behind.",
    }
    return {"cuffs": {cuff: told}, "clock_steps": {strap: step}}


class Telling:
    """The live view of a real service, with the fields `more` added to the status of sessions."""

    def __init__(self, more: dict[str, Any]) -> None:
        self.more = more

    async def begin(self, page: Page) -> None:
        await page.route_web_socket(re.compile("/api/v1/live"), self._joined)

    def _joined(self, socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()
        server.on_message(lambda message: socket.send(self._with_more(message)))

    def _with_more(self, message: str | bytes) -> str:
        body = json.loads(message)
        for encounter in [*body.get("encounters", []), body.get("encounter") or {}]:
            if encounter:
                encounter.update(self.more)
        return json.dumps(body)


async def reached(button: Locator) -> bool:
    """Return whether its lower edge can be pressed without scrolling and is not covered."""
    found: bool = await button.evaluate(
        """(b) => {
          const box = b.getBoundingClientRect();
          return document.elementFromPoint(box.left + box.width / 2, box.bottom - 3) === b;
        }"""
    )
    return found


async def shown(page: Page, product: Product, desk: Desk, label: str) -> str:
    """Open the wall with a session that has all messages about its devices; return its id."""
    encounter = desk.dosed(label)
    await Telling(words(f"{desk.name}-cuff", f"{desk.name}-strap")).begin(page)
    await sign_in(page, product)
    return encounter


async def test_a_therapist_reads_what_devices_told_and_when(
    page: Page, product: Product, desk: Desk
) -> None:
    await shown(page, product, desk, "Maple 31")
    row = region(page, "Maple 31")
    await expect(row.get_by_text("Cuff failed")).to_be_visible()
    await row.get_by_role("link").click()
    told = page.get_by_role("list", name="What devices tell").get_by_role("listitem")
    await expect(told).to_have_text([
        re.compile(
            rf"151/94 at {HOUR}\d\d, age unknown\. Measured just now"
            r"Its age is unknown, .* in the cuff\. A new measurement is needed\."
        ),
        re.compile(rf"The cuff maple-cuff measured and failed: too loose\. At {HOUR}\d\d, mea"),
        re.compile(
            r"The patient is user 1 of the cuff\. The patient is user 2"
            r"Said by its first live reading\. "
            r"It has measured users 1 and 2\."
        ),
        re.compile(rf"A reading stored in the cuff, measured 8 days ago\. At {HOUR}\d\d\."),
        re.compile(
            rf"The clock of device maple-strap was set right: it had been 60 min behind\. "
            rf"At {HOUR}\d\d\."
        ),
    ])  # fmt: skip
    for width in (1280, 800, 390):
        await page.set_viewport_size({"width": width, "height": 800})
        assert await overflow(page) <= 0
        assert await overlaps(page) == []


async def test_one_press_says_that_it_was_measured_now_and_who_the_patient_is(
    page: Page, product: Product, desk: Desk
) -> None:
    encounter = await shown(page, product, desk, "Rowan 32")
    asked: list[tuple[str, Any]] = []

    async def answer(route: Route) -> None:
        asked.append((route.request.url.partition("/encounters/")[2], route.request.post_data_json))
        refused = len(asked) == 1
        detail = {"detail": "The age of this record is known by now."} if refused else {}
        await route.fulfill(status=409 if refused else 200, json=detail)

    await page.route(re.compile(r"/encounters/[^/]+/(measured-now|devices/.*/user)$"), answer)
    await region(page, "Rowan 32").get_by_role("link").click()
    button = page.get_by_role("button", name="Measured just now")
    await button.click()
    await expect(page.get_by_text("The age of this record is known by now.")).to_be_visible()
    await button.click()
    await expect(page.get_by_text("The age of this record is known by now.")).to_have_count(0)
    await page.get_by_role("button", name="The patient is user 2").click()
    await expect(page.get_by_role("button", name="The patient is user 2")).to_be_enabled()
    now_ = (f"{encounter}/measured-now", {"key": "rowan-cuff/a1/31/sbp"})
    assert asked == [now_, now_, (f"{encounter}/devices/rowan-cuff/user", {"user": 2})]


async def test_a_record_is_called_live_and_another_users_is_the_patients_after_a_press(
    wall: Page, desk: Desk, clinic: Clinic
) -> None:
    """From the cuff's bytes to the page and back."""
    encounter = desk.open("Alder 35")
    made = datetime(2026, 11, 23, 10, 15)  # noqa: DTZ001 - a cuff's clock has no zone
    desk.send("strap", hr=71)
    desk.send("thermometer", temp=36.6)
    wait_until_blocking(lambda: desk.vital(encounter, "temp"), what="the thermometer")
    desk.devices.record("alder-cuff", 124, 78, at=made, user=1)
    row = region(wall, "Alder 35")
    await expect(row.get_by_role("group", name="Blood pressure")).to_contain_text("age unknown")
    await row.get_by_role("link").click()
    told = wall.get_by_role("list", name="What devices tell").get_by_role("listitem")
    await expect(told.filter(has_text="124/78 at")).to_contain_text("age is unknown")
    button = wall.get_by_role("button", name="Measured just now")
    assert await reached(button), "without scrolling"
    await button.click()
    await expect(told).to_have_count(1)
    await expect(told).to_contain_text("Said by its first live reading.")
    pressure = wall.get_by_role("group", name="Blood pressure")
    await expect(pressure).to_have_text("124/78")
    desk.devices.record("alder-cuff", 151, 94, at=made + timedelta(minutes=5), user=2)
    await expect(pressure).to_contain_text("151/94")
    await wall.get_by_role("button", name="The patient is user 2").click()
    await expect(told.filter(has_text="The patient is user 2 of the cuff")).to_contain_text(
        "Said by thea. It has measured users 1 and 2."
    )
    status = clinic.get(f"/encounters/{encounter}")["cuffs"]["alder-cuff"]
    assert (status["user"], status["user_by"], status["users"]) == (2, "thea", [1, 2])


async def test_who_may_only_look_on_reads_the_same_and_has_nothing_to_press(
    page: Page, product: Product, desk: Desk
) -> None:
    encounter = desk.dosed("Hazel 33")
    await Telling(words("hazel-cuff", "hazel-strap")).begin(page)
    await sign_in(page, product, "vera")
    await page.goto(f"{product.url}/#/session/{encounter}")
    told = page.get_by_role("list", name="What devices tell")
    await expect(told.get_by_role("listitem")).to_have_count(5)
    await expect(told.get_by_role("button")).to_have_count(0)


async def test_a_session_whose_devices_told_nothing_of_the_kind_has_no_such_list(
    wall: Page, desk: Desk
) -> None:
    desk.dosed("Elder 34")
    await region(wall, "Elder 34").get_by_role("link").click()
    await expect(wall.get_by_role("button", name="Record dose")).to_be_visible()
    await expect(wall.get_by_role("list", name="What devices tell")).to_have_count(0)


async def test_a_cuff_is_registered_with_its_user_and_model_and_both_change(
    wall: Page, product: Product, clinic: Clinic
) -> None:
    await wall.goto(f"{product.url}/#/clinic")
    section = wall.get_by_role("region", name="Devices")
    await section.get_by_text("New device").click()
    await section.get_by_label("Device id").fill("clinic-cuff")
    await expect(section.get_by_label("User")).to_have_count(0)
    await section.get_by_label("Kind").select_option("cuff")
    await section.get_by_label("User").fill("2")
    await section.get_by_label("Model").fill("BM 54")
    await section.get_by_role("button", name="Add device").click()
    row = section.get_by_role("listitem", name="clinic-cuff")
    await expect(row).to_contain_text("blood-pressure cuff, the patient is user 2, BM 54")
    await section.get_by_role("button", name="Change: clinic-cuff").click()
    form = section.locator("form")
    await form.get_by_label("User").fill("300")
    await form.get_by_role("button", name="Save device").click()
    await expect(form.get_by_text(re.compile("User .*254"))).to_be_visible()
    await form.get_by_label("User").fill("")
    await form.get_by_label("Model").fill("M7")
    await form.get_by_role("button", name="Save device").click()
    await expect(row).to_contain_text("blood-pressure cuff, M7")

    def kept() -> Any:
        devices = clinic.everything("/devices")
        return [d for d in devices if d["id"] == "clinic-cuff" and d["model"] == "M7"]

    (device,) = wait_until_blocking(kept)
    assert device["user"] is None
    assert await overflow(wall) <= 0


async def test_battery_and_contact_stand_where_the_value_stands(wall: Page, desk: Desk) -> None:
    desk.open("Quince 70")
    desk.send("strap", hr=71, contact=True, battery=12)
    await region(wall, "Quince 70").get_by_role("link").click()
    one = region(wall, "Quince 70")
    heart, pressure = one.locator(".v-hr"), one.locator(".v-bp")
    await expect(heart).to_contain_text("battery low, 12 %")
    await expect(heart).not_to_contain_text("no skin contact")
    # Sent on the topic of a device's status, which its last will uses too.
    status = {"state": "online", "battery": 83}
    desk.devices.send("dosing/v1/home/quince-cuff/status", json.dumps(status).encode())
    await expect(pressure).to_contain_text("battery 83 %")
    desk.send("strap", hr=72, contact=False, battery=11)
    await expect(heart).to_contain_text("no skin contact")
    for width, height in ((1280, 800), (960, 720), (390, 844)):
        await wall.set_viewport_size({"width": width, "height": height})
        assert await overflow(wall) <= 0
        assert await overlaps(wall) == []
    desk.send("strap", hr=73, contact=True, battery=83)
    await expect(heart).not_to_contain_text("no skin contact")
    await expect(heart).to_contain_text("battery 83 %")
