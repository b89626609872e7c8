"""The turnstile as a process: when it can be reached, and when it can be ended."""

import signal
import socket
import subprocess
import sys

import pytest

from monitor.service import turnstile as module
from monitor.service.turnstile import Address
from tests.parts import free_port, wait_until_blocking
from tests.parts.product import REPOSITORY

LOOPBACK = ("127.0.0.1", "::1")


@pytest.mark.parametrize("host", LOOPBACK)
def test_nobody_reaches_it_before_it_serves(host: str) -> None:
    try:
        bound = module._bound(Address(host, 0), None)
    except OSError:
        pytest.skip("no IPv6 on this machine")
    with bound, pytest.raises(ConnectionRefusedError):
        socket.create_connection(bound.getsockname()[:2], 5)


def test_as_soon_as_it_is_reached_it_ends_properly() -> None:
    """A supervisor that waits for the port may end it immediately."""
    port = free_port()
    command = [
        sys.executable, "-m", "monitor.service.turnstile", "--listen", f"127.0.0.1:{port}",
        "--broker", "127.0.0.1:9",
    ]  # fmt: skip
    for _ in range(3):
        with subprocess.Popen(command, cwd=REPOSITORY) as process:
            wait_until_blocking(lambda: _reached(port), 20, "the turnstile")
            process.send_signal(signal.SIGTERM)
            assert process.wait(10) == 0


def _reached(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def test_it_loads_neither_the_web_server_nor_the_database() -> None:
    """It starts with each broker of our own, and again after each end of it."""
    loads = (
        "import sys, monitor.service.turnstile; print({'fastapi', 'sqlalchemy'} & {*sys.modules})"
    )
    done = subprocess.run(
        [sys.executable, "-c", loads], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    assert done.stdout == "set()\n"
