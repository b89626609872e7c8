"""Each import contract fires: the linter names a module that breaks it."""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

REPOSITORY: Final = Path(__file__).resolve().parents[2]
LINT_IMPORTS: Final = Path(sys.executable).with_name("lint-imports")

LAYERS = "Every room leans only on the rooms below it, and config is for the top two"
CORE = "The core is pure"
CODECS = "Codecs turn bytes into observations and do nothing else"
ANALYZE = "Analysing a trace needs no neighbour and no clock"
STRANGERS = "The monitor and its simulators do not know each other"
MQTT = "One door to MQTT in each package, and one module that is a broker"
DATABASE = "One door to the database"
SIMULATORS = "Simulated devices take the time as an argument: only publish waits and sends"

CORE_FLOORS = "In the core each room leans only on those below it"
CORE_DOOR = "From outside the core only its door, its words and its sentences are known"
SERVICE_FLOORS = "In the service each room leans only on those below it"
SESSIONS = "The running sessions do not know the web"
STORE_FLOORS = "In the store each room leans only on those below it"
HTTP_FLOORS = "In the web each room leans only on those below it"
CODEC_FLOORS = "In the codecs formats and contract do not know each other"
NOTICES_WAY = "A notice goes one way: ledger and attempts do not know each other, nor the reports"
NEIGHBOURS = "MQTT, delivery, the broker and the live view do not know each other"

IMPURE = "asyncio time logging os socket random fastapi sqlalchemy aiomqtt structlog threading"

# contract, room that breaks it, module imported there
OFFENCES: Final = [
    (LAYERS, "monitor.core", "monitor.codecs"),
    (LAYERS, "monitor.core", "monitor.adapters"),
    (LAYERS, "monitor.codecs", "monitor.adapters"),
    (LAYERS, "monitor.codecs", "monitor.config"),
    (LAYERS, "monitor.adapters", "monitor.service"),
    (LAYERS, "monitor.adapters", "monitor.config"),
    (LAYERS, "monitor.adapters", "monitor.__main__"),
    (CORE_FLOORS, "monitor.core.vocabulary", "monitor.core.state"),
    (CORE_FLOORS, "monitor.core.quality", "monitor.core.alarms"),
    (CORE_FLOORS, "monitor.core.gates", "monitor.core.notices"),
    (CORE_FLOORS, "monitor.core.detection", "monitor.core.acts"),
    (CORE_DOOR, "monitor.service.desk", "monitor.core.detection"),
    (CORE_DOOR, "monitor.codecs.contract", "monitor.core.state"),
    (CORE_DOOR, "monitor.adapters.store", "monitor.core.alarms.signal"),
    (SERVICE_FLOORS, "monitor.service.sessions", "monitor.service.desk"),
    (SERVICE_FLOORS, "monitor.service.ingest", "monitor.service.notices"),
    (SESSIONS, "monitor.service.sessions", "monitor.adapters.http"),
    (STORE_FLOORS, "monitor.adapters.store.tables", "monitor.adapters.store.writing"),
    (STORE_FLOORS, "monitor.adapters.store.questions", "monitor.adapters.store.database"),
    (HTTP_FLOORS, "monitor.adapters.http.doors", "monitor.adapters.http.guard"),
    (HTTP_FLOORS, "monitor.adapters.http.schema", "monitor.adapters.http.routes"),
    (NEIGHBOURS, "monitor.adapters.mqtt", "monitor.adapters.live"),
    (NEIGHBOURS, "monitor.adapters.broker", "monitor.adapters.deliver"),
    (CODEC_FLOORS, "monitor.codecs.formats", "monitor.codecs.contract"),
    *((CORE, "monitor.core", impure) for impure in IMPURE.split()),
    (CODECS, "monitor.codecs", "asyncio"),
    (CODECS, "monitor.codecs", "time"),
    (STRANGERS, "simulators", "monitor.codecs"),
    (STRANGERS, "monitor.adapters", "simulators"),
    (MQTT, "monitor.adapters", "aiomqtt"),
    (MQTT, "monitor.adapters", "paho"),
    (MQTT, "monitor.adapters", "amqtt"),
    (MQTT, "simulators", "aiomqtt"),
    (MQTT, "simulators", "paho"),
    (DATABASE, "monitor.adapters", "sqlalchemy"),
    (DATABASE, "simulators", "sqlite3"),
    (SIMULATORS, "simulators", "asyncio"),
    (SIMULATORS, "simulators", "time"),
]


def _import_offence(tree: Path, room: str, imported: str) -> str:
    """Write a module into `room` that imports `imported`; return its dotted name."""
    name = "offends_" + imported.replace(".", "_")
    (tree / room.replace(".", "/") / f"{name}.py").write_text(f"import {imported}\n")
    return f"{room}.{name}"


def _lint(tree: Path) -> str:
    found = subprocess.run(
        [LINT_IMPORTS, "--no-cache", "--no-logo"],
        cwd=tree,
        env={"COLUMNS": "200", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    return found.stdout + found.stderr


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the packages that the contracts apply to."""
    copy = tmp_path_factory.mktemp("tree")
    shutil.copy(REPOSITORY / "pyproject.toml", copy)
    for package in ("monitor", "simulators"):
        shutil.copytree(REPOSITORY / package, copy / package)
    return copy


@pytest.fixture(scope="module")
def verdict(tree: Path) -> str:
    """Output of the linter when all offences of the table are committed together."""
    for _, room, imported in OFFENCES:
        _import_offence(tree, room, imported)
    (tree / "monitor" / "helpers.py").touch()
    return _lint(tree)


@pytest.mark.parametrize(("contract", "room", "imported"), OFFENCES)
def test_an_offence_is_named_by_its_contract(
    verdict: str, contract: str, room: str, imported: str
) -> None:
    _, _, report = verdict.partition("Broken contracts")
    _, _, section = report.partition(f"{contract}\n")
    importer = f"{room}.offends_{imported.replace('.', '_')}"
    section, _, _ = section.partition("\n---")  # the line under the next heading
    assert f"{importer} -> {imported}" in section, verdict


# module, module imported there: both are there already
WITHIN: Final = [
    ("monitor.analyze", "monitor.adapters"),
    ("monitor.analyze", "time"),
    ("monitor.service.notices.delivery", "monitor.service.notices.ledger"),
    ("monitor.service.notices.delivery", "monitor.service.notices.reports"),
    ("monitor.service.notices.ledger", "monitor.service.notices.delivery"),
    ("monitor.service.notices.ledger", "monitor.service.notices.reports"),
    ("monitor.service.notices.dispatch", "monitor.service.notices.ledger"),
]


@pytest.fixture(scope="module")
def within(tree: Path, verdict: str) -> str:
    """Output of the linter for the same tree, with the offences in modules that exist."""
    assert verdict
    for importer, imported in WITHIN:
        with (tree / f"{importer.replace('.', '/')}.py").open("a") as module:
            module.write(f"\nimport {imported}\n")
    return _lint(tree).partition("Broken contracts")[2]


@pytest.mark.parametrize(("importer", "imported"), WITHIN[:2])
def test_analysing_may_not_come_to_lean_on_a_neighbour(
    within: str, importer: str, imported: str
) -> None:
    section = within.partition(f"{ANALYZE}\n")[2]
    assert f"{importer} -> {imported}" in section


@pytest.mark.parametrize(("importer", "imported"), WITHIN[2:])
def test_a_notice_goes_one_way(within: str, importer: str, imported: str) -> None:
    section, _, _ = within.partition(f"{NOTICES_WAY}\n")[2].partition("\n---")
    assert f"{importer} -> {imported}" in section


def test_a_room_that_nobody_planned_is_named(verdict: str) -> None:
    assert "helpers" in verdict.partition("Broken contracts")[2]
