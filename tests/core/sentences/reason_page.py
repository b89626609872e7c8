"""Print `docs/reasons.md` from the tables of sentences: every code, with its facts.

After a wanted change write the page again with `python -m tests.core.sentences.reason_page`.
"""

import inspect
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final, Literal, get_args, get_origin

from monitor.core.detection.expected_course import ROUTES
from monitor.core.sentences.english import TABLES
from monitor.core.sentences.languages import Table
from monitor.core.sentences.sensors import CUFF_DOUBTS, HALVES
from monitor.core.vocabulary.symptoms import RISK_FACTORS, SYMPTOMS
from monitor.core.vocabulary.vitals import VITALS

PAGE: Final = Path(__file__).parents[3] / "docs" / "reasons.md"
BEGIN: Final = "<!-- printed from the code -->"
# Facts that are reasons themselves.
NESTED: Final = {
    "when", "since", "source", "proof", "reason", "why", "late", "first", "second", "retaken",
    "found", "unseen",
}  # fmt: skip
# The same of these codes; rows of an older version have a text there.
NESTED_CAUSE: Final = ("contact_unreached", "address_unusable")
# It is added to a reason as it is shown, and never sent.
NOTE: Final = "data_lost"
_TYPES: Final[dict[object, str]] = {float: "number", int: "whole number", bool: "yes or no"}


# Facts that are words of a closed list, where their type does not name the words.
_LISTS: Final[dict[str, tuple[str, ...]]] = {
    "vital": tuple(VITALS), "half": tuple(HALVES), "lost": tuple(HALVES),
    "flags": tuple(CUFF_DOUBTS), "symptom": tuple(SYMPTOMS), "factor": tuple(RISK_FACTORS),
    "route": tuple(ROUTES),
}  # fmt: skip
_WORDS_HEAD: Final = """
## The words of closed lists

A fact that is a *word* is one of these, and *words* are several of them.

| fact | words |
|---|---|"""


def page() -> str:
    """Return the present page with its tables printed again."""
    head = PAGE.read_text(encoding="utf-8").partition(BEGIN)[0]
    printed = [line for table in TABLES for line in _rows(table)] + list(_lists())
    return head + BEGIN + "\n" + "\n".join(printed) + "\n"


def _rows(table: Table) -> Iterator[str]:
    module = inspect.getmodule(next(iter(table.values())))
    assert module is not None
    yield f"\n## {(module.__doc__ or '').splitlines()[0].rstrip('.')}\n"
    yield "| code | facts |"
    yield "|---|---|"
    for code, sentence in table.items():
        if code != NOTE:
            printed = ", ".join(_printed(code, fact) for fact in facts_of(sentence))
            yield f"| `{code}` | {printed or 'none'} |"


def _lists() -> Iterator[str]:
    yield _WORDS_HEAD
    known: dict[str, tuple[str, ...]] = {}
    for table in TABLES:
        for fact in (fact for sentence in table.values() for fact in facts_of(sentence)):
            if words := words_of(fact):
                assert known.setdefault(fact.name, words) == words, f"two lists of {fact.name}"
    for name, words in sorted(known.items()):
        yield f"| `{name}` | {', '.join(f'`{word}`' for word in words)} |"


def facts_of(sentence: Callable[..., str]) -> Iterable[inspect.Parameter]:
    return inspect.signature(sentence, eval_str=True).parameters.values()


def words_of(fact: inspect.Parameter) -> tuple[str, ...]:
    """Return the words of which this fact is one; empty: it is another kind of fact."""
    for kind in (fact.annotation, *get_args(fact.annotation)):
        if get_origin(kind) is Literal:
            return get_args(kind)
    return _LISTS.get(fact.name, ())


def _printed(code: str, fact: inspect.Parameter) -> str:
    may_lack = type(None) in get_args(fact.annotation) or fact.default is not fact.empty
    known = f"`{fact.name}` {_kind(code, fact)}"
    return f"({known})" if may_lack else known


def _kind(code: str, fact: inspect.Parameter) -> str:
    kinds = [k for k in get_args(fact.annotation) if k is not type(None)] or [fact.annotation]
    several = get_origin(fact.annotation) is tuple
    if words_of(fact):
        return "words" if several else "word"
    nested = fact.name in NESTED or (fact.name == "cause" and code in NESTED_CAUSE)
    if nested and kinds == [str]:
        return "reason"
    return "list of text" if several else _TYPES.get(kinds[0], "text")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
