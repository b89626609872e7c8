"""Print `docs/architecture.md` from the rooms: `python -m tests.house.architecture_page`.

A room is a folder. It is described by the first sentence of its docstring, and so is each file in
it. The order of the rooms is that of the contracts in pyproject.toml: from the top layer down.
"""

import ast
import re
import sys
import textwrap
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

REPOSITORY: Final = Path(__file__).resolve().parents[2]
PAGE: Final = REPOSITORY / "docs" / "architecture.md"
SKIPPED: Final = ("migrations", "__pycache__")
WIDTH: Final = 120
BEGINS: Final = (
    "This page is printed from the code, and a test fails when the two differ. Each room is a "
    "folder; in it stand the files, with what each is for. A room leans only on rooms that come "
    "after it here, and a linter holds it to that."
)
WAY: Final = (
    "A reading goes through `adapters/mqtt`, `service/ingest`, `codecs/formats`, the core (by "
    "`core/encounter`) and `adapters/store/writing`. What is decided goes through "
    "`service/sessions` to `adapters/live` and, as a notice, through `service/notices` to "
    "`adapters/deliver`. The core has no clock, no input and no output: times and inputs are "
    "handed to it, and it answers with events. `service/clock` is the only clock."
)


def page() -> str:
    return "\n".join(_lines()).rstrip() + "\n"


def rooms() -> Iterator[Path]:
    """Yield every folder of modules, from the top layer down, each before its subfolders."""
    yield from _below(REPOSITORY / "monitor")
    yield from _below(REPOSITORY / "simulators")


def names(room: Path) -> list[str]:
    """Names that `ls` shows in this room, except those that Python needs."""
    kept = (p for p in room.iterdir() if p.name not in ("__init__.py", "__pycache__"))
    return sorted(p.name for p in kept)


def _below(room: Path) -> Iterator[Path]:
    yield room
    folders = [p for p in room.iterdir() if (p / "__init__.py").exists() and p.name not in SKIPPED]
    for folder in sorted(folders, key=lambda p: (_floor(p), p.name)):
        yield from _below(folder)


def _floor(room: Path) -> int:
    """Distance from the top in the contract of the enclosing room; without a contract, last."""
    around = ".".join(room.parent.relative_to(REPOSITORY).parts)
    for contract in _contracts():
        if contract["type"] == "layers" and around in contract["containers"]:
            for floor, layer in enumerate(contract["layers"]):
                if room.name in [name.strip(" ()") for name in layer.split("|")]:
                    return floor
    return sys.maxsize


def _contracts() -> list[dict[str, Any]]:
    with (REPOSITORY / "pyproject.toml").open("rb") as file:
        found: list[dict[str, Any]] = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    return found


def _lines() -> Iterator[str]:
    yield from ("# Architecture", "", *textwrap.wrap(BEGINS, WIDTH), "", *textwrap.wrap(WAY, WIDTH))
    yield ""
    yield "## Rules that a linter holds"
    yield ""
    for contract in _contracts():
        yield f"- {contract['name']}."
    for room in rooms():
        yield from _room(room)


def _room(room: Path) -> Iterator[str]:
    yield ""
    yield f"## `{room.relative_to(REPOSITORY)}`"
    yield ""
    yield first_line(room / "__init__.py")
    files = sorted(p for p in room.glob("*.py") if p.name != "__init__.py")
    if files:
        yield ""
        yield "| file | what it is for |"
        yield "|---|---|"
    for file in files:
        yield f"| `{file.name}` | {first_line(file).replace('|', chr(92) + '|')} |"


def first_line(module: Path) -> str:
    return first_sentence(ast.get_docstring(ast.parse(module.read_text(encoding="utf-8"))) or "")


def first_sentence(text: str) -> str:
    """First sentence of a docstring; it may be longer than a line."""
    return " ".join(re.split(r"(?<=[.?!])\s|\n\n", text)[0].split())


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
