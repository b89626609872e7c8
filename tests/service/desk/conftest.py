"""The desk that the tests of this folder share."""

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.service.desk.front import Front


@pytest_asyncio.fixture
async def front(fresh: str) -> AsyncIterator[Front]:
    front = Front(fresh)
    await front.furnish()
    yield front
    await front.end()
