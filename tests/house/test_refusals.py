"""Every refusal states its reason as data: none is raised with a sentence."""

import ast
from collections.abc import Iterator
from typing import Final

from tests.house.architecture_page import REPOSITORY

REFUSALS: Final = {"Refused", "GateRefused", "Unmet"}


def sentences(source: str) -> Iterator[int]:
    """Lines of refusals whose reason is a text, or is made of one on the spot."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in REFUSALS:
            given = node.args[-1:] if node.func.id == "Unmet" else node.args[:1]  # type: ignore[attr-defined]
            if not given or any(_is_text(one) for one in given):
                yield node.lineno


def _is_text(node: ast.expr) -> bool:
    text = isinstance(node, ast.JoinedStr) or (
        isinstance(node, ast.Constant) and isinstance(node.value, str)
    )
    return text or (isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("str", "plain"))


def test_no_refusal_is_raised_with_a_sentence() -> None:
    found = {
        str(module.relative_to(REPOSITORY)): lines
        for module in sorted((REPOSITORY / "monitor").rglob("*.py"))
        if (lines := [*sentences(module.read_text(encoding="utf-8"))])
    }
    assert found == {}


def test_the_search_finds_one() -> None:
    for call in ('Refused("It is late.")', 'Refused(f"{a} is late.")', 'Unmet("hr", "none")'):
        assert [*sentences(call)] == [1], call
    assert [*sentences('Refused(Reason("late"))')] == []
