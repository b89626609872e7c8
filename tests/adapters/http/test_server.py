"""Starting and stopping: a port in use, signals that are left alone, an end within 2 s."""

import asyncio
import errno
import selectors
import signal
import socket
from contextlib import suppress

import httpx
import pytest
from websockets.asyncio.client import connect

from monitor.adapters.http import Doors, Occupied, listen, serve
from tests.adapters.http.conftest import Service

CROWD = 600


async def plain(scope: object, receive: object, send: object) -> None:
    """The smallest ASGI app: never answers."""
    await asyncio.Event().wait()


def test_a_port_in_use_is_named() -> None:
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(Occupied, match=rf"Port {port} on 127\.0\.0\.1 is in use"):
            listen("127.0.0.1", port)


def test_a_host_that_is_not_ours_is_named() -> None:
    with pytest.raises(Occupied, match=r"203\.0\.113\.1"):
        listen("203.0.113.1", 0)
    with pytest.raises(Occupied, match=r"no\.such\.host\.invalid"):
        listen("no.such.host.invalid", 0)


def test_it_listens_on_ipv6_too() -> None:
    try:
        sock = listen("::1", 0)
    except Occupied:
        pytest.skip("no IPv6 on this machine")
    with sock:
        assert sock.family == socket.AF_INET6


async def test_a_crowd_that_comes_while_the_loop_is_busy_waits_in_the_system() -> None:
    """A client without a place there retries after 1, 3 and 7 s, a therapist's page too."""
    sock = listen("127.0.0.1", 0)
    serving = asyncio.create_task(serve(plain, sock, Doors(asyncio.get_running_loop().time)))
    _, writer = await asyncio.open_connection(*sock.getsockname())  # it is serving now
    crowd = [socket.socket() for _ in range(CROWD)]
    for one in crowd:  # no await: the loop accepts none of them
        one.setblocking(False)
        assert one.connect_ex(sock.getsockname()) in (0, errno.EINPROGRESS)
    with selectors.DefaultSelector() as selector:
        for one in crowd:
            selector.register(one, selectors.EVENT_WRITE)
        connected = len(selector.select(0.1))
    writer.close()
    for one in crowd:
        one.close()
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)
    assert connected == CROWD


async def test_signals_stay_with_the_service() -> None:
    before = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)
    sock = listen("127.0.0.1", 0)
    serving = asyncio.create_task(serve(plain, sock, Doors(asyncio.get_running_loop().time)))
    _, writer = await asyncio.open_connection(*sock.getsockname())
    assert (signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)) == before
    writer.close()
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)


@pytest.mark.alone
async def test_it_stops_within_two_seconds_whoever_is_connected(service: Service) -> None:
    """It times the fixture's end: pages open, a request in progress, an idle connection."""
    sock = listen("127.0.0.1", 0)
    port = sock.getsockname()[1]
    serving = asyncio.create_task(serve(plain, sock, Doors(asyncio.get_running_loop().time)))
    client = httpx.AsyncClient(timeout=10)
    asking = asyncio.create_task(client.get(f"http://127.0.0.1:{port}/"))
    _, idle = await asyncio.open_connection("127.0.0.1", port)
    await asyncio.sleep(0.1)
    loop = asyncio.get_running_loop()
    begun = loop.time()
    serving.cancel()
    with suppress(asyncio.CancelledError):
        await serving
    assert loop.time() - begun < 2.2
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    await client.aclose()
    idle.close()


async def test_pages_are_told_that_the_service_stops(service: Service) -> None:
    async with service.live() as page:
        await page.recv()
        service.hub.end_all(1012, "the service stops")
        with suppress(Exception):
            while True:
                await page.recv()
        assert page.close_code == 1012


async def test_a_large_frame_of_a_stranger_is_refused_before_it_is_read(service: Service) -> None:
    async with connect(
        f"ws://127.0.0.1:{service.port}/api/v1/live",
        additional_headers={"Authorization": f"Bearer {service.tokens['theo']}"},
    ) as page:
        assert page.protocol.extensions == []  # no compression: no bombs, less work
        with suppress(Exception):
            await page.send(b"\0" * 100_000)
            while True:
                await page.recv()
        assert page.close_code == 1009
