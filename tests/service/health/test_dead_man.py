"""The heartbeat to an external monitor, sent to a real server on this machine."""

from collections.abc import Iterator
from typing import Final

import httpx
import pytest
from prometheus_client import CollectorRegistry

from monitor.service.clock import Clock
from monitor.service.health.dead_man import EVERY_S, Ping
from tests.parts import free_port
from tests.parts.sinks import HttpSink
from tests.parts.tls import TLS

SECRET: Final = "c0ffee"


class Switch:
    """A heartbeat and its parts: `fault` is what is wrong with them, "" while all work."""

    def __init__(self, url: str) -> None:
        self.monotonic, self.fault = 100.0, ""
        self.registry = CollectorRegistry()
        clock = Clock(start=0.0, monotonic=lambda: self.monotonic)
        self.ping = Ping(url, clock, lambda: self.fault, self.registry)

    async def after(self, seconds: float) -> str:
        """Look once, so much later; return why there is no heartbeat."""
        self.monotonic += seconds
        async with httpx.AsyncClient(verify=TLS) as client:
            await self.ping._look(client)
        return self.ping.why

    @property
    def gauge(self) -> float | None:
        return self.registry.get_sample_value("dosing_monitor_ping_answered")


@pytest.fixture
def sink() -> Iterator[HttpSink]:
    sink = HttpSink()
    yield sink
    sink.close()


async def test_a_heartbeat_leaves_at_once_and_then_every_half_minute(sink: HttpSink) -> None:
    switch = Switch(sink.url(scheme="http"))
    await switch.after(0)
    assert (len(sink.got), switch.ping.answered_at, switch.gauge) == (1, 100.0, 1)
    await switch.after(EVERY_S - 0.1)
    assert len(sink.got) == 1
    await switch.after(0.1)
    assert (len(sink.got), switch.ping.answered_at) == (2, 100.0 + EVERY_S)


async def test_none_leaves_while_a_part_fails_and_one_as_soon_as_all_work(sink: HttpSink) -> None:
    switch = Switch(sink.url(scheme="http"))
    await switch.after(0)
    switch.fault = "database: does not take writes"
    assert await switch.after(2) == switch.fault
    assert (len(sink.got), switch.ping.answered_at, switch.gauge) == (1, 100.0, 0)
    switch.fault = ""
    assert await switch.after(1) == ""
    assert (len(sink.got), switch.gauge) == (2, 1)


@pytest.mark.parametrize(("path", "why"), [
    ("broken", "the ping was answered 500"),
    ("moved", "the ping was answered 307"),  # it is not followed to another place
])  # fmt: skip
async def test_an_answer_that_is_no_success_is_no_heartbeat_and_is_tried_again(
    sink: HttpSink, path: str, why: str
) -> None:
    switch = Switch(sink.url(path, scheme="http"))
    for times in (1, 2):
        assert await switch.after(2) == why
        assert (len(sink.got), switch.ping.answered_at, switch.gauge) == (times, None, 0)


@pytest.mark.parametrize("address", ["127.0.0.1:{port}/", "["])
async def test_an_address_that_does_not_answer_is_not_repeated(address: str) -> None:
    url = f"http://{address.format(port=free_port())}{SECRET}"
    why = await Switch(url).after(0)
    assert why.startswith("the ping's address does not answer (")
    assert SECRET not in why


def test_without_an_address_no_heartbeat_is_wanted() -> None:
    assert [Switch(url).ping.wanted for url in ("", "http://a.example")] == [False, True]
