"""A sign of life to somewhere else, which stops when anything here does not work.

Nobody here can tell that nobody is here. Whoever runs the address that is asked (a service for
cron jobs, another machine) raises the alarm when nothing came for some minutes: that is to be set
up there, and `docs/notices.md` says how.
"""

import asyncio
from collections.abc import Callable
from typing import Final

import httpx
import structlog
from prometheus_client import CollectorRegistry, Gauge

from monitor.service.clock import Clock

log = structlog.get_logger(__name__)

EVERY_S: Final = 30.0
LOOK_S: Final = 2.0
ANSWER_S: Final = 10.0


class Ping:
    """url "": nobody is told. wrong: what does not work now, "" when all does.

    answered_at   real seconds of the last ping that was answered; None: none was
    """

    def __init__(
        self, url: str, clock: Clock, wrong: Callable[[], str], registry: CollectorRegistry
    ) -> None:
        self._url = url
        self._clock = clock
        self._wrong = wrong
        self.answered_at: float | None = None
        self.why = ""
        self._gauge = Gauge(
            "dosing_monitor_ping_answered", "1 while the last ping was answered", registry=registry
        )

    @property
    def wanted(self) -> bool:
        return bool(self._url)

    async def run(self) -> None:
        async with httpx.AsyncClient(timeout=ANSWER_S, follow_redirects=False) as client:
            while True:
                if self._url:
                    await self._look(client)
                await asyncio.sleep(LOOK_S)

    async def _look(self, client: httpx.AsyncClient) -> None:
        """Nothing while something does not work; when it works again, at once."""
        why = self._wrong()
        last = self.answered_at
        if not why and not self.why and last is not None and self._clock.real() < last + EVERY_S:
            return
        why = why or await self._ask(client)
        if why and why != self.why:
            log.error("no_ping", reason=why)
        elif self.why and not why:
            log.info("ping_again")
        self.why = why
        if not why:
            self.answered_at = self._clock.real()
        self._gauge.set(not why)

    async def _ask(self, client: httpx.AsyncClient) -> str:
        """What was wrong with it; the address may hold a secret and is not in it."""
        try:
            answer = await client.get(self._url)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return f"the ping's address does not answer ({type(error).__name__})"
        return "" if answer.is_success else f"the ping was answered {answer.status_code}"
