"""A test that measures time runs while no other test does, however many processes run tests.

`pytest.mark.alone` marks it. All other tests share the machine with those of other processes.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

# The folder of the locks, which the first process of a run makes and its workers inherit.
VARIABLE: Final = "TESTS_RUN_LOCKS"


class Turns:
    """Locks between processes: many hold it shared, or one alone, in the order in which they ask.

    A process that waits for `room` keeps `door` locked, so that no other overtakes it.

    waits   it is the one that waits
    """

    def __init__(self, folder: Path) -> None:
        self._door = (folder / "door").open("w")
        self._room = (folder / "room").open("w")
        self.waits = False

    @contextmanager
    def held(self, alone: bool) -> Iterator[None]:
        fcntl.flock(self._door, fcntl.LOCK_EX)
        self.waits = True
        try:
            fcntl.flock(self._room, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        finally:
            self.waits = False
            fcntl.flock(self._door, fcntl.LOCK_UN)
        try:
            yield
        finally:
            fcntl.flock(self._room, fcntl.LOCK_UN)

    def close(self) -> None:
        self._door.close()
        self._room.close()


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
