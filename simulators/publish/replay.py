"""`replay`: publish a recorded trace as its device would have, measured now."""

import asyncio
import contextlib
import secrets
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from msgspec import Struct

from simulators.errors import Failed
from simulators.native import Reading, confirmation, iso, readings_payload
from simulators.outbox import BATCH, Outbox
from simulators.publish.clock import VirtualClock, patience, service_clock
from simulators.publish.door import answered
from simulators.publish.link import Broker, Link
from simulators.publish.player import device_topic
from simulators.trace import Row, read_trace

IN_FLIGHT: Final = 100
# Real seconds to wait: for the broker's confirmations after the last row, for the service's first
# confirmation, if there is a service at all, and for its last.
PUBACKS_S: Final = 60.0
FIRST_CONFIRMATION_S: Final = 5.0
LAST_CONFIRMATION_S: Final = 30.0


class Replay(Struct, frozen=True, kw_only=True):
    """The options of the command line."""

    trace: Path
    mqtt: str
    device: str
    api_url: str
    site: str = "home"
    speed: float = 1.0


class Summary(Struct, frozen=True):
    """rows: of the trace; readings: rows that contained a value; values: non-empty cells sent;
    confirmed: readings that the service reported as on disk."""

    device: str
    rows: int
    readings: int
    values: int
    confirmed: int


async def replay(options: Replay) -> Summary:
    """Play a trace to its end. Raises WrongUse or Failed."""
    rows = read_trace(options.trace)
    broker = Broker.parse(options.mqtt)
    async with answered(broker) as admitted:
        clock = await service_clock(options.api_url, options.speed)
        await admitted()
    recorder = Recorder(broker, options.site, options.device, clock, capacity=len(rows))
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(recorder.link.run()), group.create_task(recorder.send())]
        try:
            await recorder.link.ready()
            await recorder.play(rows)
        finally:
            for task in tasks:
                task.cancel()
    values = [len(row.values) for row in rows if row.values]
    confirmed = recorder.outbox.confirmed
    return Summary(options.device, len(rows), len(values), sum(values), confirmed)


class Recorder:
    """A device that measures the rows of a trace, one object each, and keeps them until `acks`.

    Rows are paced by absolute deadlines. Readings that were sent before are sent again in batches.
    """

    def __init__(
        self, broker: Broker, site: str, device: str, clock: VirtualClock, *, capacity: int
    ) -> None:
        topic = device_topic(site, device)
        boot = secrets.token_hex(4)
        self.outbox = Outbox(boot, max(1, capacity), patience(clock.speed))
        self.link = Link(
            broker, device, topics=(f"{topic}/acks",), on_message=self._hear, on_change=self._poke
        )
        self._topic = f"{topic}/readings"
        self._clock = clock
        self._connection = 0
        self._sent_once = 0
        self._unsure: set[int] = set()  # numbers that the broker has not confirmed
        self._room = asyncio.Semaphore(IN_FLIGHT)
        self._poked = asyncio.Event()
        self._progress = asyncio.Event()

    async def play(self, rows: Sequence[Row]) -> None:
        """Measure every row at its time, then wait for the broker's and service's confirmations."""
        start = self._clock.now()
        for row in rows:
            if row.values:
                await self._clock.until(start + row.t_s)
                self.outbox.add({"t": iso(start + row.t_s), **row.values})
                self._unsure.add(self.outbox.last)
                self._poke()
        if not await self._settled(lambda: not self._unsure, PUBACKS_S):
            raise Failed(f"the broker never confirmed {len(self._unsure)} readings")
        if await self._settled(lambda: self.outbox.confirmed > 0, FIRST_CONFIRMATION_S):
            await self._settled(lambda: not self.outbox, LAST_CONFIRMATION_S)

    async def send(self) -> None:
        """Publish due readings, for ever."""
        async with asyncio.TaskGroup() as group:
            while True:
                await self._wait()
                for readings in self._due():
                    await self._room.acquire()
                    group.create_task(self._publish(readings))

    def _due(self) -> list[list[Reading]]:
        if not self.link.up:
            return []
        if self.link.connections != self._connection:
            self._connection = self.link.connections
            self.outbox.disconnected()
        again, fresh = self.outbox.due(self._clock.now())
        known = sum(1 for reading in fresh if _seq(reading) <= self._sent_once)
        again += fresh[:known]
        self._sent_once = self.outbox.last
        batches = [again[start : start + BATCH] for start in range(0, len(again), BATCH)]
        return batches + [[reading] for reading in fresh[known:]]

    async def _publish(self, readings: list[Reading]) -> None:
        try:
            payload = readings_payload(readings, self._clock.now())
            if await self.link.publish(self._topic, payload):
                self._unsure.difference_update(_seq(reading) for reading in readings)
                self._progress.set()
            else:
                self.link.cut()  # after any fault, a new connection sends it again
        finally:
            self._room.release()

    async def _wait(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._clock.real(self.outbox.deadline)):
                await self._poked.wait()
        self._poked.clear()

    async def _settled(self, done: Callable[[], bool], within_s: float) -> bool:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                while not done():
                    self._progress.clear()
                    await self._progress.wait()
        return done()

    def _hear(self, _topic: str, payload: bytes) -> None:
        if found := confirmation(payload):
            self.outbox.confirm(*found, self._clock.now())
            self._progress.set()

    def _poke(self) -> None:
        self._poked.set()


def _seq(reading: Reading) -> int:
    seq = reading["seq"]
    assert isinstance(seq, int)
    return seq
