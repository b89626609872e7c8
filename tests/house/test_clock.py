"""Only `monitor.service` and `simulators.publish` read a clock.

The linter bans the clocks that have a name. An event loop's clock is a method of an object, which a
linter cannot follow; this test searches for it.
"""

import ast
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

REPOSITORY: Final = Path(__file__).resolve().parents[2]
RUFF: Final = Path(sys.executable).with_name("ruff")

READS_A_CLOCK: Final = (
    "import time",
    "from time import monotonic",
    "import time as clock",
    "from datetime import datetime; at = datetime.now()",
    "import datetime as dt; at = dt.datetime.now(dt.UTC)",
    "from datetime import datetime; at = datetime.utcnow()",
    "from datetime import datetime; at = datetime.today()",
    "from datetime import date; at = date.today()",
)


def _banned(tree: Path, module: str, source: str) -> list[str]:
    file = tree / module
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(source + "\n")
    found = subprocess.run(
        [RUFF, "check", "--no-cache", "--select", "TID251", "--output-format", "json", file],
        cwd=tree,
        capture_output=True,
        check=False,
    )
    return [finding["code"] for finding in json.loads(found.stdout)]


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    copy = tmp_path_factory.mktemp("tree")
    shutil.copy(REPOSITORY / "pyproject.toml", copy)
    return copy


@pytest.mark.parametrize("source", READS_A_CLOCK)
@pytest.mark.parametrize(
    "module",
    ["monitor/core/x.py", "monitor/adapters/store/x.py", "monitor/__main__.py", "simulators/x.py"],
)
def test_a_clock_is_refused(tree: Path, module: str, source: str) -> None:
    assert "TID251" in _banned(tree, module, source)


@pytest.mark.parametrize(
    "module", ["monitor/service.py", "monitor/service/clock.py", "simulators/publish.py"]
)
def test_the_owners_of_a_clock_may_read_it(tree: Path, module: str) -> None:
    assert _banned(tree, module, "import time") == []


def loop_clocks(source: str) -> list[int]:
    """Line numbers where `time` is read from an expression whose name contains "loop"."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Attribute) and node.attr == "time"
        if "loop" in ast.unparse(node.value).lower()
    ]


def _clockless() -> Iterator[Path]:
    for package in ("monitor", "simulators"):
        for file in sorted((REPOSITORY / package).rglob("*.py")):
            inside = file.relative_to(REPOSITORY).with_suffix("").parts
            if inside[:2] not in {("monitor", "service"), ("simulators", "publish")}:
                yield file


def test_no_loops_clock_is_read() -> None:
    read = {str(f.relative_to(REPOSITORY)): loop_clocks(f.read_text()) for f in _clockless()}
    assert {file: lines for file, lines in read.items() if lines} == {}


@pytest.mark.parametrize(
    "source",
    [
        "at = asyncio.get_running_loop().time()",
        "at = self._loop.time()",
        "clock = loop.time",
        "Desk(clock=asyncio.get_event_loop().time())",
    ],
)
def test_a_loops_clock_would_be_found(source: str) -> None:
    assert loop_clocks(source)
