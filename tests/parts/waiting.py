"""Wait for a condition, never for a length of time."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, overload

T = TypeVar("T")

INTERVAL_S = 0.01
LONGEST_S = 0.05


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
    began = time.monotonic()
    while True:
        answer = predicate()
        if isinstance(answer, Awaitable):
            answer = await answer
        if answer:
            return answer
        waited = time.monotonic() - began
        if waited > timeout:
            raise AssertionError(_too_late(predicate, timeout, what, answer))
        await asyncio.sleep(_pause(waited))


def wait_until_blocking(
    predicate: Callable[[], T],
    timeout: float = 10.0,
    what: str = "",
    found: Callable[[], object] | None = None,
    longest: float = LONGEST_S,
) -> T:
    """The same for code without an event loop.

    found     says more than the last answer
    longest   s between two looks, at most
    """
    began = time.monotonic()
    while not (answer := predicate()):
        waited = time.monotonic() - began
        if waited > timeout:
            raise AssertionError(_too_late(predicate, timeout, what, found() if found else answer))
        time.sleep(min(longest, _pause(waited)))
    return answer


def _pause(waited: float) -> float:
    """Return the time to the next look: each takes processor time from what is waited for."""
    return min(LONGEST_S, max(INTERVAL_S, waited / 50))


def _too_late(predicate: Callable[[], object], timeout: float, what: str, answer: object) -> str:
    wanted = what or getattr(predicate, "__qualname__", repr(predicate))
    return f"still waiting for {wanted} after {timeout:g} s; last answer: {answer!r}"
