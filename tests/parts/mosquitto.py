"""A real Mosquitto on loopback that can be stopped, killed and started again."""

import shutil
import signal
import subprocess
from pathlib import Path
from typing import Final

import psutil

from tests.parts.missing import missing
from tests.parts.ports import free_port
from tests.parts.waiting import wait_until_blocking

# Queues large enough for a replay, and a disk image that is at most a second old.
CONFIGURATION: Final = """\
user root
listener {port} 127.0.0.1
allow_anonymous true
persistence true
persistence_location {directory}/
autosave_on_changes true
autosave_interval 1
max_queued_messages 100000
max_inflight_messages 100
set_tcp_nodelay true
log_dest stderr
log_type error
log_type warning
log_type notice
log_type information
"""


def mosquitto_program() -> str:
    """Return the path of the broker; skip the test (fail it in CI) if it is missing."""
    # Debian installs it in /usr/sbin, which is not on every user's path.
    program = shutil.which("mosquitto") or shutil.which(
        "mosquitto", path="/usr/sbin:/usr/local/sbin"
    )
    return program or missing("Mosquitto", "install the package mosquitto, or run `make test`")


def _listening(pid: int) -> set[int]:
    try:
        sockets = psutil.Process(pid).net_connections("tcp")
    except psutil.NoSuchProcess:
        return set()
    return {s.laddr.port for s in sockets if s.status == psutil.CONN_LISTEN}


class Mosquitto:
    """One broker with a directory and a port of its own; both survive `stop` and `kill`.

    configuration   text of mosquitto.conf; `{port}` and `{directory}` are filled in
    """

    def __init__(self, directory: Path, configuration: str = CONFIGURATION) -> None:
        self.directory = directory
        self.port = 0
        self._program = mosquitto_program()
        self._configuration = configuration
        self._log = directory / "mosquitto.log"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"mqtt://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        """All log output, over all its starts."""
        return self._log.read_text(errors="replace") if self._log.exists() else ""

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> "Mosquitto":
        """Start and wait until it listens: on a new port the first time, then on the same."""
        attempts = 1 if self.port else 5
        for _ in range(attempts):
            port = self.port or free_port()
            if self._listens_on(port):
                self.port = port
                return self
        raise AssertionError(f"Mosquitto does not start:\n{self.log}")

    def configure(self, configuration: str) -> None:
        """Set the configuration for the next start."""
        self._configuration = configuration

    def stop(self) -> None:
        """End it as a service manager would: it disconnects clients and saves its queues."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End it as a power cut would."""
        self._end(signal.SIGKILL)

    def _listens_on(self, port: int) -> bool:
        file = self.directory / "mosquitto.conf"
        file.write_text(
            self._configuration.replace("{port}", str(port)).replace(
                "{directory}", str(self.directory)
            )
        )
        with self._log.open("ab") as log:
            self._process = process = subprocess.Popen(
                [self._program, "-c", str(file)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

        # An answer on the port is not enough: it might come from another program.
        def settled() -> bool:
            return process.poll() is not None or port in _listening(process.pid)

        wait_until_blocking(settled, what="Mosquitto to listen")
        return process.poll() is None

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(timeout=10)
            self._process = None
