"""Take screenshots of the page in every state: one PNG for each view and width.

`python -m tests.screens [--to DIR] [--only calm,high]`. Devices reach every state by messages to
the running demonstration over MQTT, and a therapist by pressing buttons; no content is injected
into the page.
"""

import argparse
import asyncio
import tempfile
from pathlib import Path

from playwright.async_api import expect

from tests.parts import launched
from tests.screens.camera import COMES_S, Camera
from tests.screens.scenes import SCENES


async def take(to: Path, only: list[str]) -> None:
    to.mkdir(parents=True, exist_ok=True)
    expect.set_options(timeout=COMES_S * 1000)
    sounds = "--autoplay-policy=no-user-gesture-required"
    async with launched(sounds, whole=True) as browser:
        for scene in SCENES:
            if only and not set(scene.views) & set(only):
                continue
            with tempfile.TemporaryDirectory(prefix="screens-") as place:
                await scene.play(Camera(browser, to, only), Path(place))


def main() -> None:
    parser = argparse.ArgumentParser(prog="make screenshots", description=__doc__)
    parser.add_argument("--to", type=Path, default=Path("screenshots"), metavar="DIR")
    parser.add_argument("--only", default="", help="views, with commas between them")
    given = parser.parse_args()
    known = [view for scene in SCENES for view in scene.views]
    only = [name for name in given.only.split(",") if name]
    if unknown := set(only) - set(known):
        parser.error(f"there is no view {min(unknown)}; known: {', '.join(known)}")
    asyncio.run(take(given.to, only))


if __name__ == "__main__":
    main()
