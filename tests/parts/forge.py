"""Run the product's commands without the second that a Python process takes to load its modules.

A prepared process has loaded them once and forks a process for each command. It has a directory, an
environment, input and output of its own, and runs the same module as its main one.
"""

import json
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from threading import Lock
from typing import BinaryIO, Final

_PROGRAM: Final = Path(__file__).parent / "forging.py"
REPOSITORY: Final = Path(__file__).resolve().parents[2]


class Forged:
    """A forked process, with the part of `subprocess.Popen` that tests use."""

    def __init__(self, forge: "Forge", pid: int) -> None:
        self.pid = pid
        self._forge = forge
        self._status: int | None = None
        try:
            self._file = os.pidfd_open(pid)
        except ProcessLookupError:
            self._status = forge.status(pid)

    def poll(self) -> int | None:
        """Return the exit status, that of `Popen`; None while it runs."""
        return self._ended(0)

    def wait(self, timeout: float | None = None) -> int:
        status = self._ended(timeout)
        if status is None:
            raise subprocess.TimeoutExpired(f"process {self.pid}", timeout or 0)
        return status

    def send_signal(self, number: signal.Signals) -> None:
        if self.poll() is None:
            signal.pidfd_send_signal(self._file, number)

    def _ended(self, within: float | None) -> int | None:
        if self._status is None and select.select([self._file], [], [], within)[0]:
            self._status = self._forge.status(self.pid)
            os.close(self._file)
        return self._status


class Forge:
    """The prepared process of this test process. It begins with the first start."""

    def __init__(self) -> None:
        self._turn = Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._said: BinaryIO | None = None
        self._ours: socket.socket | None = None
        self._statuses: dict[int, int] = {}

    def start(
        self, *arguments: str, directory: Path, environment: Mapping[str, str], output: Path,
        errors: Path | None = None, given: Path | None = None,
    ) -> Forged:  # fmt: skip
        """Run `python -m monitor ARGUMENTS`; what it says is appended to files.

        errors: None: they are among the output; given: its input, None: there is none
        """
        wanted = {
            "arguments": arguments, "directory": str(directory), "environment": environment,
            "files": [str(given or os.devnull), str(output), str(errors or output)],
        }  # fmt: skip
        with self._turn:
            self._begin()
            assert self._ours is not None
            self._ours.sendall(json.dumps(wanted).encode() + b"\n")
            pid = None
            while pid is None:
                pid = self._next().get("forked")
        return Forged(self, pid)

    def status(self, pid: int) -> int:
        """Return the exit status of a process that has ended."""
        with self._turn:
            while pid not in self._statuses:
                self._next()
            return self._statuses.pop(pid)

    def close(self) -> None:
        """End the prepared process. Services that it forked go on, like those of any parent."""
        if self._process is None:
            return
        for end in (self._said, self._ours):
            assert end is not None
            end.close()
        self._process.wait(timeout=10)

    def _begin(self) -> None:
        if self._process is not None:
            return
        self._ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, str(_PROGRAM), str(theirs.fileno())],
                cwd=REPOSITORY,
                env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
            )
        self._said = self._ours.makefile("rb")

    def _next(self) -> dict[str, int]:
        """Return the next message of the prepared process; keep the status that it may have."""
        assert self._said is not None
        line = self._said.readline()
        assert line, "the process that runs commands has ended"
        told: dict[str, int] = json.loads(line)
        if "ended" in told:
            self._statuses[told["ended"]] = told["status"]
        return told
