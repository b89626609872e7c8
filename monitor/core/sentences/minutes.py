"""Minutes since a dose: the only place that says which dose a minute counts from.

With one dose a sentence reads "32 min after the dose". With several it names the dose from which it
counts: the last one before that moment, which need not be the last of all. A sentence that is in
use when one more dose is taken keeps counting from its dose, and now names it (`recounted`).
"""

from collections.abc import Sequence
from typing import Final

from monitor.core.sentences.languages import table
from monitor.core.vocabulary.inputs import Dose
from monitor.core.vocabulary.reasons import Reason, changed

_NUMBERS: Final = ("first", "second", "third", "fourth", "fifth", "sixth")
_BEFORE: Final = "before_dose"
_AFTER: Final = "after_dose"


def when(doses: Sequence[Dose], at: float) -> Reason:
    """Return a moment, counted from the dose before it. doses: all so far, ascending; at: s."""
    before = [dose for dose in doses if dose.at <= at]
    if not before:
        return Reason(_BEFORE, {"doses": len(doses)})
    passed = round((at - before[-1].at) / 60)
    return Reason(_AFTER, {"minutes": passed, "dose": len(before), "doses": len(doses)})


def since(doses: Sequence[Dose], at: float) -> Reason | None:
    """Return the moment; None until there is a dose to count from.

    A sentence lasts as long as its alarm, so it does not contain the time passed by now.
    """
    return when(doses, at) if doses else None


def recounted(reason: Reason, doses: int) -> Reason:
    """Return the reason as it reads with so many doses: the same object if it names none."""

    def anew(one: Reason) -> Reason:
        if one.code not in (_BEFORE, _AFTER) or one.facts["doses"] == doses:
            return one
        return Reason(one.code, one.facts | {"doses": doses})

    return changed(reason, anew)


# --- in English -----------------------------------------------------------------------------------


def before_dose(doses: int) -> str:
    return f"before {_name(1, doses)}"


def after_dose(minutes: int, dose: int, doses: int) -> str:
    """ "47 min after the dose"."""
    return f"{minutes} min after {_name(dose, doses)}"


def last(doses: int) -> str:
    """ "the dose"; "the last dose" of several. doses: how many there are."""
    return _name(doses, doses)


def _name(number: int, doses: int) -> str:
    if doses < 2:
        return "the dose"
    if number == doses:
        return "the last dose"
    return f"the {_NUMBERS[number - 1]} dose" if number <= len(_NUMBERS) else f"dose {number}"


SENTENCES: Final = table(before_dose, after_dose)
