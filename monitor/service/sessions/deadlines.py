"""The deadline of each encounter, and the task that advances an encounter when it is due.

A heart-rate reading moves its encounter's deadline once a second, nearly always later. So the heap
keeps one entry per encounter, which may be too early; it is checked again when it comes up.
"""

import asyncio
import heapq
from collections.abc import Callable
from typing import Final

from monitor.service.clock import Clock

# A following clock sends no signal when it is moved; the code that moves it calls `poke`.
LONGEST_S: Final = 3600.0
# Sessions that fell silent together are due together. After this many, other tasks run.
A_TURN: Final = 20


class Deadlines:
    """The next deadline of each name: `run` calls `due(name, now)` no earlier than the time that
    was `set`, which is cheap."""

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
        """Check the deadlines again, because the clock was moved."""
        self._wake.set()

    async def run(self) -> None:
        while True:
            self._wake.clear()
            if self._decide():
                await self._sleep()
            else:
                await asyncio.sleep(0)

    def _decide(self) -> bool:
        """Process the due entries, at most `A_TURN`. Return False if more may be due."""
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
