"""The product as its users start it: the real command in a process of its own."""

import contextlib
import os
import resource
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any, ClassVar, Final
from weakref import WeakSet

import httpx
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from monitor.adapters.http import Passwords
from monitor.adapters.store import Store
from monitor.adapters.store.questions import users
from monitor.adapters.store.tables import audits
from monitor.service.clock import Clock
from tests.parts.forge import Forge, Forged
from tests.parts.ports import free_port
from tests.parts.tls import TLS
from tests.parts.waiting import wait_until_blocking

REPOSITORY: Final = Path(__file__).resolve().parents[2]
STEPPING: Final = Path(__file__).parent / "stepping"
COMMAND: Final = (sys.executable, "-m", "monitor")
PASSWORD: Final = "correct horse battery"
LAST_LINES: Final = 30
ENDS_S: Final = 60.0  # a command that takes longer hangs
ANYBODY: Final = {"address": "1 Test Way", "phone": "555 0100", "sitter": "Sam"}


def run_command(
    *arguments: str, directory: Path, environment: dict[str, str] | None = None, given: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run one command of the product to its end."""
    command = [*COMMAND, *arguments]
    complete = {**os.environ, "PYTHONPATH": str(REPOSITORY), **(environment or {})}
    if Product.forge is not None and "PYTHONPATH" not in (environment or {}):
        return _forked(Product.forge, command, directory, complete, given)
    return subprocess.run(
        command,
        cwd=directory,
        env=complete,
        input=given,
        capture_output=True,
        text=True,
        timeout=ENDS_S,
        check=False,
    )


def _forked(
    forge: Forge, command: list[str], directory: Path, environment: dict[str, str], given: str
) -> subprocess.CompletedProcess[str]:
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder, name) for name in ("given", "output", "errors")]
        for file, text in zip(files, (given, "", ""), strict=True):
            file.write_text(text)
        process = forge.start(
            *command[len(COMMAND) :], directory=directory, environment=environment,
            given=files[0], output=files[1], errors=files[2],
        )  # fmt: skip
        try:
            status = process.wait(ENDS_S)
        finally:
            process.send_signal(signal.SIGKILL)
        said, errors = (file.read_text() for file in files[1:])
    return subprocess.CompletedProcess(command, status, said, errors)


class Product:
    """`dosing-monitor serve` in `directory`; its database survives `kill` and `stop`.

    settings     name without prefix -> value, as MQTT_URL="mqtt://…"
    descriptors  initial limit of open files; None: that of the tests themselves
    forge        forks services and commands instead of starting each from nothing; None: does not
    """

    forge: ClassVar[Forge | None] = None

    def __init__(self, directory: Path, **settings: str) -> None:
        self.directory = directory
        self.port = free_port()
        self.environment = {
            "DOSING_MONITOR_HTTP_PORT": str(self.port),
            **{f"DOSING_MONITOR_{name}": value for name, value in settings.items()},
        }
        self.process: subprocess.Popen[bytes] | Forged | None = None
        self.descriptors: int | None = None
        self.clients: list[httpx.Client] = []
        _made.add(self)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def live_url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/api/v1/live"

    @property
    def client_id(self) -> str:
        """The service's client id at the broker, as a thief of its SQLite file would know it."""
        file = self.directory / "data" / "monitor.db"
        with contextlib.closing(sqlite3.connect(file)) as database:
            ((value,),) = database.execute(
                "SELECT value FROM keys WHERE name LIKE 'mqtt_client_id %'"
            )
        return str(value)

    @property
    def log(self) -> str:
        return self._log.read_text(errors="replace")

    @property
    def _log(self) -> Path:
        return self.directory / "log"

    def user(self, name: str, role: str, *, quick: bool = True) -> None:
        """Add a user as `dosing-monitor user add` does, without the second that a process takes.

        quick: a check of the password takes no time; False: as long as that of any user
        """
        file = self.directory / "data" / "monitor.db"
        url = self.environment.get("DOSING_MONITOR_DATABASE_URL", f"sqlite:///{file}")
        store = Store(url)
        with _migrating:
            store.migrate()
        secret = _quick_hash() if quick else Passwords.hash_now(PASSWORD)
        store.run(users.add_user, name, role, secret, Clock().now(), audits.COMMAND)

    def start(self, within: float = 30) -> "Product":
        """Start it and wait until it is ready, for at most `within` seconds."""
        self.start_unready()
        wait_until_blocking(self._ready, within, "the service to be ready")
        return self

    def start_unready(self) -> None:
        """Start it without waiting until it is ready."""
        environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), **self.environment}
        # A path or a limit of its own applies from the start of the interpreter on.
        own = self.descriptors is not None or "PYTHONPATH" in self.environment
        if self.forge is not None and not own:
            self.process = self.forge.start(
                "serve", directory=self.directory, environment=environment, output=self._log
            )
            return
        with self._log.open("ab") as log, _few(self.descriptors):
            self.process = subprocess.Popen(
                [*COMMAND, "serve"],
                cwd=self.directory,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def kill(self) -> None:
        """Kill it like a power cut."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """Stop it like a service manager; return the exit status."""
        return self._end(signal.SIGTERM)

    def fill_disk(self) -> None:
        """Fill the disk: no file of the database, and not the log, may grow any more."""
        files = [self._log, *self.directory.rglob("*.db*")]
        self._limit_files(min(file.stat().st_size for file in files))

    def empty_disk(self) -> None:
        self._limit_files(None)

    def _limit_files(self, size: int | None) -> None:
        """Limit the size of a file. size: bytes; None: no limit."""
        assert self.process is not None
        hard = resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE)[1]
        limits = (hard if size is None else size, hard)
        resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE, limits)

    def on_a_clock_that_steps(self) -> None:
        """From the next start on, use a wall clock that `step_clock` steps."""
        self.step_clock(0)
        path = self.environment.get("PYTHONPATH", str(REPOSITORY))
        self.environment["PYTHONPATH"] = f"{STEPPING}{os.pathsep}{path}"
        self.environment["WALL_CLOCK_OFFSET"] = str(self._offset)

    def step_clock(self, to: float) -> None:
        """Set the machine's wall clock off by `to` from now on, s."""
        new = self._offset.with_suffix(".new")
        new.write_text(str(to))
        new.replace(self._offset)

    @property
    def _offset(self) -> Path:
        return self.directory / "wall-clock-offset"

    def discard(self) -> None:
        """End the service and its clients at the end of a test. An error of ours with a message is
        in quarantine then, and the service goes on: the test fails all the same."""
        self.kill()
        for client in self.clients:
            client.close()
        log = self.log if self._log.exists() else ""
        failed = [line for line in log.splitlines() if '"message_failed"' in line]
        assert not failed, failed[0]

    def _ready(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, f"the service ended:\n{self.log}"
        try:
            return httpx.get(f"{self.url}/readyz", timeout=2, verify=TLS).status_code == 200
        except httpx.TransportError:
            return False

    def _end(self, how: signal.Signals) -> int:
        if self.process is None:
            return 0
        process, self.process = self.process, None
        process.send_signal(how)
        return process.wait(timeout=15)


_made: WeakSet[Product] = WeakSet()
# Alembic migrates one database at a time in a process.
_migrating: Final = Lock()


def last_words() -> Iterator[tuple[str, str]]:
    """Yield the end of the log of each product that was started and not ended, and whether it ended
    by itself: a test that fails needs them, and its directory may be gone afterwards."""
    for product in list(_made):
        if product.process is not None:
            status = product.process.poll()
            now = "runs" if status is None else f"ENDED BY ITSELF, exit status {status}"
            lines = product.log.splitlines()[-LAST_LINES:]
            yield f"service on port {product.port}: {now}", "\n".join(lines)


@cache
def _quick_hash() -> str:
    """Return a hash of `PASSWORD` that costs next to nothing to check: it names its own costs."""
    cheap = Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1)
    return PasswordHash((cheap,)).hash(PASSWORD)


@contextlib.contextmanager
def _few(descriptors: int | None) -> Iterator[None]:
    """Lower the limit of open files for a process started in the block; it may raise it again."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if descriptors is not None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (descriptors, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


class Clinic:
    """A signed-in user of the API, over HTTP."""

    def __init__(self, product: Product, name: str = "thea") -> None:
        self.product = product
        self.name = name
        self.http = httpx.Client(base_url=f"{product.url}/api/v1", timeout=10, verify=TLS)
        product.clients.append(self.http)
        answer = self.post("/login", username=name, password=PASSWORD)
        self._use(answer["token"])

    def _use(self, token: str) -> None:
        self.token = token
        self.http.cookies.clear()
        self.http.headers["Authorization"] = f"Bearer {token}"

    def signed_in(self) -> str:
        """Return a token that is accepted: of a new sign-in if others have ended this one."""
        if self._is_refused():
            wait_until_blocking(self._signs_in, 60, f"{self.name} to sign in again")
        return self.token

    def _is_refused(self) -> bool:
        try:
            return self.http.get("/me", timeout=2).status_code == 401
        except httpx.ReadTimeout:
            # A refusal comes immediately; this request waits its turn behind others of the user.
            return False

    def _signs_in(self) -> bool:
        # Without the old token, which would be asked first.
        given = {"username": self.name, "password": PASSWORD}
        where = f"{self.product.url}/api/v1/login"
        answer = httpx.post(where, json=given, timeout=10, verify=TLS)
        if answer.is_success:
            self._use(answer.json()["token"])
        return answer.is_success

    def post(self, path: str, /, **body: Any) -> Any:
        answer = self.http.post(path, json=body)
        assert answer.is_success, f"{path}: {answer.status_code} {answer.text}"
        return answer.json()

    def get(self, route: str, /, **query: Any) -> Any:
        answer = self.http.get(route, params=query)
        assert answer.is_success, f"{route}: {answer.status_code} {answer.text}"
        return answer.json()

    def everything(self, route: str, /, **query: Any) -> list[Any]:
        """Return the items of all pages of a listing."""
        found: list[Any] = []
        after: str | None = None
        while True:
            page = self.get(route, limit=500, **query, **({"after": after} if after else {}))
            found += page["items"]
            after = page["next"]
            if after is None:
                assert len(found) == page["count"]
                return found

    def session(
        self,
        label: str,
        devices: dict[str, str],
        mode: str = "test",
        emergency: dict[str, str] | None = None,
    ) -> str:
        """Create a patient, devices (id -> kind) and an open session; return its id."""
        patient = self.post("/patients", label=label)["id"]
        for device, kind in devices.items():
            self.post("/devices", id=device, kind=kind)
        opened = self.post(
            "/encounters", patient_id=patient, protocol="sl_home", device_ids=list(devices),
            mode=mode,
            emergency=emergency or ANYBODY,
        )  # fmt: skip
        identifier: str = opened["id"]
        return identifier

    def dose(self, encounter: str, **more: Any) -> Any:
        """Record a dose past the hold gate, with an override."""
        return self.post(
            f"/encounters/{encounter}/doses", drug="ketamine", route="sublingual", amount_mg=100,
            override_reason="a test", authorised_by="Dr Test", **more,
        )  # fmt: skip
