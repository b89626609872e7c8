"""The product under attack: its size, whether it is ready, whether a page opens."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import httpx
import psutil
from msgspec import Struct
from websockets.exceptions import WebSocketException

from tests.attacks.bystander import live
from tests.parts import wait_until
from tests.parts.product import PASSWORD, Clinic, Product
from tests.parts.tls import TLS

LOOKS_S: Final = 0.2


class Size(Struct, frozen=True):
    """Sizes in MB, except log, in lines, and work, the service's processor time in seconds."""

    service: float = 0.0
    broker: float = 0.0
    disk: float = 0.0
    log: int = 0
    work: float = 0.0

    def beyond(self, before: "Size") -> "Size":
        return Size(
            self.service - before.service, self.broker - before.broker,
            self.disk - before.disk, self.log - before.log, self.work - before.work,
        )  # fmt: skip

    def most(self, other: "Size") -> "Size":
        return Size(
            max(self.service, other.service), max(self.broker, other.broker),
            max(self.disk, other.disk), max(self.log, other.log), max(self.work, other.work),
        )  # fmt: skip


class Scene(Struct):
    """A running product. clinic: a user who may act and signed in before the attack."""

    product: Product
    clinic: Clinic

    @property
    def alive(self) -> bool:
        return self.product.process is not None and self.product.process.poll() is None

    @property
    def ready(self) -> bool:
        if not self.alive:
            return False
        try:
            return httpx.get(f"{self.product.url}/readyz", timeout=1, verify=TLS).status_code == 200
        except httpx.TransportError:
            return False

    async def becomes_ready(self, within: float) -> bool:
        with contextlib.suppress(AssertionError):
            await wait_until(lambda: asyncio.to_thread(lambda: self.ready), within)
            return True
        return False

    async def opens(self, within: float) -> str:
        """Return why a new page does not open; empty if it does."""
        try:
            async with asyncio.timeout(within), live(self.clinic) as line:
                await line.recv()
        except (OSError, WebSocketException, TimeoutError) as error:
            return f"no new page of a therapist opens in {within:.0f} s ({error!r:.80})"
        return ""

    async def signs_in(self, within: float) -> bool:
        """Return True if a user can sign in anew, from an address that made no attack."""
        body = {"username": "thea", "password": PASSWORD}
        url = f"{self.product.url}/api/v1/login"

        def tried() -> bool:
            try:
                return httpx.post(url, json=body, timeout=5, verify=TLS).status_code == 200
            except httpx.TransportError:
                return False

        with contextlib.suppress(AssertionError):
            await wait_until(lambda: asyncio.to_thread(tried), within)
            return True
        return False

    def size(self) -> Size:
        process = self.product.process
        if process is None or process.poll() is not None:
            return Size()
        try:
            me = psutil.Process(process.pid)
            service, times = me.memory_info().rss, me.cpu_times()
            broker = sum(child.memory_info().rss for child in me.children(recursive=True))
        except psutil.NoSuchProcess:
            return Size()
        disk = 0
        for file in self.product.directory.rglob("*"):
            # A journal file of the database may vanish meanwhile.
            with contextlib.suppress(OSError):
                disk += file.stat().st_size if file.is_file() and file.name != "log" else 0
        log, work = self.product.log.count("\n"), times.user + times.system
        return Size(service / 1e6, broker / 1e6, disk / 1e6, log, work)

    @asynccontextmanager
    async def grows(self) -> AsyncIterator[list[Size]]:
        """Yield a list of one: the largest growth since now."""
        before = await asyncio.to_thread(self.size)
        found = [Size()]

        async def look() -> None:
            while True:
                now = await asyncio.to_thread(self.size)
                found[0] = found[0].most(now.beyond(before))
                await asyncio.sleep(LOOKS_S)

        looking = asyncio.create_task(look())
        try:
            yield found
        finally:
            looking.cancel()
            await asyncio.gather(looking, return_exceptions=True)
