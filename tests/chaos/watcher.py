"""A page that looks on, and complains when it is told that something old is fresh."""

import asyncio
import json
import time
from datetime import datetime
from typing import Any, Final

from msgspec import Struct, field
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from tests.parts.product import Clinic

SLACK_S: Final = 1.0  # from the service's decision to here, on a busy machine


class Watcher(Struct):
    """stale: what was shown as fresh after its time; alarms: transitions told live"""

    clinic: Clinic
    connections: int = 0
    statuses: int = 0
    alarms: int = 0
    stale: list[str] = field(default_factory=list)

    async def run(self) -> None:
        headers = {"Authorization": f"Bearer {self.clinic.token}"}
        while True:
            try:
                async with connect(
                    self.clinic.product.live_url, additional_headers=headers
                ) as page:
                    self.connections += 1
                    async for text in page:
                        self._see(json.loads(text))
            except (OSError, WebSocketException, TimeoutError):
                await asyncio.sleep(0.1)

    def _see(self, message: dict[str, Any]) -> None:
        if message["type"] == "alarm":
            self.alarms += 1
        elif message["type"] == "status":
            self._look(message["encounter"])
        elif message["type"] == "snapshot":
            for encounter in message["encounters"]:
                self._look(encounter)

    def _look(self, encounter: dict[str, Any]) -> None:
        self.statuses += 1
        now = time.time() - SLACK_S
        for vital, shown in encounter["vitals"].items():
            if shown["state"] in ("fresh", "suspect") and now > _epoch(shown["stale_at"]):
                self.stale.append(f"{encounter['id']} {vital} {shown}")


def _epoch(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()
