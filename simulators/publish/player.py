"""One device on its own connection, driven by a clock or step by step."""

import asyncio
import contextlib

from simulators.devices import Device, Message
from simulators.publish.clock import VirtualClock
from simulators.publish.link import Broker, Credentials, Link

PREFIX = "dosing/v1"
BEHIND_S = 5.0


def device_topic(site: str, device: str) -> str:
    return f"{PREFIX}/{site}/{device}"


class Player:
    """Publishes a device's messages, and passes incoming messages to the device."""

    def __init__(
        self, device: Device, broker: Broker, site: str, credentials: Credentials | None = None
    ) -> None:
        self.device = device
        self.published = 0
        self._topic = device_topic(site, device.id)
        self._poked = asyncio.Event()
        self._inbox: list[tuple[str, bytes]] = []
        self._seen = 0
        self.link = Link(
            broker,
            device.id,
            credentials=credentials,
            topics=(f"{self._topic}/acks", f"{self._topic}/commands"),
            will=(f"{self._topic}/status", device.last_will().payload),
            on_message=self._hear,
            on_change=self._poked.set,
        )

    async def step(self, now: float) -> None:
        """Do everything that is due by `now` and wait until the broker has confirmed it."""
        self._listen(now)
        self._notice_connection(now)
        messages = []
        if self.link.up and self.device.reachable(now) and not self.device.online:
            messages = self.device.connected(now)
        messages += self.device.advance(now)
        await self._publish(messages)

    async def run(self, clock: VirtualClock, ends: float, report_s: float) -> None:
        """Follow a clock until `ends`. A continuous device reports every `report_s` seconds."""
        wait_for_more = max(0.0, report_s - 1) if self.device.continuous else 0.0
        behind_s = max(BEHIND_S, clock.speed)
        while (due := self._due(clock.now(), wait_for_more)) < ends:
            await self._wait(clock, due)
            now = clock.now()
            self._listen(now)
            if now >= due:
                # A step to the moment that was due, not to the one at which we woke, keeps a run
                # repeatable; only a driver that has fallen behind catches up in one step.
                await self.step(due if now - due < behind_s else min(now, ends))
            elif self._connection_changed():
                await self.step(now)
        await clock.until(ends)

    async def ready(self, now: float) -> None:
        """Wait for the connection, if there is a network at that time."""
        if self.device.reachable(now):
            self.link.permit(True)
            await self.link.ready()

    async def say_goodbye(self) -> None:
        """End in order: the device itself reports that it is offline."""
        if self.link.up:
            will = self.device.last_will()
            await self._publish([will])

    def _due(self, now: float, wait_for_more: float) -> float:
        changes = [t for t in self.device.reachability_changes if t > now]
        return min(self.device.deadline + wait_for_more, *changes, now + 3600)

    async def _wait(self, clock: VirtualClock, due: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(clock.real(due)):
                await self._poked.wait()
        self._poked.clear()

    def _listen(self, now: float) -> None:
        for topic, payload in self._inbox:
            self.device.hear(topic, payload, now)
        self._inbox.clear()

    def _connection_changed(self) -> bool:
        return self.link.connections != self._seen or self.device.online != self.link.up

    def _notice_connection(self, now: float) -> None:
        reachable = self.device.reachable(now)
        self.link.permit(reachable)
        if self.device.online and (not reachable or self._connection_changed()):
            self.device.disconnected()
        self._seen = self.link.connections

    async def _publish(self, messages: list[Message]) -> None:
        for message in messages:
            topic = f"{self._topic}/{message.topic}"
            if not await self.link.publish(topic, message.payload, retain=message.retain):
                return  # the connection is lost; the device keeps unconfirmed readings
            self.published += 1

    def _hear(self, topic: str, payload: bytes) -> None:
        self._inbox.append((topic.rsplit("/", 1)[-1], payload))
        self._poked.set()
