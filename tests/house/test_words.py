"""One word, one thing: class names differ, and a closed list is written once."""

import ast
from collections import defaultdict
from pathlib import Path
from typing import get_args

from monitor.core.vocabulary.words import DeviceKind, Mode, Role
from tests.house.architecture_page import REPOSITORY


def test_no_two_classes_have_the_same_name() -> None:
    found: dict[str, list[str]] = defaultdict(list)
    for module in sorted((REPOSITORY / "monitor").rglob("*.py")):
        for node in ast.parse(module.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                found[node.name].append(str(module.relative_to(REPOSITORY)))
    assert {name: places for name, places in found.items() if len(places) > 1} == {}


CLOSED_LISTS = [get_args(Role), get_args(DeviceKind), get_args(Mode)]


def lists_again(source: str) -> set[tuple[str, ...]]:
    """The closed lists that this module writes out once more."""
    groups = (ast.Tuple, ast.List, ast.Set, ast.Dict, ast.ClassDef)
    found: set[tuple[str, ...]] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, groups):
            said = {n.value for n in ast.walk(node) if isinstance(n, ast.Constant)}
            found |= {words for words in CLOSED_LISTS if said >= set(words)}
    return found


def test_a_closed_list_is_written_once() -> None:
    again = {
        str(module.relative_to(REPOSITORY)): found
        for module in sorted((REPOSITORY / "monitor").rglob("*.py"))
        if (found := lists_again(module.read_text(encoding="utf-8")))
    }
    # `PROMISES` says what each kind of device measures.
    words = "monitor/core/vocabulary/words.py"
    kinds = "monitor/core/vocabulary/vitals.py"
    assert again == {words: set(CLOSED_LISTS), kinds: {get_args(DeviceKind)}}


# Module names that several rooms share: each room has its side of the same thing.
SHARED = {
    "baseline", "clinic", "contacts", "corrections", "cuffs", "desk", "encounters",
    "escalation", "first_run", "health", "live", "notices", "sessions", "supervision", "turnstile",
    "vitals",
}  # fmt: skip


def test_a_module_name_stands_for_one_thing() -> None:
    """A new name that two modules share belongs in `SHARED`, or one of them needs another."""
    places: dict[str, set[Path]] = defaultdict(set)
    for module in (REPOSITORY / "monitor").rglob("*.py"):
        if "versions" not in module.parts and module.stem != "__main__":
            # A room and the module of its name are one.
            room = module.parent
            inner = module.stem in ("__init__", room.name)
            places[room.name if inner else module.stem].add(room if inner else module)
    assert {name for name, found in places.items() if len(found) > 1} == SHARED
