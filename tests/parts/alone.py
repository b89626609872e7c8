"""Which tests may run beside others, however many processes run tests.

A test without a mark shares the machine with those of other processes. `pytest.mark.paced` marks a
test that follows a clock and leaves the machine nearly idle: it runs beside its like only.
`pytest.mark.alone` marks a test that measures time under load: it runs while no other test does.

A *background* test waits for conditions and measures nothing: it runs beside tests that follow a
clock too, and gives way to them. A *pure* test calls functions and knows no time: it runs beside
all others, at a priority so low that it takes only what they leave over.
"""

import fcntl
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any, Final, Literal, get_args

from xdist.scheduler import LoadFileScheduling
from xdist.workermanage import WorkerController

# In the order in which the files run in a single process.
Kind = Literal["pure", "background", "together", "paced", "alone"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
# The tests that measure time leave the machine half idle: the first of several processes runs them
# first, with the help of the second, and the others run meanwhile what may run beside them.
PREFERRED: Final[tuple[tuple[Kind, ...], ...]] = (
    ("alone", "paced", "together", "background", "pure"),
    ("pure", "paced", "together", "background", "alone"),
    ("pure", "background", "paced", "together", "alone"),
)
# Kinds of which no test runs beside a test of this kind, besides `alone`.
APART: Final[Mapping[Kind, frozenset[Kind]]] = {
    "background": frozenset(),
    "together": frozenset({"paced"}),
    "paced": frozenset({"together"}),
    "alone": frozenset({"background", "together", "paced"}),
}
# The priority of the session of a process, where Linux has one.
SESSION: Final = Path("/proc/self/autogroup")
LOW: Final = 10
LOWEST: Final = 19
# The folder of the locks, which the first process of a run makes and its workers inherit.
VARIABLE: Final = "TESTS_RUN_LOCKS"


class Turns:
    """Locks between processes, taken in the order in which they ask.

    Each kind of tests that run beside each other has a room, which its tests hold shared. A process
    that waits for the rooms keeps `door` locked, so that no other overtakes it.

    gives_way   pure tests run beside all others; False: beside those without a mark only
    waits       it is the one that waits
    """

    def __init__(self, folder: Path, *, gives_way: bool) -> None:
        self._gives_way = gives_way
        self._door = (folder / "door").open("w")
        self._rooms = {kind: (folder / kind).open("w") for kind in APART if kind != "alone"}
        self.waits = False
        self._kept = False

    @contextmanager
    def held(self, kind: Kind, *, keep: bool = False) -> Iterator[None]:
        """Take a turn. keep: the next one is of the same kind, and no other comes in between."""
        if kind == "pure" and self._gives_way:
            with giving_way(LOWEST):
                yield
            return
        if kind == "pure" or (kind == "background" and not self._gives_way):
            kind = "together"
        if not self._kept:
            self._wait(kind)
        try:
            with giving_way(LOW) if kind == "background" and self._paced() else nullcontext():
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
        """Wait until the rooms of the kinds apart from it are empty; keep them locked if alone."""
        apart = [room for each, room in self._rooms.items() if each in APART[kind]]
        for each, room in self._rooms.items():
            if each == kind:
                fcntl.flock(room, fcntl.LOCK_SH)
            elif room in apart:
                fcntl.flock(room, fcntl.LOCK_EX)
        if kind != "alone":
            for room in apart:
                fcntl.flock(room, fcntl.LOCK_UN)

    def _paced(self) -> bool:
        """Return whether a paced test runs."""
        try:
            fcntl.flock(self._rooms["paced"], fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        fcntl.flock(self._rooms["paced"], fcntl.LOCK_UN)
        return False

    def _leave(self) -> None:
        for room in self._rooms.values():
            fcntl.flock(room, fcntl.LOCK_UN)

    def close(self) -> None:
        for lock in (self._door, *self._rooms.values()):
            lock.close()


@contextmanager
def giving_way(niceness: int) -> Iterator[None]:
    """Run at a lower priority. It is that of the thread, and of processes that it starts."""
    usual = os.getpriority(os.PRIO_PROCESS, 0)
    os.setpriority(os.PRIO_PROCESS, 0, niceness)
    _set_session(niceness)
    try:
        yield
    finally:
        _set_session(usual)
        os.setpriority(os.PRIO_PROCESS, 0, usual)


def lead_session() -> None:
    """Make this process the leader of a session of its own, if it is not one already.

    Linux may divide the processor between sessions first: a low priority then counts only within
    one, and a service in a session of its own would share the processor with pure tests equally.
    """
    if os.getsid(0) != os.getpid():
        os.setsid()


def _set_session(niceness: int) -> None:
    """Set the priority of this process's session among others, if it leads one of its own."""
    if os.getsid(0) == os.getpid():
        with suppress(OSError):  # no such file: sessions do not count here
            SESSION.write_text(str(niceness))


def may_give_way() -> bool:
    """Return whether a thread may return to its priority, for which most systems want a right."""

    def tries() -> None:
        with giving_way(LOWEST):
            pass

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(tries).exception() is None


class ByKind(LoadFileScheduling):  # type: ignore[misc]
    """Hands files to the processes by their kind, as each process prefers."""

    def __init__(self, config: Any, log: Any) -> None:
        super().__init__(config, log)
        self._kinds: Mapping[str, Kind] = {}

    def _assign_work_unit(self, node: WorkerController) -> None:
        self._kinds = self._kinds or kinds_of_run()
        files = list(self.workqueue)
        self.workqueue.move_to_end(
            next_file(files, self._kinds, self.nodes.index(node)), last=False
        )
        super()._assign_work_unit(node)


def next_file(files: list[str], kinds: Mapping[str, Kind], process: int) -> str:
    """Return the file that a process takes next. process: its number, from 0."""
    preferred = PREFERRED[min(process, len(PREFERRED) - 1)]
    return min(files, key=lambda file: preferred.index(kinds.get(file, "together")))


def note_kinds(kinds: Mapping[str, Kind]) -> None:
    """Note the kind of each file for the process that hands them out."""
    folder = Path(os.environ[VARIABLE])
    with tempfile.NamedTemporaryFile("w", dir=folder, delete=False) as new:
        json.dump(kinds, new)
    Path(new.name).replace(folder / "kinds")


def kinds_of_run() -> dict[str, Kind]:
    noted: dict[str, Kind] = json.loads((Path(os.environ[VARIABLE]) / "kinds").read_text())
    return noted


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
    return Turns(Path(os.environ[VARIABLE]), gives_way=may_give_way())
