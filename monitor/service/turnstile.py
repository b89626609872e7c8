"""The turnstile, a proxy in front of a broker, as a process:
`python -m monitor.service.turnstile --help`.

With `--leashed` it ends when its standard input ends: its parent process has the other end.
"""

import argparse
import asyncio
import contextlib
import resource
import socket
import ssl
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

import uvloop

from monitor.adapters.broker.ending import told_to_end
from monitor.adapters.broker.turnstile import Pace, Turnstile
from monitor.adapters.broker.turnstile.connection import BrokerBehind
from monitor.adapters.broker.turnstile.listener import Reach

BESIDE: Final = 64  # open files that belong to no client
ENOUGH: Final = 65_536
LOOK_S: Final = 60.0  # between checks for a renewed certificate and for refused connections
TOLD: Final = 5  # addresses that a warning names
AGAIN_S: Final = 0.02


class Certificate:
    """The TLS certificate in a folder (server.crt, server.key), read again when it is renewed.

    Raises OSError, ssl.SSLError.
    """

    def __init__(self, folder: Path) -> None:
        self._files = (folder / "server.crt", folder / "server.key")
        self._read = self._changed()
        self.context = self._load()

    def renew(self) -> None:
        """Load a new context if the files have changed. If they cannot be read, as between the
        copying of the first and the second, the old context remains."""
        changed = self._changed()
        if changed != self._read:
            self.context = self._load()
            self._read = changed

    def _load(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.options |= ssl.OP_NO_RENEGOTIATION
        context.load_cert_chain(*self._files)
        return context

    def _changed(self) -> list[float]:
        return [file.stat().st_mtime for file in self._files]


def say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


async def serve(
    turnstile: Turnstile, listen: socket.socket, certificate: Certificate | None, *, leashed: bool
) -> None:
    """Serve until SIGTERM, or (leashed) the end of standard input. Raises OSError."""
    with told_to_end(leashed=leashed) as over:
        server = turnstile.serve(listen)
        while not over.is_set():
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_S):
                    await over.wait()
            if not leashed:  # else the parent process counts them
                tell(turnstile)
            if certificate is not None:
                renew(certificate)
                turnstile.tls = certificate.context
    server.close()
    turnstile.hang_up()


def tell(turnstile: Turnstile) -> None:
    """Report the connections refused since the last call, in one line however many there are."""
    refused, turnstile.refusals = turnstile.refusals, {}
    if refused:
        most = sorted(refused, key=lambda address: -refused[address])[:TOLD]
        named = ", ".join(f"{refused[address]} from {address or 'others'}" for address in most)
        say(f"WARNING: the broker refused {sum(refused.values())} connections: {named}")


def renew(certificate: Certificate) -> None:
    try:
        certificate.renew()
    except (OSError, ssl.SSLError) as error:
        say(f"ERROR: the certificate cannot be read, the one of before is used on: {error}")


def raise_limit() -> int:
    """Raise the limit of open files as far as allowed; return it."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    limit = ENOUGH if hard == resource.RLIM_INFINITY else min(hard, ENOUGH)
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard))
    return limit


class Address(NamedTuple):
    host: str
    port: int


def _bound(at: Address | None, inherited: int | None) -> socket.socket:
    """Return the socket to listen on. Raises OSError.

    Nobody can connect before it is served, so that a parent process that finds it there may end it.
    """
    if at is None:
        return socket.socket(fileno=inherited)
    bound = socket.socket(socket.AF_INET6 if ":" in at.host else socket.AF_INET)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if bound.family is socket.AF_INET6:
            bound.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        bound.bind(at)
    except OSError:
        bound.close()
        raise
    return bound


def _reach(broker: Address | Path) -> Reach:
    async def reach(made: Callable[[], BrokerBehind]) -> None:
        loop = asyncio.get_running_loop()
        if not isinstance(broker, Path):
            await loop.create_connection(made, *broker)
            return
        while True:
            try:
                await loop.create_unix_connection(made, str(broker))
            except BlockingIOError:  # the broker's queue of connections is full; TCP would wait
                await asyncio.sleep(AGAIN_S)
            else:
                return

    return reach


def address(text: str) -> Address:
    """Parse "host:port". Raises ValueError."""
    host, _, port = text.rpartition(":")
    if not host:
        raise ValueError
    return Address(host.strip("[]"), int(port))


def behind(text: str) -> Address | Path:
    """Parse the broker's address: a socket's path, or host and port. Raises ValueError."""
    return Path(text) if text.startswith("/") else address(text)


def main() -> int:
    """Return the exit status: 0 after a request to stop, 1 if it cannot listen."""
    usual = Pace()
    parser = argparse.ArgumentParser(
        prog="python -m monitor.service.turnstile",
        description="Stands before an MQTT broker and reads each client at a pace.",
    )
    option = parser.add_argument
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--listen", type=address, metavar="HOST:PORT")
    where.add_argument("--socket", type=int, metavar="FD", help="a bound socket, inherited")
    option("--broker", type=behind, required=True, metavar="HOST:PORT|/SOCKET")
    option("--certificate", type=Path, metavar="FOLDER", help="of server.crt and server.key: TLS")
    of_one = "of one client, a second (%(default)s)"
    option("--packets", type=float, default=usual.packets, help=of_one)
    option("--bytes", type=float, default=usual.bytes, help=of_one)
    of_all = "so many at full pace share what all may send (%(default)s)"
    option("--clients", type=float, default=usual.clients, help=of_all)
    option("--leashed", action="store_true", help="end when standard input does")
    given = parser.parse_args()
    pace = Pace(given.packets, given.bytes, given.clients)
    # Each client takes two open files: one towards the client, one towards the broker.
    most = (raise_limit() - BESIDE) // 2
    try:
        certificate = None if given.certificate is None else Certificate(given.certificate)
        tls = None if certificate is None else certificate.context
        turnstile = Turnstile(time.monotonic, _reach(given.broker), pace, most, tls)
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            at = _bound(given.listen, given.socket)
            runner.run(serve(turnstile, at, certificate, leashed=given.leashed))
    except (OSError, ssl.SSLError) as error:
        say(f"ERROR: the turnstile cannot start: {error}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
