"""What a signed-in page is told of alarms, as it is told."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from tests.parts.product import Clinic
from tests.system.test_session import live

# When (monotonic), which transition, the alarm
Took = Callable[[float, str, dict[str, Any]], None]


@asynccontextmanager
async def hearing(clinic: Clinic, took: Took) -> AsyncIterator[None]:
    """A page is there meanwhile; each transition of an alarm goes to `took`."""
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
