"""The hub: who gets a seat, how statuses are thinned, when heartbeats are sent."""

import asyncio
import json
from collections.abc import AsyncIterator
from itertools import pairwise
from typing import Any

import pytest
import pytest_asyncio
from prometheus_client import CollectorRegistry

from monitor.adapters.live.hub import FAULT, STATUS_EVERY_S, Full, Hub, Seating
from monitor.adapters.live.seat import Seat
from monitor.core.vocabulary.reasons import Reason
from tests.parts import wait_until


class Source:
    """The desk as the hub sees it. Its clock runs sixty times too fast, from 2026 on."""

    def __init__(self) -> None:
        self.encounters: list[dict[str, Any]] = [{"id": "a"}]
        self.asked = 0
        self.broken = False

    def statuses(self) -> list[dict[str, Any]]:
        self.asked += 1
        if self.broken:
            raise LookupError("a fault in the service")
        return self.encounters

    def clock(self) -> dict[str, float]:
        return {"time": 1_795_428_902.25, "speed": 60.0}

    def shown(self, alarm_id: str, by: str) -> None:
        pass


class Page:
    """Takes its seat's messages as fast as they come, and records their times."""

    def __init__(self, seat: Seat) -> None:
        self.seat = seat
        self.got: list[dict[str, Any]] = []
        self.times: list[float] = []
        self.task = asyncio.create_task(self._take())

    async def _take(self) -> None:
        async for text in self.seat.messages():
            self.got.append(json.loads(text))
            self.times.append(asyncio.get_running_loop().time())

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [message for message in self.got if message["type"] == kind]


@pytest.fixture
def source() -> Source:
    return Source()


@pytest_asyncio.fixture
async def hub(source: Source) -> AsyncIterator[Hub]:
    hub = Hub(CollectorRegistry(), Seating(seats=60, for_acting=0, per_user=60, per_sign_in=60))
    running = asyncio.create_task(hub.run(source))
    await asyncio.sleep(0)
    yield hub
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


def body(number: int) -> bytes:
    return json.dumps({"type": "status", "encounter": {"id": "a", "n": number}}).encode()


async def told(page: Page, count: int, kind: str) -> list[dict[str, Any]]:
    await wait_until(lambda: len(page.of(kind)) >= count, 5, f"{count} messages: {kind}")
    return page.of(kind)


SEATING = Seating(seats=8, for_acting=3, per_sign_in=2, per_user=4)
# seated pages (sign-in, user, role), the newcomer, part of its refusal; "": it gets a seat
SEATED: dict[str, tuple[list[tuple[str, str, str]], tuple[str, str, str], str]] = {
    "a second page of a sign-in": ([("s", "ann", "viewer")], ("s", "ann", "viewer"), ""),
    "a third one": ([("s", "ann", "viewer")] * 2, ("s", "ann", "viewer"), "with this sign-in"),
    "a person who may act has no more of them": (
        [("s", "ann", "admin")] * 2, ("s", "ann", "admin"), "with this sign-in",
    ),
    "a person's third sign-in": (
        [(f"s{n % 2}", "ann", "viewer") for n in range(4)], ("s2", "ann", "viewer"), "as ann",
    ),
    "somebody else meanwhile": (
        [(f"s{n % 2}", "ann", "viewer") for n in range(4)], ("t", "bob", "viewer"), "",
    ),
    "a viewer, but for the seats that are kept": (
        [(f"s{n}", f"v{n}", "viewer") for n in range(5)], ("t", "bob", "viewer"), "kept for people",
    ),
    "a therapist on a seat that is kept": (
        [(f"s{n}", f"v{n}", "viewer") for n in range(5)], ("t", "thea", "therapist"), "",
    ),
    "a therapist when all are taken": (
        [(f"s{n}", f"v{n}", "admin") for n in range(8)], ("t", "thea", "therapist"), "Close some",
    ),
}  # fmt: skip


@pytest.mark.parametrize("who", SEATED)
async def test_nobody_takes_the_seats_of_others(who: str) -> None:
    there, comes, told = SEATED[who]
    hub = Hub(CollectorRegistry(), SEATING)
    running = asyncio.create_task(hub.run(Source()))
    await asyncio.sleep(0)
    seats = [hub.join(*one) for one in there]
    said = ""
    try:
        hub.join(*comes)
    except Full as why:
        said = str(why)
        assert said.startswith("Too many pages are connected")
    assert (told in said) if told else said == ""
    assert all(seat.ending is None for seat in seats)  # no page lost its seat to the newcomer
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_nobody_gets_in_before_it_runs_or_when_every_seat_is_taken(hub: Hub) -> None:
    with pytest.raises(Full) as not_yet:
        Hub(CollectorRegistry()).join("s", "ann", "viewer")
    assert not_yet.value.because == Reason("seats_not_yet")
    seats = [hub.join("s", "ann", "viewer") for _ in range(60)]
    with pytest.raises(Full):
        hub.join("s", "ann", "viewer")
    hub.leave(seats[0])
    hub.join("s", "ann", "viewer")


async def test_a_newcomer_is_told_everything_that_stands(hub: Hub) -> None:
    page = Page(hub.join("s", "ann", "viewer"))
    (snapshot,) = await told(page, 1, "snapshot")
    signs = snapshot.pop("vital_signs")
    assert signs["temp"] == {"name": "Temperature", "unit": "Cel", "decimals": 1, "stream": False}
    assert signs["hr"] == {"name": "Heart rate", "unit": "/min", "decimals": 0, "stream": True}
    assert snapshot == {
        "seq": 1,
        "type": "snapshot",
        "server_time": "2026-11-23T10:15:02.250Z",
        "encounters": [{"id": "a"}],
        "speed": 60.0,
    }


async def test_a_crowd_of_pages_costs_one_snapshot_more(hub: Hub, source: Source) -> None:
    pages = [Page(hub.join("s", "ann", "viewer")) for _ in range(50)]
    for page in pages:
        await told(page, 1, "snapshot")
    assert source.asked == 2  # the first immediately, all others together


@pytest.mark.alone
async def test_pages_that_come_and_go_leave_the_loop_to_alarms(hub: Hub, source: Source) -> None:
    source.encounters = [{"id": f"e{n}"} for n in range(150)]
    loop = asyncio.get_running_loop()
    begun, came = loop.time(), 0
    while loop.time() - begun < 1.0:
        page = Page(hub.join("s", "ann", "viewer"))
        await asyncio.sleep(0.001)
        page.task.cancel()
        hub.leave(page.seat)
        came += 1
    assert came > 100
    assert 2 <= source.asked <= 6  # a fifth of a second between two


async def test_a_snapshot_that_cannot_be_made_ends_those_who_wait_and_nobody_after_them(
    hub: Hub, source: Source
) -> None:
    first, *others = [Page(hub.join("s", "ann", "viewer")) for _ in range(3)]
    await told(first, 1, "snapshot")
    source.broken = True
    asyncio.get_running_loop().set_exception_handler(lambda *_: None)  # it is logged
    await asyncio.gather(*(page.task for page in others))
    assert [page.seat.ending and page.seat.ending.code for page in others] == [FAULT, FAULT]
    source.broken = False
    await told(Page(hub.join("s", "ann", "viewer")), 1, "snapshot")


@pytest.mark.alone
async def test_statuses_go_out_at_once_then_at_most_four_a_second_and_the_last_always(
    hub: Hub,
) -> None:
    page = Page(hub.join("s", "ann", "viewer"))
    await told(page, 1, "snapshot")
    made: list[int] = []

    def make(number: int) -> bytes:
        made.append(number)
        return body(number)

    loop = asyncio.get_running_loop()
    begun = loop.time()
    number = 0
    while loop.time() - begun < 4 * STATUS_EVERY_S:
        hub.publish_status("a", lambda n=number: make(n))  # type: ignore[misc]
        number += 1
        await asyncio.sleep(0.005)
    await wait_until(lambda: page.of("status")[-1]["encounter"]["n"] == number - 1, 2)
    numbers = [message["encounter"]["n"] for message in page.of("status")]
    assert numbers[0] == 0
    assert numbers == sorted(numbers) == made
    times = [t for t, m in zip(page.times, page.got, strict=True) if m["type"] == "status"]
    assert times[0] - begun < 0.05
    for first, fifth in zip(times, times[4:], strict=False):
        assert fifth - first > 1.0


async def test_one_encounter_s_pace_does_not_hold_another_back(hub: Hub) -> None:
    page = Page(hub.join("s", "ann", "viewer"))
    await told(page, 1, "snapshot")
    for number in range(20):
        hub.publish_status(f"e{number}", body(number))
    statuses = await told(page, 20, "status")
    assert [m["encounter"]["n"] for m in statuses] == list(range(20))


async def test_nothing_is_made_for_nobody(hub: Hub) -> None:
    def never() -> bytes:
        raise AssertionError

    hub.publish_status("a", never)
    hub.publish_alarm("a", b'{"type":"alarm"}')
    seat = hub.join("s", "ann", "viewer")
    hub.publish_status("a", body(1))
    hub.publish_status("a", never)
    hub.leave(seat)
    await asyncio.sleep(2 * STATUS_EVERY_S)


async def test_every_alarm_transition_reaches_every_page(hub: Hub) -> None:
    pages = [Page(hub.join("s", "ann", "viewer")) for _ in range(3)]
    for number in range(200):
        hub.publish_alarm("a", json.dumps({"type": "alarm", "n": number}).encode())
    for page in pages:
        alarms = await told(page, 200, "alarm")
        assert [m["n"] for m in alarms] == list(range(200))
        assert [m["seq"] for m in page.got] == list(range(1, len(page.got) + 1))


async def test_the_heart_beats_every_second_with_the_service_s_time(hub: Hub) -> None:
    page = Page(hub.join("s", "ann", "viewer"))
    beats = await told(page, 3, "heartbeat")
    assert {(m["server_time"], m["speed"]) for m in beats} == {("2026-11-23T10:15:02.250Z", 60.0)}
    times = [t for t, m in zip(page.times, page.got, strict=True) if m["type"] == "heartbeat"]
    assert all(0.8 < b - a < 1.5 for a, b in pairwise(times))


async def test_signing_out_ends_the_pages_of_that_session_alone(hub: Hub) -> None:
    mine, other = hub.join("mine", "ann", "viewer"), hub.join("other", "ann", "viewer")
    assert hub.sign_ins() == {"mine": False, "other": False}
    other.hear('{"type":"presence","visible":true,"audible":true}')
    assert hub.sign_ins() == {"mine": False, "other": True}
    assert [p.user for p in hub.presence()] == ["ann"]
    hub.end_sign_in("mine")
    assert mine.ending is not None
    assert mine.ending.code == 4401
    assert other.ending is None


async def test_when_the_hub_ends_so_does_every_seat() -> None:
    hub = Hub(CollectorRegistry())
    running = asyncio.create_task(hub.run(Source()))
    await asyncio.sleep(0)
    page = Page(hub.join("s", "ann", "viewer"))
    await told(page, 1, "snapshot")
    hub.publish_status("a", body(1))
    running.cancel()
    async with asyncio.timeout(1):
        await page.task
    assert page.seat.ending is not None
    assert page.seat.ending.code == 1012
    with pytest.raises(Full) as over:
        hub.join("s", "ann", "viewer")
    assert over.value.because == Reason("seats_not_yet")
