"""The page in another language: a table of a test language, served to the browser by the test."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.async_api import Browser, Page, Route, expect

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
  while (nodes.nextNode()) if (nodes.currentNode.parentElement.tagName !== "NOSCRIPT") {
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
DATA: Final = ("ketamine", "sublingual", "thea", "vera")


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
    """Return all that the service said that is no single small word."""
    if isinstance(found, dict):
        for key, value in found.items():
            yield from [key] if "-" in key else []  # the id of a device
            yield from sentences(value)
    elif isinstance(found, list):
        for value in found:
            yield from sentences(value)
    elif isinstance(found, str) and re.search(r"[A-Z\s\d]", found):
        yield found


def untranslated(read: list[str], said: set[str]) -> list[str]:
    """Return the texts with a letter that has no mark, without the data in them."""
    data = sorted({s.rstrip(".") for s in said} | set(DATA), key=len, reverse=True)
    known = re.compile("|".join(map(re.escape, data)), re.IGNORECASE)
    return [text for text in read if re.search(r"[A-Za-z]{2}", known.sub("", text))]


async def test_no_text_of_the_page_stays_in_english(
    page: Page, product: Product, clinic: Clinic, desk: Desk, table: dict[str, Any]
) -> None:
    encounter = desk.dosed("Yarrow 91")
    desk.send("cuff", sbp=190, dbp=116)
    desk.send("strap", hr=73)
    desk.send("thermometer", temp=36.8)
    clinic.post(f"/encounters/{encounter}/notes", text="Breathes calmly.")
    wait_until_blocking(lambda: desk.vital(encounter, "sbp") == 190, what="the high pressure")
    asked = await offer(page, json.dumps(table))
    await page.add_init_script(WRITTEN)
    await page.goto(f"{product.url}/?lang=pl")
    await expect(page.get_by_role("button")).to_have_text(table["Sign in"])
    left = {"sign-in": untranslated(await page.evaluate(TEXTS), set())}
    given = {"username": "thea", "password": PASSWORD}
    assert (await page.request.post(f"{product.url}/api/v1/login", data=given)).ok
    await page.reload()
    await expect(page.locator(".bar .line")).to_have_count(1)
    await expect(page.locator(".vital").filter(has_text="36,8")).to_be_visible()

    async def look(view: str) -> None:
        path = f"/encounters/{encounter}"
        said = {
            *sentences(clinic.get(path)), *sentences(clinic.get(f"{path}/journal?limit=1000")),
            *sentences(clinic.get("/vocabulary")), *sentences(clinic.get("/protocols")),
            *sentences(clinic.get("/takers")),
        }  # fmt: skip
        left[view] = untranslated(await page.evaluate(TEXTS), said)

    await look("wall")
    await page.locator(".row .who a").click()
    await expect(page.locator(".log li").first).to_be_visible()
    await expect(page.locator("canvas").first).to_be_visible()
    await look("session")
    buttons = await page.locator("[data-opens]").all()
    for name in {str(await button.get_attribute("data-opens")) for button in buttons}:
        await page.locator(f"[data-opens={name}]").first.click()
        await expect(page.locator("form.panel")).to_be_visible()
        await look(name)
        await page.locator("form.panel").get_by_role("button").last.click()
        await expect(page.locator("form.panel")).to_have_count(0)
    assert {view: texts for view, texts in left.items() if texts} == {}
    assert len(asked) == 2  # once for each loading of the page
    assert await page.locator("html").get_attribute("lang") == "pl"


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
