"""A therapist corrects the record: in the session, and in the report after it."""

import re

import pytest
from playwright.async_api import Page, expect

from tests.parts.product import Clinic
from tests.web.hands import ON_PAPER, Desk, overflow, region

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def open_session(wall: Page, label: str) -> None:
    await region(wall, label).get_by_role("link").click()
    await expect(wall.get_by_role("button", name="Record dose")).to_be_visible()


async def save(page: Page, reason: str) -> None:
    await page.get_by_label("Reason").fill(reason)
    await page.get_by_role("button", name="Save correction").click()
    await expect(page.get_by_role("button", name="Save correction")).to_have_count(0)


async def test_a_dose_is_corrected_from_its_line_and_both_amounts_stand_in_the_report(
    wall: Page, desk: Desk, clinic: Clinic
) -> None:
    encounter = desk.dosed("Mallow 70")
    await open_session(wall, "Mallow 70")
    given = wall.get_by_role("group", name="Given so far")
    await given.get_by_role("button").click()
    form = wall.locator("form.panel")
    await expect(form).to_contain_text("On the record: ketamine 100 mg sublingual")
    await form.get_by_label("Amount").fill("50")
    await save(wall, "the second tablet was not taken")
    await expect(given).to_contain_text(re.compile(r"50 mg sublingual at .*corrected"))
    await expect(wall.get_by_role("region", name="Typed and corrected")).to_contain_text(
        re.compile(r"Dose 1: 100 mg 50 mg\s+thea: the second tablet was not taken")
    )
    (dose,) = clinic.everything(f"/encounters/{encounter}/journal", type="dose")
    assert dose["body"]["amount_mg"] == 100
    await wall.get_by_role("link", name="Report").click()
    sheet = wall.get_by_role("article")
    await expect(sheet).to_contain_text(
        "Ketamine 100 mg sublingual, corrected: Ketamine 50 mg sublingual"
    )
    await expect(sheet).to_contain_text("the second tablet was not taken")
    # The summary at the top shows the corrected dose, and so does the chart.
    await expect(sheet.locator("dl.short").first).to_contain_text(
        re.compile(rf"^Given\s*Ketamine 50 mg sublingual at {ON_PAPER}, by thea\. Corrected: ")
    )
    await expect(sheet.locator(".plot .given")).to_have_text("50 mg")


async def test_a_typed_reading_is_struck_out_and_its_alarm_is_taken_back(
    wall: Page, desk: Desk
) -> None:
    desk.dosed("Melick 71")
    await open_session(wall, "Melick 71")
    await wall.get_by_role("button", name="Enter reading").click()
    await wall.get_by_label("Systolic").fill("218")
    await wall.get_by_label("Diastolic").fill("80")
    await wall.get_by_role("button", name="Save reading").click()
    alarms = wall.get_by_role("region", name="Alarms")
    await expect(alarms).to_contain_text("218")
    await wall.get_by_role("button", name="Correct: 218/80 mmHg").click()
    await save(wall, "it was 128")
    await expect(alarms).to_contain_text("struck out by thea: it was 128")
    log = wall.get_by_role("region", name="Typed and corrected")
    await expect(log.locator("s").first).to_contain_text("218/80")
    await expect(log).to_contain_text("struck out by thea: it was 128")
    figure = region(wall, "Melick 71").get_by_label("Blood pressure", exact=True)
    await expect(figure).to_contain_text("128/80")


async def test_a_label_that_would_be_taken_for_another_is_refused_and_the_other_named(
    wall: Page, desk: Desk, clinic: Clinic
) -> None:
    desk.open("Zo\u00eb 72", "zoe")
    encounter = desk.open("Milkwort 73")
    await open_session(wall, "Milkwort 73")
    await wall.get_by_role("button", name="Correct", exact=True).click()
    await wall.get_by_label("To correct").select_option(label="Patient\u2019s code")
    await wall.get_by_label("It is", exact=True).fill("ZOE  72")
    await wall.get_by_label("Reason").fill("wrong patient chosen")
    await wall.get_by_role("button", name="Save correction").click()
    await expect(wall.locator(".problem")).to_contain_text("There is a patient Zo\u00eb 72 already")
    await wall.get_by_label("It is", exact=True).fill("Milkwort 74")
    await save(wall, "misread the list")
    await expect(wall.get_by_role("heading", name="Milkwort 74")).to_be_visible()
    assert clinic.get(f"/encounters/{encounter}")["patient_label"] == "Milkwort 74"


async def test_a_device_is_swapped_and_the_new_one_is_heard(
    wall: Page, desk: Desk, clinic: Clinic
) -> None:
    encounter = desk.open("Moschatel 75")
    clinic.post("/devices", id="spare-cuff", kind="cuff")
    await open_session(wall, "Moschatel 75")
    await wall.get_by_role("button", name="Correct", exact=True).click()
    await wall.get_by_label("To correct").select_option("device:moschatel-cuff")
    await wall.get_by_label("Instead of it").select_option("spare-cuff")
    await save(wall, "its battery is dead")
    assert "spare-cuff" in clinic.get(f"/encounters/{encounter}")["devices"]
    desk.devices.reading("spare-cuff", seq=1, sbp=117, dbp=71)
    figure = region(wall, "Moschatel 75").get_by_label("Blood pressure", exact=True)
    await expect(figure).to_contain_text("117/71")


async def test_after_the_close_the_report_is_where_it_is_corrected(
    wall: Page, desk: Desk, clinic: Clinic
) -> None:
    encounter = desk.dosed("Mugwort 76")
    clinic.post(f"/encounters/{encounter}/observations", sbp=212, dbp=90)
    clinic.post(f"/encounters/{encounter}/close", override_reason="Ends here")
    slip = {"kind": "dose", "dose": 1, "amount_mg": 50, "reason": "misread the label"}
    clinic.post(f"/encounters/{encounter}/corrections", **slip)
    await wall.goto(f"{wall.url.partition('#')[0]}#/report/{encounter}")
    sheet = wall.get_by_role("article")
    await expect(sheet).to_contain_text("212")
    for width, height in ((390, 844), (960, 720), (1280, 800)):
        await wall.set_viewport_size({"width": width, "height": height})
        await expect(sheet.get_by_role("button", name="Correct")).to_be_visible()
    await sheet.get_by_role("button", name="Correct").click()
    await wall.get_by_label("To correct").select_option(label="Sitter")
    await wall.get_by_label("It is", exact=True).fill("Sam Reed")
    await save(wall, "was not written down")
    await expect(sheet).to_contain_text("Sam Reed")
    await sheet.get_by_role("button", name="Correct").click()
    choice = wall.get_by_label("To correct").locator("option", has_text="212/90")
    await wall.get_by_label("To correct").select_option(await choice.get_attribute("value"))
    await save(wall, "another person's arm")
    await expect(sheet.locator("s", has_text="212").first).to_be_visible()
    await expect(sheet).to_contain_text(
        "rejected: struck out by thea: another person's arm "
        "(after the close; what was decided stands)"
    )
    late = "100 mg sublingual, corrected after the close (what was decided stands): Ketamine 50 mg"
    await expect(sheet).to_contain_text(late)
    await expect(sheet).to_contain_text("The session is closed: what was decided stands.")
    status = clinic.get(f"/encounters/{encounter}")
    assert (status["phase"], status["emergency"]["sitter"]) == ("closed", "Sam Reed")


async def test_the_form_has_room_beside_the_numbers(wall: Page, desk: Desk) -> None:
    desk.dosed("Mint 77")
    await open_session(wall, "Mint 77")
    await wall.get_by_role("group", name="Given so far").get_by_role("button").click()
    for width, height in ((390, 844), (960, 720), (1280, 800)):
        await wall.set_viewport_size({"width": width, "height": height})
        await wall.get_by_role("button", name="Save correction").scroll_into_view_if_needed()
        await expect(wall.get_by_role("button", name="Save correction")).to_be_in_viewport()
        assert await overflow(wall) <= 0
