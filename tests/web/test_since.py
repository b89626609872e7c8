"""An alarm acknowledged as low becomes high: on the bar, the phone, the log and the lane."""

import re
import time
from datetime import datetime
from typing import Final

import pytest
from playwright.async_api import Locator, Page, expect

from tests.parts import wait_until_blocking
from tests.parts.product import Clinic
from tests.web.hands import Desk, alerts, line_with, overflow, region

pytestmark = pytest.mark.asyncio(loop_scope="session")

AGO_S: Final = 420.0


def clock(at: float) -> str:
    """Return a time as the browser shows it: it runs on this machine, in its zone."""
    return datetime.fromtimestamp(at).astimezone().strftime("%H:%M")


def typed(clinic: Clinic, encounter: str, at: float, **values: float) -> None:
    clinic.post(f"/encounters/{encounter}/observations", at=round(at * 1000), **values)


def begun_low(desk: Desk, clinic: Clinic, label: str) -> tuple[str, float]:
    """Open a session with a low alarm of the pressure for 7 min; return its id and the onset."""
    encounter = desk.open(label)
    began = time.time() - AGO_S
    typed(clinic, encounter, began, sbp=152, dbp=82)
    typed(clinic, encounter, began + 70, sbp=153, dbp=82)
    clinic.dose(encounter)
    return encounter, began


def told(iso: str) -> float:
    """Convert a time of the service to epoch seconds."""
    return datetime.fromisoformat(iso).timestamp()


async def waited(line: Locator) -> float:
    """Return how long the alarm has waited, s, according to its line: in whole minutes or s."""
    said = re.match(r"(\d+) (s|min)\.", await line.locator(".aside").inner_text())
    assert said is not None
    return float(said[1]) * {"s": 1, "min": 60}[said[2]]


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
    since = told(high["priority_since"])
    rose = clock(since)
    said = f"High since {rose}, began {clock(began)} as low."
    alert = alerts(wall, "Sorrel 41")
    await expect(alert).to_contain_text(said)
    await expect(alert).to_contain_text(
        re.compile(rf"Nobody has acknowledged it since {rose} \(thea did \d\d:\d\d\)\.")
    )
    # It has waited since the rise, not since the onset seven minutes ago.
    assert await waited(line_with(wall, "Sorrel 41")) <= time.time() - since + 1
    for width in (960, 390):
        await wall.set_viewport_size({"width": width, "height": 844})
        await expect(alert.get_by_text(said)).to_be_visible()
        assert await overflow(wall) <= 0
    words = alert.locator(".rose")
    assert await words.evaluate("(e) => e.scrollWidth <= e.clientWidth"), "cut on the phone"
    await alert.get_by_role("button", name="Acknowledge").click()
    await expect(bar).to_contain_text(said)
    await expect(bar).not_to_contain_text("Nobody has acknowledged it")


LANE: Final = """() => {
  const canvas = document.querySelector(".chart canvas");
  const style = getComputedStyle(document.querySelector(".chart"));
  const wanted = ["red", "cy"].map((name) => style.getPropertyValue(`--${name}`).trim());
  const probe = document.createElement("canvas").getContext("2d");
  const rgb = wanted.map((ink) => {
    probe.fillStyle = ink;
    probe.fillRect(0, 0, 1, 1);
    return [...probe.getImageData(0, 0, 1, 1).data.slice(0, 3)].join();
  });
  const { width, height } = canvas;
  const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
  const found = Object.fromEntries(rgb.map((ink) => [ink, [Infinity, -Infinity]]));
  for (let y = Math.round(height * 0.7); y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = 4 * (y * width + x);
      const span = found[[data[at], data[at + 1], data[at + 2]].join()];
      if (span) [span[0], span[1]] = [Math.min(span[0], x), Math.max(span[1], x)];
    }
  }
  return rgb.map((ink) => found[ink]);
}"""


async def test_log_and_lane_have_each_stretch_of_it(wall: Page, desk: Desk, clinic: Clinic) -> None:
    encounter, _ = begun_low(desk, clinic, "Tansy 42")
    low = alarm(clinic, encounter, "low")
    bar = wall.get_by_label("What stands now")
    await bar.get_by_role("button", name="Acknowledge").click()
    await expect(bar).to_contain_text("Acknowledged by thea")
    desk.send("cuff", sbp=184, dbp=84)
    high = alarm(clinic, encounter, "high")
    # The difference of the written times, which are cut to the minute.
    minutes = told(high["priority_since"]) // 60 - told(low["onset"]) // 60
    await region(wall, "Tansy 42").get_by_role("link").click()
    clinic.post(f"/encounters/{encounter}/symptoms", symptom="nausea")
    clinic.post(f"/encounters/{encounter}/notes", text="Looked at the cuff.")
    log = wall.get_by_role("region", name="Alarms and acts")
    rows = log.get_by_role("listitem").filter(has_text="Systolic pressure high:")
    await expect(rows).to_have_text([
        re.compile(
            r"rose from low to high\. Systolic pressure 184 .* "
            rf"A low alarm for {minutes:.0f} min\."
        ),
        re.compile("taken. It was a low alarm at 153. thea"),
        # At its onset, as on the bar: the repeat that raised it arrived minutes later.
        re.compile(r"low alarm. Systolic pressure 153 is at .* limit of 150 .* Raised \d\d:\d\d\."),
    ])  # fmt: skip
    await expect(
        log.get_by_role("listitem").filter(has_text="Dose: Ketamine 100 mg")
    ).to_contain_text(re.compile("These did not hold: .* Reason: A test, agreed by Dr Test. thea"))
    # A symptom without an alarm changes only this entry of the page.
    await expect(log.get_by_role("listitem").filter(has_text="Symptom: nausea")).to_contain_text(
        "thea", timeout=30_000
    )
    await wall.locator(".chart canvas").wait_for()
    red, cyan = await wall.evaluate(LANE)
    assert cyan[0] < cyan[1] <= red[0] + 12, "the stretch before it rose is not red"
    assert red[0] <= red[1]
