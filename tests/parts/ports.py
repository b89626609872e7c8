"""Ports of this machine."""

import itertools
import os
import socket
from collections.abc import Iterator
from typing import Final

# Below the ports that systems give to outgoing connections (from 32,768 on, on macOS 49,152).
FIRST: Final = 12_000
END: Final = 32_000


def free_port() -> int:
    """Return a loopback TCP port that was free a moment ago.

    No other process of this test run gets it, and no outgoing connection has it. Code that can bind
    port 0 should do that instead; this is for programs that cannot (Mosquitto, PostgreSQL).
    """
    for port in itertools.islice(_PORTS, END - FIRST):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise OSError("no port is free")


def _ports() -> Iterator[int]:
    """The ports of this process's share, in a circle, from an arbitrary one on."""
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    share = range(FIRST + worker, END, workers)
    begin = os.getpid() * 97 % len(share)
    return itertools.islice(itertools.cycle(share), begin, None)


_PORTS: Final = _ports()


def listens(port: int, host: str = "127.0.0.1") -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((host, port)) == 0
