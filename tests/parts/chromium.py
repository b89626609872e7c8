"""The Chromium that is on the path, driven by Playwright; Playwright's own download is not used."""

import shutil
from typing import Final

from tests.parts.missing import missing

# --no-sandbox: as root, in a container, Chromium's own sandbox cannot start. The rest keeps the
# browser from talking to anybody but the page under test.
CHROMIUM_ARGUMENTS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def chromium_program() -> str:
    """Path of the browser; skips the test (fails in CI) where there is none."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if program := shutil.which(name):
            return program
    missing("Chromium", "install the package chromium, or run `make test`")
