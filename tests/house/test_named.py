"""Whoever changes a module finds the tests that are about it by its name."""

import ast
from pathlib import Path
from typing import Final

import pytest

REPOSITORY: Final = Path(__file__).resolve().parents[2]
ROOMS: Final = ("core", "codecs", "service", "adapters/http")
TESTS: Final = {path.name for path in (REPOSITORY / "tests").rglob("test_*.py")}


def does_something(module: Path) -> bool:
    """Return whether a function or method of it has a body. Structs and constants alone do not."""
    functions = (
        node
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    return any(not _is_text(line) for function in functions for line in function.body)


def _is_text(line: ast.stmt) -> bool:
    """Return whether a line is a docstring or an ellipsis."""
    return isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant)


@pytest.mark.parametrize("room", ROOMS)
def test_a_module_has_a_file_of_tests_of_its_name(room: str) -> None:
    """That is `test_NAME.py`, in the folder of the same path, or where its story is told."""
    modules = (REPOSITORY / "monitor" / room).rglob("[!_]*.py")
    lacking = [m for m in modules if f"test_{m.name}" not in TESTS and does_something(m)]
    assert [str(module.relative_to(REPOSITORY)) for module in lacking] == []
