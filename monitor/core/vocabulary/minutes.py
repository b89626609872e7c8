"""Minutes since a dose, in words: the only place that writes which dose a minute counts from.

With one dose a sentence reads "32 min after the dose". With several it names the dose from which it
counts: the last one before that moment, which need not be the last of all. A sentence that is in
use when one more dose is taken keeps counting from its dose, and now names it.
"""

from collections.abc import Sequence
from typing import Final

from monitor.core.vocabulary.inputs import Dose

_NUMBERS: Final = ("first", "second", "third", "fourth", "fifth", "sixth")


def when(doses: Sequence[Dose], at: float) -> str:
    """ "47 min after the dose", "before the dose". doses: all so far, ascending; at: s."""
    before = [dose for dose in doses if dose.at <= at]
    if not before:
        return f"before {_name(1, len(doses))}"
    return f"{(at - before[-1].at) / 60:.0f} min after {_name(len(before), len(doses))}"


def last(doses: int) -> str:
    """ "the dose"; "the last dose" of several. doses: how many there are."""
    return _name(doses, doses)


def _name(number: int, doses: int) -> str:
    if doses < 2:
        return "the dose"
    return "the last dose" if number == doses else numbered(number)


def numbered(number: int) -> str:
    return f"the {_NUMBERS[number - 1]} dose" if number <= len(_NUMBERS) else f"dose {number}"
