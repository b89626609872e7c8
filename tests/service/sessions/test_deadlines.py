"""Deadlines: none is decided early, none is forgotten, and the earliest of two counts."""

import asyncio
from collections.abc import AsyncIterator

import pytest_asyncio

from monitor.service.clock import Clock
from monitor.service.sessions import deadlines
from monitor.service.sessions.deadlines import Deadlines
from tests.parts import wait_until
from tests.service.rig import START


class Timers:
    """Running deadlines on a clock that shows `at`, s after START.

    decided  name and time of each that was due; further: the next deadlines of a name, as decided
    """

    def __init__(self) -> None:
        self.at = 0.0
        self.decided: list[tuple[str, float]] = []
        self.further: dict[str, list[float]] = {}
        clock = Clock(start=START, monotonic=lambda: self.at)
        self.deadlines = Deadlines(clock, self._decide)

    def _decide(self, name: str, now: float) -> float | None:
        self.decided.append((name, now - START))
        left = self.further.get(name)
        return START + left.pop(0) if left else None

    def set(self, name: str, at: float) -> None:
        self.deadlines.set(name, START + at)

    async def until(self, *moments: float) -> list[tuple[str, float]]:
        """Let the clock show these moments, and return all that was decided so far."""
        for self.at in moments:
            self.deadlines.poke()
            for _ in range(5):
                await asyncio.sleep(0)
        return self.decided


@pytest_asyncio.fixture
async def timers() -> AsyncIterator[Timers]:
    timers = Timers()
    running = asyncio.create_task(timers.deadlines.run())
    yield timers
    assert not running.done()
    running.cancel()
    await asyncio.wait([running])


async def test_it_is_decided_at_its_deadline_not_before_and_once(timers: Timers) -> None:
    timers.set("e-1", 10)
    assert await timers.until(0, 9.999) == []
    assert await timers.until(10) == [("e-1", 10)]
    assert await timers.until(10, 11, 10_000) == [("e-1", 10)]


async def test_those_that_are_due_are_decided_by_time(timers: Timers) -> None:
    for name, at in (("late", 3), ("early", 1), ("between", 2), ("later", 4)):
        timers.set(name, at)
    assert await timers.until(3) == [("early", 3), ("between", 3), ("late", 3)]


async def test_an_earlier_deadline_replaces_a_later_one(timers: Timers) -> None:
    timers.set("e-1", 10)
    timers.set("e-1", 5)
    assert await timers.until(5) == [("e-1", 5)]
    assert await timers.until(10, 20) == [("e-1", 5)]


async def test_a_later_deadline_is_found_when_the_known_one_comes_up(timers: Timers) -> None:
    timers.set("e-1", 5)
    timers.set("e-1", 12)
    timers.further["e-1"] = [12]
    assert await timers.until(5, 11.9) == [("e-1", 5)]
    assert await timers.until(12, 30) == [("e-1", 5), ("e-1", 12)]


async def test_no_deadline_changes_nothing(timers: Timers) -> None:
    timers.set("e-1", 5)
    timers.deadlines.set("e-1", None)
    timers.deadlines.set("e-2", None)
    assert await timers.until(5, 10) == [("e-1", 5)]


async def test_one_that_is_due_earlier_than_all_wakes_it() -> None:
    """No poke, and a clock that runs: it waits for the first, and gets another before that."""
    decided: list[str] = []
    timers = Deadlines(Clock(start=START), lambda name, now: decided.append(name))
    timers.set("in an hour", START + 3600)
    running = asyncio.create_task(timers.run())
    await asyncio.sleep(0)
    timers.set("soon", START + 0.02)
    await wait_until(lambda: decided, 5, "the earlier deadline")
    running.cancel()
    assert decided == ["soon"]


async def test_a_clock_that_is_moved_lets_time_pass_for_it() -> None:
    clock = Clock(start=START, following=True)
    decided: list[float] = []
    timers = Deadlines(clock, lambda name, now: decided.append(now))
    timers.set("e-1", START + 60)
    running = asyncio.create_task(timers.run())
    for moment in (START + 59, START + 61):
        clock.follow(moment)
        timers.poke()
        for _ in range(5):
            await asyncio.sleep(0)
    running.cancel()
    assert decided == [START + 61]


async def test_what_falls_due_together_leaves_turns_to_others() -> None:
    due: list[str] = []
    turns: list[int] = []

    def decide(name: str, now: float) -> None:
        due.append(name)

    timers = Deadlines(Clock(start=START), decide)
    names = {f"e-{n}" for n in range(5 * deadlines.A_TURN)}
    for name in names:
        timers.set(name, START - 1)
    running = asyncio.create_task(timers.run())
    while len(due) < len(names):
        before = len(due)
        await asyncio.sleep(0)
        turns.append(len(due) - before)
    running.cancel()
    assert set(due) == names
    assert max(turns) == deadlines.A_TURN
