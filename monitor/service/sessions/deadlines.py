"""When each encounter wants to be asked again, and one task that asks.

A heart-rate reading moves its encounter's deadline once a second, nearly always later. So the heap
keeps one entry an encounter that may be too early; it is looked at again when it comes up.
"""

import asyncio
import heapq
from collections.abc import Callable
from typing import Final

from monitor.service.clock import Clock

# A following clock does not tell when it was moved; whoever moves it pokes us.
LONGEST_S: Final = 3600.0
# Sessions that fell silent together are due together. Between so many of them others run.
A_TURN: Final = 20


class Deadlines:
    """`set` is cheap; `run` calls `due(name, now)` no earlier than the time that was set."""

    def __init__(self, clock: Clock, due: Callable[[str, float], float | None]) -> None:
        self._clock = clock
        self._due = due
        self._heap: list[tuple[float, str]] = []
        self._scheduled: dict[str, float] = {}
        self._wake = asyncio.Event()

    def set(self, name: str, deadline: float | None) -> None:
        if deadline is None:
            return
        known = self._scheduled.get(name)
        if known is None or deadline < known:
            self._scheduled[name] = deadline
            heapq.heappush(self._heap, (deadline, name))
            if self._heap[0][0] == deadline:
                self._wake.set()

    def poke(self) -> None:
        """The clock was moved."""
        self._wake.set()

    async def run(self) -> None:
        while True:
            self._wake.clear()
            if self._decide():
                await self._sleep()
            else:
                await asyncio.sleep(0)

    def _decide(self) -> bool:
        """What is due now, a turn's worth. False: there is more."""
        now = self._clock.now()
        for _ in range(A_TURN):
            if not self._heap or self._heap[0][0] > now:
                return True
            at, name = heapq.heappop(self._heap)
            if self._scheduled.get(name) == at:
                del self._scheduled[name]
                self.set(name, self._due(name, now))
        return False

    async def _sleep(self) -> None:
        left = self._clock.wait(self._heap[0][0]) if self._heap else None
        try:
            async with asyncio.timeout(LONGEST_S if left is None else min(left, LONGEST_S)):
                await self._wake.wait()
        except TimeoutError:
            pass
