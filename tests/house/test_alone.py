"""A test that measures time shares the machine with no other test of its run."""

import threading
from contextlib import ExitStack
from pathlib import Path

from tests.parts import wait_until_blocking
from tests.parts.alone import Turns


class Process:
    """One that runs tests, as far as its turns go."""

    def __init__(self, folder: Path) -> None:
        self.turns = Turns(folder)
        self.running = ExitStack()
        self.begun = threading.Event()

    def begin(self, *, alone: bool) -> threading.Thread:
        def run() -> None:
            self.running.enter_context(self.turns.held(alone))
            self.begun.set()

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        return thread

    def begins(self) -> bool:
        return self.begun.wait(5)

    def end(self) -> None:
        self.running.close()


def test_tests_run_together_and_one_that_measures_time_runs_alone(tmp_path: Path) -> None:
    first, second, measuring, late = (Process(tmp_path) for _ in range(4))
    first.begin(alone=False)
    second.begin(alone=False)
    assert first.begins()
    assert second.begins()
    measuring.begin(alone=True)
    wait_until_blocking(lambda: measuring.turns.waits, 5, "it to wait")
    # Nobody overtakes it, however many tests the others still have.
    late.begin(alone=False)
    first.end()
    assert not measuring.begun.is_set()
    assert not late.begun.is_set()
    second.end()
    assert measuring.begins()
    assert not late.begun.is_set()
    measuring.end()
    assert late.begins()
    late.end()
    for process in (first, second, measuring, late):
        process.turns.close()
