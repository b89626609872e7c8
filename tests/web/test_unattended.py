"""If a browser is closed, asleep, or in the background without sound, the backup is notified.

The tests use real tabs of a real browser, with another tab in front. The service's clock runs six
times as fast, so that a minute takes ten seconds.
"""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any, Final

import pytest
import pytest_asyncio

from tests.parts import wait_until
from tests.parts.product import PASSWORD, Clinic, Product
from tests.parts.sinks import HttpSink
from tests.parts.tabs import Tab, Tabs, chromium_tabs
from tests.web.scenes import Scenes, played, scene, service
from tests.web.test_hidden import SIGN_IN, shows

pytestmark = pytest.mark.asyncio(loop_scope="session")

SPEED: Final = 6


class Watched:
    """A dosed session, and a page at which thea watches it."""

    def __init__(self, product: Product, tabs: Tabs, sink: HttpSink) -> None:
        self.clinic = Clinic(product)
        self.tabs = tabs
        self.product = product
        self._sink = sink
        self.encounter = ""

    async def begin(self, label: str) -> Tab:
        page = await self.tabs.open(self.product.url)
        await shows(page, "Sign in")
        given = json.dumps({"username": "thea", "password": PASSWORD})
        assert await page.evaluate(SIGN_IN % given) == 200
        await shows(page, "Live")
        self.encounter = self.clinic.session(label, {})
        self.clinic.dose(self.encounter)
        await shows(page, label)
        return page

    def alarms(self) -> list[tuple[str, str]]:
        """Return (priority, presence) of each alarm `unattended` of this session."""
        found = self.clinic.everything(f"/encounters/{self.encounter}/alarms")
        return [(a["priority"], a["presence"]) for a in found if a["condition"] == "unattended"]

    @property
    def told(self) -> list[Any]:
        return [got.json for got in self._sink.got]

    async def backup_is_told(self) -> None:
        await wait_until(lambda: self.told, 30, "the backup to be told")
        assert [(n["kind"], n["priority"]) for n in self.told] == [("technical", "high")]
        assert self.told[0]["session"] == self.encounter[1:7].upper()
        assert self.alarms() == [("high", "on")]


@asynccontextmanager
async def attended(folder: Path) -> AsyncIterator[Watched]:
    """A service whose backup is notified only of an unattended session, and a browser."""
    settings = {"CLOCK_SPEED": str(SPEED), "NOTICE_ALLOW": "json://127.0.0.1"}
    with closing(HttpSink()) as sink:
        async with service(folder, **settings) as (_, product), chromium_tabs(folder) as tabs:
            product.user("ada", "admin")
            # So long a delay is behind the end of the test.
            admin = Clinic(product, "ada")
            admin.post("/contacts", name="Backup", urls=[sink.url()], after_s=3600)
            yield Watched(product, tabs, sink)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def scenes(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Scenes]:
    async with played(request, tmp_path_factory, attended) as scenes:
        yield scenes


@scene
async def test_the_browser_is_closed(watched: Watched) -> None:
    page = await watched.begin("Alder 90")
    await watched.tabs.open("about:blank")
    await page.close()
    await watched.backup_is_told()


@scene
async def test_the_page_is_behind_another_tab_and_was_never_heard(watched: Watched) -> None:
    page = await watched.begin("Birch 91")
    await watched.tabs.open("about:blank")
    assert await page.evaluate("document.visibilityState") == "hidden"
    await watched.backup_is_told()
    await page.bring_to_front()
    await wait_until(lambda: watched.alarms() == [("high", "off")], 20, "it to be over")


@scene
async def test_the_computer_is_asleep(watched: Watched) -> None:
    page = await watched.begin("Cedar 92")
    await watched.tabs.open("about:blank")
    await page.call("Page.setWebLifecycleState", state="frozen")
    await watched.backup_is_told()
    await page.call("Page.setWebLifecycleState", state="active")
    await page.bring_to_front()
    await wait_until(lambda: watched.alarms() == [("high", "off")], 20, "it to be over")


@scene
async def test_a_page_that_is_hidden_and_proven_audible_is_a_watch(watched: Watched) -> None:
    """As beside a video call. A reload, which turns the sound off, ends the watch."""
    page = await watched.begin("Dogwood 93")
    await page.press("Turn sound on")
    await shows(page, "Sound is on")
    await watched.tabs.open("about:blank")
    assert await page.evaluate("document.visibilityState") == "hidden"
    began = watched.clinic.get(f"/encounters/{watched.encounter}")["minutes_since_dose"]

    def later() -> bool:
        now = watched.clinic.get(f"/encounters/{watched.encounter}")["minutes_since_dose"]
        return bool(now - began >= 2)

    await wait_until(later, 30, "two minutes by the service's clock")
    assert watched.alarms() == []
    assert watched.told == []
    await page.evaluate("location.reload()")
    await watched.backup_is_told()


@scene
async def test_a_viewer_s_page_is_no_watch(watched: Watched) -> None:
    watched.product.user("vera", "viewer")
    page = await watched.tabs.open(watched.product.url)
    await shows(page, "Sign in")
    given = json.dumps({"username": "vera", "password": PASSWORD})
    assert await page.evaluate(SIGN_IN % given) == 200
    await shows(page, "Live")
    watched.encounter = watched.clinic.session("Elm 94", {})
    watched.clinic.dose(watched.encounter)
    await watched.backup_is_told()
