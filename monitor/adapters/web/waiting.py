"""How long a request waits for the database."""

import asyncio
from collections.abc import Awaitable
from typing import Final, TypeVar

from monitor.adapters.web.errors import Unavailable

T = TypeVar("T")

PATIENCE_S: Final = 5.0


async def written(act: Awaitable[T]) -> T:
    """The act's result once it is on disk.

    The store keeps trying for ever while the database is at fault; a person should be told.
    """
    try:
        async with asyncio.timeout(PATIENCE_S):
            return await act
    except TimeoutError:
        raise Unavailable(
            "The database does not take this now. It may still be saved: look before you repeat it."
        ) from None
