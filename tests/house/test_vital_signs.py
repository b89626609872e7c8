"""One profile a vital sign: no module asks for a vital sign by its code where a rule would do.

`tests/system/test_sixth_vital_sign.py` shows that this suffices: it adds one to the table.
"""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tests.house.architecture_page import REPOSITORY

TABLE: Final = "core/vocabulary/vitals.py"
# About skin contact, intervals between beats, a cuff's pulse, and the gates' heart rates.
PULSE: Final = {
    "core/acts/correct/correct_reading.py", "core/detection/readings/believing.py",
    "core/detection/readings/readings.py", "core/detection/situation.py",
    "core/quality/consistency.py", "core/state/vitals.py", "core/technical/sensor.py",
    "adapters/store/tables/journal.py",
}  # fmt: skip
# The protocols have limits for some; recorded traces have columns with names of their own.
LISTS: Final = {TABLE, "core/protocol/presets.py", "codecs/trace.py"}


def compares(source: str) -> set[str]:
    """Return the codes of single vital signs, and names of constants, that are compared with."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Compare):
            for one in (node.left, *node.comparators):
                if isinstance(one, ast.Constant) and one.value in ("hr", "temp"):
                    found.add(str(one.value))
                if isinstance(one, ast.Name) and one.id == "PULSE":
                    found.add(one.id)
    return found


def lists(source: str) -> bool:
    """Return whether the module has a list or table of vital signs."""
    groups = (ast.Tuple, ast.List, ast.Set, ast.Dict, ast.ClassDef)
    return any(
        {"hr", "temp"} <= {n.value for n in ast.walk(node) if isinstance(n, ast.Constant)}
        for node in ast.walk(ast.parse(source))
        if isinstance(node, groups)
    )


def modules() -> Iterator[tuple[str, str]]:
    root: Path = REPOSITORY / "monitor"
    for module in sorted(root.rglob("*.py")):
        yield str(module.relative_to(root)), module.read_text(encoding="utf-8")


def test_a_rule_is_asked_and_not_the_code_of_a_vital_sign() -> None:
    found = {name: said for name, source in modules() if (said := compares(source))}
    assert found == {name: {"PULSE"} for name in PULSE}


def test_the_table_of_vital_signs_is_the_only_one() -> None:
    assert {name for name, source in modules() if lists(source)} == LISTS


def test_both_find_an_offence() -> None:
    assert compares('if vital == "hr":\n    pass') == {"hr"}
    assert compares('late = [v for v in found if v != "temp"]') == {"temp"}
    assert lists('STEADY = {"hr": 5.0, "sbp": 8.0, "temp": 0.3}')
    assert not lists('names = {"sbp": "systolic", "dbp": "diastolic"}')
