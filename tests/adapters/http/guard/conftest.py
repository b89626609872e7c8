"""A page that watches, and the messages that it receives."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest_asyncio
from websockets.asyncio.client import ClientConnection

from tests.adapters.http.conftest import Service
from tests.parts import wait_until

HERE = json.dumps({"type": "presence", "visible": True, "audible": True})


@pytest_asyncio.fixture
async def watching(service: Service) -> AsyncIterator[ClientConnection]:
    """Yield a page of theo that answers, under the sign-in of `service.client("theo")`."""
    async with service.live("theo") as socket:
        await socket.send(HERE)
        await wait_until(service.hub.presence)
        yield socket


async def heard(socket: ClientConnection, kind: str) -> dict[str, object]:
    """Return the next message of that kind."""
    async with asyncio.timeout(10):
        while True:
            message: dict[str, object] = json.loads(await socket.recv())
            if message["type"] == kind:
                return message
