"""A signed-in page, and its picture in every width."""

from pathlib import Path
from typing import Final, Literal

from playwright.async_api import Browser, Page

from tests.parts.demo import Demo

# A phone, beside a video call, a laptop, a wall; and the laptop at 200 % zoom.
SIZES: Final = {
    "390": (390, 844), "960": (960, 720), "1280": (1280, 800), "2560": (2560, 1440),
    "zoomed": (640, 400),
}  # fmt: skip
# Wait for the painted bright half of a flash: two frames after the last change.
STILL: Final = """() => new Promise((done) => {
  const look = () => {
    const dark = ["dark-high", "dark-medium"];
    const bright = dark.every((name) => !document.documentElement.classList.contains(name));
    bright ? requestAnimationFrame(() => done()) : requestAnimationFrame(look);
  };
  requestAnimationFrame(() => requestAnimationFrame(look));
})"""
COMES_S: Final = 300.0  # enough for every state on a machine with much other work
Scheme = Literal["dark", "light"]


class Camera:
    def __init__(self, browser: Browser, to: Path, only: list[str]) -> None:
        self._browser = browser
        self._to = to
        self._only = only

    async def page(self, demo: Demo, scheme: Scheme = "dark") -> Page:
        """Open a page of the user that the demonstration's greeting names."""
        context = await self._browser.new_context(
            viewport={"width": 1280, "height": 800}, color_scheme=scheme
        )
        page = await context.new_page()
        page.set_default_timeout(COMES_S * 1000)
        await page.goto(demo.address)
        await page.get_by_label("User name").fill(demo.user)
        await page.get_by_label("Password").fill(demo.password)
        await page.get_by_role("button", name="Sign in").click()
        await page.get_by_role("region").first.wait_for()
        return page

    async def shoot(self, page: Page, view: str) -> None:
        """Take `view-390.png` and so on, one in each size."""
        if self._only and view not in self._only:
            return
        for name, (width, height) in SIZES.items():
            await page.set_viewport_size({"width": width, "height": height})
            await page.evaluate(STILL)
            path = self._to / f"{view}-{name}.png"
            await page.screenshot(path=path)
            print(path)
        await page.set_viewport_size({"width": 1280, "height": 800})
