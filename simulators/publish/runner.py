"""Run a subcommand to its end, a signal, or a fault, and return the exit status."""

import asyncio
import signal
from collections.abc import Coroutine
from typing import Any, Final

from simulators.errors import Failed, WrongUse
from simulators.terminal import note

SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


def run(name: str, command: Coroutine[Any, Any, object]) -> int:
    """Return 0 at its end or on a signal; 2 for wrong use, 1 for a failure: a line on stderr."""
    try:
        asyncio.run(_until_signal(command))
    except BaseExceptionGroup as group:
        known = _first_known(group)
        if known is None:
            raise
        return _explain(name, known)
    except (WrongUse, Failed) as fault:
        return _explain(name, fault)
    return 0


async def _until_signal(command: Coroutine[Any, Any, object]) -> None:
    loop = asyncio.get_running_loop()
    task = asyncio.ensure_future(command)
    asked = False

    def stop() -> None:
        nonlocal asked
        asked = True
        task.cancel()

    for number in SIGNALS:
        loop.add_signal_handler(number, stop)
    try:
        await task
    except asyncio.CancelledError:
        if not asked:
            raise


def _first_known(group: BaseExceptionGroup) -> WrongUse | Failed | None:
    for fault in group.exceptions:
        if isinstance(fault, WrongUse | Failed):
            return fault
        if isinstance(fault, BaseExceptionGroup) and (known := _first_known(fault)):
            return known
    return None


def _explain(name: str, fault: WrongUse | Failed) -> int:
    note(f"{name}: {fault}")
    return 2 if isinstance(fault, WrongUse) else 1
