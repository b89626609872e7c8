"""The page in another language: a table of a test language, served to the browser by the test."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.async_api import Browser, Page, Response, Route, expect

from tests.parts import wait_until_blocking
from tests.parts.product import PASSWORD, Clinic, Product
from tests.web.hands import Desk

pytestmark = pytest.mark.asyncio(loop_scope="session")

MARKED: Final = Path(__file__).with_name("marked.js")
# The link in index.html, there before a script of the page runs.
OFFERED: Final = """
  new MutationObserver((_, watch) => {
    if (!document.head) return;
    watch.disconnect();
    const link = document.head.appendChild(document.createElement("link"));
    Object.assign(link, { rel: "alternate", hreflang: "pl", href: "languages/pl.json" });
  }).observe(document, { childList: true, subtree: true });
"""
# All that people read or hear on the page, the canvas included.
TEXTS: Final = """() => {
  const read = [document.title, ...(window.written ?? [])];
  const nodes = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  // The contents of a row of the audit are as the service recorded them.
  const unread = "noscript, main.clinic > section:last-of-type li .quiet";
  while (nodes.nextNode()) if (!nodes.currentNode.parentElement.closest(unread)) {
    read.push(nodes.currentNode.data);
  }
  for (const name of ["aria-label", "title", "placeholder", "alt"]) {
    const named = document.querySelectorAll(`[${name}]`);
    read.push(...[...named].map((element) => element.getAttribute(name)));
  }
  return [...new Set(read)];
}"""
WRITTEN: Final = """
  window.written = new Set();
  const fill = CanvasRenderingContext2D.prototype.fillText;
  CanvasRenderingContext2D.prototype.fillText = function (text, ...at) {
    window.written.add(text);
    return fill.call(this, text, ...at);
  };
"""
# Data of one small word each. What is a sentence, a name or an id is taken from the service.
DATA: Final = (
    "ketamine",
    "sublingual",
    "thea",
    "vera",
    "ada",
    "root",
    "sl_home",
    "UTC",
    "the service",
    "not signed in",
    "the command line",
)
# By the browser, in Polish.
DATE: Final = r"\d{1,2} \w{3} \d{4}"
# The sentences of the service that have their data beside them: key -> key of the data.
DATA_OF: Final = {
    "reason": "because", "bare_reason": "because", "cause": "because", "text": "because",
    "why": "because",
    "detail": "because",
    "source": "source_because",
    "failed_reason": "failed_because", "stored_reason": "stored_because",
    "follows": "follows_because", "unmet": "unmet_because",
}  # fmt: skip


@pytest.fixture(scope="module")
def table() -> dict[str, Any]:
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not on the path: the test language was not made")
    run = subprocess.run([node, str(MARKED), "pl"], capture_output=True, text=True, check=True)
    made: dict[str, Any] = json.loads(run.stdout)
    return made


async def offer(page: Page, body: str, status: int = 200) -> list[str]:
    """Serve a page that has a table for Polish; return the requests for it, as they come."""
    asked: list[str] = []

    async def language(route: Route) -> None:
        asked.append(route.request.url)
        await route.fulfill(status=status, content_type="application/json", body=body)

    await page.add_init_script(OFFERED)
    await page.route("**/languages/pl.json", language)
    return asked


def sentences(found: object) -> Iterator[str]:
    """Return all texts of the service that are no single small word.

    A sentence that has its data beside it is not among them: the page has it in its language.
    """
    if isinstance(found, dict):
        for key, value in found.items():
            yield from [key] if "-" in key else []  # the id of a device
            if not found.get(DATA_OF.get(key, "")):
                yield from sentences(value)
    elif isinstance(found, list):
        for value in found:
            yield from sentences(value)
    elif isinstance(found, str) and re.search(r"[A-Z\s\d]", found):
        yield found


def untranslated(read: list[str], said: set[str]) -> list[str]:
    """Return the texts with a letter that has no mark, without the data in them."""
    data = sorted({s.rstrip(".") for s in said} | set(DATA), key=len, reverse=True)
    known = re.compile("|".join([DATE, *map(re.escape, data)]), re.IGNORECASE)
    return [text for text in read if re.search(r"[A-Za-z]{2}", known.sub("", text))]


class Reader:
    """Reads the views of a page in the test language. left: view -> texts that stay in English."""

    def __init__(self, page: Page, clinic: Clinic, encounter: str) -> None:
        self.page = page
        self.left: dict[str, list[str]] = {}
        self._clinic = clinic
        self._encounter = encounter
        self._answers: list[Response] = []
        page.on("response", self._answered)

    def _answered(self, answer: Response) -> None:
        if "/api/v1/" in answer.url and answer.request.method == "GET":
            self._answers.append(answer)

    async def look(self, view: str) -> None:
        """Note the texts of the present view; the texts of the service in it are no fault."""
        path = f"/encounters/{self._encounter}"
        said = {
            *sentences(self._clinic.get(path)), *sentences(self._clinic.get("/vocabulary")),
            *sentences(self._clinic.get("/protocols")), *sentences(self._clinic.get("/takers")),
        }  # fmt: skip
        await self.page.wait_for_load_state("networkidle")
        for answer in self._answers:
            if answer.ok and "json" in answer.headers.get("content-type", ""):
                said.update(sentences(await answer.json()))
        self.left[view] = untranslated(await self.page.evaluate(TEXTS), said)


async def in_polish(page: Page, product: Product, table: dict[str, Any], name: str) -> list[str]:
    """Sign in to the page in the test language; return the requests for its table."""
    asked = await offer(page, json.dumps(table))
    await page.add_init_script(WRITTEN)
    await page.goto(f"{product.url}/?lang=pl")
    await expect(page.get_by_role("button")).to_have_text(table["Sign in"])
    assert untranslated(await page.evaluate(TEXTS), set()) == []
    given = {"username": name, "password": PASSWORD}
    assert (await page.request.post(f"{product.url}/api/v1/login", data=given)).ok
    await page.reload()
    await expect(page.locator(".row .who").first).to_be_visible()
    return asked


def ill(desk: Desk, clinic: Clinic, label: str) -> str:
    """Open a session with an alarm, a doubt, a failed cuff and a struck reading; return its id."""
    encounter = desk.dosed(label)
    desk.send("cuff", sbp=190, dbp=116)
    desk.send("cuff", flags=["cuff_loose"])
    desk.send("strap", hr=73, contact=False)
    desk.send("thermometer", temp=36.8)
    base = f"/encounters/{encounter}"
    clinic.post(f"{base}/notes", text="Breathes calmly.")
    clinic.post(f"{base}/observations", temp=38.9)
    (typed,) = clinic.everything(f"{base}/observations", source="manual")
    why = {"kind": "reading", "observation": typed["id"], "reason": "another person"}
    clinic.post(f"{base}/corrections", **why)
    wait_until_blocking(lambda: desk.vital(encounter, "sbp") == 190, what="the high pressure")
    wait_until_blocking(lambda: desk.vital(encounter, "hr") == 73, what="the heart rate")
    return encounter


def words_of(table: dict[str, Any], code: str) -> re.Pattern[str]:
    """Return the words of a reason before its first fact, at any place of a sentence."""
    words, *_ = table["reasons"]["sentences"][code]["sentence"].split(" {")
    return re.compile(re.escape(words), re.IGNORECASE)


async def test_no_text_of_the_page_stays_in_english(
    page: Page, product: Product, clinic: Clinic, desk: Desk, table: dict[str, Any]
) -> None:
    encounter = ill(desk, clinic, "Yarrow 91")
    asked = await in_polish(page, product, table, "thea")
    reader = Reader(page, clinic, encounter)
    await expect(page.locator(".bar .line").first).to_contain_text(words_of(table, "beyond"))
    await expect(page.locator(".vital").filter(has_text="36,8").first).to_be_visible()
    await reader.look("wall")
    await page.locator(".row .who a").click()
    await expect(page.locator(".log li").first).to_be_visible()
    await expect(page.locator("canvas").first).to_be_visible()
    for code in ("no_skin", "cuff_failed", "struck_out"):
        await expect(page.locator("main")).to_contain_text(words_of(table, code))
    await reader.look("session")
    buttons = await page.locator("[data-opens]").all()
    for name in {str(await button.get_attribute("data-opens")) for button in buttons}:
        await page.locator(f"[data-opens={name}]").first.click()
        await expect(page.locator("form.panel")).to_be_visible()
        await reader.look(name)
        await page.locator("form.panel").get_by_role("button").last.click()
        await expect(page.locator("form.panel")).to_have_count(0)
    await page.evaluate(f"location.hash = '#/report/{encounter}'")
    await expect(page.locator(".report table").first).to_be_visible()
    for code in ("beyond", "struck_out"):
        await expect(page.locator("main")).to_contain_text(words_of(table, code))
    await reader.look("report")
    await page.evaluate("location.hash = '#/start'")
    await page.locator(".start-form select").first.select_option("+")
    await reader.look("start")
    left = {view: texts for view, texts in reader.left.items() if texts}
    assert not left, json.dumps(left, indent=1, ensure_ascii=False)
    assert len(asked) == 2  # once for each loading of the page
    assert await page.locator("html").get_attribute("lang") == "pl"


async def test_no_text_of_the_clinic_stays_in_english(
    page: Page, product: Product, clinic: Clinic, desk: Desk, table: dict[str, Any]
) -> None:
    product.user("ada", "admin")
    encounter = ill(desk, clinic, "Tansy 92")
    desk.close(desk.open("Woad 93"))
    await in_polish(page, product, table, "ada")
    reader = Reader(page, clinic, encounter)
    await page.evaluate("location.hash = '#/clinic'")
    sections = page.locator("main.clinic > section")
    await expect(sections).to_have_count(9)
    await reader.look("clinic")
    assert not reader.left["clinic"], json.dumps(reader.left, indent=1, ensure_ascii=False)


@pytest.mark.parametrize(
    ("locale", "query", "lang"),
    [
        ("en-US", "", "en"),
        ("en-US", "?lang=pl", "pl"),
        ("pl-PL", "", "pl"),
        ("pl-PL", "?lang=en", "en"),
        ("pl-PL", "?lang=xx", "en"),
        ("de-DE", "", "en"),
    ],
)
async def test_the_language_is_that_of_the_address_or_of_the_browser(
    chromium: Browser, product: Product, table: dict[str, Any], locale: str, query: str, lang: str
) -> None:
    context = await chromium.new_context(locale=locale)
    page = await context.new_page()
    asked = await offer(page, json.dumps(table))
    await page.goto(f"{product.url}/{query}")
    await expect(page.get_by_role("button")).to_have_text(
        table["Sign in"] if lang == "pl" else "Sign in"
    )
    assert await page.locator("html").get_attribute("lang") == lang
    assert len(asked) == (lang == "pl")
    await context.close()


@pytest.mark.parametrize(("body", "status"), [("{}", 404), ("no table", 200), ("{}", 200)])
async def test_without_its_table_the_page_is_in_english(
    page: Page, product: Product, body: str, status: int
) -> None:
    await offer(page, body, status)
    await page.goto(f"{product.url}/?lang=pl")
    await expect(page.get_by_role("button")).to_have_text("Sign in")
