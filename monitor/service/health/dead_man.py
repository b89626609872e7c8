"""Dead man's switch: a heartbeat to an external monitor, which stops when any part here fails.

A dead service cannot report its own death. The monitor at the address (a service for cron jobs,
another machine) raises the alarm when no request came for some minutes: this has to be set up
there, and `docs/notices.md` explains how.
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
    """Sends the heartbeat. url "": no heartbeat; wrong: returns the present faults, "" without any.

    answered_at   real seconds of the last ping that was answered; None: no ping was
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
        """Send the ping that is due: no ping during a fault, and one immediately after it."""
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
        """Send a ping. Return its error, "" without one; the address may be secret: left out."""
        try:
            answer = await client.get(self._url)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return f"the ping's address does not answer ({type(error).__name__})"
        return "" if answer.is_success else f"the ping was answered {answer.status_code}"
