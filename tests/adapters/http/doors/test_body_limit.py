"""Bodies that are too long, too slow, or that the client gives up."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from starlette.types import Message

from monitor.adapters.http.doors import body_limit
from monitor.adapters.http.doors.body_limit import AT_MOST, THROWN_AWAY_AT_MOST, BodyLimit
from tests.adapters.http.asgi import Inner, client_of
from tests.adapters.http.conftest import Service

JSON = {"Content-Type": "application/json"}


async def chunks(size: int) -> AsyncIterator[bytes]:
    for _ in range(size // 1024):
        yield b" " * 1024


@pytest.mark.parametrize("user", ["theo", None])
async def test_a_long_body_is_refused_however_it_comes(service: Service, user: str | None) -> None:
    async with service.client(user) as client:
        for size in (AT_MOST + 1024, 1024 * 1024):
            for content in (chunks(size), b" " * size):
                refused = await client.post("/api/v1/patients", content=content, headers=JSON)
                assert refused.status_code == 413
                assert "65536" in refused.json()["detail"]


async def test_a_body_just_within_the_limit_is_read(service: Service) -> None:
    body = json.dumps({"label": "K-1"}).encode()
    async with service.client("theo") as client:
        answered = await client.post(
            "/api/v1/patients", content=body + b" " * (AT_MOST - len(body)), headers=JSON
        )
        assert answered.status_code == 201


async def test_a_client_that_asks_first_is_told_before_it_sends(service: Service) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", service.port)
    writer.write(
        b"POST /api/v1/login HTTP/1.1\r\nHost: x\r\nContent-Length: 900000000\r\n"
        b"Expect: 100-continue\r\n\r\n"
    )
    async with asyncio.timeout(5):
        assert b" 413 " in await reader.readline()
    writer.close()


# --- without a server -----------------------------------------------------------------------------


class Peer:
    """A client that sends these messages, then none, and keeps the answer."""

    def __init__(self, *sends: Message) -> None:
        self._sends = list(sends)
        self.taken = 0
        self.answer: list[Message] = []

    async def receive(self) -> Message:
        if self.taken == len(self._sends):
            await asyncio.Event().wait()
        self.taken += 1
        return self._sends[self.taken - 1]

    async def send(self, message: Message) -> None:
        self.answer.append(message)

    async def ask(self, inner: Any, kind: str = "http", **headers: str) -> None:
        raw = [(name.encode(), value.encode()) for name, value in headers.items()]
        scope = {"type": kind, "method": "POST", "path": "/", "headers": raw}
        await BodyLimit(inner)(scope, self.receive, self.send)

    @property
    def status(self) -> int:
        return int(self.answer[0]["status"])

    @property
    def hangs_up(self) -> bool:
        return (b"connection", b"close") in self.answer[0]["headers"]


def part(size: int, *, more: bool = True) -> Message:
    return {"type": "http.request", "body": b"x" * size, "more_body": more}


@pytest.mark.parametrize(("size", "status"), [(0, 200), (65_536, 200), (65_537, 413)])
async def test_it_is_the_last_byte_that_is_too_much(size: int, status: int) -> None:
    inner = Inner()
    async with client_of(BodyLimit(inner)) as client:
        assert (await client.post("/", content=b"x" * size)).status_code == status
    assert inner.bodies == ([b"x" * size] if status == 200 else [])


async def test_a_body_in_pieces_arrives_as_one_and_the_client_may_leave_after_it() -> None:
    class Waits(Inner):
        after: Message | None = None

        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            await super().__call__(scope, receive, send)
            self.after = await receive()

    inner, peer = Waits(), Peer(part(3), part(0), part(4, more=False), {"type": "http.disconnect"})
    await peer.ask(inner)
    assert inner.bodies == [b"xxxxxxx"]
    assert inner.after == {"type": "http.disconnect"}


async def test_a_client_that_leaves_in_the_middle_reaches_no_route() -> None:
    inner, peer = Inner(), Peer(part(3), {"type": "http.disconnect"})
    await peer.ask(inner)
    assert (inner.bodies, peer.answer) == ([], [])


async def test_a_body_without_end_is_read_for_four_mebibytes_and_no_further() -> None:
    mebibyte = 1024 * 1024
    peer = Peer(*[part(mebibyte)] * 9)
    await peer.ask(Inner())
    assert (peer.status, peer.hangs_up) == (413, True)
    assert peer.taken * mebibyte == THROWN_AWAY_AT_MOST + mebibyte


@pytest.mark.parametrize(
    ("headers", "taken"),
    [
        ({"expect": "100-continue", "content-length": "65537"}, 0),
        ({"expect": "100-continue", "content-length": "65536"}, 1),
        ({"expect": "100-continue", "content-length": "-1"}, 1),
        ({"content-length": "65537"}, 1),  # on its way already, and so read
    ],
)
async def test_a_client_is_spared_a_body_only_if_it_waits(
    headers: dict[str, str], taken: int
) -> None:
    peer = Peer(part(AT_MOST + 1, more=False))
    await peer.ask(Inner(), **headers)
    assert (peer.status, peer.taken) == (413, taken)


async def test_a_body_that_does_not_come_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body_limit, "PATIENCE_S", 0.0)
    inner, peer = Inner(), Peer(part(3))
    await peer.ask(inner)
    assert (peer.status, peer.hangs_up, inner.bodies) == (408, True, [])


async def test_a_live_page_sends_what_it_likes() -> None:
    inner, peer = Inner(), Peer()
    await peer.ask(inner, "websocket")
    assert inner.bodies == [b""]
