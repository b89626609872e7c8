"""An attacker in a process of its own, so that it does not slow the process that measures."""

import contextlib
import multiprocessing
import os
import time
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Final, Self

from tests.attacks.table import BY_NAME
from tests.attacks.target import Did, Target, until_told

STARTS_S: Final = 20.0
ENDS_S: Final = 70.0


class Attacker:
    """An attacker: `with Attacker(name, target) as it:`, `it.begin()`, `it.end()`.

    Leaving the block kills it immediately.
    """

    def __init__(self, name: str, target: Target) -> None:
        context = multiprocessing.get_context("spawn")
        self._ours, theirs = context.Pipe()
        self._process = context.Process(target=_attack, args=(name, target, theirs), daemon=True)

    def __enter__(self) -> Self:
        self._process.start()
        assert self._ours.poll(STARTS_S), "the attacker does not start"
        assert self._ours.recv() == "ready"
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._process.is_alive():
            self._process.kill()
        self._process.join()

    def begin(self) -> None:
        self._ours.send("go")

    def end(self) -> tuple[float, Did]:
        """Stop the attack; return when it ended (monotonic) and what it counted.

        An attacker that hands over all its kept readings ends when it has done so.
        """
        with contextlib.suppress(BrokenPipeError):  # it has already ended
            self._ours.send("stop")
        assert self._ours.poll(ENDS_S), "the attacker does not end"
        ended: tuple[float, Did] = self._ours.recv()
        return ended


def _attack(name: str, target: Target, line: Connection) -> None:
    # A real attacker has its own machine; here its greed must not win the processor.
    os.nice(5)
    line.send("ready")
    line.recv()
    did = BY_NAME[name].hand(target, until_told(line))
    line.send((time.monotonic(), did))
