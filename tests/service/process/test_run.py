"""The process: how its sessions begin again, when it ends, and the state that it leaves."""

import asyncio
import os
import signal
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Final

import pytest
from msgspec.structs import replace
from structlog.testing import capture_logs

from monitor.adapters.store import Claim, Store
from monitor.adapters.store.questions.encounters import read_journal
from monitor.adapters.store.tables.store_errors import Claimed
from monitor.codecs.topics import TopicSource
from monitor.config import Config, ConfigError
from monitor.core.vocabulary.events import Unwatched
from monitor.core.vocabulary.inputs import Interrupted, Note
from monitor.core.vocabulary.words import FaultCondition
from monitor.service.clock import Clock
from monitor.service.process import run as process
from monitor.service.process.run import NOT_RUNNING, Ended, Service, run
from monitor.service.sessions.restart import interrupted
from tests.service.rig import START, Rig

# A test that tunes the interpreter does so for itself alone.
pytestmark = pytest.mark.usefixtures("restored")
LATER: Final = START + 100
FAULTS: Final[tuple[FaultCondition, ...]] = (
    "storage_fault", "broker_contested", "broker_open", "broker_lost",
)  # fmt: skip


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """The settings of a service on a free port, whose broker is on this machine and is away."""
    return Config(
        database_url=f"sqlite:///{tmp_path / 'monitor.db'}", http_port=0,
        mqtt_url="mqtt://127.0.0.1:1", data=str(tmp_path / "data"),
    )  # fmt: skip


@asynccontextmanager
async def started(config: Config, at: float = LATER) -> AsyncIterator[Service]:
    service = Service(config, Clock(start=at, following=True))
    await service.start()
    try:
        yield service
    finally:
        await service.stop()
        service._socket.close()  # the web server would, and it never ran


@asynccontextmanager
async def earlier(config: Config) -> AsyncIterator[Rig]:
    """The sessions of an earlier process, which ended at once."""
    rig = Rig(config.database_url)
    await rig.begin()
    yield rig
    await rig.end()


async def test_each_session_records_since_when_it_was_not_watched(config: Config) -> None:
    async with earlier(config) as rig:
        await rig.open("e-1")
        rig.clock.follow(START + 40)
        await rig.open("e-2")
    async with started(config) as service:
        assert sorted(service.ward.sessions) == ["e-1", "e-2"]
        await service.store.flush()
        for name in ("e-1", "e-2"):
            steps = await service.store.read(read_journal, name)
            # The newest entry of any session shows how long the process lived.
            inputs = [step.input for step in steps if step.input is not None]
            assert inputs[1:] == [
                Interrupted(START + 40, LATER, "the service did not run", NOT_RUNNING)
            ]
            assert [type(event) for event in steps[-1].events] == [Unwatched]


async def test_a_machine_whose_clock_was_set_back_goes_on_where_the_record_ends(
    config: Config,
) -> None:
    async with earlier(config) as rig:
        await rig.open("e-1")
    async with started(config, at=START - 3600) as service:
        assert service.clock.now() == START


@pytest.mark.parametrize(
    ("broker", "left"),
    [
        # A check at the broker itself ends the fault of one that is elsewhere.
        ("127.0.0.1", {"broker_lost"}),
        ("127.0.0.2", {"broker_lost", "broker_open"}),
    ],
)
async def test_a_start_ends_the_faults_that_would_be_reported_again(
    config: Config, broker: str, left: set[str]
) -> None:
    async with earlier(config) as rig:
        await rig.open("e-1")
        for fault in FAULTS:
            rig.ward.fault(fault, "it was so")
    async with started(replace(config, mqtt_url=f"mqtt://{broker}:1")) as service:
        assert set(service.ward.sessions["e-1"].encounter.state.watch.faults) == left


async def test_a_stop_leaves_the_state_of_each_session_on_disk(config: Config) -> None:
    async with earlier(config) as rig:
        await rig.open("e-1")
    async with started(config) as service:
        assert service.claim.held
        service.ward.apply(service.ward.sessions["e-1"], Note("the last", "thea"), LATER)
    async with started(config) as after:
        (left,) = await interrupted(after.store)
        assert left.snapshot is not None
        # Nothing had to be decided again but the second gap.
        assert [type(step.input) for step in left.tail] == [Interrupted]


async def test_a_second_service_on_the_database_starts_nothing(config: Config) -> None:
    async with started(config) as first:
        second = Service(config)
        second.claim = Claim(config.database_url, patience=0.05)
        with pytest.raises(Claimed, match=first.address):
            await second.start()
        assert second._socket is None


@pytest.mark.parametrize(
    ("public", "links"), [("", None), ("https://monitor.example/", "https://monitor.example")]
)
async def test_links_name_the_public_address_or_the_own_one(
    config: Config, public: str, links: str | None
) -> None:
    async with started(replace(config, public_url=public)) as service:
        wanted = links or service.address
        assert (service.desk.links, service.notices.seals.url) == (wanted, wanted)


@asynccontextmanager
async def open_broker() -> AsyncIterator[str]:
    """The URL of a broker at another address that accepts anonymous clients."""

    async def let_in(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with closing(writer):
            await reader.read(1)
            writer.write(b"\x20\x02\x00\x00")
            await reader.read()

    server = await asyncio.start_server(let_in, "127.0.0.2", 0)
    async with server:
        yield f"mqtt://user:secret@127.0.0.2:{server.sockets[0].getsockname()[1]}"


async def test_an_open_broker_elsewhere_is_refused_before_a_session_relies_on_it(
    config: Config,
) -> None:
    async with open_broker() as url:
        beside = replace(config, mqtt_url=url)
        service = Service(beside)
        with pytest.raises(ConfigError, match=r"at 127\.0\.0\.2 lets in clients without cred"):
            await service.start()
        await service.stop()
        service._socket.close()
        async with earlier(config) as rig:
            await rig.open("e-1")
        async with started(beside) as running:
            assert list(running.ward.sessions) == ["e-1"], "half a monitor is more than none"


async def test_a_part_that_ends_is_named() -> None:
    async def brief() -> None:
        pass

    with pytest.raises(Ended, match=r"^canary ended$"):
        await process._for_ever("canary", brief())


async def test_it_runs_until_it_is_asked_to_end_and_then_leaves_the_database(
    config: Config,
) -> None:
    service = Service(config)
    ended: list[str] = []
    port = 0

    async def ask() -> None:
        nonlocal port
        await service.listening.wait()
        port = int(service.address.rpartition(":")[2])
        os.kill(os.getpid(), signal.SIGTERM)
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("beside")

    await asyncio.wait_for(run(service, ask), 20)
    assert ended == ["beside"]
    assert not service.claim.held
    with socket.create_server(("127.0.0.1", port)):
        pass  # the port is free
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


async def test_it_ends_when_another_service_has_its_database(config: Config) -> None:
    service = Service(config)

    async def lose() -> None:
        await service.listening.wait()
        service.claim.lost = Claimed("another has it")

    with pytest.RaisesGroup(Claimed, flatten_subgroups=True):
        await asyncio.wait_for(run(service, lose), 20)
    service.claim.lost = None
    await service.stop()


@pytest.mark.parametrize(
    ("topic", "misplaced"),
    [
        ("dosing/v1/home/strap/readings", True),
        ("dosing/v1/home/strap/readings/native", True),
        ("dosing/v1/home/stranger/readings", True),
        ("dosing/v1/home/strap/status", False),
        ("dosing/v1/home/stranger/status", True),
        ("dosing/v1/home/clock", False),
        ("gate/strap/state", False),
        ("dosing/v1/home/encounters/e-1/acks", False),
        ("elsewhere", False),
    ],
)
async def test_no_retained_reading_belongs_on_our_topics_nor_a_strangers_status(
    config: Config, topic: str, misplaced: bool
) -> None:
    service = Service(replace(config, sources=(TopicSource("gate/{device}/state", "theengs"),)))
    service.identity.sites["strap"] = "home"
    assert service._misplaced(topic) is misplaced


@pytest.fixture
def says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[], list[tuple[str, str]]]:
    """Return level and event of each line about the database of a service in the folder `inner`."""
    (tmp_path / "inner").mkdir()
    monkeypatch.chdir(tmp_path / "inner")

    def say() -> list[tuple[str, str]]:
        service = Service(Config(database_url="sqlite:///ward-of-tests.db", http_port=0))
        Store("sqlite:///ward-of-tests.db").migrate()
        with capture_logs() as logs:
            process._say_of_a_new_database(service)
        return [(line["log_level"], line["event"]) for line in logs]

    return say


async def test_a_new_database_is_mentioned_once(says: Callable[[], list[object]]) -> None:
    assert says() == [("info", "database_made")]
    assert says() == []


async def test_a_new_database_where_another_is_near_is_a_warning(
    says: Callable[[], list[object]], tmp_path: Path
) -> None:
    (tmp_path / "ward-of-tests.db").write_text("rows")
    assert says() == [("warning", "another_database_is_there")]
