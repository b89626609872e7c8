"""Requests of one user in turn: who waits for whom, and that no request waits for ever."""

import asyncio
from typing import Any, Final

import pytest
from starlette.types import Message, Receive, Scope, Send

from monitor.adapters.http.guard.request_turns import (
    ACTS_AT_ONCE,
    READS_AT_ONCE,
    STRANGERS_AT_ONCE,
    RequestTurns,
)
from monitor.adapters.http.guard.sign_ins import Person
from tests.parts import wait_until

MORE: Final = 20


class Service:
    """An app whose requests each begin, and continue once `let`."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.let: dict[str, asyncio.Event] = {}
        self.fails = False
        self.asks_for_the_body = False
        self.bodies: dict[str, bytes] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        self.begun.append(path)
        if self.asks_for_the_body:
            self.bodies[path] = (await receive())["body"]
        await self.let.setdefault(path, asyncio.Event()).wait()
        if self.fails:
            raise RuntimeError("a fault in the service")
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})


class Crowd:
    """RequestTurns under test, with its clients. reading: set while clients read their answers."""

    def __init__(self) -> None:
        self.service = Service()
        self.turns = RequestTurns(self.service)
        self.reading = asyncio.Event()
        self.reading.set()
        self.tasks: list[asyncio.Task[None]] = []
        self.gone: dict[str, asyncio.Event] = {}

    def ask(self, path: str, user: str = "vera", sign_in: str = "s", method: str = "GET") -> None:
        person = Person(name=user, role="viewer", sign_in=sign_in, expires=0.0)
        scope: dict[str, Any] = {"type": "http", "method": method, "path": path}
        scope["state"] = {"person": person}
        self._ask(path, scope)

    def ask_unknown(self, path: str, address: str = "192.0.2.1", method: str = "GET") -> None:
        """Ask before any sign-in, as for the files of the page."""
        scope = {"type": "http", "method": method, "path": path, "client": (address, 1234)}
        self._ask(path, scope)

    def _ask(self, path: str, scope: dict[str, Any]) -> None:
        gone = self.gone[path] = asyncio.Event()
        messages: list[Message] = [{"type": "http.request", "body": path.encode()}]

        async def receive() -> Message:
            """Return the body, and then wait until the client hangs up."""
            if messages:
                return messages.pop()
            await gone.wait()
            return {"type": "http.disconnect"}

        self.tasks.append(asyncio.create_task(self.turns(scope, receive, self._send)))

    def hang_up(self, *paths: str) -> None:
        for path in paths:
            self.gone[path].set()

    async def begun(self) -> list[str]:
        """Return the requests that have begun."""
        for _ in range(5):
            await asyncio.sleep(0)
        return self.service.begun

    def let(self, *paths: str) -> None:
        for path in paths:
            self.service.let.setdefault(path, asyncio.Event()).set()

    async def _receive(self) -> Message:
        raise AssertionError("nobody asks for a body")

    async def _send(self, message: Message) -> None:
        await self.reading.wait()


@pytest.fixture
def crowd() -> Crowd:
    return Crowd()


async def test_who_asks_for_much_is_served_in_order_and_nobody_else_waits(crowd: Crowd) -> None:
    for n in range(MORE):
        crowd.ask(f"/{n}", sign_in=f"s{n % 5}")
    crowd.ask("/of thea", "thea")
    crowd.ask("/an act", method="POST")
    mine = [f"/{n}" for n in range(MORE)]
    assert await crowd.begun() == [*mine[:READS_AT_ONCE], "/of thea", "/an act"]
    for n in range(MORE):
        crowd.let(f"/{n}")
        await crowd.begun()
    assert [path for path in await crowd.begun() if path in mine] == mine


async def test_acts_wait_for_those_of_their_own_sign_in_alone(crowd: Crowd) -> None:
    for n in range(MORE):
        crowd.ask(f"/{n}", method="POST")
    crowd.ask("/elsewhere", sign_in="t", method="POST")
    assert await crowd.begun() == [*(f"/{n}" for n in range(ACTS_AT_ONCE)), "/elsewhere"]


@pytest.mark.parametrize(
    "ends", ["is not read", "fails", "is given up", "is given up in the queue"]
)
async def test_a_turn_ends_with_the_answer_s_begin_however_it_ends(crowd: Crowd, ends: str) -> None:
    for n in range(READS_AT_ONCE + 1):
        crowd.ask(f"/{n}")
    await crowd.begun()
    if ends == "is not read":
        crowd.reading.clear()
        crowd.let("/0")
    elif ends == "fails":
        crowd.service.fails = True
        crowd.let("/0")
    elif ends == "is given up":
        crowd.tasks[0].cancel()
    else:
        crowd.tasks[-1].cancel()
        crowd.ask("/next")
        crowd.let("/0")
    last = "/next" if ends.endswith("queue") else f"/{READS_AT_ONCE}"
    assert (await crowd.begun())[-1] == last


async def test_a_read_whose_client_has_gone_leaves_the_queue_and_an_act_does_not(
    crowd: Crowd,
) -> None:
    reads = [f"/{n}" for n in range(READS_AT_ONCE + 3)]
    acts = [f"/act {n}" for n in range(ACTS_AT_ONCE + 1)]
    for path in reads:
        crowd.ask(path)
    for path in acts:
        crowd.ask(path, method="POST")
    await crowd.begun()
    crowd.hang_up(*reads[:-1], *acts)
    await crowd.begun()
    assert [task.done() for task in crowd.tasks[: len(reads)]] == [False, False, True, True, False]
    crowd.let(reads[0], acts[0])
    begun = await crowd.begun()
    assert [path for path in begun if path in reads] == [*reads[:READS_AT_ONCE], reads[-1]]
    assert [path for path in begun if path in acts] == acts
    crowd.let(*reads, *acts)
    await wait_until(lambda: all(task.done() for task in crowd.tasks), 5)
    assert crowd.turns._lanes == {}


@pytest.mark.parametrize("goes_first", [True, False])
async def test_a_client_that_goes_as_its_turn_comes_keeps_no_turn(
    crowd: Crowd, goes_first: bool
) -> None:
    first, second = ([f"/{n} {m}" for m in range(READS_AT_ONCE)] for n in range(2))
    for path in (*first, *second, "/last"):
        crowd.ask(path)
    await crowd.begun()
    if goes_first:
        crowd.hang_up(*second)
    crowd.let(*first, *second)
    crowd.hang_up(*second)
    crowd.let("/last")
    await wait_until(lambda: all(task.done() for task in crowd.tasks), 5)
    assert (await crowd.begun())[-1] == "/last"


async def test_a_request_that_waited_has_its_body(crowd: Crowd) -> None:
    crowd.service.asks_for_the_body = True
    for n in range(MORE):
        crowd.ask(f"/{n}")
        crowd.let(f"/{n}")
    await wait_until(lambda: all(task.done() for task in crowd.tasks), 5)
    assert crowd.service.bodies == {f"/{n}": f"/{n}".encode() for n in range(MORE)}


async def test_nothing_is_kept_of_who_has_gone(crowd: Crowd) -> None:
    for n in range(MORE):
        crowd.ask(f"/{n}", user=f"user {n % 7}")
        crowd.let(f"/{n}")
    await wait_until(lambda: all(task.done() for task in crowd.tasks), 5)
    assert crowd.turns._lanes == {}


async def test_reads_before_a_sign_in_wait_for_those_of_their_own_address(crowd: Crowd) -> None:
    for n in range(MORE):
        crowd.ask_unknown(f"/{n}")
    crowd.ask_unknown("/elsewhere", address="192.0.2.2")
    crowd.ask_unknown("/login", method="POST")
    crowd.ask("/of thea", "thea")
    mine = [f"/{n}" for n in range(STRANGERS_AT_ONCE)]
    assert await crowd.begun() == [*mine, "/elsewhere", "/login", "/of thea"]
    crowd.let("/0")
    assert (await crowd.begun())[-1] == f"/{STRANGERS_AT_ONCE}"


@pytest.mark.parametrize("kind", ["http", "websocket", "lifespan"])
async def test_who_has_no_address_and_a_live_page_never_wait(crowd: Crowd, kind: str) -> None:
    crowd.let("/")
    addresses: tuple[dict[str, Any], ...] = ({},) if kind == "http" else ({}, {"client": ("a", 1)})
    for address in addresses:
        for _ in range(MORE):
            scope = {"type": kind, "method": "GET", "path": "/"} | address
            await crowd.turns(scope, crowd._receive, crowd._send)
    assert len(crowd.service.begun) == MORE * len(addresses)
