"""Tests share the machine with others of their kind, and one that measures time with none."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import pytest

from tests.parts import wait_until_blocking
from tests.parts.alone import (
    KINDS,
    LOW,
    LOWEST,
    SESSION,
    VARIABLE,
    Kind,
    Turns,
    may_give_way,
    next_file,
)

REPOSITORY = Path(__file__).resolve().parents[2]


class Process:
    """One that runs tests, as far as its turns go."""

    def __init__(self, folder: Path, *, gives_way: bool = True) -> None:
        self.turns = Turns(folder, gives_way=gives_way)
        self.running = ExitStack()
        self.begun = threading.Event()
        self.priority = 0

    def begin(self, kind: Kind, *, keep: bool = False) -> threading.Thread:
        def run() -> None:
            self.running.enter_context(self.turns.held(kind, keep=keep))
            self.priority = os.getpriority(os.PRIO_PROCESS, 0)
            self.begun.set()

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        return thread

    def begins(self) -> bool:
        return self.begun.wait(5)

    def waits(self) -> None:
        wait_until_blocking(lambda: self.turns.waits, 5, "it to wait")
        assert not self.begun.is_set()

    def end(self) -> None:
        self.running.close()


@pytest.fixture
def processes(tmp_path: Path) -> Iterator[list[Process]]:
    made = [Process(tmp_path) for _ in range(4)]
    yield made
    for process in made:
        process.turns.close()


def test_tests_run_together_and_one_that_measures_time_runs_alone(
    processes: list[Process],
) -> None:
    first, second, measuring, late = processes
    first.begin("together")
    second.begin("together")
    assert first.begins()
    assert second.begins()
    measuring.begin("alone")
    measuring.waits()
    # Nobody overtakes it, however many tests the others still have.
    late.begin("together")
    first.end()
    assert not measuring.begun.is_set()
    assert not late.begun.is_set()
    second.end()
    assert measuring.begins()
    assert not late.begun.is_set()
    measuring.end()
    assert late.begins()
    late.end()


@pytest.mark.parametrize("other", ["together", "alone"])
def test_paced_tests_run_beside_each_other_and_beside_no_others(
    processes: list[Process], other: Kind
) -> None:
    before, first, second, after = processes
    before.begin(other)
    assert before.begins()
    first.begin("paced")
    first.waits()
    before.end()
    assert first.begins()
    second.begin("paced")
    assert second.begins()
    after.begin(other)
    after.waits()
    first.end()
    after.waits()
    second.end()
    assert after.begins()
    after.end()


def test_a_row_of_tests_that_run_alone_takes_one_turn(processes: list[Process]) -> None:
    measuring, other, *_ = processes
    measuring.begin("alone", keep=True)
    assert measuring.begins()
    other.begin("together")
    other.waits()
    measuring.end()
    other.waits()
    measuring.begun.clear()
    measuring.begin("alone")
    assert measuring.begins()
    other.waits()
    measuring.end()
    assert other.begins()
    other.end()


@pytest.mark.skipif(not may_give_way(), reason="a thread here may not return to its priority")
def test_a_pure_test_runs_beside_one_that_runs_alone_and_gives_way_to_it(
    processes: list[Process],
) -> None:
    measuring, pure, *_ = processes
    measuring.begin("alone")
    assert measuring.begins()
    pure.begin("pure")
    assert pure.begins()
    assert pure.priority == LOWEST
    assert measuring.priority < LOWEST
    measuring.end()
    pure.end()


OWN_SESSION: Final = """
from tests.parts.alone import LOW, LOWEST, SESSION, giving_way, lead_session
said = lambda: SESSION.read_text().split()[-1]
lead_session()
with giving_way(LOW):
    with giving_way(LOWEST):
        print(said())
    print(said())
print(said())
"""


@pytest.mark.skipif(not SESSION.exists(), reason="this system does not divide between sessions")
@pytest.mark.skipif(not may_give_way(), reason="a thread here may not return to its priority")
def test_a_process_that_leads_a_session_gives_way_with_all_of_it() -> None:
    """A service of another session would otherwise share the processor with it equally."""
    command = (sys.executable, "-c", OWN_SESSION)
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=True)
    assert done.stdout.split() == [str(LOWEST), str(LOW), str(os.getpriority(os.PRIO_PROCESS, 0))]


def test_where_it_cannot_give_way_it_waits_like_the_others(tmp_path: Path) -> None:
    measuring, pure = (Process(tmp_path, gives_way=False) for _ in range(2))
    measuring.begin("alone")
    assert measuring.begins()
    pure.begin("pure")
    pure.waits()
    measuring.end()
    assert pure.begins()
    pure.end()
    for process in (measuring, pure):
        process.turns.close()


def test_a_background_test_runs_beside_none_that_runs_alone(processes: list[Process]) -> None:
    measuring, background, late, *_ = processes
    measuring.begin("alone")
    assert measuring.begins()
    background.begin("background")
    background.waits()
    measuring.end()
    assert background.begins()
    late.begin("alone")
    late.waits()
    background.end()
    assert late.begins()
    late.end()


@pytest.mark.skipif(not may_give_way(), reason="a thread here may not return to its priority")
@pytest.mark.parametrize("other", ["paced", "together"])
def test_a_background_test_runs_beside_others_and_gives_way_to_paced_ones_alone(
    processes: list[Process], other: Kind
) -> None:
    """Beside browsers, which take all they get, it would wait too long for its own conditions."""
    running, background, late, *_ = processes
    running.begin(other)
    assert running.begins()
    background.begin("background")
    assert background.begins()
    assert background.priority == (LOW if other == "paced" else running.priority)
    running.end()
    late.begin(other)
    assert late.begins()
    late.end()
    background.end()


@pytest.mark.parametrize(
    ("left", "first", "second", "third"),
    [
        ("pure background together paced alone", "alone", "pure", "pure"),
        ("background together paced alone", "alone", "paced", "background"),
        ("pure background together paced", "paced", "pure", "pure"),
        ("background together paced", "paced", "paced", "background"),
        ("background together", "together", "together", "background"),
        ("together paced", "paced", "paced", "paced"),
        ("together alone", "alone", "together", "together"),
        ("pure together", "together", "pure", "pure"),
        ("alone", "alone", "alone", "alone"),
        ("pure", "pure", "pure", "pure"),
    ],
)
def test_one_process_takes_what_measures_time_and_the_others_what_runs_beside_it(
    left: str, first: str, second: str, third: str
) -> None:
    kinds: dict[str, Kind] = {f"test_{kind}.py": kind for kind in KINDS}
    files = [file for file, kind in kinds.items() if kind in left.split()]
    found = [kinds[next_file(files, kinds, process)] for process in range(4)]
    assert found == [first, second, third, third]


def test_a_run_divides_its_files_so() -> None:
    pure = "tests/core/sentences/test_minutes.py"
    alone = "tests/adapters/http/test_server.py::"
    alone += "test_it_stops_within_two_seconds_whoever_is_connected"
    environment = {name: value for name, value in os.environ.items() if name != VARIABLE}
    command = (sys.executable, "-m", "pytest", "-v", "--numprocesses=2", "--dist=loadfile")
    done = subprocess.run(
        [*command, "--no-loadscope-reorder", "-p", "no:cacheprovider", pure, alone],
        cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    passed = [line.split() for line in done.stdout.splitlines() if " PASSED " in line]
    process = {line[-1]: line[0] for line in passed}
    measuring = process.pop(alone)
    assert len(set(process.values()) - {measuring}) == len(set(process.values())) == 1
