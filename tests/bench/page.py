"""The wall of a therapist's browser with twelve live sessions: processor, memory, answers, bytes.

Each session has a heart rate a second, for minutes, in a real headless Chromium. The processor time
is that of the page's own process; painting on a machine without a graphics card costs more than
elsewhere. Input is pressed as a person presses it, and the browser itself reports how long the
answer took (Event Timing: from the press to the next painted frame, in steps of 8 ms).
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import numpy as np
from playwright.sync_api import CDPSession, Page, sync_playwright

from tests.bench.figures import figure, told
from tests.bench.load import pace, spawn
from tests.bench.stage import Stage, stage
from tests.parts.chromium import CHROMIUM_ARGUMENTS, chromium_program
from tests.parts.product import PASSWORD

SESSIONS: Final = 12
LOOKS: Final = 60  # in the whole time
_MIB: Final = 2**20
_PAINT: Final = 'performance.getEntriesByName("first-contentful-paint")[0]?.startTime'
_EVENTS: Final = """() => {
  window.answers = [];
  const keep = (list) => answers.push(...list.getEntries().map((e) => e.duration));
  new PerformanceObserver(keep).observe({ type: "event", durationThreshold: 16, buffered: true });
}"""


def measure(*, seconds: float) -> None:
    with stage(SESSIONS) as scene, _browser(scene) as (page, devtools):
        _first_paint(scene, page, devtools)
        page.evaluate(_EVENTS)
        taken = _watch(scene, page, devtools, seconds)
        steady = np.array([row for row in taken if row[0] > seconds / 3] or taken)
        share = (taken[-1][1] - taken[0][1]) / (taken[-1][0] - taken[0][0])
        figure("page_of_one_core_with_12_sessions", 100 * share, "%")
        slope = np.polyfit(steady[:, 0], steady[:, 2], 1)[0] * 3600 if len(steady) > 1 else 0.0
        figure("page_heap", steady[-1, 2], "MiB")
        figure("page_heap_growth", slope, "MiB/h")
        answers = page.evaluate("answers")
        # The browser does not report those below the threshold: they are faster than one frame.
        figure("page_input_answered_within", max(answers, default=16), "ms")


@contextmanager
def _browser(scene: Stage) -> Iterator[tuple[Page, CDPSession]]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium_program(whole=True), args=list(CHROMIUM_ARGUMENTS)
        )
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        given = {"username": "thea", "password": PASSWORD}
        page.request.post(f"{scene.product.url}/api/v1/login", data=given)
        yield page, page.context.new_cdp_session(page)
        browser.close()


def _first_paint(scene: Stage, page: Page, devtools: CDPSession) -> None:
    """Measure the first paint of the wall with an empty cache, up to the first snapshot."""
    received: list[float] = []
    devtools.on("Network.loadingFinished", lambda e: received.append(e["encodedDataLength"]))
    devtools.send("Network.enable")
    page.goto(scene.product.url)
    page.get_by_role("region").nth(SESSIONS - 1).wait_for()
    # The browser reports it a moment after the paint.
    figure("page_first_paint", page.wait_for_function(_PAINT).json_value(), "ms")
    figure("page_transferred", sum(received) / 1000, "kB")
    devtools.send("Network.disable")


def _watch(
    scene: Stage, page: Page, devtools: CDPSession, seconds: float
) -> list[tuple[float, float, float]]:
    """Sample (s since the beginning, processor seconds of the page, MiB of its heap) repeatedly."""
    begin, wall = time.monotonic() + 2.0, time.time() + 2.0
    publisher, line = spawn(
        pace, scene.broker.port, scene.live(round(seconds * SESSIONS), SESSIONS, wall, SESSIONS),
        float(SESSIONS), begin,
    )  # fmt: skip
    taken = []
    while (at := time.monotonic() - begin) < seconds:
        if at >= 0:
            devtools.send("HeapProfiler.collectGarbage")
            heap = devtools.send("Runtime.getHeapUsage")["usedSize"] / _MIB
            taken.append((at, _processor(page), heap))
            told(f"{at:.0f} s: {taken[-1][1]:.1f} s of processor, heap {heap:.1f} MiB")
            _press(page)
        page.wait_for_timeout(seconds / LOOKS * 1000)
    line.recv()
    publisher.join()
    return taken


def _press(page: Page) -> None:
    """Open a session, open a form, and go back, as a therapist does."""
    page.get_by_role("region").first.get_by_role("link").click()
    page.get_by_role("button", name="Enter reading").click()
    page.get_by_label("Systolic").fill("128")
    page.get_by_role("button", name="Cancel").click()
    page.get_by_role("link", name="All").click()
    page.get_by_role("region").nth(SESSIONS - 1).wait_for()


def _processor(page: Page) -> float:
    """Return the processor seconds that the browser's page processes have used."""
    browser = page.context.browser
    assert browser is not None
    told = browser.new_browser_cdp_session()
    processes = told.send("SystemInfo.getProcessInfo")["processInfo"]
    told.detach()
    return sum(float(one["cpuTime"]) for one in processes if one["type"] == "renderer")
