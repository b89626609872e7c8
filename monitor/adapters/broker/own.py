"""Our own MQTT broker: a separate process on loopback, watched and restarted.

It is mosquitto if installed, else amqtt, which is pure Python and always available. On amqtt no
client should keep a session (`persistent` is False): amqtt forgets unacknowledged messages, and
delivers no more after a session was taken over. tests/adapters/broker/test_broker_contract.py has
the list.
"""

import asyncio
import contextlib
import os
import re
import shutil
import signal
import socket
import sys
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from typing import Final, Literal

import structlog

from monitor.adapters.broker import access, leash
from monitor.adapters.broker.turnstile import Pace

Kind = Literal["auto", "mosquitto", "amqtt"]

HOST: Final = "127.0.0.1"
START_S: Final = 10.0  # until it accepts connections
GRACE_S: Final = 2.0  # between SIGTERM and SIGKILL
FIRST_RETRY_S: Final = 0.1
LONGEST_RETRY_S: Final = 5.0
STEADY_S: Final = 10.0  # a broker that lived so long did not fail to start
_ELSEWHERE: Final = "/usr/sbin:/usr/local/sbin:/opt/homebrew/sbin"  # often not on PATH

# Messages that may be on their way to the service unacknowledged: this is the back-pressure.
WINDOW: Final = 1_000
LONGEST_SOCKET: Final = 100  # bytes of its path; systems take 103 to 107
LONGEST_TEMPORARY: Final = LONGEST_SOCKET - len("/broker-12345678/socket")
QUEUE: Final = 100_000
# A message that is too large for the service must still reach it, to be refused with a reason; at
# the broker it would vanish.
LARGEST_MESSAGE: Final = 2 * 1024 * 1024

# A refusal as mosquitto 2.0 and 2.1, and our own admission before amqtt, log it. The client may
# choose the text before the reason, but cannot put a new line into it.
_REFUSED: Final = re.compile(r"Client .*disconnected\b.*not authori[sz]ed|REFUSED: (?P<times>\d+)$")
# Lines about single connections, of which there may be thousands a second: not worth logging.
_CHATTER: Final = re.compile(r"(New connection from|New client connected from|Client) ")
TELL_EVERY_S: Final = 60.0
FEW: Final = 5  # fewer refusals are not worth a log line

# The rate limit of one client (see turnstile): well below the rate at which the service reads, so
# that its queue at the broker stays short however much a client sends. amqtt carries less than
# mosquitto.
PACES: Final[dict[str, Pace]] = {"mosquitto": Pace(), "amqtt": Pace(1_000, 2e6, 1)}

Reached = Awaitable[tuple[asyncio.StreamReader, asyncio.StreamWriter]]

log = structlog.get_logger(__name__)


class BrokerFailed(Exception):
    """The broker does not run; the message is the reason."""


class PortInUse(BrokerFailed):
    """Another program listens on the port already."""

    def __init__(self, port: int) -> None:
        super().__init__(f"port {port} on {HOST} is in use: no broker of our own can listen there")
        self.port = port


class OwnBroker:
    """The broker process: `run()` starts and watches it; `ready` is set while it takes connections.

    directory  of its configuration and its queues; created if absent
    kind       which broker; "auto" takes mosquitto if it is installed
    guarded    only accounts of `access.write(directory, …)`; the files must exist before `run`
    restarts   how often it died and was started again
    refused    how often it refused wrong or missing credentials; without the `our_own` refusals:
               our own attempts to find out whether an account is known yet
    """

    def __init__(
        self, directory: Path, port: int, kind: Kind = "auto", *, guarded: bool = False
    ) -> None:
        self._directory = directory.absolute()
        self._guarded = guarded
        self._port = port
        program = _mosquitto() if kind != "amqtt" else None
        if kind == "mosquitto" and program is None:
            raise BrokerFailed("mosquitto is not installed")
        self._program = program
        self._stopping = asyncio.Event()
        self._ended = asyncio.Event()
        self._ended.set()
        self._last_words = ""
        self.ready = asyncio.Event()
        self.pid: int | None = None
        self.restarts = 0
        self.our_own = 0
        self._refusals = 0
        self._refused_told = 0
        self._told_lately = False

    @property
    def refused(self) -> int:
        return max(0, self._refusals - self.our_own)

    @property
    def url(self) -> str:
        return f"mqtt://{HOST}:{self._port}"

    @property
    def kind(self) -> Literal["mosquitto", "amqtt"]:
        return "amqtt" if self._program is None else "mosquitto"

    @property
    def persistent(self) -> bool:
        """May a client leave its session to this broker?"""
        return self._program is not None

    async def run(self) -> None:
        """Keep it running until `stop()` or cancellation.

        Raises PortInUse before anything is started, BrokerFailed when the first start fails; after
        later failures it tries again for ever.
        """
        self._bind().close()
        self._ended.clear()
        living = asyncio.create_task(self._live(), name="own broker")
        stopping = asyncio.create_task(self._stopping.wait(), name="own broker stops")
        try:
            await asyncio.wait((living, stopping), return_when=asyncio.FIRST_COMPLETED)
            if living.done():
                living.result()
        finally:
            stopping.cancel()
            living.cancel()
            await asyncio.wait((living,))
            self._ended.set()

    def reload(self) -> None:
        """Apply changed accounts. amqtt notices changes of the files by itself."""
        if self._guarded and self._program is not None and self.pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGHUP)

    async def stop(self) -> None:
        """End it, and wait until it is gone; `run` returns."""
        self._stopping.set()
        await self._ended.wait()

    # --- its lives --------------------------------------------------------------------------------

    async def _live(self) -> None:
        """Start the broker again each time that it ends."""
        failures = 0
        while True:
            steady = asyncio.Event()
            timer = asyncio.get_running_loop().call_later(STEADY_S, steady.set)
            try:
                reason = await self._one_life()
            except BrokerFailed as failed:
                if not self.restarts:
                    raise
                reason = str(failed)
            finally:
                timer.cancel()
            failures = 0 if steady.is_set() else failures + 1
            self.restarts += 1
            log.error("own_broker_ended", broker=self.kind, reason=reason, restarts=self.restarts)
            await asyncio.sleep(min(LONGEST_RETRY_S, FIRST_RETRY_S * 2 ** min(failures, 10)))

    async def _one_life(self) -> str:
        """Run it behind its turnstile until either ends, and return why; their output goes to the
        log. Raises BrokerFailed."""
        async with AsyncExitStack() as stack:
            behind = self._behind(stack)
            # From here on the port is taken for us, long before the turnstile listens on it.
            with self._bind() as door:
                broker = await self._start(stack, self._command(behind))
                turnstile = await self._start(stack, self._turnstile(door, behind), door.fileno())
            await self._until(self.kind, broker, lambda: asyncio.open_unix_connection(behind))
            reach = partial(asyncio.open_connection, HOST, self._port)
            await self._until("the turnstile before it", turnstile, reach)
            self.pid = broker.pid
            stack.callback(self._not_ready)
            self.ready.set()
            log.info("own_broker_listens", broker=self.kind, port=self._port)
            return await _first_to_end({self.kind: broker, "the turnstile before it": turnstile})

    def _behind(self, stack: AsyncExitStack) -> Path:
        """Return the path of a socket at which only we reach the broker. Raises BrokerFailed."""
        beside = self._directory / "socket"
        try:
            self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            if len(os.fsencode(beside)) <= LONGEST_SOCKET:
                return beside
            # A TMPDIR may be as long as the directory.
            usual = gettempdir()
            place = usual if len(os.fsencode(usual)) <= LONGEST_TEMPORARY else "/tmp"  # noqa: S108
            made = stack.enter_context(TemporaryDirectory(prefix="broker-", dir=place))
        except OSError as error:
            raise BrokerFailed(f"cannot make {beside}: {error.strerror}") from None
        return Path(made) / "socket"

    def _not_ready(self) -> None:
        self.ready.clear()
        self.pid = None

    def _command(self, at: Path) -> list[str]:
        if self._program is None:
            command = [
                sys.executable,
                "-m",
                "monitor.adapters.broker.amqtt_broker",
                "--socket",
                str(at),
            ]
            return [*command, "--accounts", str(self._directory)] if self._guarded else command
        file = str(self._configure(at))
        leashed = [sys.executable, "-I", leash.__file__, str(os.getpid())]
        return [*leashed, self._program, "-c", file]

    def _turnstile(self, door: socket.socket, behind: Path) -> list[str]:
        pace = PACES[self.kind]
        return [
            sys.executable, "-m", "monitor.service.turnstile", "--leashed",
            "--socket", str(door.fileno()), "--broker", str(behind),
            "--packets", str(pace.packets), "--bytes", str(pace.bytes),
            "--clients", str(pace.clients),
        ]  # fmt: skip

    async def _start(
        self, stack: AsyncExitStack, command: list[str], *inherited: int
    ) -> asyncio.subprocess.Process:
        """Start a process that runs until the stack unwinds; its output goes to our log."""
        process = await asyncio.create_subprocess_exec(
            *command,
            cwd=Path(__file__).parents[3],  # where `-m` finds this package
            stdin=asyncio.subprocess.PIPE,  # our Python programs end when this pipe ends
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C reaches only us; we end it when we have flushed
            pass_fds=inherited,
        )
        words = asyncio.create_task(self._forward(process), name="own broker's log")

        async def end() -> None:
            await _end(process)
            await words

        stack.push_async_callback(end)
        return process

    async def _until(
        self, name: str, process: asyncio.subprocess.Process, reach: Callable[[], Reached]
    ) -> None:
        """Wait until it listens. Raises BrokerFailed."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(START_S):
                while process.returncode is None:
                    with contextlib.suppress(OSError):
                        _, writer = await reach()
                        writer.close()
                        return
                    await asyncio.sleep(0.02)
        last = self._last_words or "it said nothing"
        raise BrokerFailed(f"{name} does not start: {last}")

    async def _forward(self, process: asyncio.subprocess.Process) -> None:
        """Write each line of its output to our log."""
        assert process.stdout is not None
        while True:
            try:
                line = await process.stdout.readline()
            except ValueError:
                continue  # a line over 64 KiB: of no use in a log
            if not line:
                return
            words = line.decode(errors="replace").strip()[:500]
            if self._counts(words) or _CHATTER.match(words):
                continue
            self._last_words = words or self._last_words
            say = log.error if words.lower().startswith("error") else log.info
            say("own_broker_says", broker=self.kind, words=words)

    def _counts(self, words: str) -> bool:
        """Is the line about refused credentials? Counts it, and logs the number once in a while."""
        found = _REFUSED.match(words)
        if found is None:
            return False
        self._refusals += int(found["times"] or 1)
        since_then = self.refused - self._refused_told
        if since_then >= FEW and not self._told_lately:
            self._told_lately = True
            asyncio.get_running_loop().call_later(TELL_EVERY_S, self._may_tell)
            self._refused_told = self.refused
            log.warning("own_broker_refused", refused=since_then, in_all=self.refused)
        return True

    def _may_tell(self) -> None:
        self._told_lately = False

    # --- what it needs ----------------------------------------------------------------------------

    def _bind(self) -> socket.socket:
        """Bind a socket to our port. Raises PortInUse."""
        door = socket.socket()
        # As brokers do: a port is free even while its last connections are being closed.
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind((HOST, self._port))
        except OSError:
            door.close()
            raise PortInUse(self._port) from None
        return door

    def _configure(self, at: Path) -> Path:
        """Write mosquitto's configuration and return its path."""
        file = self._directory / "mosquitto.conf"
        try:
            self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            file.write_text(
                configuration(self._directory, at, root=os.geteuid() == 0, guarded=self._guarded)
            )
        except OSError as error:
            raise BrokerFailed(f"cannot write {file}: {error.strerror}") from None
        return file


def configuration(directory: Path, at: Path, *, root: bool, guarded: bool = False) -> str:
    """Return mosquitto.conf for our own broker. at: its socket.

    mosquitto writes its queues to disk every second. It can also write after every change
    (autosave_on_changes), but then it writes everything each time: measured with 2.0.11, the rate
    falls from 30,000 messages a second to 2,000 with an empty queue, and to 200 with 8,000 messages
    queued. So a broker that is killed may forget its last second; a device that keeps its
    unconfirmed readings sends them again.
    """
    door = ["allow_anonymous true"]
    if guarded:
        door = [
            "allow_anonymous false",
            f"password_file {directory / access.PASSWORDS}",
            f"acl_file {directory / access.RULES}",
            # Whichever id a client claims, it cannot take the session of the service or of another
            # device.
            "use_username_as_clientid true",
        ]
    lines = [
        # As its own user, mosquitto could not write to our directory, and would slip the leash.
        *(["user root"] if root else []),
        f"listener 0 {at}",
        *door,
        "persistence true",
        f"persistence_location {directory}/",
        "autosave_interval 1",
        "persistent_client_expiration 7d",
        f"max_inflight_messages {WINDOW}",
        f"max_queued_messages {QUEUE}",
        f"message_size_limit {LARGEST_MESSAGE}",
        "log_dest stderr",  # unbuffered: we read each line when it is written
        "log_timestamp false",
        "log_type error",
        "log_type warning",
        "log_type notice",
        "connection_messages true",  # without it, wrong passwords are not logged
    ]
    return "\n".join([*lines, ""])


async def _first_to_end(processes: dict[str, asyncio.subprocess.Process]) -> str:
    """Wait until one of them ends; return which one, and its exit status."""
    waiting = {asyncio.create_task(p.wait()): name for name, p in processes.items()}
    try:
        done, _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        return ", ".join(f"{waiting[one]}: exit status {one.result()}" for one in done)
    finally:
        for one in waiting:
            one.cancel()


async def _end(process: asyncio.subprocess.Process) -> None:
    """Send SIGTERM, and SIGKILL if the process does not obey."""
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
        try:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(GRACE_S):
                    await process.wait()
        finally:
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
    await process.wait()


def _mosquitto() -> str | None:
    return shutil.which("mosquitto") or shutil.which("mosquitto", path=_ELSEWHERE)
