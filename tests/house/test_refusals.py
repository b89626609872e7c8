"""Every refusal states its reason as data: none is raised with a sentence."""

import ast
from collections.abc import Iterator
from typing import Final

from tests.house.architecture_page import REPOSITORY

FIRST: Final = {"Refused", "GateRefused", "Unknown", "Conflict", "TooOften", "Unavailable", "Full"}
SECOND: Final = {"Unmet", "Invalid"}
# A text about the form of a label, a password or an address.
OF_FORM: Final = {"Invalid"}


def sentences(source: str) -> Iterator[int]:
    """Lines of refusals whose reason is a text, or is made of one on the spot."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        name = node.func.id
        if name in FIRST | SECOND:
            reason = node.args[name in SECOND]
            if _is_text(reason, {"str"} if name in OF_FORM else {"str", "plain"}):
                yield node.lineno


def _is_text(node: ast.expr, makers: set[str]) -> bool:
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Name) and node.func.id in makers
    return isinstance(node, (ast.JoinedStr, ast.Constant))


def test_no_refusal_is_raised_with_a_sentence() -> None:
    found = {
        str(module.relative_to(REPOSITORY)): lines
        for module in sorted((REPOSITORY / "monitor").rglob("*.py"))
        if (lines := [*sentences(module.read_text(encoding="utf-8"))])
    }
    assert found == {}


def test_the_search_finds_one() -> None:
    for call in (
        'Refused("It is late.")', 'Refused(f"{a} is late.")', 'Unmet("hr", "none")',
        'Invalid("at", "It is late.")', 'Conflict(str(error))', 'Unknown(plain("Gone."))',
    ):  # fmt: skip
        assert [*sentences(call)] == [1], call
    for call in ('Refused(Reason("late"))', 'Invalid("at", Reason("late"))'):
        assert [*sentences(call)] == [], call
