"""A page's seat under random sequences of publishing and taking: a state machine test.

Two pages have seats side by side. One takes every message immediately, the other only now and then;
neither affects the other, no transition is lost or comes twice, a page that has taken all has seen
the newest status of every session, and no status undoes a newer transition.
"""

import asyncio
import json
import os
from typing import Any, Final

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from monitor.adapters.live.seat import ALARMS_WAITING, FELL_BEHIND, Seat
from tests.adapters.live.test_seat import House

HUNT: Final = int(os.environ.get("HUNT", "0"))


class Reader:
    """One page, and its expected state. waiting: transitions that it has not taken."""

    def __init__(self, seat: Seat, since: int, statuses: dict[str, int]) -> None:
        self.seat = seat
        self.messages = seat.messages()
        self.got: list[dict[str, Any]] = []
        self.since = since
        self.waiting = 0
        self.missed = dict(statuses)  # newest statuses since it joined, not taken yet
        self.told: dict[str, int] = {}  # how new the newest transition of each session was

    async def take(self, most: int) -> None:
        for _ in range(most):
            owed = self.waiting or self.missed or self.seat._beat or self.seat._statuses
            if self.got and not owed:
                return
            message = json.loads(await anext(self.messages))
            self.got.append(message)
            if message["type"] == "snapshot":
                self.missed = {}
            elif message["type"] == "alarm":
                self.waiting -= 1
                self.told[message["id"]] = message["stamp"]
            elif message["type"] == "status":
                assert message["n"] > self.told.get(message["id"], 0), "from before a transition"
                assert message["n"] == self.missed.pop(message["id"]), "an older status"

    def of(self, kind: str) -> list[int]:
        return [message["n"] for message in self.got if message["type"] == kind]


class AnyOrder(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.house = House()
        self.alarms = 0
        self.statuses = 0
        self.quick = self._join()
        self.slow = self._join()

    def _join(self) -> Reader:
        return self.runner.run(self._joined())

    async def _joined(self) -> Reader:
        return Reader(Seat(self.house, "session", "ann", "therapist"), self.alarms, {})

    @property
    def readers(self) -> list[Reader]:
        return [one for one in (self.quick, self.slow) if one.seat.ending is None]

    @rule(count=st.sampled_from((1, 2, 600, 1001)), encounter=st.sampled_from("abc"))
    def transitions(self, count: int, encounter: str) -> None:
        """The status after them comes later, if at all: statuses are thinned."""
        for _ in range(count):
            self.alarms += 1
            self.statuses += 1
            body = {"type": "alarm", "n": self.alarms, "id": encounter, "stamp": self.statuses}
            for reader in self.readers:
                reader.seat.alarm(encounter, json.dumps(body))
                reader.waiting += reader.seat.ending is None
                reader.missed.pop(encounter, None)
            self.runner.run(self.quick.take(10_000))

    @rule(encounter=st.sampled_from("abc"))
    def a_status(self, encounter: str) -> None:
        self.statuses += 1
        text = json.dumps({"type": "status", "id": encounter, "n": self.statuses})
        for reader in self.readers:
            reader.seat.status(encounter, text)
            reader.missed[encounter] = self.statuses

    @rule()
    def a_heartbeat(self) -> None:
        for reader in self.readers:
            reader.seat.heartbeat('{"type":"heartbeat"}')

    @precondition(lambda self: self.slow.seat.ending is None)
    @rule(most=st.integers(1, 600))
    def the_slow_one_takes_some(self, most: int) -> None:
        self.runner.run(self.slow.take(most))

    @precondition(lambda self: self.slow.seat.ending is not None)
    @rule()
    def the_slow_one_comes_back(self) -> None:
        assert self.slow.seat.ending is not None
        assert self.slow.seat.ending.code == FELL_BEHIND
        assert self.slow.waiting == ALARMS_WAITING
        self.slow = self._join()

    @invariant()
    def nothing_is_lost_doubled_or_out_of_order(self) -> None:
        for reader in (self.quick, self.slow):
            assert [m["seq"] for m in reader.got] == list(range(1, len(reader.got) + 1))
            assert not reader.got or reader.got[0]["type"] == "snapshot"
            seen = reader.of("alarm")
            assert seen == list(range(reader.since + 1, reader.since + len(seen) + 1))

    @invariant()
    def the_quick_one_is_never_dropped_and_knows_everything(self) -> None:
        assert self.quick.seat.ending is None
        self.runner.run(self.quick.take(10_000))
        assert len(self.quick.of("alarm")) == self.alarms

    def teardown(self) -> None:
        self.runner.close()


AnyOrder.TestCase.settings = settings(
    max_examples=HUNT or 20, stateful_step_count=30, deadline=None, derandomize=not HUNT,
    database=None,
)  # fmt: skip
TestAnyOrder = AnyOrder.TestCase
