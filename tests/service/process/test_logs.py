"""Logging to a file that cannot be written, and of lines that repeat."""

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.service.process.logs import DROPPED, Lines

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
