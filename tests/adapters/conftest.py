"""Parts that the MQTT tests share."""

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.parts import Mosquitto
from tests.parts.proxy import WeakLink


@pytest_asyncio.fixture
async def weak_link(mosquitto: Mosquitto) -> AsyncIterator[WeakLink]:
    """A network that can fail, between a client and `mosquitto`."""
    link = WeakLink(mosquitto.port)
    await link.open()
    yield link
    await link.close()
