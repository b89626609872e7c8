"""The patient, the newest entries and the next steps of a session, in a therapist's words."""

import re
import time
from typing import Final

import pytest
from playwright.async_api import Page, expect

from tests.parts import wait_until_blocking
from tests.parts.product import Clinic
from tests.web.hands import Desk, region

pytestmark = pytest.mark.asyncio(loop_scope="session")

# Less than the intervals at which the page requests the journal and the chart's rows by itself.
AT_ONCE_MS: Final = 3000
JARGON: Final = re.compile(
    r"\b(gates?|episodes?|latched|acks?|acked|boot|seq|quarantined?|MQTT|topics?|broker)\b",
    re.IGNORECASE,
)
CIRCLES: Final = """() => {
  window.written = new Set();
  const fill = CanvasRenderingContext2D.prototype.fillText;
  CanvasRenderingContext2D.prototype.fillText = function (text, ...at) {
    window.written.add(text);
    return fill.call(this, text, ...at);
  };
}"""


async def test_age_and_risks_stand_beside_what_was_given(
    wall: Page, desk: Desk, clinic: Clinic
) -> None:
    encounter = desk.open("Speedwell 51")
    await region(wall, "Speedwell 51").get_by_role("link").click()
    who = wall.get_by_role("group", name="Age and risks")
    await expect(who).to_have_text("Year of birth not named. Risks: none named.")
    for fact, value in (("birth_year", 1950), ("risk_factors", ["hypertension"])):
        clinic.post(f"/encounters/{encounter}/corrections", kind=fact, value=value, reason="test")
    year = time.gmtime().tm_year
    await expect(who).to_have_text(
        re.compile(
            rf"^Born 1950, {year - 1950} years old\. Risks: [A-Z][a-z ]+; 65 years or older\.$"
        )
    )
    await expect(who).to_be_in_viewport(ratio=1)


async def test_what_was_saved_is_shown_at_once(wall: Page, desk: Desk) -> None:
    desk.open("Spindle 52")
    desk.send("cuff", sbp=128, dbp=80)
    await region(wall, "Spindle 52").get_by_role("link").click()
    log = wall.get_by_role("region", name="Alarms and acts")
    await wall.get_by_role("button", name="Help, symptom").click()
    await wall.get_by_role("button", name="Nausea").click()
    await expect(log).to_contain_text("Nausea", ignore_case=True, timeout=AT_ONCE_MS)
    await wall.get_by_role("button", name="Add note").click()
    await wall.get_by_label("Text").fill("Breathes calmly.")
    await wall.get_by_role("button", name="Save note").click()
    notes = wall.get_by_role("region", name="Notes")
    await expect(notes).to_contain_text("Breathes calmly.", timeout=AT_ONCE_MS)
    await wall.get_by_role("button", name="Enter reading").click()
    await wall.get_by_label("Systolic", exact=True).fill("131")
    await wall.get_by_label("Diastolic", exact=True).fill("83")
    await wall.get_by_role("button", name="Save reading").click()
    typed = wall.get_by_role("region", name="Typed and corrected")
    await expect(typed).to_contain_text("131/83", timeout=AT_ONCE_MS)
    await wall.get_by_role("button", name="Help, symptom").click()
    await wall.get_by_role("button", name="Called for help").click()
    await expect(log).to_contain_text(re.compile("help", re.IGNORECASE), timeout=AT_ONCE_MS)


async def test_no_word_of_the_program_stands_on_a_session(
    wall: Page, desk: Desk, clinic: Clinic
) -> None:
    await wall.evaluate(CIRCLES)
    encounter = desk.dosed("Spurge 53")
    desk.send("cuff", sbp=190, dbp=116)
    wait_until_blocking(lambda: desk.vital(encounter, "sbp") == 190, what="the high pressure")
    await region(wall, "Spurge 53").get_by_role("link").click()
    log = wall.get_by_role("region", name="Alarms and acts")
    await expect(log).to_contain_text("Protocol \u201cSublingual at home\u201d.")
    for act in ("Record dose", "Close session", "Set limit", "New baseline", "Hand over"):
        await wall.get_by_role("button", name=act).click()
        said = await wall.locator("body").inner_text()
        assert JARGON.findall(said) == [], act
        await wall.get_by_role("button", name="Cancel").click()
    # The circle of the next reading on the chart is labelled.
    await wall.wait_for_function("() => window.written.has('next cuff')")


async def test_a_value_and_its_limit_are_written_so_that_they_compare(
    wall: Page, desk: Desk, clinic: Clinic
) -> None:
    encounter = desk.open("Squill 54")
    clinic.post(
        f"/encounters/{encounter}/limits",
        vital="temp", direction="high", priority="medium", value=37.25, reason="test",
    )  # fmt: skip
    desk.send("thermometer", temp=37.2)
    await region(wall, "Squill 54").get_by_role("link").click()
    await expect(wall.get_by_label("Temperature")).to_contain_text("37.2")
    await expect(wall.locator(".v-temp .standing")).to_have_text("0.05 below the limit of 37.25")
