"""Fixtures that provide the real parts. The parts themselves are in `tests/parts`."""

import gc
import os
import sys
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import pytest_asyncio
from hypothesis import settings
from playwright.async_api import Browser, Page

from tests.parts import (
    Mosquitto,
    Postgres,
    launched,
    recordings,
)
from tests.parts.alone import (
    KINDS,
    ByKind,
    Kind,
    Turns,
    begin_run,
    end_run,
    lead_session,
    note_kinds,
    turns_of_run,
)
from tests.parts.forge import Forge
from tests.parts.mosquitto import CONFIGURATION
from tests.parts.product import Product, last_words

# A developer's own settings must not reach the product under test, which also refuses variables of
# its prefix that it does not know. (`tests.parts.recordings` has read the tests' own by now.)
for _name in [name for name in os.environ if name.startswith("DOSING_MONITOR_")]:
    del os.environ[_name]

# The tests start the product and its commands some hundred times, and containers often forbid to
# keep bytecode: each start would then compile everything anew, which takes longer than the rest.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False


# How long an example takes depends on what else the machine does.
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")

# Pure tests first: a fault in a rule shows within a minute, not behind a browser.
_ORDER: Final = ("core", "codecs", "house", "adapters", "service", "web")
_KIND_OF: Final[dict[str, Kind]] = {
    "core": "pure", "codecs": "pure",
    "adapters": "background", "service": "background", "simulators": "background",
    "house": "background",
}  # fmt: skip
_LOCKS: Final = pytest.StashKey[Path | None]()
_TURNS: Final = pytest.StashKey[Turns]()


def pytest_configure(config: pytest.Config) -> None:
    if "PYTEST_XDIST_WORKER" in os.environ:
        lead_session()
    config.stash[_LOCKS] = begin_run()
    config.stash[_TURNS] = turns_of_run()
    Product.forge = Forge()


def pytest_unconfigure(config: pytest.Config) -> None:
    if _TURNS in config.stash:
        config.stash[_TURNS].close()
    if Product.forge is not None:
        Product.forge.close()
        Product.forge = None
    folder = config.stash.get(_LOCKS, None)
    if folder is not None:
        end_run(folder)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Pure tests first; files of paced tests, and then of tests that run alone, last.

    Several processes divide the files by `ByKind`.
    """
    kinds: dict[Path, int] = {}
    for item in items:
        kind = KINDS.index(_kind(item))
        kinds[item.path] = min(kind, kinds.get(item.path, kind))

    def place(item: pytest.Item) -> tuple[int, int]:
        folder = _folder(item)
        rank = _ORDER.index(folder) if folder in _ORDER else len(_ORDER)
        return kinds[item.path], rank

    items.sort(key=place)
    note_kinds({item.nodeid.partition("::")[0]: KINDS[kinds[item.path]] for item in items})


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByKind:
    return ByKind(config, log)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(
    item: pytest.Item, nextitem: pytest.Item | None
) -> Generator[None, object, object]:
    """Outside everything else, so that no timeout counts while a test waits for its turn."""
    kind = _kind(item)
    # Else each test of a row that runs alone would wait for one test of every other process.
    keep = kind == "alone" and nextitem is not None and _kind(nextitem) == kind
    with item.config.stash[_TURNS].held(kind, keep=keep):
        if kind == "alone":
            # What thousands of tests left: to look through it takes half a second, in which a test
            # in this process would measure the collector.
            gc.collect()
            gc.freeze()
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Print with a failure how the services that it used are."""
    report = yield
    if report.failed:
        report.sections += last_words()
    return report


def _kind(item: pytest.Item) -> Kind:
    """Return the kind that the closest mark names: that of the test before that of its file."""
    marks = [mark.name for mark in item.iter_markers()]
    named = next((kind for name in marks for kind in KINDS if kind == name), None)
    return named or _KIND_OF.get(_folder(item), "together")


def _folder(item: pytest.Item) -> str:
    return item.path.relative_to(Path(__file__).parent).parts[0]


@pytest.fixture
def mosquitto_with(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Mosquitto]]:
    """`mosquitto_with(configuration)` starts a broker with that mosquitto.conf.

    `{port}` and `{directory}` in the text are filled in; the text must contain `user root` if the
    tests run as root, or the broker cannot write to its directory.
    """
    started: list[Mosquitto] = []

    def start(configuration: str = CONFIGURATION) -> Mosquitto:
        broker = Mosquitto(tmp_path_factory.mktemp("mosquitto"), configuration)
        started.append(broker)
        return broker.start()

    yield start
    for broker in started:
        broker.kill()


@pytest.fixture
def mosquitto(mosquitto_with: Callable[..., Mosquitto]) -> Mosquitto:
    """A broker of its own for this test: `.url .port .log .stop() .kill() .start()`."""
    return mosquitto_with()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    """One server for the whole run; no test may stop it: see `own_postgres`."""
    with Postgres.running() as server:
        yield server


@pytest.fixture(scope="module")
def own_postgres() -> Iterator[Postgres]:
    """One server for the tests of a file, which may stop it and start it again.

    A stop, and the start after a kill, take as long as the server writes all its databases.
    """
    with Postgres.running() as server:
        yield server


@pytest.fixture
def postgres(postgres_server: Postgres) -> str:
    """The URL of a fresh, empty database."""
    return postgres_server.fresh()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/data/monitor.db"
    return str(request.getfixturevalue("postgres"))


@pytest_asyncio.fixture
async def chromium() -> AsyncIterator[Browser]:
    """A browser of its own for this test, headless."""
    async with launched() as browser:
        yield browser


@pytest_asyncio.fixture
async def page(chromium: Browser) -> AsyncIterator[Page]:
    """An empty page, 1280 by 800; the test fails if a script in it threw an uncaught error."""
    page = await chromium.new_page(viewport={"width": 1280, "height": 800})
    thrown: list[str] = []
    page.on("pageerror", lambda error: thrown.append(str(error)))
    yield page
    assert thrown == []


@pytest.fixture(scope="session")
def traces() -> Path:
    """The folder of recorded traces; the test is skipped if it is missing."""
    return recordings("traces")


@pytest.fixture(scope="session")
def payloads() -> Path:
    """The folder of published payloads; the test is skipped if it is missing."""
    return recordings("payloads")
