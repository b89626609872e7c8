"""An alarm that was taken as low and became high: the bar, the phone, the log, the chart's lane."""

import re
import time
from datetime import datetime
from typing import Final

import pytest
from playwright.async_api import Page, expect

from tests.parts import wait_until_blocking
from tests.parts.product import Clinic
from tests.web.hands import Desk, alerts, overflow

pytestmark = pytest.mark.asyncio(loop_scope="module")

AGO_S: Final = 420.0


def clock(at: float) -> str:
    """As the browser shows it: it runs on this machine, in its zone."""
    return datetime.fromtimestamp(at).astimezone().strftime("%H:%M")


def typed(clinic: Clinic, encounter: str, at: float, **values: float) -> None:
    clinic.post(f"/encounters/{encounter}/observations", at=round(at * 1000), **values)


def begun_low(desk: Desk, clinic: Clinic, label: str) -> tuple[str, float]:
    """A session whose systolic pressure has been low for seven minutes; and since when."""
    encounter = desk.open(label)
    began = time.time() - AGO_S
    typed(clinic, encounter, began, sbp=152, dbp=82)
    typed(clinic, encounter, began + 70, sbp=153, dbp=82)
    clinic.dose(encounter)
    return encounter, began


def alarm(clinic: Clinic, encounter: str, priority: str) -> dict[str, str]:
    def found() -> list[dict[str, str]]:
        alarms = clinic.get(f"/encounters/{encounter}")["alarms"]
        return [a for a in alarms if (a["condition"], a["priority"]) == ("sbp_high", priority)]

    return wait_until_blocking(found, what=f"a {priority} alarm of the pressure")[0]


async def test_taken_as_low_and_risen_is_told_as_high_since_then_and_not_taken_since(
    wall: Page, desk: Desk, clinic: Clinic
) -> None:
    encounter, began = begun_low(desk, clinic, "Sorrel 41")
    low = alarm(clinic, encounter, "low")
    bar = wall.get_by_label("What stands now")
    await bar.get_by_role("button", name="Acknowledge").click()
    await expect(bar).to_contain_text(re.compile(r"Acknowledged by thea \d\d:\d\d"))
    desk.send("cuff", sbp=184, dbp=84)
    high = alarm(clinic, encounter, "high")
    assert high["id"] == low["id"]
    rose = datetime.fromisoformat(high["priority_since"]).astimezone().strftime("%H:%M")
    said = f"High since {rose}, began {clock(began)} as low."
    alert = alerts(wall, "Sorrel 41")
    await expect(alert).to_contain_text(said)
    await expect(alert).to_contain_text(
        re.compile(rf"Nobody has acknowledged it since {rose} \(thea did \d\d:\d\d\)\.")
    )
    # It waits since it rose, not since seven minutes ago.
    await expect(bar).not_to_contain_text(re.compile(r"\b[78] min\."))
    for width in (960, 390):
        await wall.set_viewport_size({"width": width, "height": 844})
        await expect(alert.get_by_text(said)).to_be_visible()
        assert await overflow(wall) <= 0
    words = alert.locator(".rose")
    assert await words.evaluate("(e) => e.scrollWidth <= e.clientWidth"), "cut on the phone"
    await alert.get_by_role("button", name="Acknowledge").click()
    await expect(bar).to_contain_text(said)
    await expect(bar).not_to_contain_text("Nobody has acknowledged it")
