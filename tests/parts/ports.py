"""Free and listening ports of this machine."""

import socket


def free_port() -> int:
    """Return a loopback TCP port that was free a moment ago.

    A caller that can bind port 0 should do that instead: another program may take the number
    between this call and its use. For programs that cannot (Mosquitto, PostgreSQL).
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def listens(port: int, host: str = "127.0.0.1") -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((host, port)) == 0
