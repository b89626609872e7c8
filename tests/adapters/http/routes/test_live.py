"""The live WebSocket over real connections: who receives which messages, and who delays whom."""

import asyncio
import json
import socket
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, suppress
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import InvalidStatus

from monitor.adapters.http.guard.sign_ins import LASTS_S
from monitor.adapters.live.hub import Seating
from monitor.adapters.live.seat import CHATTER
from tests.adapters.http.conftest import Service, open_encounter
from tests.parts import wait_until

READING = {"sbp": 184, "dbp": 112}


class Page:
    """A page that reads all messages, sends none, and records their times."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.got: list[dict[str, Any]] = []
        self.times: list[float] = []
        self.task = asyncio.create_task(self._read())

    async def _read(self) -> None:
        async for text in self.socket:
            self.got.append(json.loads(text))
            self.times.append(asyncio.get_running_loop().time())

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [message for message in self.got if message["type"] == kind]


@pytest.fixture
async def pages(service: Service) -> AsyncIterator[Any]:
    """`await pages("theo")` opens one more page of that user."""
    async with AsyncExitStack() as stack:

        async def another(user: str = "theo") -> Page:
            page = Page(await stack.enter_async_context(service.live(user)))
            await wait_until(lambda: page.of("snapshot"))
            return page

        yield another


async def test_a_reading_becomes_an_alarm_on_every_page_and_seq_tells_nothing_is_missing(
    therapist: httpx.AsyncClient, encounter: str, pages: Any
) -> None:
    watching = [await pages("theo"), await pages("vera")]
    url = f"/api/v1/encounters/{encounter}/observations"
    rows = (await therapist.post(url, json=READING)).json()["items"]
    assert {(row["vital"], row["value"], row["source"]) for row in rows} == {
        ("sbp", 184.0, "manual"),
        ("dbp", 112.0, "manual"),
    }
    for page in watching:
        await wait_until(lambda page=page: page.of("alarm") and page.of("status"))  # type: ignore[misc]
        raised = next(m for m in page.of("alarm") if m["alarm"]["condition"] == "sbp_high")
        assert (raised["transition"], raised["alarm"]["priority"]) == ("raised", "high")
        assert raised["alarm"]["encounter_id"] == encounter
        assert raised["alarm"]["reason"]
        newest = page.of("status")[-1]["encounter"]
        assert newest["vitals"]["sbp"]["value"] == 184.0
        assert newest["patient_label"]
        assert newest["emergency"]["phone"] == "555"
        assert [m["seq"] for m in page.got] == list(range(1, len(page.got) + 1))


async def test_who_joins_late_finds_the_alarm_in_the_snapshot(
    therapist: httpx.AsyncClient, encounter: str, pages: Any
) -> None:
    await therapist.post(f"/api/v1/encounters/{encounter}/observations", json=READING)
    (snapshot,) = (await pages()).of("snapshot")
    (status,) = snapshot["encounters"]
    assert {a["condition"] for a in status["alarms"]} >= {"sbp_high", "dbp_high"}
    assert snapshot["server_time"] == "2026-11-23T10:15:02.250Z"


async def test_an_acknowledgement_reaches_the_other_pages_with_its_author(
    therapist: httpx.AsyncClient, encounter: str, pages: Any
) -> None:
    page = await pages("vera")
    await therapist.post(f"/api/v1/encounters/{encounter}/observations", json=READING)
    await wait_until(lambda: page.of("alarm"))
    alarm = page.of("alarm")[0]["alarm"]
    answered = await therapist.post(f"/api/v1/alarms/{alarm['id']}/acknowledge")
    assert answered.json()["acknowledged_by"] == "theo"
    told = await wait_until(
        lambda: [m for m in page.of("alarm") if m["transition"] == "acknowledged"]
    )
    assert told[0]["alarm"]["acknowledged_by"] == "theo"


async def test_the_heart_beats_every_second(service: Service, pages: Any) -> None:
    page = await pages()
    service.desk.time += 60
    await wait_until(lambda: len(page.of("heartbeat")) >= 3)
    times = [t for t, m in zip(page.times, page.got, strict=True) if m["type"] == "heartbeat"]
    assert all(b - a < 2 for a, b in pairwise(times))
    assert page.of("heartbeat")[-1]["server_time"] == "2026-11-23T10:16:02.250Z"


async def test_a_page_tells_whether_anybody_can_see_and_hear_it(
    service: Service, pages: Any
) -> None:
    page = await pages()
    await page.socket.send("what is this")
    await page.socket.send(json.dumps({"type": "presence", "visible": True, "audible": False}))
    await page.socket.send(json.dumps({"type": "shown", "alarm": "e1-1"}))
    await wait_until(lambda: service.desk.displayed == [("e1-1", "theo")])
    (presence,) = service.hub.presence()
    assert (presence.user, presence.role) == ("theo", "therapist")
    assert (presence.visible, presence.audible) == (True, False)
    assert presence.since == service.desk.time
    await page.socket.close()
    await wait_until(lambda: service.hub.presence() == [])


async def closing(page: Page) -> int | None:
    """Return the code with which this page was closed."""
    await asyncio.wait([page.task], timeout=5)
    return page.socket.close_code


async def test_signing_out_closes_the_page_at_once(
    service: Service, therapist: httpx.AsyncClient, pages: Any
) -> None:
    page, other = await pages("theo"), await pages("vera")
    await therapist.post("/api/v1/logout")
    # Before the periodic check of sign-ins could have noticed.
    assert {seat.user for seat in service.hub._seats if seat.ending is None} == {"vera"}
    assert await closing(page) == 4401
    assert other.socket.close_code is None
    with pytest.raises(InvalidStatus):
        await pages("theo")


async def test_a_session_that_expires_closes_its_page(service: Service, pages: Any) -> None:
    page = await pages()
    service.time.now += LASTS_S + 1
    assert await closing(page) == 4401


async def test_a_message_that_is_too_long_or_a_flood_ends_the_page(
    service: Service, pages: Any
) -> None:
    long, chatty = await pages(), await pages()
    await long.socket.send("x" * 5000)
    assert await closing(long) == 1009
    for _ in range(CHATTER + 1):
        await chatty.socket.send("x")
    assert await closing(chatty) == 1008


async def test_when_every_place_is_taken_the_next_is_told_so(service: Service, pages: Any) -> None:
    service.hub._seating = Seating(seats=2, for_acting=1)
    await pages("vera")
    async with service.client("vera") as vera, service.client("theo") as theo:
        with pytest.raises(InvalidStatus) as refused:
            await pages("vera")
        assert refused.value.response.status_code == 503
        assert refused.value.response.headers["Retry-After"] == "5"
        told = await vera.get("/api/v1/seat")
        assert told.status_code == 503
        assert "kept for people who may act" in told.json()["detail"]
        # The page cannot read the answer to its WebSocket: it is the same sentence.
        assert told.content == bytes(refused.value.response.body or b"")
        assert (await theo.get("/api/v1/seat")).json() == {"free": True}
    await pages("theo")


def frame(opcode: int, payload: bytes = b"", *, last: bool = True) -> bytes:
    """Return a frame as a client sends it, masked by zeros."""
    size = len(payload)
    length = bytes([0x80 | size]) if size < 126 else b"\xfe" + size.to_bytes(2, "big")
    return bytes([(0x80 if last else 0) | opcode]) + length + bytes(4) + payload


TEXT, BINARY, MORE, PING, PONG = 1, 2, 0, 9, 10
TOO_MUCH = {
    "pings": (frame(PING, b"x" * 125), 1008),
    "empty pings": (frame(PING), 1008),
    "pongs that nobody asked for": (frame(PONG), 1008),
    "empty messages": (frame(TEXT), 1008),
    "messages of one byte": (frame(TEXT, b"x"), 1008),
    "long messages": (frame(BINARY, b"x" * 4096), 1008),
    "empty pieces": (frame(MORE, last=False), 1008),
    "pieces of one byte": (frame(MORE, b"x", last=False), 1008),
    "pieces with pings between": (frame(MORE, last=False) + frame(PING), 1008),
    "a message that is too long": (frame(TEXT, b"x" * 4097), 1009),
    "a message that is too long by its pieces": (frame(MORE, b"x" * 1024, last=False), 1009),
    "nonsense": (b"\xff" * 50, 1002),
}


@pytest.mark.parametrize("what", TOO_MUCH)
async def test_every_frame_counts_and_who_sends_too_many_is_sent_away(
    service: Service, pages: Any, what: str
) -> None:
    sent, code = TOO_MUCH[what]
    page, line = await pages(), await deaf(service, "theo")
    await wait_until(lambda: len(service.hub._seats) == 2)
    loop = asyncio.get_running_loop()
    begun = frame(TEXT, last=False) if sent[0] & 0x0F == MORE else b""
    with suppress(OSError):
        await loop.sock_sendall(line, begun + sent * (2000 if code == 1008 else 5))
    await wait_until(lambda: len(service.hub._seats) == 1)
    assert await close_code(line) == code
    line.close()
    assert page.socket.close_code is None


async def close_code(line: socket.socket) -> int | None:
    """Return the code of the close frame at the end of the data on this connection."""
    got, loop = b"", asyncio.get_running_loop()
    with suppress(OSError):
        async with asyncio.timeout(5):
            while more := await loop.sock_recv(line, 65536):
                got += more
    at = max(got.rfind(bytes([0x88, length])) for length in range(2, 126))
    return int.from_bytes(got[at + 2 : at + 4], "big") if at >= 0 else None


async def deaf(service: Service, user: str = "vera") -> socket.socket:
    """Open a page whose machine accepts the connection and then reads no byte."""
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    sock.setblocking(False)
    loop = asyncio.get_running_loop()
    await loop.sock_connect(sock, ("127.0.0.1", service.port))
    await loop.sock_sendall(
        sock,
        b"GET /api/v1/live HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
        b"Authorization: Bearer " + service.tokens[user].encode() + b"\r\n\r\n",
    )
    return sock


def connected(server: int, client: int) -> bool:
    """Return True if the system still has the server's end of this connection."""
    lines = Path("/proc/net/tcp").read_text().splitlines()[1:]
    ends = {(row[1][-4:], row[2][-4:]) for row in map(str.split, lines)}
    return (f"{server:04X}", f"{client:04X}") in ends


@pytest.mark.alone
async def test_a_page_that_stops_reading_delays_nobody_and_is_let_go(
    service: Service, therapist: httpx.AsyncClient, pages: Any
) -> None:
    encounters = [await open_encounter(therapist, f"K-{n}", f"cuff-{n}") for n in range(12)]
    page = await pages()
    sock = await deaf(service)
    its_port = sock.getsockname()[1]
    await wait_until(lambda: len(service.hub.sign_ins()) == 2)
    assert connected(service.port, its_port)

    loop = asyncio.get_running_loop()
    worst, number = 0.0, 0
    async with asyncio.timeout(30):
        while len(service.hub.sign_ins()) == 2:
            for encounter in encounters:
                service.desk.publish(encounter)
            number += 1
            sent = loop.time()
            service.hub.publish_alarm("a", json.dumps({"type": "alarm", "n": number}).encode())
            await wait_until(lambda: page.of("alarm") and page.of("alarm")[-1]["n"] == number)  # noqa: B023
            worst = max(worst, loop.time() - sent)
    # When it is dropped depends on the system's buffers; the other page never notices.
    assert worst < 0.5
    assert [m["n"] for m in page.of("alarm")] == list(range(1, number + 1))
    assert [m["seq"] for m in page.got] == list(range(1, len(page.got) + 1))
    metrics = await therapist.get("/metrics")
    assert 'dosing_monitor_live_closed_total{code="1013"} 1.0' in metrics.text
    # The system has dropped its connection too, although the page never read the data in flight.
    await wait_until(lambda: not connected(service.port, its_port))
    sock.close()


async def test_who_fell_behind_comes_back_to_a_snapshot(
    service: Service, therapist: httpx.AsyncClient, encounter: str, pages: Any
) -> None:
    await pages()
    (seat,) = service.hub._seats
    for number in range(2000):
        service.hub.publish_alarm("a", json.dumps({"type": "alarm", "n": number}).encode())
    assert seat.ending is not None
    await wait_until(lambda: not service.hub.sign_ins())
    await therapist.post(f"/api/v1/encounters/{encounter}/observations", json=READING)
    again = await pages()
    (status,) = again.of("snapshot")[0]["encounters"]
    assert {a["condition"] for a in status["alarms"]} >= {"sbp_high"}
    assert again.got[0]["seq"] == 1


async def test_statuses_of_many_sessions_at_once_all_arrive_in_their_newest_form(
    service: Service, therapist: httpx.AsyncClient, pages: Any
) -> None:
    encounters = [await open_encounter(therapist, f"K-{n}", f"cuff-{n}") for n in range(5)]
    page = await pages()
    for minute in range(20):
        service.desk.time += 60
        for encounter in encounters:
            service.desk.publish(encounter)
        await asyncio.sleep(0.01 if minute else 0)
    await wait_until(lambda: len(newest_ages(page)) == 5 and len(set(newest_ages(page))) == 1)
    counted = Counter(m["encounter"]["id"] for m in page.of("status"))
    assert all(count <= 5 for count in counted.values())


def newest_ages(page: Page) -> list[str]:
    newest = {m["encounter"]["id"]: m["encounter"]["next_check"] for m in page.of("status")}
    return [str(check) for check in newest.values()]
