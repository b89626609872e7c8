"""The turnstile that docker-compose.yml starts, by that command, before a broker on loopback."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Final, Self

import yaml

from tests.parts.ports import free_port, listens
from tests.parts.waiting import wait_until_blocking

REPOSITORY: Final = Path(__file__).resolve().parents[2]


class TurnstileOf:
    """A turnstile before the broker at that port; `port` is its own, `log` its output.

    With a folder of certificates it uses TLS.
    """

    def __init__(self, directory: Path, broker: int, certificates: Path | None = None) -> None:
        self.port = free_port()
        self._log = directory / "turnstile.log"
        self._command = _command(self.port, broker, certificates)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> str:
        return self._log.read_text()

    def start(self) -> Self:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command, cwd=REPOSITORY, env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip
        wait_until_blocking(lambda: listens(self.port), what=f"the turnstile; {self.log}")
        return self

    def stop(self) -> int:
        """Return its exit status."""
        assert self._process is not None
        self._process.terminate()
        return self._process.wait(timeout=10)


def _command(port: int, broker: int, certificates: Path | None) -> list[str]:
    compose: dict[str, Any] = yaml.safe_load((REPOSITORY / "docker-compose.yml").read_text())
    python, *arguments = compose["services"]["turnstile"]["command"]
    assert python == "python"
    moved = {
        "0.0.0.0:8883": f"127.0.0.1:{port}",
        "mosquitto:1885": f"127.0.0.1:{broker}",
        "/certificates": str(certificates),
    }
    if certificates is None:
        at = arguments.index("--certificate")
        del arguments[at : at + 2]
    return [sys.executable, *(moved.get(word, word) for word in arguments)]
