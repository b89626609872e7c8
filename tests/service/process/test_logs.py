"""Logging to a file that cannot be written, and of lines that repeat."""

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.service.process.logs import DROPPED, Lines
from monitor.service.process.repeated_lines import LINES, MOST, WITHIN_S, Line, Repeats

PIPE_BYTES = 4096


@pytest.fixture
def full() -> Iterator[int]:
    """A descriptor of a file on a full disk."""
    descriptor = os.open("/dev/full", os.O_WRONLY)
    yield descriptor
    os.close(descriptor)


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    """Its reading and writing ends; a write that finds no room fails."""
    ends = os.pipe()
    os.set_blocking(ends[1], False)
    fcntl.fcntl(ends[1], fcntl.F_SETPIPE_SZ, PIPE_BYTES)
    yield ends
    for end in ends:
        os.close(end)


def test_what_finds_no_room_is_dropped_and_counted(full: int, tmp_path: Path) -> None:
    lines = Lines(full)
    assert [lines.write(text) for text in ("first\n", "second\n")] == [6, 7]
    room = os.open(tmp_path / "log", os.O_WRONLY | os.O_CREAT)
    os.dup2(room, full)
    os.close(room)
    lines.write("third\n")
    lines.write("fourth\n")
    assert (tmp_path / "log").read_text() == DROPPED % 2 + "third\nfourth\n"


def test_a_line_that_was_cut_runs_into_none(pipe: tuple[int, int]) -> None:
    source, sink = pipe
    lines = Lines(sink)
    lines.write("x" * (PIPE_BYTES + 1) + "\n")
    lines.write("no room\n")
    assert os.read(source, 2 * PIPE_BYTES) == b"x" * PIPE_BYTES
    lines.write("next\n")
    assert os.read(source, 2 * PIPE_BYTES).decode() == "\n" + DROPPED % 2 + "next\n"


def test_a_reader_that_is_gone_ends_nothing() -> None:
    source, sink = os.pipe()
    os.close(source)
    lines = Lines(sink)
    assert lines.write("to nobody\n") == 10
    os.close(sink)


class Log:
    """A log with a clock that is passed in. written: each line, and the counts between them."""

    def __init__(self) -> None:
        self.now = 0.0
        self.written: list[Line] = []
        self.repeats = Repeats(lambda: self.now, self.written.append)

    def say(self, event: str, level: str = "warning", **more: object) -> None:
        line: Line = {"event": event, "level": level, **more}
        if self.repeats.passes(line):
            self.written.append(line)


def test_a_line_that_repeats_is_written_at_once_and_then_counted() -> None:
    log = Log()
    for n in range(1000):
        log.now = n / 100
        log.say("clock_tick_unreadable")
    first: Line = {"event": "clock_tick_unreadable", "level": "warning"}
    assert log.written == [first]
    log.now = WITHIN_S
    log.repeats.settle()
    log.repeats.settle()
    assert log.written == [first, {**first, "again": 999, "within_s": WITHIN_S}]
    log.say("clock_tick_unreadable")
    log.repeats.end()
    assert log.written[2:] == [first], (
        "a new one is a first one, and one that was alone has no count"
    )


@pytest.mark.parametrize("level", ["error", "critical"])
def test_errors_that_differ_are_all_written_whatever_else_is(level: str) -> None:
    log = Log()
    for n in range(10 * LINES):
        log.say("noise", device="d")
        log.say("entry_refused", level, encounter="e1", reason=f"no {n}")
    reasons = [line["reason"] for line in log.written if line["event"] == "entry_refused"]
    assert reasons == [f"no {n}" for n in range(10 * LINES)]


def test_lines_of_one_device_that_differ_are_counted_beyond_a_few_and_cost_no_other_device() -> (
    None
):
    log = Log()
    for n in range(500):
        log.say("readings_lost", device="loud", first=n)
    log.say("readings_lost", device="quiet", first=1)
    log.repeats.end()
    loud = [line for line in log.written if line["device"] == "loud"]
    assert [line["first"] for line in loud[:-1]] == list(range(LINES))
    assert loud[-1]["different"] == 500 - LINES
    assert log.written.count({"event": "readings_lost", "level": "warning", "device": "quiet",
                              "first": 1}) == 1  # fmt: skip


def test_what_is_remembered_is_bounded_and_no_count_is_lost_by_that() -> None:
    log = Log()
    log.say("first", "error")
    log.say("first", "error")
    for n in range(3 * MOST):
        log.say("entry_refused", "error", reason=f"no {n}")
        assert len(log.repeats._seen) <= MOST
    assert {"event": "first", "level": "error", "again": 1, "within_s": WITHIN_S} in log.written


REPEATS = """
import logging, structlog
from monitor.service.process import logs
logs.configure()
for n in range(50):
    structlog.get_logger("one").warning("ours", device="d")
    logging.getLogger("uvicorn.error").warning("Invalid HTTP request received.")
structlog.get_logger("one").critical("last")
"""


def test_a_process_writes_each_once_and_its_counts_when_it_ends() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", REPEATS], capture_output=True, text=True, check=True,
        cwd=Path(__file__).parents[3],
    )  # fmt: skip
    lines = ended.stderr.splitlines()
    assert len(lines) == 5
    assert sum('"again": 49' in line for line in lines) == 2
    assert sum("Invalid HTTP" in line for line in lines) == 2
    assert '"last"' in lines[2]
