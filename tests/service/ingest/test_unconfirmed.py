"""Messages that are not on disk yet: when the oldest are confirmed to the broker all the same."""

import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

import pytest
import pytest_asyncio
from msgspec import Struct

from monitor.adapters.mqtt import AckToken
from monitor.service.clock import Clock
from monitor.service.ingest.unconfirmed import MOST_WAITING, SLOW_S, TOLD_S, UnconfirmedMessages
from tests.service.rig import START, Entrance, Rig

WINDOW: Final = 10  # half of it waits at most


class Waiting(Struct):
    """Readings that wait for their turn."""

    waiting: int = 1

    @property
    def busy(self) -> bool:
        return self.waiting > 0


class Broker:
    """The packet ids that were confirmed to it."""

    def __init__(self) -> None:
        self.confirmed: list[int] = []

    def ack_many(self, tokens: list[AckToken]) -> None:
        self.confirmed += [token.packet_id for token in tokens]


class Held(Rig):
    """Messages of which the test says when they come and when they are on disk."""

    def __init__(self, url: str, *, window: int = WINDOW, waiting: int = 1) -> None:
        self.monotonic = 100.0
        super().__init__(url, Clock(start=START, monotonic=lambda: self.monotonic))
        self.messages = UnconfirmedMessages(self.clock, self.ward, self.store, window)
        self.messages.lanes = Waiting(waiting)
        self.broker = Broker()
        self.messages.port = self.broker  # type: ignore[assignment]

    def arrive(self, *packets: int, generation: int = 1, qos: int = 1) -> None:
        for packet in packets:
            self.messages.arrived(AckToken(generation, packet, qos))


def token(packet: int) -> AckToken:
    return AckToken(1, packet, 1)


@pytest_asyncio.fixture
async def held(fresh: str) -> AsyncIterator[Held]:
    held = Held(fresh)
    await held.begin()
    yield held
    await held.end()


async def test_beyond_half_a_window_the_oldest_are_confirmed_to_the_broker(held: Held) -> None:
    held.arrive(1, 2, 3, 4, 5)
    assert held.broker.confirmed == []
    held.arrive(6, 7)
    assert held.broker.confirmed == [1, 2]
    assert (held.messages.held, held.messages.at_risk) == (5, 2)


async def test_a_message_at_risk_is_not_confirmed_to_the_broker_again(held: Held) -> None:
    held.arrive(*range(1, 8))
    assert held.messages.settled([token(2), token(5), token(6)]) == [token(5), token(6)]
    assert (held.messages.held, held.messages.at_risk) == (3, 1)


async def test_a_message_that_asks_for_no_confirmation_takes_no_place(held: Held) -> None:
    held.arrive(*[0] * 50, qos=0)
    assert (held.messages.held, held.messages.at_risk) == (0, 0)


async def test_messages_of_a_connection_that_ended_are_forgotten_and_come_again(
    held: Held,
) -> None:
    held.arrive(1, 2, 3, 4, 5)
    held.arrive(1, 2, generation=2)
    assert held.broker.confirmed == []
    assert (held.messages.held, held.messages.at_risk) == (5, 0)


@pytest.mark.parametrize(("window", "waiting", "confirmed"), [
    (1, 1, [1, 2]),  # one always waits
    (2, 1, [1, 2]),
    (4, 1, [1]),
    (1, 0, []),  # nothing waits behind others, and the database takes writes
    (1, MOST_WAITING - 1, [1, 2]),
    (1, MOST_WAITING, []),  # the rest has to wait in the broker's own queue
])  # fmt: skip
async def test_how_many_are_confirmed_depends_on_the_window_and_on_what_waits(
    fresh: str, window: int, waiting: int, confirmed: list[int]
) -> None:
    held = Held(fresh, window=window, waiting=waiting)
    await held.begin()
    held.arrive(1, 2, 3)
    assert held.broker.confirmed == confirmed
    await held.end()


# --- a database that is too slow ------------------------------------------------------------------


@contextmanager
def locked(path: Path) -> Iterator[None]:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


class Door(Entrance):
    """A session of `strap`; its messages go to the disk."""

    def __init__(self, url: str) -> None:
        self.monotonic = 100.0
        super().__init__(url, Clock(start=START, monotonic=lambda: self.monotonic), window=WINDOW)
        self.broker = Broker()
        self.ingest.port = self.holding.port = self.broker  # type: ignore[assignment]

    def reading(self, seq: int) -> None:
        self.arrives("strap", b'{"seq": %d, "hr": 70}' % seq)

    def after(self, seconds: float) -> list[int]:
        self.monotonic += seconds
        self.holding.look()
        return self.broker.confirmed


async def test_a_slow_commit_is_a_fault_of_every_session_until_all_is_on_disk(
    fresh: str, tmp_path: Path
) -> None:
    door = Door(fresh)
    await door.begin({"strap": "heart_rate"})
    session = await door.open("e-1", {"strap": "heart_rate"})
    faults = session.encounter.state.watch.faults
    await door.store.flush()
    with locked(tmp_path / "monitor.db"):
        for seq in range(1, 9):
            door.reading(seq)
        assert door.after(SLOW_S) == []
        assert door.holding.reason == ""
        assert door.after(0.1) == [1, 2, 3]
        assert door.holding.reason == "it is too slow"
        door.reading(9)
        assert door.broker.confirmed == [1, 2, 3, 4]
        door.after(TOLD_S - 0.1)
        assert not faults
        door.after(0.2)
        assert list(faults) == ["storage_fault"]
    await door.store.flush()
    assert sorted(door.broker.confirmed) == list(range(1, 10)), "each of them once"
    door.after(0)
    assert (list(faults), door.holding.reason, door.holding.at_risk) == ([], "", 0)
    await door.end()


async def test_a_past_that_is_played_is_not_late(fresh: str, tmp_path: Path) -> None:
    door = Door(fresh)
    await door.begin()
    door.clock.following = True
    with locked(tmp_path / "monitor.db"):
        for _ in range(8):
            door.arrives("stranger", b"{}")
        door.clock.follow(START + 600)
        assert door.after(600) == []
        assert door.holding.reason == ""
    await door.end()
