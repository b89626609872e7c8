"""The store under random sequences of readings, repeats, locks and ends: a state machine test.

Confirmed readings are on disk, each once, and unconfirmed ones are sent again by their sender, as a
broker does. At the end every reading that ever came is there.
"""

import asyncio
import os
import sqlite3
import tempfile
from pathlib import Path
from typing import Final

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tests.adapters.store.running import Running, ask, numbers, opened
from tests.adapters.store.sessions import reading

HUNT: Final = int(os.environ.get("HUNT", "0"))


class AnyOrder(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.place = tempfile.TemporaryDirectory()
        file = Path(self.place.name) / "monitor.db"
        self.url = f"sqlite:///{file}"
        self.runner = asyncio.Runner()
        self.store = self.runner.run(self._open(first=True))
        self.other = sqlite3.connect(file, isolation_level=None)
        self.locked = False
        self.last = 0
        self.unconfirmed: list[int] = []  # the broker's unconfirmed messages, in order
        self.seen = 0  # of the present store's confirmations

    async def _open(self, *, first: bool = False) -> Running:
        if first:
            store = Running(self.url)
            store.migrate()
            return await opened(self.url)
        store = Running(self.url)
        store.go()
        return store

    @rule(count=st.integers(1, 30))
    def new_readings(self, count: int) -> None:
        for _ in range(count):
            self.last += 1
            self.unconfirmed.append(self.last)
            self.store.append(reading(self.last))

    @precondition(lambda self: self.last)
    @rule(back=st.integers(0, 40))
    def a_reading_comes_again(self, back: int) -> None:
        self.store.append(reading(max(1, self.last - back)))

    @precondition(lambda self: not self.locked)
    @rule()
    def another_program_locks_the_file(self) -> None:
        self.other.execute("BEGIN EXCLUSIVE")
        self.locked = True

    @precondition(lambda self: self.locked)
    @rule()
    def and_lets_it_go(self) -> None:
        self.other.execute("ROLLBACK")
        self.locked = False

    @precondition(lambda self: not self.locked)
    @rule()
    def everything_is_written(self) -> None:
        self.runner.run(self.store.flush())
        self._hear()
        assert self.unconfirmed == []

    @rule()
    def the_process_ends_and_another_begins(self) -> None:
        """Soon, so that during a lock queued entries are given up."""
        self.runner.run(self.store.stop(within=0.02 if self.locked else 3.0))
        self._hear()
        self.store, self.seen = self.runner.run(self._open()), 0
        for number in self.unconfirmed:
            self.store.append(reading(number))

    def _hear(self) -> None:
        """Let the loop deliver confirmations: the broker forgets these readings."""
        self.runner.run(asyncio.sleep(0))
        told, self.seen = self.store.confirmed[self.seen :], len(self.store.confirmed)
        self.unconfirmed = [number for number in self.unconfirmed if number not in told]

    @invariant()
    def what_was_confirmed_is_stored_once(self) -> None:
        self._hear()
        stored = ask(self.url, numbers)
        assert len(stored) == len(set(stored))
        assert set(range(1, self.last + 1)) - set(self.unconfirmed) <= set(stored)

    def teardown(self) -> None:
        if self.locked:
            self.other.execute("ROLLBACK")
        self.runner.run(self.store.flush())
        stored = ask(self.url, numbers)
        self.runner.run(self.store.stop())
        self.runner.close()
        self.other.close()
        self.place.cleanup()
        assert stored == sorted(stored), "in the order in which they came"
        assert stored == list(range(1, self.last + 1))


AnyOrder.TestCase.settings = settings(
    max_examples=HUNT or 8, stateful_step_count=25, deadline=None, derandomize=not HUNT,
    database=None,
)  # fmt: skip
TestAnyOrder = AnyOrder.TestCase
