"""Clients behind a trusted proxy: each address has its own limit, and gives back its places."""

import asyncio
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from monitor.adapters.http import Caps, Doors
from monitor.adapters.http.doors.named import Named
from tests.adapters.http.asgi import client_of

PROXY = "10.0.0.1"


class Crowded:
    """The middleware, with at most two of an address, before an app that answers once `go` is
    set."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.doors = Doors(lambda: 0.0, Caps(per_address=2), [PROXY], self.registry)
        self.named = Named(self._answer, self.doors)
        self.go = asyncio.Event()
        self.begun = 0
        self._asking: list[asyncio.Task[int]] = []

    async def _answer(self, scope: Any, receive: Any, send: Any) -> None:
        self.begun += 1
        await self.go.wait()
        if scope["path"] == "/breaks":
            raise LookupError
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    def ask(self, address: str, path: str = "/") -> asyncio.Task[int]:
        async def asking() -> int:
            async with client_of(self.named, address) as client:
                answer = await client.get(path)
            if answer.status_code == 503:
                assert int(answer.headers["Retry-After"]) > 0
            return answer.status_code

        return asyncio.create_task(asking())

    @property
    def refused(self) -> float | None:
        return self.registry.get_sample_value(
            "dosing_monitor_http_refused_total", {"reason": "full"}
        )


async def all_begun(crowded: Crowded, count: int) -> None:
    async with asyncio.timeout(5):
        while crowded.begun < count:
            await asyncio.sleep(0)


async def test_an_address_has_its_places_and_the_next_request_is_refused() -> None:
    crowded = Crowded()
    served = [crowded.ask("203.0.113.9"), crowded.ask("203.0.113.9")]
    await all_begun(crowded, 2)
    assert await crowded.ask("203.0.113.9") == 503
    assert crowded.refused == 1.0
    served.append(crowded.ask("203.0.113.10"))  # another address has places of its own
    await all_begun(crowded, 3)
    crowded.go.set()
    assert await asyncio.gather(*served) == [200] * 3
    assert await crowded.ask("203.0.113.9") == 200


async def test_a_network_of_one_customer_is_one_address() -> None:
    crowded = Crowded()
    served = [crowded.ask("2001:db8::1"), crowded.ask("2001:db8::2")]
    await all_begun(crowded, 2)
    assert await crowded.ask("2001:db8:0:0:ffff::1") == 503
    served.append(crowded.ask("2001:db8:0:1::1"))
    await all_begun(crowded, 3)
    crowded.go.set()
    assert await asyncio.gather(*served) == [200] * 3


async def test_the_proxy_s_own_requests_have_no_limit_here() -> None:
    crowded = Crowded()
    served = [crowded.ask(PROXY) for _ in range(5)]
    await all_begun(crowded, 5)
    crowded.go.set()
    assert await asyncio.gather(*served) == [200] * 5


@pytest.mark.parametrize("ends", ["fails", "is cancelled"])
async def test_a_request_gives_back_its_place_however_it_ends(ends: str) -> None:
    crowded = Crowded()
    if ends == "fails":
        crowded.go.set()
    for _ in range(5):
        begun = crowded.begun
        asking = crowded.ask("203.0.113.9", "/breaks")
        await all_begun(crowded, begun + 1)
        if ends == "is cancelled":
            asking.cancel()
        with pytest.raises((LookupError, asyncio.CancelledError)):
            await asking
    assert crowded.refused is None
    assert not crowded.named._under_way  # nothing is kept of an address that has gone
