"""One page's seat: which messages wait, which are replaced, which are never lost."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from monitor.adapters.live.seat import ALARMS_WAITING, CHATTER, UNANSWERED, Seat


class House:
    """The hub's side of a seat, with counters."""

    def __init__(self) -> None:
        self.clock = 100.0
        self.awake = True
        self.taken = 0
        self.misunderstood = 0
        self.displayed: list[tuple[str, str]] = []

    def welcome(self, seat: Seat) -> None:
        if self.awake:
            seat.begin('{"seq":1,"type":"snapshot"}')

    def time(self) -> float:
        return self.clock

    def shown(self, alarm_id: str, by: str) -> None:
        self.displayed.append((alarm_id, by))

    def took(self) -> None:
        self.taken += 1

    def ignored(self) -> None:
        self.misunderstood += 1


@pytest.fixture
def house() -> House:
    return House()


@pytest.fixture
def seat(house: House) -> Seat:
    return Seat(house, "session", "ann", "therapist")


def status(number: int) -> str:
    return json.dumps({"type": "status", "n": number})


def alarm(number: int) -> str:
    return json.dumps({"type": "alarm", "n": number})


def code(seat: Seat) -> int | None:
    return seat.ending.code if seat.ending else None


def watching(seat: Seat) -> bool:
    return seat.presence is not None


async def take(messages: AsyncIterator[str], count: int) -> list[dict[str, Any]]:
    async with asyncio.timeout(2):
        return [json.loads(await anext(messages)) for _ in range(count)]


async def test_the_snapshot_comes_first_and_seq_grows_by_one(seat: Seat, house: House) -> None:
    seat.alarm("a", alarm(1))
    messages = seat.messages()
    first, second = await take(messages, 2)
    seat.heartbeat('{"type":"heartbeat"}')
    seat.status("a", status(1))
    third, fourth = await take(messages, 2)
    assert [m["type"] for m in (first, second, third, fourth)] == [
        "snapshot",
        "alarm",
        "heartbeat",
        "status",
    ]
    assert [m["seq"] for m in (first, second, third, fourth)] == [1, 2, 3, 4]
    assert house.taken == 4


async def test_what_was_published_before_the_snapshot_is_in_it_and_not_told_again(
    seat: Seat,
) -> None:
    seat.status("a", status(1))
    messages = seat.messages()
    await take(messages, 1)
    seat.status("b", status(2))
    (message,) = await take(messages, 1)
    assert message["n"] == 2


async def test_nothing_comes_before_the_snapshot_and_no_transition_is_lost(
    seat: Seat, house: House
) -> None:
    house.awake = False
    messages = seat.messages()
    waiting = asyncio.create_task(take(messages, 3))
    seat.heartbeat('{"type":"heartbeat"}')
    seat.status("a", status(1))
    seat.alarm("b", alarm(1))
    await asyncio.sleep(0)
    assert house.taken == 0
    seat.begin('{"seq":1,"type":"snapshot"}')
    seat.status("c", status(2))
    told = await waiting + await take(messages, 1)
    assert [m["type"] for m in told] == ["snapshot", "alarm", "heartbeat", "status"]
    assert [m["seq"] for m in told] == [1, 2, 3, 4]
    assert told[-1]["n"] == 2


async def test_a_newer_status_replaces_the_one_that_waits_and_nobody_else_s(seat: Seat) -> None:
    messages = seat.messages()
    await take(messages, 1)
    for number in range(100):
        seat.status("a", status(number))
        seat.status("b", status(1000 + number))
    told = await take(messages, 2)
    assert [m["n"] for m in told] == [99, 1099]
    seat.end(1000, "")
    assert [text async for text in messages] == []


async def test_alarms_overtake_statuses_and_every_one_is_told_in_order(seat: Seat) -> None:
    messages = seat.messages()
    await take(messages, 1)
    seat.status("a", status(0))
    for number in range(ALARMS_WAITING):
        seat.alarm("b", alarm(number))
    told = await take(messages, ALARMS_WAITING + 1)
    assert [m["n"] for m in told[:-1]] == list(range(ALARMS_WAITING))
    assert told[-1]["type"] == "status"


async def test_a_page_that_cannot_keep_up_with_alarms_is_ended_not_thinned(seat: Seat) -> None:
    for number in range(ALARMS_WAITING):
        seat.alarm("a", alarm(number))
    assert code(seat) is None
    seat.alarm("a", alarm(ALARMS_WAITING))
    assert code(seat) == 1013
    assert [text async for text in seat.messages()] == []


def test_presence_says_since_when_it_is_so(seat: Seat, house: House) -> None:
    seat.hear('{"type":"presence","visible":true,"audible":false}')
    house.clock = 101.0
    seat.hear('{"type":"presence","visible":true,"audible":false,"more":1}')
    assert seat.presence is not None
    assert (seat.presence.visible, seat.presence.audible) == (True, False)
    assert seat.presence.since == 100.0
    seat.hear('{"type":"presence","visible":true,"audible":true}')
    assert seat.presence.since == 101.0
    assert (seat.presence.user, seat.presence.role) == ("ann", "therapist")


def test_who_answers_no_heartbeat_is_no_longer_known_to_watch(seat: Seat) -> None:
    seat.hear('{"type":"presence","visible":true,"audible":true}')
    for _ in range(UNANSWERED):
        seat.heartbeat("{}")
    assert watching(seat)
    seat.heartbeat("{}")
    assert not watching(seat)
    seat.hear('{"type":"presence","visible":true,"audible":true}')
    assert watching(seat)


def test_a_page_says_which_alarm_it_shows(seat: Seat, house: House) -> None:
    seat.hear('{"type":"shown","alarm":"e1-3"}')
    seat.hear(json.dumps({"type": "shown", "alarm": "x" * 4000}))
    assert house.displayed == [("e1-3", "ann"), ("x" * 128, "ann")]


@pytest.mark.parametrize(
    "message",
    [
        "",
        "hello",
        "[]",
        "1",
        "{}",
        '{"type":"unheard-of"}',
        '{"type":"presence"}',
        '{"type":"presence","visible":1,"audible":"yes"}',
        '{"type":"shown","alarm":7}',
        '{"type":"presence","visible":true',
        "[" * 4000,
        b"\xff\xfe",
    ],
)
def test_what_is_not_understood_is_counted_and_changes_nothing(
    seat: Seat, house: House, message: str | bytes
) -> None:
    seat.hear(message)
    assert house.misunderstood == 1
    assert seat.presence is None
    assert seat.ending is None


def test_a_flood_of_messages_ends_the_seat(seat: Seat) -> None:
    answer = '{"type":"presence","visible":true,"audible":true}'
    for _ in range(CHATTER):
        seat.hear(answer)
    seat.heartbeat("{}")
    for _ in range(CHATTER):
        seat.hear(answer)
    assert code(seat) is None
    seat.hear(answer)
    assert code(seat) == 1008
    assert not watching(seat)
