"""Slow, many and broken clients: each costs a bounded amount, and detection never waits for any."""

import asyncio
import contextlib
import socket
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Final

import psutil
import pytest
from websockets.asyncio.client import ClientConnection

from tests.parts import Mosquitto, wait_until
from tests.parts.product import Clinic, Product
from tests.parts.publisher import Publisher
from tests.system.test_session import live, until

pytestmark = pytest.mark.alone

PAGES: Final = 500
TOLD_S: Final = 5.0  # to the last page, on a machine that also runs all the pages
GROWS_MB: Final = 150.0


@asynccontextmanager
async def crowd(clinic: Clinic, count: int) -> AsyncIterator[list[ClientConnection]]:
    """Connect `count` pages simultaneously; each has received its snapshot."""
    async with AsyncExitStack() as stack:

        async def page() -> ClientConnection:
            made = await stack.enter_async_context(live(clinic))
            async with asyncio.timeout(60):
                await until(made, "snapshot")
            return made

        yield list(await asyncio.gather(*(page() for _ in range(count))))


def megabytes(product: Product) -> float:
    assert product.process is not None
    return float(psutil.Process(product.process.pid).memory_info().rss) / 1e6


async def told(pages: list[ClientConnection], encounter: str, within: float = 60) -> list[float]:
    """Return when each page receives the alarm of high pressure of this session."""

    async def one(page: ClientConnection) -> float:
        while True:
            message = await until(page, "alarm")
            alarm = message["alarm"]
            if (alarm["encounter_id"], alarm["condition"]) == (encounter, "sbp_high"):
                return time.monotonic()

    async with asyncio.timeout(within):
        return list(await asyncio.gather(*(one(page) for page in pages)))


async def test_five_hundred_pages_that_come_at_once_are_all_told_and_come_again(
    product_with: Callable[..., Product], mosquitto: Mosquitto
) -> None:
    # In this test all pages belong to one user on one machine.
    many = dict.fromkeys(("PAGES_PER_USER", "PAGES_PER_SIGN_IN", "HTTP_PER_ADDRESS"), "1000")
    product = product_with(MQTT_URL=mosquitto.url, **many)
    clinic = Clinic(product)
    before = megabytes(product)
    with Publisher(mosquitto.port) as devices:
        for storm in (1, 2):
            encounter = clinic.session(f"Alder {storm}", {f"cuff-{storm}": "cuff"})
            began = time.monotonic()
            async with crowd(clinic, PAGES) as pages:
                came = time.monotonic() - began
                sent = time.monotonic()
                devices.reading(f"cuff-{storm}", seq=1, sbp=188, dbp=90)
                last = max(await told(pages, encounter)) - sent
                grown = megabytes(product) - before
                print(f"storm {storm}: came {came:.1f} s, told {last:.2f} s, grown {grown:.0f} MB")  # noqa: T201 - docs/reliability.md quotes it
                assert last < TOLD_S
                assert grown < GROWS_MB
    metrics = clinic.http.get(f"{product.url}/metrics").text
    await wait_until(
        lambda: "dosing_monitor_live_connections 0.0" in clinic.http.get(
            f"{product.url}/metrics"
        ).text
    )  # fmt: skip
    assert 'dosing_monitor_live_closed_total{code="1013"}' not in metrics, "somebody fell behind"


async def test_a_page_that_stops_reading_is_dropped_alone_while_a_session_is_watched(
    product: Product, clinic: Clinic, mosquitto: Mosquitto
) -> None:
    encounter = clinic.session("Alder 14", {"cuff-1": "cuff", "strap-1": "heart_rate"})
    async with live(clinic) as page:
        await until(page, "snapshot")
        listening = asyncio.create_task(told([page], encounter, within=90))
        deaf = await asyncio.to_thread(_deaf, clinic)

        def dropped() -> bool:
            text = clinic.http.get(f"{product.url}/metrics").text
            return 'dosing_monitor_live_closed_total{code="1013"} 1.0' in text

        with Publisher(mosquitto.port) as devices:
            seq, gone = 0, False
            until_ = time.monotonic() + 60
            while not gone and time.monotonic() < until_:
                seq += 1
                devices.reading("strap-1", seq=seq, hr=60 + seq % 20)
                gone = seq % 20 == 0 and await asyncio.to_thread(dropped)
                await asyncio.sleep(0.02)
            assert gone, "it still holds its seat"
            sent = time.monotonic()
            devices.reading("cuff-1", seq=1, sbp=188, dbp=90)
            took = (await listening)[0] - sent
        deaf.close()
    assert took < 1


def _deaf(clinic: Clinic) -> socket.socket:
    """Open a page that requests the live view and never reads; its receive buffer is small."""
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    line.connect(("127.0.0.1", clinic.product.port))
    line.sendall(
        (
            f"GET /api/v1/live HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {clinic.token}\r\n"
            "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        ).encode()
    )
    return line


async def test_an_upload_without_an_end_is_cut_and_nothing_of_it_is_kept(
    product_with: Callable[..., Product], mosquitto: Mosquitto
) -> None:
    product = product_with(MQTT_URL=mosquitto.url)
    clinic = Clinic(product)
    before = megabytes(product)
    reader, writer = await asyncio.open_connection("127.0.0.1", product.port)
    head = (
        f"POST /api/v1/patients HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {clinic.token}\r\n"
        "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    writer.write(head.encode())
    chunk, sent = b"10000\r\n" + b"x" * 0x10000 + b"\r\n", 0
    answer = asyncio.create_task(reader.read(200))
    with contextlib.suppress(OSError):
        async with asyncio.timeout(30):
            while not answer.done():
                writer.write(chunk)
                await writer.drain()
                sent += 0x10000
    # A client that continues to write may lose the refusal with the connection.
    (refusal,) = await asyncio.gather(answer, return_exceptions=True)
    writer.close()
    assert isinstance(refusal, OSError) or b" 413 " in refusal  # type: ignore[operator]
    assert sent < 64e6, "it was read for ever"
    assert megabytes(product) - before < 30
    clinic.post("/patients", label="K-1")
