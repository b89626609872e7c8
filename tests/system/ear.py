"""The alarm messages that a signed-in page receives, as they arrive."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from tests.parts.product import Clinic
from tests.system.test_session import live

# (monotonic time, transition, alarm)
Took = Callable[[float, str, dict[str, Any]], None]


@asynccontextmanager
async def hearing(clinic: Clinic, took: Took) -> AsyncIterator[None]:
    """Keep a page connected; pass each transition of an alarm to `took`."""
    async with live(clinic) as page:

        async def read() -> None:
            async for text in page:
                message = json.loads(text)
                if message["type"] == "alarm":
                    took(time.monotonic(), message["transition"], message["alarm"])

        reading = asyncio.create_task(read())
        try:
            yield
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)
