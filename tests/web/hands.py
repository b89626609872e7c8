"""Steps and look-ups that the browser tests share, in the page's own words."""

import asyncio
import itertools
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Event
from typing import Final

from playwright.async_api import Locator, Page

from tests.parts import wait_until_blocking
from tests.parts.product import PASSWORD, Clinic, Product
from tests.parts.publisher import Publisher

VITALS: Final = ("Heart rate", "Blood pressure", "Temperature")
# A time in the report, as a group: past midnight the report writes each time with its date.
ON_PAPER: Final = r"((?:[A-Z][a-z]{2} \d{1,2} )?\d\d:\d\d)"
# How far the page or any button sticks out: a part cut off at the right is out of reach too.
_WIDER: Final = """() => Math.max(
  document.documentElement.scrollWidth - innerWidth,
  ...[...document.querySelectorAll("button")].map(
    (b) => Math.ceil(b.getBoundingClientRect().right) - innerWidth,
  ),
)"""
# Pieces of text that overlap: in the header, in a row, beside a large number.
_OVERLAPS: Final = """() => {
  const TEXTS = ".who > *, .since > span, .head, .figure, .change, .age, s, .next > *, .standing";
  const shown = (e) => e.getClientRects().length && e.textContent.trim();
  const all = document.createRange();
  const box = (e) => {
    if (e.matches(".boxed") || getComputedStyle(e).overflowX === "hidden")
      return e.getBoundingClientRect();
    all.selectNodeContents(e);
    return all.getBoundingClientRect();
  };
  const meet = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
    && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;
  const found = [];
  for (const [group, parts] of [[".top", ":scope > :not(.gap), .gap > *"],
                                [".row, .big-vital", TEXTS]]) {
    for (const place of document.querySelectorAll(group)) {
      const edge = place.getBoundingClientRect().bottom;
      const texts = [...place.querySelectorAll(parts)].filter((e) => shown(e) && box(e).top < edge);
      texts.forEach((a, i) => texts.slice(i + 1).forEach((b) => {
        if (meet(box(a), box(b))) found.push(a.textContent + " | " + b.textContent);
      }));
    }
  }
  return found;
}"""


class Desk:
    """The sessions of one test. `label` names the patient and, in small letters, the devices."""

    def __init__(self, clinic: Clinic, devices: Publisher) -> None:
        self.clinic = clinic
        self.devices = devices
        self._seq = itertools.count(1)

    def open(self, label: str, name: str = "", emergency: dict[str, str] | None = None) -> str:
        """Open a session with a strap, a cuff and a thermometer; return its id.

        The name of each device begins with `name`, or else with the first word of the label.
        """
        self.name = name or label.split(maxsplit=1)[0].lower()
        kinds = {"strap": "heart_rate", "cuff": "cuff", "thermometer": "thermometer"}
        return self.clinic.session(
            label,
            {f"{self.name}-{device}": kind for device, kind in kinds.items()},
            emergency=emergency,
        )

    def send(self, device: str, **values: object) -> None:
        """Send a reading, measured now, of the session that was opened last."""
        self.devices.reading(f"{self.name}-{device}", seq=next(self._seq), **values)

    @contextmanager
    def measuring(self, device: str, **values: object) -> Iterator[None]:
        """Send a reading of the session that was opened last, and again every second, as a strap
        does: however slow the page is, there is a fresh one."""
        over = Event()

        def measure() -> None:
            while not over.wait(1):
                self.send(device, **values)

        self.send(device, **values)
        with ThreadPoolExecutor(1) as strap:
            measured = strap.submit(measure)
            try:
                yield
            finally:
                over.set()
            measured.result()

    def dosed(self, label: str) -> str:
        """Open a session, send 128/80 and record a dose; return the session's id."""
        identifier = self.open(label)
        self.send("cuff", sbp=128, dbp=80)
        wait_until_blocking(lambda: self.vital(identifier, "sbp"), what="the cuff's reading")
        self.clinic.dose(identifier)
        return identifier

    def vital(self, encounter: str, vital: str) -> float | None:
        status = self.clinic.get(f"/encounters/{encounter}")
        value: float | None = status["vitals"].get(vital, {}).get("value")
        return value

    def close(self, encounter: str) -> None:
        self.clinic.post(
            f"/encounters/{encounter}/close",
            override_reason="the test is over", authorised_by="Dr Test",
        )  # fmt: skip

    def close_all(self) -> None:
        """Close all open sessions: the alarms of one left open would be on the next test's page."""
        for encounter in self.clinic.everything("/encounters", state="open"):
            self.close(encounter["id"])


class Later:
    """Waits by the service's own clock."""

    def __init__(self, product: Product) -> None:
        self._clinic = Clinic(product)

    @property
    def now(self) -> datetime:
        told = self._clinic.http.get(f"{self._clinic.product.url}/healthz").json()["time"]
        return datetime.fromisoformat(told)

    async def pass_(self, **length: float) -> None:
        until = self.now + timedelta(**length)
        await asyncio.to_thread(
            wait_until_blocking, lambda: self.now > until, 120, f"the clock to pass {until}"
        )


async def sign_in(page: Page, product: Product, name: str = "thea") -> None:
    """Sign in by a request and open the wall: without the form, and without a user's gesture."""
    given = {"username": name, "password": PASSWORD}
    answer = await page.request.post(f"{product.url}/api/v1/login", data=given)
    assert answer.ok, await answer.text()
    await page.goto(product.url)
    await page.get_by_text("Live", exact=True).wait_for()


def region(page: Page, label: str) -> Locator:
    """Return the session of the patient: its accessible name begins with the label."""
    return page.get_by_role("region", name=re.compile(f"^{re.escape(label)}"))


def alerts(page: Page, text: str) -> Locator:
    return page.get_by_role("alert").filter(has_text=text)


def line_with(page: Page, text: str) -> Locator:
    """Return the lines of the alarm bar that contain the text."""
    return page.locator(".bar .line").filter(has_text=text)


async def overflow(page: Page) -> int:
    """Return by how many pixels the page, or a button of it, sticks out of the window."""
    wider: int = await page.evaluate(_WIDER)
    return wider


async def overlaps(page: Page) -> list[str]:
    found: list[str] = await page.evaluate(_OVERLAPS)
    return found
