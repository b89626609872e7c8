"""Other patients, their crises, and the page that must show these: all on one monotonic clock."""

import asyncio
import contextlib
import itertools
import json
import math
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

from msgspec import Struct, field
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from tests.adapters import raw_mqtt
from tests.attacks.target import Device
from tests.parts.product import Clinic

CRISIS: Final = {"sbp": 214, "dbp": 128}
CONDITION: Final = "sbp_high"
LOST: Final = "broker_lost"
BEAT_S: Final = 0.25
RETRY_S: Final = 0.1


class Patient:
    """A device that measures a heart rate four times a second, and a crisis on `suffer`.

    On the next connection it sends again all that the broker has not confirmed.

    beats     False: it measures only the crisis
    made      readings so far
    crisis_at when the crisis was handed to the network, monotonic
    """

    def __init__(self, encounter: str, device: Device, port: int, *, beats: bool = True) -> None:
        self.encounter = encounter
        self.device = device
        self._port = port
        self._unconfirmed: dict[int, bytes] = {}
        self._writer: asyncio.StreamWriter | None = None
        self._resting = not beats
        self.made = 0
        self.crisis_at = math.nan

    @property
    def connected(self) -> bool:
        return self._writer is not None

    @asynccontextmanager
    async def living(self) -> AsyncIterator["Patient"]:
        tasks = [asyncio.create_task(self._link()), asyncio.create_task(self._measure())]
        try:
            yield self
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def rest(self) -> None:
        """Stop measuring."""
        self._resting = True

    def suffer(self) -> None:
        self.crisis_at = time.monotonic()
        self._say(**CRISIS)

    def _say(self, **values: Any) -> None:
        self.made += 1
        body = json.dumps({"boot": "b", "seq": self.made, **values}).encode()
        number = self.made % 65_535 + 1
        self._unconfirmed[number] = raw_mqtt.publish(self.device.topic, body, packet_id=number)
        if self._writer is not None:
            self._writer.write(self._unconfirmed[number])

    async def _measure(self) -> None:
        while True:
            if self.connected and not self._resting:
                self._say(hr=70 + self.made % 5)
            await asyncio.sleep(BEAT_S)

    async def _link(self) -> None:
        while True:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError, TimeoutError):
                await self._connection()
            await asyncio.sleep(RETRY_S)

    async def _connection(self) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        try:
            writer.write(raw_mqtt.connect(self.device.name, credentials=self.device.account))
            async with asyncio.timeout(5):
                _, answer = await raw_mqtt.read_packet(reader)
            if answer[1]:
                return
            for frame in self._unconfirmed.values():
                writer.write(frame)
            self._writer = writer
            while True:
                first, body = await raw_mqtt.read_packet(reader)
                if first & 0xF0 == 0x40:
                    self._unconfirmed.pop(int.from_bytes(body[:2]), None)
        finally:
            self._writer = None
            writer.close()


class Page(Struct):
    """A signed-in person's live page. Times are those of receipt, monotonic.

    raised       session -> when the page received its crisis as a high alarm
    deaf         sessions that were reported to have lost the broker, since `forget`
    dropped      how often the connection ended since then
    longest      longest time between two messages since then, s
    heard        when the newest message was received
    here         it is connected, and has its snapshot
    """

    clinic: Clinic
    raised: dict[str, float] = field(default_factory=dict)
    deaf: set[str] = field(default_factory=set)
    dropped: int = 0
    heard: float = 0.0
    longest: float = 0.0
    here: bool = False

    @asynccontextmanager
    async def open(self) -> AsyncIterator["Page"]:
        task = asyncio.create_task(self._run())
        try:
            yield self
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def forget(self) -> None:
        self.deaf.clear()
        self.dropped, self.longest, self.heard = 0, 0.0, time.monotonic()

    async def _run(self) -> None:
        while True:
            try:
                async with live(self.clinic) as line:
                    async for text in line:
                        self._take(str(text))
            except (OSError, WebSocketException, TimeoutError):
                pass
            self.here = False
            self.dropped += 1
            await asyncio.sleep(RETRY_S)

    def _take(self, text: str) -> None:
        now = time.monotonic()
        self.longest = max(self.longest, now - self.heard)
        self.heard, self.here = now, True
        # A status does not matter here, and an attacker may cause many.
        if '"status"' in text[:60]:
            return
        message = json.loads(text)
        if message["type"] == "alarm":
            self._see(message["alarm"], now)
            if message["transition"] == "raised" and message["alarm"]["condition"] == LOST:
                self.deaf.add(message["alarm"]["encounter_id"])
        elif message["type"] == "snapshot":
            for alarm in itertools.chain(*(e["alarms"] for e in message["encounters"])):
                self._see(alarm, now)

    def _see(self, alarm: dict[str, Any], now: float) -> None:
        if alarm["condition"] == CONDITION and alarm["priority"] == "high":
            self.raised.setdefault(alarm["encounter_id"], now)


def live(clinic: Clinic) -> connect:
    headers = {"Authorization": f"Bearer {clinic.token}"}
    # A page answers pings; a busy test process must not end its connection. A browser reads on,
    # while this library stops at `max_queue` messages that are not taken, and then finds no answer
    # to its close frame either, for ten seconds.
    return connect(
        clinic.product.live_url, additional_headers=headers, ping_interval=None,
        open_timeout=30, max_size=None, max_queue=None,
    )  # fmt: skip
