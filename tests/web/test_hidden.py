"""The page behind another tab: its title, the desktop notification, and the alarms meanwhile."""

import json
from pathlib import Path
from typing import Final

import pytest

from tests.parts import wait_until
from tests.parts.product import PASSWORD, Product
from tests.parts.tabs import Tab, chromium_tabs
from tests.web.hands import Desk

pytestmark = pytest.mark.asyncio(loop_scope="session")

SIGN_IN: Final = """fetch("/api/v1/login", {
  method: "POST", headers: {"Content-Type": "application/json"},
  body: JSON.stringify(%s),
}).then((answer) => { location.reload(); return answer.status; })"""
SAID: Final = """(async () => {
  const modules = performance.getEntriesByType("resource").map((entry) => entry.name);
  return (await import(modules.find((name) => name.endsWith("/desktop.js")))).said();
})()"""
SEEN: Final = """[...document.querySelectorAll("button")].find((b) => b.textContent === "Seen")"""


async def text(tab: Tab) -> str:
    shown: str = await tab.evaluate('document.body?.innerText ?? ""')
    return shown


async def shows(tab: Tab, words: str) -> None:
    async def there() -> bool:
        return words in await text(tab)

    await wait_until(there, 20, f"the page to show {words!r}")


async def test_behind_another_tab_it_speaks_up_and_says_afterwards_what_came(
    product: Product, desk: Desk, tmp_path: Path
) -> None:
    desk.open("Tansy 60")
    async with chromium_tabs(tmp_path) as tabs:
        await tabs.call("Browser.grantPermissions", permissions=["notifications"])
        page = await tabs.open(product.url)
        await shows(page, "Sign in")
        given = json.dumps({"username": "thea", "password": PASSWORD})
        assert await page.evaluate(SIGN_IN % given) == 200
        await shows(page, "Tansy 60")
        desk.send("strap", hr=72)
        await shows(page, "72")
        other = await tabs.open("about:blank")
        assert await page.evaluate("document.visibilityState") == "hidden"
        desk.send("cuff", sbp=190, dbp=115)

        async def said() -> bool:
            return bool(await page.evaluate(SAID) == ["High alarm: Tansy 60"])

        await wait_until(said, 20, "the desktop to be told, once for both pressures")
        assert await page.evaluate("document.title") == "High: Tansy 60. Dosing Monitor"
        assert await other.evaluate("document.visibilityState") == "visible"
        await page.bring_to_front()
        await shows(page, "2 alarms while you were away")

        async def hushed() -> bool:
            return bool(await page.evaluate(SAID) == [])

        await wait_until(hushed, 20, "the notifications to be taken back")
        await page.evaluate(f"{SEEN}.click()")

        async def gone() -> bool:
            return "while you were away" not in await text(page)

        await wait_until(gone, 20, "the count to be gone")
        desk.send("cuff", sbp=191, dbp=116)
        await shows(page, "191/116")
        assert "while you were away" not in await text(page)
