"""Print `docs/reasons.md` from the tables of sentences: every code, with its facts.

After a wanted change write the page again with `python -m tests.core.sentences.reason_page`.
"""

import inspect
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, Literal, get_args, get_origin

from monitor.core.sentences.english import TABLES
from monitor.core.sentences.languages import Table

PAGE: Final = Path(__file__).parents[3] / "docs" / "reasons.md"
BEGIN: Final = "<!-- printed from the code -->"
# Facts that are reasons themselves.
NESTED: Final = {
    "when", "since", "source", "proof", "reason", "why", "late", "first", "second", "retaken",
    "found", "unseen",
}  # fmt: skip
# It is added to a reason as it is shown, and never sent.
NOTE: Final = "data_lost"
_TYPES: Final[dict[object, str]] = {float: "number", int: "whole number", bool: "yes or no"}


def page() -> str:
    """Return the present page with its tables printed again."""
    head = PAGE.read_text(encoding="utf-8").partition(BEGIN)[0]
    return head + BEGIN + "\n" + "\n".join(line for table in TABLES for line in _rows(table)) + "\n"


def _rows(table: Table) -> Iterator[str]:
    module = inspect.getmodule(next(iter(table.values())))
    assert module is not None
    yield f"\n## {(module.__doc__ or '').splitlines()[0].rstrip('.')}\n"
    yield "| code | facts |"
    yield "|---|---|"
    for code, sentence in table.items():
        if code != NOTE:
            yield f"| `{code}` | {', '.join(_facts(sentence)) or 'none'} |"


def _facts(sentence: Callable[..., str]) -> Iterator[str]:
    for fact in inspect.signature(sentence, eval_str=True).parameters.values():
        may_lack = type(None) in get_args(fact.annotation) or fact.default is not fact.empty
        known = f"`{fact.name}` {_kind(fact.name, fact.annotation)}"
        yield f"({known})" if may_lack else known


def _kind(name: str, annotation: object) -> str:
    if name in NESTED:
        return "reason"
    if get_origin(annotation) is tuple:
        return "list of text"
    kinds = [kind for kind in get_args(annotation) if kind is not type(None)]
    if get_origin(annotation) is Literal or not kinds:
        return _TYPES.get(annotation, "text")
    return _TYPES.get(kinds[0], "text")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
