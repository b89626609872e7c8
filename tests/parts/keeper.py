"""Devices that keep unconfirmed readings and repeat them: the record's promise is made to these.

One connection carries all of them, as a gateway would. A reading leaves a device's memory when its
number comes back on `acks`, and for no other reason.
"""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, Final

import aiomqtt

# Repeat a reading that is unconfirmed for this long. Much sooner, an outage ends in a flood.
AGAIN_S: Final = 12.0
RETRY_S: Final = 0.2
BOOT: Final = "b1"

Clock = Callable[[], float]


class Keeper:
    """One device. `measure` numbers a reading and keeps it until it is confirmed.

    made       number of readings so far
    confirmed  the service has reported that all numbers up to this one are on disk
    kept       number -> payload and when it was last sent; None: not yet on this connection
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.made = 0
        self.confirmed = 0
        self.kept: dict[int, tuple[bytes, float | None]] = {}

    @property
    def topic(self) -> str:
        return f"dosing/v1/home/{self.name}/readings"

    def measure(self, at: float, **values: Any) -> None:
        """Number a reading and keep it. at: epoch seconds."""
        self.made += 1
        reading = {"boot": BOOT, "seq": self.made, "t": int(at * 1000), **values}
        self.kept[self.made] = (json.dumps(reading).encode(), None)

    def hear(self, payload: bytes) -> None:
        """Handle a message on `acks`."""
        told = json.loads(payload)
        if told["boot"] != BOOT:
            return
        self.confirmed = max(self.confirmed, told["seq"])
        for number in [n for n in self.kept if n <= self.confirmed]:
            del self.kept[number]

    def due(self, now: float) -> list[tuple[int, bytes]]:
        return [
            (number, payload)
            for number, (payload, sent) in self.kept.items()
            if sent is None or now - sent >= AGAIN_S
        ]

    def forget_sending(self) -> None:
        """Mark all readings as not yet sent: the connection is a new one."""
        self.kept = {number: (payload, None) for number, (payload, _) in self.kept.items()}


class Gateway:
    """Carries the devices' readings to the broker, over any number of connections.

    account     name and password, if the broker requires them
    forgetful   it forgets a reading as soon as the broker has taken it, and waits for no `acks`
    taken       device -> the numbers that a broker has taken
    """

    def __init__(
        self, port: int, keepers: list[Keeper], clock: Clock, *, forgetful: bool = False,
        account: tuple[str, str] | None = None,
    ) -> None:  # fmt: skip
        self._port = port
        self._account = account
        self._clock = clock
        self.keepers = {keeper.name: keeper for keeper in keepers}
        self.forgetful = forgetful
        self.taken: dict[str, set[int]] = {keeper.name: set() for keeper in keepers}
        self.sent = 0
        self.connections = 0

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Gateway"]:
        task = asyncio.create_task(self.run(), name="gateway")
        try:
            yield self
            if task.done():
                task.result()
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def run(self) -> None:
        while True:
            with contextlib.suppress(aiomqtt.MqttError):
                await self._connection()
            await asyncio.sleep(RETRY_S)

    @property
    def unconfirmed(self) -> int:
        return sum(len(keeper.kept) for keeper in self.keepers.values())

    async def _connection(self) -> None:
        name, password = self._account or (None, None)
        async with aiomqtt.Client(
            "127.0.0.1", self._port, identifier="gateway", timeout=5, keepalive=5,
            username=name, password=password,
            max_inflight_messages=1_000, max_queued_outgoing_messages=100_000,
        ) as client:  # fmt: skip
            self.connections += 1
            client.pending_calls_threshold = 1_000_000  # it sends many together on purpose
            for keeper in self.keepers.values():
                keeper.forget_sending()
            await client.subscribe("dosing/v1/home/+/acks", qos=1)
            sending = asyncio.create_task(self._send(client), name="gateway sends")
            hearing = asyncio.create_task(self._hear(client), name="gateway hears")
            try:
                await asyncio.wait((sending, hearing), return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in (sending, hearing):
                    task.cancel()
                await asyncio.gather(sending, hearing, return_exceptions=True)

    async def _hear(self, client: aiomqtt.Client) -> None:
        async for message in client.messages:
            device = str(message.topic).split("/")[3]
            if device in self.keepers and isinstance(message.payload, bytes):
                self.keepers[device].hear(message.payload)

    async def _send(self, client: aiomqtt.Client) -> None:
        while True:
            now = self._clock()
            for keeper in self.keepers.values():
                due = keeper.due(now)[:200]
                if due:
                    await self._publish(client, keeper, due, now)
            await asyncio.sleep(0.02)

    async def _publish(
        self, client: aiomqtt.Client, keeper: Keeper, due: list[tuple[int, bytes]], now: float
    ) -> None:
        """Publish all together; return when the broker has taken the last."""
        for number, payload in due:
            keeper.kept[number] = (payload, now)
        self.sent += len(due)
        async with asyncio.timeout(10):
            await asyncio.gather(*(client.publish(keeper.topic, p, qos=1) for _, p in due))
        self.taken[keeper.name].update(number for number, _ in due)
        if self.forgetful:
            for number, _ in due:
                keeper.kept.pop(number, None)
