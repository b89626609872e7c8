"""A page that looks on: what it is told, when, and whether something old is said to be fresh."""

import asyncio
import itertools
import json
import math
import time
from datetime import datetime
from typing import Any, Final

from msgspec import Struct, field
from websockets.exceptions import WebSocketException

from tests.attacks.bystander import live
from tests.parts.product import Clinic

SLACK_S: Final = 1.0  # from the service's decision to here, on a busy machine
FAULTS: Final = ("broker_lost", "storage_fault")


class Stood(Struct):
    encounter: str
    condition: str
    since: float
    until: float = math.inf


class Watcher(Struct):
    """Times are the wall clock's at receipt.

    stale     what was shown as fresh after its time
    alarms    transitions told live
    standing  alarm of a fault of the service -> its session, its condition, from when until when
    beats     session -> when a fresh heart rate was shown
    """

    clinic: Clinic
    connections: int = 0
    statuses: int = 0
    alarms: int = 0
    stale: list[str] = field(default_factory=list)
    standing: dict[str, Stood] = field(default_factory=dict)
    beats: dict[str, list[float]] = field(default_factory=dict)

    async def run(self) -> None:
        while True:
            try:
                async with live(self.clinic) as page:
                    self.connections += 1
                    async for text in page:
                        self._see(json.loads(text))
            except (OSError, WebSocketException, TimeoutError):
                await asyncio.sleep(0.1)

    def _see(self, message: dict[str, Any]) -> None:
        if message["type"] == "alarm":
            self.alarms += 1
            self._hear(message["alarm"])
        elif message["type"] == "status":
            self._look(message["encounter"])
        elif message["type"] == "snapshot":
            for encounter in message["encounters"]:
                self._look(encounter)
                for alarm in encounter["alarms"]:
                    self._hear(alarm)
            self._over({a["id"] for e in message["encounters"] for a in e["alarms"]})

    def _hear(self, alarm: dict[str, Any]) -> None:
        if alarm["condition"] not in FAULTS:
            return
        about = Stood(alarm["encounter_id"], alarm["condition"], time.time())
        stood = self.standing.setdefault(alarm["id"], about)
        if alarm["cleared_at"] is not None:
            stood.until = min(stood.until, time.time())

    def _over(self, standing: set[str]) -> None:
        """What ended while nobody looked on is in no snapshot."""
        for name, stood in self.standing.items():
            if name not in standing:
                stood.until = min(stood.until, time.time())

    @property
    def troubled(self) -> list[Stood]:
        """What stands on the page now."""
        return [stood for stood in self.standing.values() if stood.until == math.inf]

    def told(self, encounter: str, condition: str, moment: float) -> bool:
        """Did it stand on the page then?"""
        return any(
            s.encounter == encounter and s.condition == condition and s.since <= moment < s.until
            for s in self.standing.values()
        )

    def longest_without_a_beat(self, encounter: str, since: float, until: float) -> float:
        """s, of a fresh heart rate between these two."""
        shown = [at for at in self.beats.get(encounter, ()) if since < at < until]
        return max(b - a for a, b in itertools.pairwise([since, *shown, until]))

    def _look(self, encounter: dict[str, Any]) -> None:
        self.statuses += 1
        now = time.time() - SLACK_S
        if encounter["vitals"].get("hr", {}).get("state") == "fresh":
            self.beats.setdefault(encounter["id"], []).append(time.time())
        for vital, shown in encounter["vitals"].items():
            if shown["state"] in ("fresh", "suspect") and now > _epoch(shown["stale_at"]):
                self.stale.append(f"{encounter['id']} {vital} {shown}")


def _epoch(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()
