"""A real PostgreSQL server on loopback, with a fresh database for each caller."""

import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import psycopg
from psycopg import sql

from tests.parts.missing import missing
from tests.parts.ports import free_port
from tests.parts.waiting import wait_until_blocking

OWNER: Final = "monitor"


def server_programs() -> Path:
    """Return the folder of `initdb` and `postgres`; skip the test (fail it in CI) if missing."""
    # Debian keeps the server's programs off the path, one folder for each major version.
    newest_first = sorted(
        Path("/usr/lib/postgresql").glob("[0-9]*/bin"), key=lambda p: -int(p.parent.name)
    )
    on_path = [Path(p) for p in os.environ.get("PATH", "").split(os.pathsep) if p]
    for folder in (*on_path, *newest_first):
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return (folder / "initdb").resolve().parent  # others of its programs are there too
    missing("PostgreSQL server", "install the package postgresql, or run `make test`")


def _account() -> pwd.struct_passwd | None:
    """Return the account for the server if we are root, which it refuses; None: our own."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    return known.get("postgres") or known["nobody"]


class Postgres:
    """One server, its data in a temporary folder. fsync stays on: the tests kill processes."""

    def __init__(self) -> None:
        self._programs = server_programs()
        self._account = _account()
        self._password = secrets.token_urlsafe(16)
        # Not under pytest's own temporary folder, which other accounts cannot enter.
        self._home = Path(tempfile.mkdtemp(prefix="monitor-pg-"))
        self._databases = 0
        self._process: subprocess.Popen[bytes] | None = None
        self.port = 0

    @classmethod
    @contextmanager
    def running(cls) -> Iterator["Postgres"]:
        """Yield a server that runs until the end of the block."""
        server = cls()
        try:
            yield server.create()
        finally:
            server.discard()

    def create(self) -> "Postgres":
        """Make the cluster and start it."""
        password = self._home / "password"
        password.write_text(self._password)
        if self._account:
            for path in (self._home, password):
                os.chown(path, self._account.pw_uid, self._account.pw_gid)
        initdb = self._launch(
            *("initdb", "-D", str(self._data), "-U", OWNER, "--encoding=UTF8", "--locale=C"),
            *("--auth=scram-sha-256", f"--pwfile={password}", "--no-sync"),
        )
        if initdb.wait(timeout=60):
            raise AssertionError(f"initdb fails:\n{self.log}")
        return self.start()

    def start(self) -> "Postgres":
        """Start and wait until it answers; after `stop` or `kill` on the same port."""
        for _ in range(5):
            port = self.port or free_port()
            if self._answers_on(port):
                self.port = port
                return self
        raise AssertionError(f"PostgreSQL does not start:\n{self.log}")

    def stop(self) -> None:
        """Shut down in fast mode: it ends open connections and writes all data."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """Kill the server's main process as the kernel would; it recovers at the next start."""
        self._end(signal.SIGKILL)

    def discard(self) -> None:
        self._end(signal.SIGQUIT)
        shutil.rmtree(self._home, ignore_errors=True)

    def fresh(self) -> str:
        """Return the URL of a new, empty database: `postgresql://user:password@host:port/name`."""
        self._databases += 1
        name = f"test_{self._databases}"
        with psycopg.connect(self._url("postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return self._url(name)

    def program(self, name: str) -> str:
        """Return the path of one of the server's programs, such as `psql`."""
        return str(self._programs / name)

    @property
    def log(self) -> str:
        file = self._home / "server.log"
        return file.read_text(errors="replace") if file.exists() else ""

    @property
    def _data(self) -> Path:
        return self._home / "data"

    def _url(self, database: str) -> str:
        return f"postgresql://{OWNER}:{self._password}@127.0.0.1:{self.port}/{database}"

    def _answers_on(self, port: int) -> bool:
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(port),
            "unix_socket_directories": "",
            "max_connections": "50",
        }
        arguments = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        before = len(self.log)
        self._process = process = self._launch("postgres", "-D", str(self._data), *arguments)

        def settled() -> bool:
            return process.poll() is not None or "ready to accept connections" in self.log[before:]

        wait_until_blocking(settled, timeout=30, what="PostgreSQL to accept connections")
        return process.poll() is None

    def _launch(self, program: str, *arguments: str) -> subprocess.Popen[bytes]:
        account = self._account
        with (self._home / "server.log").open("ab") as log:
            return subprocess.Popen(
                [self.program(program), *arguments],
                cwd=self._home,
                user=account.pw_uid if account else None,
                group=account.pw_gid if account else None,
                extra_groups=[] if account else None,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(timeout=60)
            self._process = None
