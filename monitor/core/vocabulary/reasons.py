"""Reasons as data: a code that names the case, and the facts of it. The sentences are elsewhere.

The core decides and states why; which words a person reads for it depends on their language
(`core/sentences`). Code compares codes and facts, and never a sentence.
"""

from collections.abc import Callable
from typing import Final

from msgspec import Struct
from msgspec.structs import replace


class Reason(Struct, frozen=True, dict=True):
    """Why something was decided, or where a number comes from.

    code    names the case: a row in the table of each language; "": there is no reason
    facts   the arguments of that row: values in their own units, times in seconds, words of closed
            lists, names and texts that people typed, and further reasons
    """

    code: str
    facts: "Facts" = {}

    def __bool__(self) -> bool:
        return bool(self.code)


Fact = str | int | float | bool | None | Reason | tuple[str, ...]
Facts = dict[str, Fact]
NONE: Final = Reason("")


def plain(text: str) -> Reason:
    """Return a text as a reason: of a person, of a device, or of an older version."""
    return Reason("text", {"text": text})


def changed(reason: Reason, change: Callable[[Reason], Reason]) -> Reason:
    """Return a reason with `change` applied to it and to all reasons within it.

    It is the same object if nothing changes.
    """
    facts: Facts = {
        name: changed(fact, change) if type(fact) is Reason else fact
        for name, fact in reason.facts.items()
    }
    if any(facts[name] is not fact for name, fact in reason.facts.items()):
        reason = replace(reason, facts=facts)
    return change(reason)
