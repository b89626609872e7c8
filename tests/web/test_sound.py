"""The sounds of the page, counted in the browser's audio engine: notes of a burst, and pauses."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.parts import wait_until
from tests.parts.product import Clinic
from tests.web.hands import Desk, alerts

pytestmark = pytest.mark.asyncio(loop_scope="session")

TEST_TONE, HIGH, MEDIUM = 3, 10, 3


class Ear:
    """Counts the oscillators that the page creates: one for each note."""

    def __init__(self) -> None:
        self.notes = 0

    def heard(self, event: dict[str, dict[str, str]]) -> None:
        self.notes += event["node"]["nodeType"] == "Oscillator"


@pytest_asyncio.fixture(loop_scope="session")
async def ear(wall: Page) -> AsyncIterator[Ear]:
    ear = Ear()
    session = await wall.context.new_cdp_session(wall)
    session.on("WebAudio.audioNodeCreated", ear.heard)
    await session.send("WebAudio.enable")
    yield ear
    await session.detach()


async def test_a_high_alarm_has_ten_notes_again_and_again_and_a_pause_is_not_for_the_next(
    wall: Page, desk: Desk, clinic: Clinic, ear: Ear
) -> None:
    desk.open("Campion 50")
    await wall.get_by_role("button", name="Turn sound on").click()
    await expect(wall.get_by_text("Sound is on")).to_be_visible()
    assert ear.notes == TEST_TONE
    desk.send("cuff", sbp=190, dbp=100)
    await wait_until(lambda: ear.notes == TEST_TONE + HIGH, 20, "one burst")
    await wait_until(lambda: ear.notes == TEST_TONE + 2 * HIGH, 20, "the next burst")
    await wall.get_by_role("button", name="Pause sound").click()
    await expect(wall.get_by_text("Sound is on, paused")).to_be_visible()
    silent = ear.notes
    # This takes longer than the interval between two bursts.
    await wall.get_by_text("paused 1:49").wait_for()
    assert ear.notes == silent
    desk.open("Clary 51")
    desk.send("cuff", sbp=192, dbp=101)
    await wait_until(lambda: ear.notes >= silent + HIGH, 20, "a burst in spite of the pause")
    for name in ("Campion 50", "Clary 51"):
        await alerts(wall, name).get_by_role("button", name="Acknowledge").click()
    await expect(wall.get_by_role("alert")).to_have_count(0)
