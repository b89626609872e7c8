"""Rows of sentences as a careful reader expects them: a code, its facts, and the exact English."""

from collections.abc import Iterable
from typing import Final

from monitor.core.sentences.english import english
from monitor.core.sentences.languages import Table
from monitor.core.vocabulary.reasons import Facts, Reason

Row = tuple[str, Facts, str]

BEFORE: Final = Reason("before_dose", {"doses": 1})
AFTER: Final = Reason("after_dose", {"minutes": 47, "dose": 1, "doses": 1})


def reads(code: str, facts: Facts) -> str:
    """Return the sentence of a reason; the reasons within it are in English, too."""
    return english(Reason(code, facts))


def assert_whole(rows: Iterable[Row], table: Table) -> None:
    """Each sentence of a module occurs in its rows, and they have no other."""
    assert {code for code, _, _ in rows} == table.keys()
