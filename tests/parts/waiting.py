"""Wait for a condition, never for a length of time."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, overload

T = TypeVar("T")

INTERVAL_S = 0.01


@overload
async def wait_until(
    predicate: Callable[[], Awaitable[T]], timeout: float = ..., what: str = ...
) -> T: ...
@overload
async def wait_until(predicate: Callable[[], T], timeout: float = ..., what: str = ...) -> T: ...
async def wait_until(predicate: Callable[[], Any], timeout: float = 10.0, what: str = "") -> Any:
    """Call `predicate` (plain or async) until its result is true, and return that.

    Raises AssertionError, naming `what` and the last answer, when `timeout` seconds went by.
    """
    answer: Any = None
    until = time.monotonic() + timeout
    while True:
        answer = predicate()
        if isinstance(answer, Awaitable):
            answer = await answer
        if answer:
            return answer
        if time.monotonic() > until:
            raise AssertionError(_too_late(predicate, timeout, what, answer))
        await asyncio.sleep(INTERVAL_S)


def wait_until_blocking(
    predicate: Callable[[], T],
    timeout: float = 10.0,
    what: str = "",
    found: Callable[[], object] | None = None,
) -> T:
    """The same for code without an event loop; `found` says more than the last answer."""
    until = time.monotonic() + timeout
    while not (answer := predicate()):
        if time.monotonic() > until:
            raise AssertionError(_too_late(predicate, timeout, what, found() if found else answer))
        time.sleep(INTERVAL_S)
    return answer


def _too_late(predicate: Callable[[], object], timeout: float, what: str, answer: object) -> str:
    wanted = what or getattr(predicate, "__qualname__", repr(predicate))
    return f"still waiting for {wanted} after {timeout:g} s; last answer: {answer!r}"
