"""Tests share the machine with others of their kind, and one that measures time with none."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.parts import wait_until_blocking
from tests.parts.alone import Kind, Turns


class Process:
    """One that runs tests, as far as its turns go."""

    def __init__(self, folder: Path) -> None:
        self.turns = Turns(folder)
        self.running = ExitStack()
        self.begun = threading.Event()

    def begin(self, kind: Kind, *, keep: bool = False) -> threading.Thread:
        def run() -> None:
            self.running.enter_context(self.turns.held(kind, keep=keep))
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
