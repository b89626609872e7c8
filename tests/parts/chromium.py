"""The Chromium on the path, driven by Playwright; Playwright's own download is not used."""

import shutil
from typing import Final

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


def chromium_program() -> str:
    """Return the path of the browser; skip the test (fail it in CI) if it is missing."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if program := shutil.which(name):
            return program
    missing("Chromium", "install the package chromium, or run `make test`")
