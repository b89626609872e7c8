"""Tabs of a Chromium of our own, of which only one is in front.

Playwright keeps every page visible, as if each had the focus. To test a page behind another tab we
must control the browser directly.
"""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

from websockets.asyncio.client import ClientConnection, connect

from tests.parts.chromium import CHROMIUM_ARGUMENTS, chromium_program
from tests.parts.waiting import wait_until

NOTHING_YET: Final = "Cannot find default execution context"
_MIDDLE: Final = """(() => {
  const box = [...document.querySelectorAll("button")]
    .find((b) => b.textContent.trim() === %s).getBoundingClientRect();
  return { x: box.left + box.width / 2, y: box.top + box.height / 2 };
})()"""


class Tab:
    def __init__(self, tabs: "Tabs", target: str, session: str) -> None:
        self._tabs = tabs
        self._target = target
        self._session = session

    async def bring_to_front(self) -> None:
        await self._tabs.call("Target.activateTarget", targetId=self._target)

    async def ready(self) -> bool:
        """Return True once it can evaluate an expression: a tab exists a moment before its page."""
        answer = await self._tabs.ask("Runtime.evaluate", self._session, expression="1")
        return "result" in answer

    async def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        return await self._tabs.call(method, self._session, **parameters)

    async def close(self) -> None:
        await self._tabs.call("Target.closeTarget", targetId=self._target)

    async def press(self, text: str) -> None:
        """Press the button with this text by mouse: the browser counts it as a user's gesture."""
        found = await self.evaluate(_MIDDLE % json.dumps(text))
        for kind in ("mousePressed", "mouseReleased"):
            await self.call(
                "Input.dispatchMouseEvent", type=kind, button="left", clickCount=1, **found
            )

    async def evaluate(self, expression: str) -> Any:
        """Return the value of a JavaScript expression; of a promise, the resolved value.

        While the page reloads there is no context for it: wait until there is one.
        """
        given = {"expression": expression, "awaitPromise": True, "returnByValue": True}

        async def answered() -> dict[str, Any] | None:
            answer = await self._tabs.ask("Runtime.evaluate", self._session, **given)
            return None if NOTHING_YET in str(answer.get("error")) else answer

        answer = await wait_until(answered, 20, "the page to be there")
        assert answer is not None
        assert "error" not in answer, answer["error"]
        result = answer["result"]
        assert "exceptionDetails" not in result, result["exceptionDetails"]
        return result["result"].get("value")


class Tabs:
    def __init__(self, browser: ClientConnection) -> None:
        self._browser = browser
        self._number = 0
        self._turn = asyncio.Lock()

    async def open(self, url: str) -> Tab:
        """Open a tab in front of all others."""
        target = (await self.call("Target.createTarget", url=url))["targetId"]
        attached = await self.call("Target.attachToTarget", targetId=target, flatten=True)
        tab = Tab(self, target, attached["sessionId"])
        await wait_until(tab.ready, 20, f"the tab at {url}")
        return tab

    async def call(self, method: str, session: str = "", **parameters: Any) -> dict[str, Any]:
        """Return the result of a DevTools command."""
        answer = await self.ask(method, session, **parameters)
        assert "error" not in answer, f"{method}: {answer.get('error')}"
        result: dict[str, Any] = answer["result"]
        return result

    async def ask(self, method: str, session: str = "", **parameters: Any) -> dict[str, Any]:
        """Return the answer with its `result` or `error`; skip messages that answer no command."""
        async with self._turn:
            self._number += 1
            body = {"id": self._number, "method": method, "params": parameters}
            await self._browser.send(json.dumps(body | ({"sessionId": session} if session else {})))
            async with asyncio.timeout(20):
                while (answer := json.loads(await self._browser.recv())).get("id") != self._number:
                    pass
        return dict(answer)


@asynccontextmanager
async def chromium_tabs(profile: Path) -> AsyncIterator[Tabs]:
    process = await asyncio.create_subprocess_exec(
        chromium_program(whole=True), "--headless=new", *CHROMIUM_ARGUMENTS,
        "--remote-debugging-port=0", f"--user-data-dir={profile}", "about:blank",
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stderr is not None
    try:
        async with asyncio.timeout(30):
            while not (found := re.search(rb"ws://\S+", await process.stderr.readline())):
                assert process.returncode is None, "Chromium ended"
        async with connect(found[0].decode(), max_size=None) as browser:
            yield Tabs(browser)
    finally:
        process.terminate()
        await process.communicate()
