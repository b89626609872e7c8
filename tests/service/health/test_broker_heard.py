"""Broker loss against a late event loop, with a simulated port and a clock that is passed in."""

from collections.abc import Callable

import pytest
from prometheus_client import CollectorRegistry

from monitor.adapters.mqtt.trips import Trips
from monitor.service.clock import Clock
from monitor.service.health.broker_heard import BEHIND_S, DEAF_S, LOOK_S, Hearing
from monitor.service.health.lag import BEAT_S, SPAN_S, Lag


class Broker:
    """A fake port: test messages leave each second and are answered, or not."""

    def __init__(self, clock: Callable[[], float], lateness: Callable[[], float]) -> None:
        self.clock = clock
        self.trips = Trips(clock, lateness)
        self.connected = True
        self.proven_at: float | None = None
        self.on_its_way: list[bytes] = []
        self.in_socket: list[bytes] = []
        self.flooded = False

    def beat(self, *, answers: bool = True) -> None:
        word = self.trips.send()
        if answers:
            self.on_its_way.append(word)

    def arrive(self) -> None:
        """Move the messages in flight into the socket."""
        self.in_socket += self.on_its_way
        self.on_its_way = []

    @property
    def owed_s(self) -> float:
        return self.trips.owed_s

    def listen(self) -> bool:
        if not self.flooded:
            for word in self.in_socket:
                if self.trips.back(word, self.clock()):
                    self.proven_at = self.clock()
            self.in_socket = []
        return not self.flooded


class Told:
    """A fake ward that records faults."""

    def __init__(self) -> None:
        self.lost: list[float] = []
        self.now = 0.0
        self.over = 0

    def fault(self, condition: str, reason: str, since: float) -> None:
        self.lost.append(self.now)

    def fault_over(self, condition: str) -> None:
        self.over += 1


class Room:
    """`Hearing` and a loop that runs its due work: looks, beats, reads."""

    def __init__(self) -> None:
        self.now = 0.0
        self.lag = Lag(lambda: self.now, CollectorRegistry())
        self.broker = Broker(lambda: self.now, self.lag.lateness)
        self.told = Told()
        clock = Clock(start=0.0, monotonic=lambda: self.now)
        self.hearing = Hearing(clock, self.told, self.lag.lateness)  # type: ignore[arg-type]
        self.hearing.port = self.broker  # type: ignore[assignment]
        self.answers = True
        self._sent = self._looked = 0.0
        self.lag.expect()

    def turn(self, takes: float = 0.01) -> None:
        """Run one turn of the loop: due work immediately; then it is busy for `takes` seconds."""
        self.told.now = self.now
        if self.lag._due is not None and self.now >= self.lag._due:
            self.lag.beat()
            self.lag.expect()
        if self.now - self._looked >= LOOK_S:
            self._looked = self.now
            self.hearing.look()
        if self.broker.connected and self.now - self._sent >= 1:
            self._sent = self.now
            self.broker.beat(answers=self.answers)
        self.broker.listen()
        self.now += takes
        self.broker.arrive()

    def until(self, moment: float, takes: float = 0.01) -> None:
        while self.now < moment:
            self.turn(takes)


@pytest.fixture
def room() -> Room:
    room = Room()
    room.until(5)
    assert room.told.over == 1
    return room


@pytest.mark.parametrize("held_up", [2.0, 4.0, 9.0])
def test_a_loop_that_is_held_up_blames_nobody(room: Room, held_up: float) -> None:
    for _ in range(3):
        # Just as a test message leaves: its answer waits in the socket, and a look is due first.
        room.until(room._sent + 1)
        room.turn(held_up)
        assert room.broker.in_socket
    assert room.told.lost == []
    assert room.lag.worst == pytest.approx(held_up, abs=BEAT_S)


@pytest.mark.parametrize("busy", [0.01, 0.2, 0.45])
def test_a_broker_that_does_not_answer_is_told_in_time_by_a_busy_loop_too(
    room: Room, busy: float
) -> None:
    room.answers, began = False, room.now
    room.until(began + 5, busy)
    assert began + 1.5 < room.told.lost[0] <= began + 3 + busy
    room.answers = True
    room.until(room.now + 2, busy)
    assert room.told.over == 2


def test_a_connection_that_is_gone_is_told_in_time(room: Room) -> None:
    room.broker.connected, began = False, room.now
    room.broker.trips.forget()
    room.until(began + 5)
    assert began + 1.5 < room.told.lost[0] < began + 3


def test_a_connection_that_went_while_the_loop_was_held_up_has_its_time_to_come_back(
    room: Room,
) -> None:
    room.broker.connected = False
    room.broker.trips.forget()
    room.turn(DEAF_S)
    room.until(room.now + 0.5)
    room.broker.connected = True
    room.until(room.now + 3)
    assert room.told.lost == []
    # The excuse must end: otherwise a loop that is always late would never report a loss.
    room.broker.connected, began = False, room.now
    room.broker.trips.forget()
    room.until(began + 8, 0.9)
    assert room.told.lost[0] < began + 2 * DEAF_S + 1


def test_a_test_message_behind_a_flood_is_waited_for_and_not_for_ever(room: Room) -> None:
    room.broker.flooded, began = True, room.now
    room.until(began + BEHIND_S / 2)
    assert room.told.lost == []
    room.until(began + BEHIND_S + 3)
    assert began + BEHIND_S < room.told.lost[0] < began + BEHIND_S + 1.5


def test_the_way_round_is_told_without_what_the_loop_was_late_by(room: Room) -> None:
    word = room.broker.trips.send()
    room.turn(3.0)
    assert room.broker.trips.seconds is not None
    assert room.broker.trips.seconds <= BEAT_S + 0.01
    assert room.broker.trips.owed_s == pytest.approx(3.0)
    room.broker.trips.back(word, room.now)
    assert room.broker.trips.seconds <= BEAT_S + 0.01


def test_the_worst_lateness_is_forgotten_after_a_minute_and_the_sum_is_not(room: Room) -> None:
    room.turn(2.0)
    room.turn()
    assert room.lag.worst == pytest.approx(2.0, abs=BEAT_S)
    room.until(room.now + SPAN_S / 2)
    assert room.lag.worst > 1.9
    room.until(room.now + 2 * SPAN_S)
    assert room.lag.worst < BEAT_S
    assert room.lag.lateness() > 1.9
