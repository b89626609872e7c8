"""The broker of our own as a process: its start, its return, and its end."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import psutil
import pytest
import uvloop
from structlog.testing import capture_logs

from monitor.adapters.broker import own as broker_module
from monitor.adapters.broker.own import BrokerFailed, Kind, OwnBroker, PortInUse
from tests.adapters.raw_mqtt import RawClient
from tests.parts import free_port, wait_until, wait_until_blocking
from tests.parts.mosquitto import mosquitto_program
from tests.parts.ports import listens

both = pytest.mark.parametrize("kind", ["mosquitto", "amqtt"])
KEEPER = """
import asyncio, pathlib, sys
from monitor.adapters.broker.own import OwnBroker

async def keep():
    broker = OwnBroker(pathlib.Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
    running = asyncio.create_task(broker.run())
    await broker.ready.wait()
    print(broker.pid, file=sys.stderr, flush=True)
    await running

asyncio.run(keep())
"""


@pytest.fixture
def broker(kind: Kind, tmp_path: Path) -> OwnBroker:
    if kind == "mosquitto":
        mosquitto_program()
    return OwnBroker(tmp_path / "broker", free_port(), kind)


@asynccontextmanager
async def running(broker: OwnBroker) -> AsyncIterator[int]:
    """Run the broker; yield its port."""
    task = asyncio.create_task(broker.run())
    try:
        async with asyncio.timeout(10):
            await broker.ready.wait()
        yield int(broker.url.rsplit(":", 1)[1])
    finally:
        await broker.stop()
        await task


def alive(pid: int) -> bool:
    """Return True if it runs. A process that ended and was not waited for does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


async def again(broker: OwnBroker, killed: int) -> None:
    await wait_until(lambda: broker.pid not in {None, killed}, what="the next life")


@both
async def test_it_serves_on_loopback_until_it_is_stopped(broker: OwnBroker) -> None:
    with capture_logs() as logged:
        async with running(broker) as port:
            async with RawClient(port, "a") as client:
                await client.subscribe("topic")
                await client.publish("topic", b"never to be logged")
                await client.next()
            assert not listens(port, "127.0.0.2"), "it listens beyond 127.0.0.1"
        assert not listens(port)
    assert not broker.ready.is_set()
    assert [e["log_level"] for e in logged if e["log_level"] == "error"] == []
    assert "never" not in str(logged)


@both
async def test_whoever_comes_at_once_with_many_is_let_in(broker: OwnBroker) -> None:
    """As after a restart. The queue of the broker's own socket has room for a hundred."""
    async with running(broker) as port, AsyncExitStack() as stack:
        clients = [RawClient(port, f"c{n}") for n in range(300)]
        await asyncio.gather(*map(stack.enter_async_context, clients))
        await asyncio.gather(*(client.settle() for client in clients))


@both
async def test_it_comes_back_when_it_was_killed(broker: OwnBroker) -> None:
    async with running(broker) as port:
        killed = broker.pid
        assert killed is not None
        os.kill(killed, signal.SIGKILL)
        await again(broker, killed)
        assert broker.restarts == 1
        async with RawClient(port, "a") as client:
            await client.subscribe("topic")
            await client.publish("topic", b"1")
            assert (await client.next()).payload == b"1"


def turnstile_of(parent: int) -> int:
    """Return the process id of the turnstile that it started."""
    children = psutil.Process(parent).children()
    found: int
    (found,) = [c.pid for c in children if "monitor.service.turnstile" in c.cmdline()]
    return found


@both
async def test_it_comes_back_when_its_turnstile_was_killed(broker: OwnBroker) -> None:
    async with running(broker) as port:
        before = broker.pid
        assert before is not None
        os.kill(turnstile_of(os.getpid()), signal.SIGKILL)
        await again(broker, before)
        assert not alive(before), "the broker behind it stayed"
        async with RawClient(port, "a") as client:
            await client.settle()


@both
def test_it_works_on_uvloop(broker: OwnBroker) -> None:
    async def story() -> None:
        async with running(broker):
            killed = broker.pid
            assert killed is not None
            os.kill(killed, signal.SIGKILL)
            await again(broker, killed)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(story())


@both
async def test_a_cancelled_one_is_gone_too(broker: OwnBroker) -> None:
    task = asyncio.create_task(broker.run())
    await broker.ready.wait()
    port = int(broker.url.rsplit(":", 1)[1])
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not listens(port)


@pytest.mark.parametrize("kind", ["mosquitto"])
async def test_what_waits_on_disk_outlives_a_kill(broker: OwnBroker, tmp_path: Path) -> None:
    queue = tmp_path / "broker" / "mosquitto.db"
    async with running(broker) as port:
        async with RawClient(port, "us", clean=False) as us:
            await us.subscribe("readings")
            await us.leave()
        async with RawClient(port, "device") as device:
            await device.publish("readings", b"in the queue")
        await wait_until(
            lambda: queue.exists() and b"in the queue" in queue.read_bytes(), what="the disk"
        )
        killed = broker.pid
        assert killed is not None
        os.kill(killed, signal.SIGKILL)
        await again(broker, killed)
        async with RawClient(port, "us", clean=False) as us:
            assert (await us.next()).payload == b"in the queue"


@both
async def test_one_that_does_not_heed_is_killed(
    broker: OwnBroker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broker_module, "GRACE_S", 0.1)
    async with running(broker) as port:
        assert broker.pid is not None
        os.kill(broker.pid, signal.SIGSTOP)
    await wait_until(lambda: not listens(port), what="its port to be free")


@both
async def test_a_port_in_use_is_named_before_anything_starts(
    broker: OwnBroker, tmp_path: Path
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", int(broker.url.rsplit(":", 1)[1])))
        taken.listen()
        with pytest.raises(PortInUse, match=broker.url.rsplit(":", 1)[1]):
            await broker.run()
    assert list(tmp_path.iterdir()) == []


@both
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of the end")
def test_it_ends_with_a_parent_that_was_killed(kind: Kind, tmp_path: Path) -> None:
    if kind == "mosquitto":
        mosquitto_program()
    port = free_port()
    with subprocess.Popen(
        [sys.executable, "-c", KEEPER, str(tmp_path / "broker"), str(port), kind],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        cwd=Path(broker_module.__file__).parents[3],
    ) as parent:
        assert parent.stderr is not None
        try:
            orphan = int(parent.stderr.readline())
            beside = turnstile_of(parent.pid)
            assert alive(orphan)
        finally:
            parent.kill()
    # Check the process and not the port: a mosquitto that has something to log notices the broken
    # pipe and dies of that. An idle one does not.
    wait_until_blocking(lambda: not alive(orphan), what="the orphan's end")
    wait_until_blocking(lambda: not alive(beside), what="the end of its turnstile")


def _program(directory: Path, script: str) -> Path:
    """Write a fake mosquitto to a directory for PATH."""
    program = directory / "bin" / "mosquitto"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return program


async def test_one_that_cannot_start_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = _program(tmp_path, "echo 'Error: out of luck'; exit 3")
    monkeypatch.setenv("PATH", str(program.parent), prepend=os.pathsep)
    with pytest.raises(BrokerFailed, match="mosquitto does not start: Error: out of luck"):
        await OwnBroker(tmp_path / "broker", free_port()).run()


@both
async def test_it_serves_in_a_folder_too_deep_for_a_socket(
    kind: Kind, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A system takes about a hundred bytes for the path of a socket, and TMPDIR may be as deep."""
    if kind == "mosquitto":
        mosquitto_program()
    deep = tmp_path / ("d" * 100)
    deep.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(deep))
    broker = OwnBroker(deep / "broker", free_port(), kind)
    async with running(broker) as port, RawClient(port, "a") as client:
        await client.settle()


async def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    mosquitto_program()
    (tmp_path / "file").touch()
    with pytest.raises(BrokerFailed, match=r"file/socket"):
        await OwnBroker(tmp_path / "file", free_port(), "mosquitto").run()


def test_mosquitto_is_taken_when_it_is_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broker_module, "_ELSEWHERE", "")
    monkeypatch.setenv("PATH", str(tmp_path))
    without = OwnBroker(tmp_path, 1883)
    assert (without.kind, without.persistent) == ("amqtt", False)
    with pytest.raises(BrokerFailed, match="not installed"):
        OwnBroker(tmp_path, 1883, "mosquitto")

    monkeypatch.setenv("PATH", str(_program(tmp_path, "exit").parent))
    assert OwnBroker(tmp_path, 1883).kind == "mosquitto"
    assert OwnBroker(tmp_path, 1883).persistent
    assert OwnBroker(tmp_path, 1883, "amqtt").kind == "amqtt"
