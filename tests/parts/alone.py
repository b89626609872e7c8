"""Which tests may run beside others, however many processes run tests.

A test without a mark shares the machine with those of other processes. `pytest.mark.paced` marks a
test that follows a clock and leaves the machine nearly idle: it runs beside its like only.
`pytest.mark.alone` marks a test that measures time under load: it runs while no other test does.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Literal, get_args

# In the order in which files of one kind run.
Kind = Literal["together", "paced", "alone"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
# The folder of the locks, which the first process of a run makes and its workers inherit.
VARIABLE: Final = "TESTS_RUN_LOCKS"


class Turns:
    """Locks between processes, taken in the order in which they ask.

    Each kind of tests that run beside each other has a room, which its tests hold shared. A process
    that waits for the rooms keeps `door` locked, so that no other overtakes it.

    waits   it is the one that waits
    """

    def __init__(self, folder: Path) -> None:
        self._door = (folder / "door").open("w")
        self._rooms = {kind: (folder / kind).open("w") for kind in KINDS if kind != "alone"}
        self.waits = False
        self._kept = False

    @contextmanager
    def held(self, kind: Kind, *, keep: bool = False) -> Iterator[None]:
        """Take a turn. keep: the next one is of the same kind, and no other comes in between."""
        if not self._kept:
            self._wait(kind)
        try:
            yield
        finally:
            self._kept = keep
            if not keep:
                self._leave()

    def _wait(self, kind: Kind) -> None:
        fcntl.flock(self._door, fcntl.LOCK_EX)
        self.waits = True
        try:
            self._enter(kind)
        finally:
            self.waits = False
            fcntl.flock(self._door, fcntl.LOCK_UN)

    def _enter(self, kind: Kind) -> None:
        """Wait until every room but that of `kind` is empty; keep them all locked if alone."""
        for each, room in self._rooms.items():
            fcntl.flock(room, fcntl.LOCK_SH if each == kind else fcntl.LOCK_EX)
        if kind != "alone":
            for each, room in self._rooms.items():
                if each != kind:
                    fcntl.flock(room, fcntl.LOCK_UN)

    def _leave(self) -> None:
        for room in self._rooms.values():
            fcntl.flock(room, fcntl.LOCK_UN)

    def close(self) -> None:
        for lock in (self._door, *self._rooms.values()):
            lock.close()


def begin_run() -> Path | None:
    """Make the folder of the locks, unless this process is a worker of a run that has one."""
    if VARIABLE in os.environ:
        return None
    folder = Path(tempfile.mkdtemp(prefix="tests-run-"))
    os.environ[VARIABLE] = str(folder)
    return folder


def end_run(folder: Path) -> None:
    del os.environ[VARIABLE]
    shutil.rmtree(folder)


def turns_of_run() -> Turns:
    return Turns(Path(os.environ[VARIABLE]))
