"""The chart of a session with many events close together: its lane, doses and words."""

import re
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any, Final

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.parts import wait_until
from tests.parts.product import Clinic, Product
from tests.parts.publisher import Publisher
from tests.web.hands import Desk, sign_in
from tests.web.story import Story

pytestmark = pytest.mark.asyncio(loop_scope="session")

LABEL: Final = "Alder 65"
# Records the texts on each canvas since it was last cleared: {text, box: [left, right, top,
# bottom]}.
WRITTEN: Final = """() => {
  window.written = new Map();
  const of = CanvasRenderingContext2D.prototype;
  const { fillText, clearRect } = of;
  of.clearRect = function (...box) {
    window.written.set(this.canvas, []);
    return clearRect.apply(this, box);
  };
  of.fillText = function (text, x, y) {
    const { actualBoundingBoxLeft: l, actualBoundingBoxRight: r, actualBoundingBoxAscent: a,
      actualBoundingBoxDescent: d } = this.measureText(text);
    window.written.get(this.canvas)?.push({ text, box: [x - l, x + r, y - a, y + d] });
    return fillText.apply(this, [text, x, y]);
  };
}"""
WORDS: Final = """() => (
  window.written.get(document.querySelector(".chart canvas")) ?? []
).filter(({ text }) => text && text !== "TEST")"""
# The priority whose colour the lane has in each column of pixels; "" where it has none.
LANE: Final = """() => {
  const canvas = document.querySelector(".chart canvas");
  const [whole, over] = [canvas, document.querySelector(".chart .u-over")]
    .map((e) => e.getBoundingClientRect());
  const dot = canvas.width / whole.width;
  const context = canvas.getContext("2d");
  const style = getComputedStyle(document.querySelector(".chart"));
  const inks = Object.entries({ high: "red", medium: "yel", low: "cy" }).map(([name, ink]) => {
    context.fillStyle = style.getPropertyValue(`--${ink}`).trim();
    const [r, g, b] = context.fillStyle.match(/[0-9a-f]{2}/g).map((h) => parseInt(h, 16));
    return { name, ink: [r, g, b] };
  });
  const y = Math.round((over.top - whole.top + over.height * 0.965) * dot);
  const x = Math.round((over.left - whole.left) * dot);
  const width = Math.round(over.width * dot), high = 12;
  const { data } = context.getImageData(x, y - high, width, 2 * high);
  const at = (column, row) => {
    const i = 4 * (row * width + column);
    const is = ({ ink }) => ink.every((v, k) => Math.abs(v - data[i + k]) < 12);
    return data[i + 3] > 200 ? inks.find(is)?.name : undefined;
  };
  return Array.from({ length: width }, (_, column) => {
    const rows = [-1, 0].map((dy) => at(column, high + dy)).filter(Boolean);
    return rows[0] ?? "";
  });
}"""


@pytest.fixture(scope="module")
def product(played: Product) -> Product:
    return played


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def chart(
    chromium: Browser, product: Product, clinic: Clinic, devices: Publisher
) -> AsyncIterator[Page]:
    """The chart of three doses, two of them close, a high among lower alarms, and two silences."""
    context = await chromium.new_context(viewport={"width": 1280, "height": 800})
    page = await context.new_page()
    await page.add_init_script(f"({WRITTEN})()")
    await sign_in(page, product)
    story = Story(Desk(clinic, devices), Clinic(product, "mara"), LABEL)
    _much_happens(story)
    await page.goto(f"{product.url}/#/session/{story.encounter}")
    await expect(page.get_by_role("slider", name="Minute of the course")).to_be_visible()
    await wait_until(lambda: page.evaluate(WORDS), what="a drawn chart")
    yield page
    await context.close()


def _much_happens(story: Story) -> None:
    story.measured(118, 76)
    story.desk.send("strap", hr=70)
    story.thea.dose(story.encounter)
    story.until(3)
    story.measured(190, 80)
    story.alarm("high")
    story.until(6)
    story.measured(191, 96)
    story.alarm("low", "dbp_high")
    story.desk.send("strap", hr=71)
    for amount in (50, 12.5):
        story.until(4)
        story.post(
            "doses", drug="ketamine", route="sublingual", amount_mg=amount,
            override_reason="Asked for", authorised_by="Dr Adeyemi",
        )  # fmt: skip
    story.desk.send("strap", hr=72)
    story.measured(189, 95)


async def test_nothing_lower_is_painted_over_what_is_high(chart: Page, clinic: Clinic) -> None:
    (status,) = clinic.everything("/encounters", state="open")
    (high,) = [a for a in status["alarms"] if a["condition"] == "sbp_high"]
    assert high["priority"] == "high"
    dosed, since = (
        datetime.fromisoformat(at) for at in (status["dosed_at"], high["priority_since"])
    )
    # The chart shows from 15 min before the dose to 120 min after it.
    share = (15 + (since - dosed).total_seconds() / 60) / 135

    async def high_alone() -> bool:
        # The page draws the chart before it has the journal.
        columns: list[str] = await chart.evaluate(LANE)
        drawn = [n for n, ink in enumerate(columns) if ink]
        after = columns[round(len(columns) * share) + 2 : drawn[-1] - 1]
        # From the rise to the present the lane is high, although other alarms began since.
        return len(after) > 20 and set(after) == {"high"}

    await wait_until(high_alone, what="a lane that is high from the rise to the present")


async def test_every_dose_has_its_amount_and_the_phases_follow_the_last(chart: Page) -> None:
    said = " | ".join(one["text"] for one in await chart.evaluate(WORDS))
    for words in ("100 mg", "50 mg, 12.5 mg", "Baseline", "Onset (last dose)", "Peak (last dose)"):
        assert words in said, said
    assert re.search(r"165 high|\b16\d(\.\d)? high", said), said


@pytest.mark.parametrize("size", [(1280, 800), (960, 720), (390, 844), (1200, 800)])
async def test_no_words_on_the_chart_lie_on_others(chart: Page, size: tuple[int, int]) -> None:
    await chart.set_viewport_size({"width": size[0], "height": size[1]})

    async def silences() -> bool:
        words: list[dict[str, Any]] = await chart.evaluate(WORDS)
        named = [one for one in words if one["text"].startswith("no signal")]
        return len(named) > 1

    await wait_until(silences, what="two silences")
    words: list[dict[str, Any]] = await chart.evaluate(WORDS)
    wide: float = await chart.evaluate("document.querySelector('.chart canvas').width")
    assert [one["text"] for one in words if one["box"][0] < 0 or one["box"][1] > wide] == []
    assert [
        (a["text"], b["text"])
        for n, a in enumerate(words)
        for b in words[n + 1 :]
        if _meet(a["box"], b["box"])
    ] == []


def _meet(a: list[float], b: list[float]) -> bool:
    across = min(a[1], b[1]) - max(a[0], b[0])
    down = min(a[3], b[3]) - max(a[2], b[2])
    return across > 1 and down > 1
