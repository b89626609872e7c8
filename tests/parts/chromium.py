"""The Chromium on the path, driven by Playwright; Playwright's own download is not used."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from playwright.async_api import Browser, async_playwright

from tests.parts.missing import missing

# --no-sandbox: as root, in a container, Chromium's own sandbox cannot start. The rest keeps the
# browser from contacting any server except that of the page under test.
CHROMIUM_ARGUMENTS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


# Chromium without its windows has the same engine and needs half the processor for a page.
LIGHTER: Final = ("chromium-headless-shell",)
WHOLE: Final = ("chromium", "chromium-browser", "google-chrome")


def chromium_program(*, whole: bool = False) -> str:
    """Return the path of the browser; skip the test (fail it in CI) if it is missing.

    whole: with all that has a window in a user's browser, such as what shows a notification
    """
    for name in WHOLE if whole else (*LIGHTER, *WHOLE):
        if program := shutil.which(name):
            return program
    missing("Chromium", "install the package chromium, or run `make test`")


@asynccontextmanager
async def launched(*more: str, whole: bool = False) -> AsyncIterator[Browser]:
    """A browser without windows. more: arguments; whole: see `chromium_program`."""
    program = chromium_program(whole=whole)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=program, args=[*CHROMIUM_ARGUMENTS, *more]
        )
        try:
            yield browser
        finally:
            await browser.close()
