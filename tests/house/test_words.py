"""One word, one thing: no class of the product has the name of another."""

import ast
from collections import defaultdict

from tests.house.architecture_page import REPOSITORY


def test_no_two_classes_have_the_same_name() -> None:
    found: dict[str, list[str]] = defaultdict(list)
    for module in sorted((REPOSITORY / "monitor").rglob("*.py")):
        for node in ast.parse(module.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                found[node.name].append(str(module.relative_to(REPOSITORY)))
    assert {name: places for name, places in found.items() if len(places) > 1} == {}
