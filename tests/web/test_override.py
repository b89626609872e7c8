"""A reason overrides only the gate that was on the form in which it was typed."""

import pytest
from playwright.async_api import Locator, Page, expect

from tests.parts.product import Clinic
from tests.web.hands import Desk, region

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def open_session(wall: Page, label: str) -> None:
    await region(wall, label).get_by_role("link").click()
    await expect(wall.get_by_role("button", name="Record dose")).to_be_visible()


def conditions(wall: Page) -> Locator:
    return wall.locator("form .problem li")


async def refused(wall: Page) -> None:
    """Fill in and send the dose form while the gate is shut: the form requires a reason."""
    await wall.get_by_role("button", name="Record dose").click()
    await wall.get_by_label("Amount").fill("100")
    await wall.get_by_role("button", name="Record dose").click()
    await expect(wall.get_by_label("Reason")).to_be_visible()


async def test_a_cancelled_reason_goes_past_nothing_later(
    wall: Page, desk: Desk, clinic: Clinic
) -> None:
    encounter = desk.open("Teasel 90")
    await open_session(wall, "Teasel 90")
    await refused(wall)
    await wall.get_by_label("Reason").fill("Seen on video, calm")
    await wall.get_by_role("button", name="Cancel").click()
    await wall.get_by_role("button", name="Record dose").click()
    # The form shows the unmet conditions before any press; the reason is gone.
    await expect(conditions(wall)).to_contain_text(["clean pressure readings"])
    await expect(wall.get_by_label("Reason")).to_have_count(0)
    await expect(wall.get_by_label("Amount")).to_have_value("100")
    await wall.get_by_role("button", name="Record dose").click()
    await expect(wall.get_by_label("Reason")).to_have_value("")
    assert clinic.get(f"/encounters/{encounter}")["dosed_at"] is None


async def test_a_gate_that_changes_takes_the_reason_with_it(
    wall: Page, desk: Desk, clinic: Clinic
) -> None:
    encounter = desk.open("Tansy 91")
    await open_session(wall, "Tansy 91")
    await refused(wall)
    before = await conditions(wall).all_text_contents()
    await wall.get_by_label("Reason").fill("Seen on video, calm")
    desk.send("strap", hr=71)
    desk.send("cuff", sbp=188, dbp=116)
    await expect(wall.get_by_text("has changed since you gave a reason")).to_be_visible()
    await expect(wall.get_by_label("Reason")).to_have_count(0)
    await expect(conditions(wall)).not_to_have_text(before)
    await expect(wall.locator("form")).to_contain_text("Systolic pressure at most 140: 188.")
    await wall.get_by_role("button", name="Record dose").click()
    await wall.get_by_label("Reason").fill("The prescriber agreed at 188/116")
    await wall.get_by_role("button", name="Record dose").click()
    await expect(wall.get_by_label("Amount")).to_have_count(0)
    (dose,) = clinic.everything(f"/encounters/{encounter}/journal", type="dose")
    override = dose["body"]["override"]
    assert override["reason"] == "The prescriber agreed at 188/116"
    assert "sbp" in override["conditions"]


async def test_a_session_that_is_not_closed_after_all_keeps_no_reason(
    wall: Page, desk: Desk, clinic: Clinic
) -> None:
    encounter = desk.dosed("Thrift 92")
    await open_session(wall, "Thrift 92")
    # Wait for the dose: before it arrives, the page shows the conditions of closing without a dose.
    await expect(wall.get_by_role("group", name="Given so far")).to_contain_text("100 mg")
    await wall.get_by_role("button", name="Close session").click()
    await wall.locator("form").get_by_role("button", name="Close session").click()
    await wall.get_by_label("Reason").fill("Goes home with the sitter")
    await wall.get_by_role("button", name="Cancel").click()
    await wall.get_by_role("button", name="Close session").click()
    await wall.locator("form").get_by_role("button", name="Close session").click()
    await expect(wall.get_by_label("Reason")).to_have_value("")
    assert clinic.get(f"/encounters/{encounter}")["phase"] != "closed"


async def test_who_is_not_said_to_be_awake_is_not_let_go_without_a_reason(
    wall: Page, desk: Desk, clinic: Clinic
) -> None:
    encounter = desk.dosed("Sorrel 95")
    await open_session(wall, "Sorrel 95")
    await expect(wall.get_by_role("group", name="Given so far")).to_contain_text("100 mg")
    await wall.get_by_role("button", name="Close session").click()
    form = wall.locator("form")
    awake = form.get_by_label("The patient is awake and answers")
    said = "The patient is awake and answers: not confirmed."
    await expect(form).to_contain_text(said)
    await awake.check()
    await expect(form).not_to_contain_text(said)
    await wall.get_by_role("button", name="Cancel").click()
    await wall.get_by_role("button", name="Close session").click()
    await expect(awake).not_to_be_checked()
    await form.get_by_role("button", name="Close session").click()
    await form.get_by_label("Reason").fill("Asleep, his wife stays with him")
    await form.get_by_role("button", name="Close session").click()
    record = wall.get_by_role("article", name="Record of the session")
    await expect(record).to_contain_text(said)
    (closed,) = clinic.everything(f"/encounters/{encounter}/journal", type="closed")
    assert closed["body"]["alert"] is False
    assert "alert" in closed["body"]["override"]["conditions"]


async def test_a_note_that_was_begun_survives_cancel(wall: Page, desk: Desk) -> None:
    desk.open("Tormentil 93")
    await open_session(wall, "Tormentil 93")
    await wall.get_by_role("button", name="Add note").click()
    await wall.get_by_label("Text").fill("She asked for")
    await wall.get_by_role("button", name="Cancel").click()
    await wall.get_by_role("button", name="Add note").click()
    await expect(wall.get_by_label("Text")).to_have_value("She asked for")
