"""Alarms as conditions of gates: over and unseen, unseen, or in the way while they last.

Facts that several of them have: `priority` is the one that counts; `extreme` the farthest value, if
there was one; `struck` the value of the typed reading that the alarm rested on, if it was struck
out; `again` says that the alarm was acknowledged and has called for a person since.
"""

from typing import Final

from monitor.core.sentences.languages import table
from monitor.core.vocabulary.vitals import VITALS
from monitor.core.vocabulary.words import Kind, Priority

# The side of a limit: the two sides of one vital sign are two alarms, and a rise is a third.
_SIDES: Final = {"high": "over its limit", "low": "under its limit", "rise": "over the baseline"}


def ended_unseen(
    condition: str, kind: Kind, vital: str | None, priority: Priority, extreme: float | None,
    struck: float | None, again: bool,
) -> str:  # fmt: skip
    """Word an alarm that is over, for a gate that every alarm shuts."""
    if vital is None:
        bare = "" if _apart(condition, kind, vital) else f" ({_title(condition)})"
        one = _named(condition, kind, vital, priority) + bare
    else:
        technical = " technical" if kind == "technical" else ""
        about = f"{VITALS[vital].name.lower()} {_side(condition, vital) or _title(condition)}"
        one = f"a {priority}{technical} alarm, {about}{_that(extreme, struck)}"
    return f"Every alarm that is over is acknowledged: {one}, is not{_since(again)}."


def alarm_unseen(
    condition: str, kind: Kind, vital: str | None, priority: Priority, extreme: float | None,
    struck: float | None, again: bool,
) -> str:  # fmt: skip
    """Word an alarm that only needs an acknowledgement."""
    named = _named(condition, kind, vital, priority).capitalize()
    return f"{named} is acknowledged: {_reached(extreme, struck)}nobody has{_since(again)}."


def alarm_lasts(
    condition: str, kind: Kind, vital: str | None, priority: Priority, reason: str
) -> str:
    """Word an alarm without a value and a limit, by its own reason.

    The whole reason: "no high alarm" alone would read as if there were none.
    """
    return f"Without {_named(condition, kind, vital, priority)}: {reason}"


def limit_crossed(
    condition: str, kind: Kind, vital: str, priority: Priority, value: float, limit: float,
    unseen: str | None,
) -> str:  # fmt: skip
    """value: the newest; unseen: of an alarm that eased, why the priority before counts."""
    of = " over the baseline" if _rises(condition, vital) else _apart(condition, kind, vital)
    now = f"{unseen}; now " if unseen else ""
    return f"{VITALS[vital].name} without a {priority} alarm{of}: {now}{value:g}, limit {limit:g}."


def not_acknowledged(extreme: float | None, struck: float | None, again: bool) -> str:
    """Return a phrase."""
    return f"{_reached(extreme, struck)}nobody has acknowledged it{_since(again)}"


def _named(condition: str, kind: Kind, vital: str | None, priority: Priority) -> str:
    """ "a high alarm on systolic pressure", "a low technical alarm"."""
    if kind == "technical":
        return f"a {priority} technical alarm"
    of = f" on {VITALS[vital].name.lower()}" if vital is not None else ""
    rise = " over the baseline" if _rises(condition, vital) else _apart(condition, kind, vital)
    return f"a {priority} alarm{of}{rise}"


def _that(extreme: float | None, struck: float | None) -> str:
    if struck is not None:
        return f", by a reading of {struck:g} that was struck out"
    return "" if extreme is None else f", that reached {extreme:g}"


def _reached(extreme: float | None, struck: float | None) -> str:
    if struck is not None:
        return f"the reading of {struck:g} that raised it was struck out and "
    return "" if extreme is None else f"it reached {extreme:g} and "


def _since(again: bool) -> str:
    """Qualify an alarm that was acknowledged before it called again: its extreme may be known."""
    return " since it last called for somebody" if again else ""


def _side(condition: str, vital: str | None) -> str:
    """Return the side of the crossed limit; "": not an alarm over a limit."""
    return _SIDES.get(condition.removeprefix(f"{vital}_"), "")


def _rises(condition: str, vital: str | None) -> bool:
    return _side(condition, vital) == _SIDES["rise"]


def _apart(condition: str, kind: Kind, vital: str | None) -> str:
    """ " (not recovering)": a vital sign may have it beside an alarm over a limit."""
    return "" if _side(condition, vital) or kind == "technical" else f" ({_title(condition)})"


def _title(condition: str) -> str:
    return condition.replace("_", " ")


SENTENCES: Final = table(ended_unseen, alarm_unseen, alarm_lasts, limit_crossed, not_acknowledged)
