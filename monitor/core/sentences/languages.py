"""Languages: each is a table from the code of a reason to a function of its facts.

The names of the function's arguments are those of the facts, so a fact that is missing or not
foreseen is an error, and a test finds it. A reason within a reason arrives as its words.
"""

from collections.abc import Callable, Mapping

from msgspec import Struct

from monitor.core.vocabulary.reasons import Fact, Reason

Table = Mapping[str, Callable[..., str]]


def table(*sentences: Callable[..., str]) -> Table:
    """Return the table of these sentences, each under its own name: the code of its reason."""
    return {sentence.__name__: sentence for sentence in sentences}


class Language(Struct, frozen=True):
    """name: as in `<html lang>`."""

    name: str
    table: Table


def say(reason: Reason, language: Language) -> str:
    """Return the words for a reason; "" if there is none.

    They are kept with the reason, because a status repeats it until it changes.
    """
    said: str | None = reason.__dict__.get(language.name)
    if said is None:
        facts = {name: _said(fact, language) for name, fact in reason.facts.items()}
        said = language.table[reason.code](**facts) if reason.code else ""
        reason.__dict__[language.name] = said
    return said


def _said(fact: Fact, language: Language) -> Fact:
    return say(fact, language) if type(fact) is Reason else fact
