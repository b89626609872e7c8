"""The timeout of a request that waits for the database."""

import asyncio
from collections.abc import Awaitable
from typing import Final, TypeVar

import structlog

from monitor.adapters.http.errors import Unavailable
from monitor.core.vocabulary.reasons import Reason

T = TypeVar("T")

PATIENCE_S: Final = 5.0

log = structlog.get_logger(__name__)


async def written(act: Awaitable[T]) -> T:
    """Return the act's result once it is on disk. Raises Unavailable after PATIENCE_S.

    The store retries for ever while the database is at fault, but a person needs an answer. The act
    continues after the timeout, with all that belongs to it: a session whose opening was recorded
    late is monitored.
    """
    doing = asyncio.ensure_future(act)
    try:
        async with asyncio.timeout(PATIENCE_S):
            return await asyncio.shield(doing)
    except TimeoutError:
        doing.add_done_callback(_done_late)
        raise Unavailable(Reason("not_written")) from None


def _done_late(doing: "asyncio.Future[T]") -> None:
    if not doing.cancelled() and (error := doing.exception()) is not None:
        log.warning("act_failed_late", kind=type(error).__name__)
