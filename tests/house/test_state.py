"""A session's memory is divided into parts, each with one writer: its own module, or one rule."""

import ast
from collections import defaultdict
from collections.abc import Iterator

import pytest

from monitor.core.state import State
from tests.house.architecture_page import REPOSITORY

# Methods that change a list or a dict.
MUTATORS = {
    "append", "clear", "extend", "insert", "pop", "popitem", "remove", "setdefault", "sort",
    "update",
}  # fmt: skip
# Fields that are not written by their part's module, and the one module that writes each.
WRITERS = {
    "now": {"core/encounter/encounter.py"},
    "undelivered": {"core/encounter/encounter.py"},
    "cuffs.requests": {"core/detection/cuff_requests.py"},
}


def written(source: str) -> Iterator[str]:
    """Yield the parts of a state that this module writes, as "part" or "part.field"."""
    for node in ast.walk(ast.parse(source)):
        for target in _targets(node):
            path = _path(target)
            calls = isinstance(node, ast.Call)
            if path and not (calls and len(path) == 1 and path[0] != "undelivered"):
                yield ".".join(path[:-1] or path)


def _targets(node: ast.AST) -> list[ast.expr]:
    if isinstance(node, ast.Assign):
        return [t for to in node.targets for t in (to.elts if isinstance(to, ast.Tuple) else [to])]
    if isinstance(node, (ast.AugAssign, ast.AnnAssign)):
        return [node.target]
    if isinstance(node, ast.Delete):
        return node.targets
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return [node.func.value] if node.func.attr in MUTATORS else []
    return []


def _path(node: ast.expr) -> list[str]:
    """Names after a state: `state.cuffs.users[x]` is ["cuffs", "users"]; other nodes give []."""
    names: list[str] = []
    while True:
        if isinstance(node, ast.Subscript):
            node = node.value
        elif isinstance(node, ast.Attribute):
            if node.attr in ("state", "_state"):
                break
            names.append(node.attr)
            node = node.value
        else:
            if isinstance(node, ast.Name) and node.id == "state":
                break
            return []
    names.reverse()
    return names if names and names[0] in State.__struct_fields__ else []


def test_each_part_has_one_writer() -> None:
    found: dict[str, set[str]] = defaultdict(set)
    for module in sorted((REPOSITORY / "monitor").rglob("*.py")):
        for part in written(module.read_text(encoding="utf-8")):
            found[part].add(str(module.relative_to(REPOSITORY / "monitor")))
    assert found == WRITERS


@pytest.mark.parametrize(
    ("line", "part"),
    [
        ("state.session.phase = 'peak'", "session"),
        ("state.vitals.silence[vital] = now", "vitals"),
        ("del state.devices.known[device]", "devices"),
        ("self._state.now = now", "now"),
        ("encounter.state.escalation.notice_count += 1", "escalation"),
        ("a, state.baseline.values = {}, {}", "baseline"),
        ("state.cuffs.requests.confirm_at = None", "cuffs.requests"),
        ("state.vitals.singles.setdefault(vital, []).append(one)", "vitals"),
        ("state.limits.thresholds.clear()", "limits"),
        ("state.undelivered.append(event)", "undelivered"),
    ],
)
def test_and_any_other_is_seen(line: str, part: str) -> None:
    assert set(written(line)) == {part}


@pytest.mark.parametrize("line", ["state.devices.remove(device)", "x = state.now", "row.state = 1"])
def test_who_reads_or_calls_writes_nothing(line: str) -> None:
    assert list(written(line)) == []
