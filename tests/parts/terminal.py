"""A command on a terminal of its own, used as by a person."""

import os
import pty
import signal
import subprocess
import threading
from pathlib import Path
from typing import Final, Self

from tests.parts.product import COMMAND, REPOSITORY
from tests.parts.waiting import wait_until_blocking

WITHIN_S: Final = 30.0


def _heed_interrupts() -> None:
    """A shell on a terminal gives each command the usual effect of an interrupt; a test run that
    was started in the background ignores them, and what it starts would too."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Terminal:
    """A command on a terminal. `said`: all output so far, without carriage returns.

    Use in a `with` block. log: the file for standard error; None: to the terminal too
    """

    def __init__(
        self, *arguments: str, directory: Path, environment: dict[str, str] | None = None,
        log: Path | None = None,
    ) -> None:  # fmt: skip
        self._ours, theirs = pty.openpty()
        self._said = bytearray()
        self._answered = 0
        with (log or Path(os.devnull)).open("ab") as errors:
            self.process: Final = subprocess.Popen(
                [*COMMAND, *arguments],
                cwd=directory,
                env={**os.environ, "PYTHONPATH": str(REPOSITORY), **(environment or {})},
                stdin=theirs, stdout=theirs, stderr=errors if log else theirs,
                start_new_session=True, preexec_fn=_heed_interrupts,  # noqa: PLW1509
            )  # fmt: skip
        os.close(theirs)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        self._reader.join(10)
        os.close(self._ours)

    @property
    def said(self) -> str:
        return self._said.decode(errors="replace").replace("\r", "")

    def wait_for(self, text: str) -> str:
        """Return all output once it contains `text`."""
        wait_until_blocking(lambda: text in self.said, WITHIN_S, f"{text!r} on the terminal")
        return self.said

    def answer(self, prompt: str, typed: str) -> None:
        """Type a line when `prompt` is the end of the output since the previous line."""

        def asked() -> bool:
            return self.said[self._answered :].rstrip().endswith(prompt)

        wait_until_blocking(asked, WITHIN_S, f"{prompt!r} on the terminal")
        self._answered = len(self.said)
        os.write(self._ours, f"{typed}\n".encode())

    def end(self) -> int:
        """Return its exit status."""
        status = self.process.wait(timeout=WITHIN_S)
        self._reader.join(10)
        return status

    def _read(self) -> None:
        try:
            while piece := os.read(self._ours, 4096):
                self._said += piece
        except OSError:  # the other side is closed
            pass
