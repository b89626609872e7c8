"""A report with doses, gaps, alarms and their corrections close together."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

from tests.parts.pdf import texts
from tests.parts.product import Clinic, Product
from tests.parts.publisher import Publisher
from tests.web.hands import ON_PAPER as AT
from tests.web.hands import Desk, sign_in
from tests.web.story import Story

pytestmark = pytest.mark.asyncio(loop_scope="session")

LABEL: Final = "Rowan 64"
GAPS: Final = 6


@pytest.fixture(scope="module")
def product(played: Product) -> Product:
    return played


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def sheets(
    chromium: Browser, product: Product, clinic: Clinic, devices: Publisher,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[tuple[Page, list[str]]]:  # fmt: skip
    """The report on the page, and the text of each printed sheet."""
    story = Story(Desk(clinic, devices), Clinic(product, "mara"), LABEL)
    _much_happens(story)
    context = await chromium.new_context(viewport={"width": 1280, "height": 800})
    page = await context.new_page()
    await sign_in(page, product)
    await page.goto(f"{product.url}/#/report/{story.encounter}")
    await page.get_by_role("heading", name="Readings").wait_for()
    file: Path = tmp_path_factory.mktemp("paper") / "report.pdf"
    await page.pdf(path=file, format="A4")
    yield page, texts(file.read_bytes())
    await context.close()


def _much_happens(story: Story) -> None:
    story.measured(118, 76)
    story.thea.dose(story.encounter)
    story.until(1)
    typed = story.post("observations", sbp=218, dbp=80)
    struck = typed["items"][0]["id"] if "items" in typed else typed[0]["id"]
    story.alarm("high")
    story.post("corrections", kind="reading", observation=struck, reason="it was 128")
    story.post("observations", sbp=128, dbp=80)
    for amount in (12.5, 25, 20):
        story.until(2)
        story.post(
            "doses", drug="ketamine", route="sublingual", amount_mg=amount,
            override_reason="Asked for", authorised_by="Dr Adeyemi",
        )  # fmt: skip
    story.post("corrections", kind="dose", dose=2, amount_mg=15, reason="a larger piece")
    story.until(3)
    story.measured(184, 96)
    high = story.alarm("high")
    story.thea.post(f"/alarms/{high['id']}/acknowledge", note="Lies down.")
    story.post("symptoms", symptom="nausea")
    story.post("help", by=story.mara)
    story.desk.devices.reading("rowan-thermometer", seq=1, temp=38.7)
    for n in range(1, GAPS + 1):
        story.until(3 + 8.5 * n)
        story.desk.devices.reading("rowan-thermometer", seq=n + 1, temp=38.7 - n / 10)
        story.measured(184 + (n if n < 4 else -n), 96)
    story.until(3 + 8.5 * GAPS + 3)
    story.measured(126, 79)
    story.post("close", by=story.mara, override_reason="He is well", authorised_by="Dr Adeyemi")


OVERLAPS: Final = """() => {
  const all = [...document.querySelectorAll("article svg text")].map((e) => {
    const { left, right, top, bottom } = e.getBoundingClientRect();
    return { text: e.textContent, left, right, top, bottom };
  });
  const meet = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 0.5
    && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 0.5;
  const { left, right } = document.querySelector("article svg").getBoundingClientRect();
  return [
    ...all.filter((a) => a.left < left - 0.5 || a.right > right + 0.5).map((a) => a.text),
    ...all.flatMap((a, i) =>
      all.slice(i + 1).filter((b) => meet(a, b)).map((b) => `${a.text} | ${b.text}`)),
  ];
}"""


async def test_no_words_of_the_chart_lie_on_others(sheets: tuple[Page, list[str]]) -> None:
    page, _ = sheets
    await page.emulate_media(media="print")
    await page.set_viewport_size({"width": 688, "height": 1000})
    assert await page.locator("article svg .gap").count() >= GAPS
    given = await page.locator("article svg .given text").all_text_contents()
    assert given == ["100 mg", "15 mg", "25 mg", "20 mg"]
    assert await page.evaluate(OVERLAPS) == []


async def test_what_was_corrected_stands_beside_what_was_recorded(
    sheets: tuple[Page, list[str]],
) -> None:
    first, said = sheets[1][0], " ".join(sheets[1])
    assert re.search(
        rf"Ketamine 15 mg sublingual at {AT}, by thea\. Corrected: it had been recorded as "
        rf"Ketamine 12\.5 mg sublingual at {AT}\.", first,
    ), first  # fmt: skip
    # The first page and the table of doses have the same total.
    assert "160 mg in all." in first
    assert said.count("160 mg in all.") == 2
    assert re.search(
        rf"Systolic pressure 218 typed instead: 128 ?, {AT} typed rejected: struck", said
    )
    assert "218/80 mmHg struck out, typed instead: 128/80 mmHg" in said
    assert "218 was struck out by thea: it was 128." in first


async def test_the_first_sheet_alone_says_what_was_worst_felt_and_not_measured(
    sheets: tuple[Page, list[str]],
) -> None:
    first = sheets[1][0]
    assert len(re.findall(r"184 at", first)) == 1
    assert re.search(
        rf"Worst Systolic pressure 187 at {AT}, high alarm\. "
        rf"Diastolic pressure 96 at {AT}, low alarm\. Heart rate never measured\. "
        rf"Temperature 38\.7 at {AT}, medium alarm\.", first,
    ), first  # fmt: skip
    assert re.search(rf"Symptom: nausea, {AT}, by thea\. Help asked for, {AT}, by mara\.", first)
    gaps = re.search(
        rf"{GAPS} times without a pressure, (49|5[0-6]) min in all: ({AT} to {AT} \(.*?\))\.", first
    )
    assert gaps, first
    # A busy machine may lengthen the gaps, but their sum is that of the listed ones.
    each = [int(minutes) for minutes in re.findall(r"\((\d+) min\)", gaps[2])]
    assert (len(each), sum(each)) == (GAPS, int(gaps[1]))
    assert "every 5 min while an alarm on pressure stands" in first


async def test_still_there_quotes_the_newest_reading_and_when_it_was_measured(
    sheets: tuple[Page, list[str]],
) -> None:
    still = re.search(
        rf"Still there 10 min after thea acknowledged it\. Systolic pressure 185 is .*? "
        rf"Confirmed by a repeat\. The newest reading is 185 at {AT}\.", " ".join(sheets[1]),
    )  # fmt: skip
    assert still is not None


LENGTHS: Final = re.compile(rf"{AT} to {AT}(?:, | \()(\d+) min")


async def test_lengths_agree_with_the_times_beside_them(sheets: tuple[Page, list[str]]) -> None:
    def minutes(written: str) -> int:
        hours, rest = written[-5:].split(":")
        return int(hours) * 60 + int(rest)

    found = LENGTHS.findall(" ".join(sheets[1]))
    assert len(found) > GAPS
    for begins, ends, said in found:
        assert (minutes(ends) - minutes(begins)) % (24 * 60) == int(said), (begins, ends, said)


# A long session whose gaps, doses and stretches of alarms are all close to its beginning.
CLOSE: Final = """async ({ gaps, doses }) => {
  const from = (file) => import(new URL(file, document.baseURI));
  const [{ Plot }, { html }, { render }] = await Promise.all(
    ["parts/report/plot.js", "drawing/html.js", "vendor/preact.js"].map(from));
  const MIN = 60000, opened = Date.parse("2026-11-23T22:50:00Z"), at = (m) => opened + m * MIN;
  const limit = (value, priority, condition = "sbp_high") =>
    ({ condition, vital: condition.split("_")[0], direction: "high", priority, value });
  const amounts = Array.from({ length: doses }, (_, n) => 112.5 + n);
  const rows = amounts.map((amount_mg, n) => ({ id: n, type: "dosed",
    body: { dose: { at: at(2 * n) / 1000, amount_mg, drug: "ketamine", route: "oral" } } }));
  const parts = ["low", "medium", "high", "low"].map((priority, n) =>
    ({ priority, from: at(9 + n / 2), until: at(9.5 + n / 2) }));
  const alarm = { kind: "physiological", worst: "high" };
  const name = "Systolic pressure above the baseline";
  const alarms = Array.from({ length: 4 }, (_, id) => ({ id, name, onset: at(9), parts, alarm }));
  const about = { rows, alarms, end: at(300), missing: Array.from({ length: gaps }, (_, n) =>
      ({ code: "bp", from: at(8 + 9 * n), until: at(16 + 9 * n) })),
    time: (t) => `Nov ${t < at(70) ? 23 : 24} ${new Date(t).toTimeString().slice(0, 5)}`,
    encounter: { opened_at: new Date(opened).toISOString(), limits: [limit(180, "high"),
      limit(176, "medium"), limit(174, "high", "dbp_high"), limit(143, "high", "hr_high")] } };
  const kept = { hr: { t: [], v: [] }, bp: [{ t: at(1), sbp: 246, dbp: 51, state: "accepted" }] };
  render(html`<${Plot} about=${about} kept=${kept} />`, document.querySelector("article .table"));
}"""


@pytest.mark.parametrize(("gaps", "doses"), [(1, 1), (2, 4), (4, 2), (6, 4), (12, 6)])
async def test_neither_do_they_in_a_long_session(
    sheets: tuple[Page, list[str]], gaps: int, doses: int
) -> None:
    page, _ = sheets
    await page.emulate_media(media="print")
    await page.set_viewport_size({"width": 688, "height": 1000})
    await page.evaluate(CLOSE, {"gaps": gaps, "doses": doses})
    assert await page.locator("article svg .gap").count() == gaps
    assert await page.locator("article svg .given").count() == doses
    assert await page.evaluate(OVERLAPS) == []
