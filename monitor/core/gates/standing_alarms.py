"""Alarms as conditions of a gate: which ones block a dose, with their ids and sentences.

The id contains the worst unacknowledged priority, so that an override of one alarm does not cover
another alarm, a higher priority, or the priority before it eased.
"""

from collections.abc import Mapping
from typing import Final

from monitor.core.sentences.calls import bare
from monitor.core.sentences.english import english
from monitor.core.vocabulary.events import Alarm
from monitor.core.vocabulary.refusals import Unmet
from monitor.core.vocabulary.vitals import PRESSURES, PULSE, VITALS
from monitor.core.vocabulary.words import Priority

ALARM: Final = "alarm:"
_WATCHED: Final = (*PRESSURES, PULSE)
# The side of a limit: the two sides of one vital sign are two alarms, and a rise is a third.
_SIDES: Final = {"high": "over its limit", "low": "under its limit", "rise": "over the baseline"}


def holds_back(alarm: Alarm) -> bool:
    """Return whether the pressure is alarming, or a pressure or heart rate was, unacknowledged."""
    if alarm.kind != "physiological" or alarm.vital not in _WATCHED:
        return False
    return _alarming(alarm) or (alarm.waits and counts(alarm) != "low")


def _alarming(alarm: Alarm) -> bool:
    present = alarm.cleared_at is None and alarm.priority != "low"
    return present and alarm.vital in PRESSURES


def counts(alarm: Alarm) -> Priority:
    """Return the priority that counts: the worst until acknowledged, even if it eased or ended."""
    return alarm.gravity if alarm.waits else alarm.priority


def unmet(alarm: Alarm, seen: Mapping[str, float], *, over: bool = False) -> Unmet:
    """Return an alarm as an unmet condition.

    seen: vital sign -> its newest value
    over: an alarm that is not alarming now needs only an acknowledgement
    """
    return Unmet(f"{ALARM}{alarm.id}:{counts(alarm)}", _words(alarm, seen, over=over))


def _words(alarm: Alarm, newest: Mapping[str, float], *, over: bool) -> str:
    if alarm.cleared_at is not None and not over:
        return f"Every alarm that is over is acknowledged: {_one(alarm)}, is not{_since(alarm)}."
    if over and not _alarming(alarm):
        seen = f"{_reached(alarm)}nobody has{_since(alarm)}"
        return f"{_named(alarm).capitalize()} is acknowledged: {seen}."
    if alarm.vital not in VITALS or alarm.value is None or alarm.limit is None:
        # The whole reason: "no high alarm" alone would read as if there were none.
        return f"Without {_named(alarm)}: {english(bare(alarm.because))}"
    now = f"{newest.get(alarm.vital, alarm.value):g}, limit {alarm.limit:g}"
    if counts(alarm) != alarm.priority:
        now = f"{_reached(alarm)}nobody has acknowledged it{_since(alarm)}; now {now}"
    name, side = VITALS[alarm.vital].name, _side(alarm)
    of = "" if side in ("", "over its limit", "under its limit") else f" {side}"
    return f"{name} without a {counts(alarm)} alarm{of or _kind(alarm)}: {now}."


def _named(alarm: Alarm) -> str:
    """ "a high alarm on systolic pressure", "a low technical alarm"."""
    if alarm.kind == "technical":
        return f"a {counts(alarm)} technical alarm"
    of = f" on {VITALS[alarm.vital].name.lower()}" if alarm.vital in VITALS else ""
    rise = " over the baseline" if _side(alarm) == _SIDES["rise"] else _kind(alarm)
    return f"a {counts(alarm)} alarm{of}{rise}"


def _one(alarm: Alarm) -> str:
    """ "a high alarm, systolic pressure over the baseline, that reached 191"."""
    if alarm.vital not in VITALS:
        return f"{_named(alarm)}{'' if _kind(alarm) else f' ({_title(alarm)})'}"
    technical = " technical" if alarm.kind == "technical" else ""
    what = f"{VITALS[alarm.vital].name.lower()} {_side(alarm) or _title(alarm)}"
    return f"a {counts(alarm)}{technical} alarm, {what}{_that(alarm)}"


def _that(alarm: Alarm) -> str:
    if alarm.struck is not None:
        return f", by a reading of {alarm.struck:g} that was struck out"
    extreme = _extreme(alarm)
    return "" if extreme is None else f", that reached {extreme:g}"


def _since(alarm: Alarm) -> str:
    """Qualify an alarm that was acknowledged before it called again: its extreme may be known."""
    return " since it last called for somebody" if alarm.acknowledged_by else ""


def _reached(alarm: Alarm) -> str:
    if alarm.struck is not None:
        return f"the reading of {alarm.struck:g} that raised it was struck out and "
    extreme = _extreme(alarm)
    return "" if extreme is None else f"it reached {extreme:g} and "


def _extreme(alarm: Alarm) -> float | None:
    return alarm.value if alarm.extreme is None else alarm.extreme


def _side(alarm: Alarm) -> str:
    """Return the side of the crossed limit; "": not an alarm over a limit."""
    return _SIDES.get(alarm.condition.removeprefix(f"{alarm.vital}_"), "")


def _kind(alarm: Alarm) -> str:
    """ " (not recovering)": a vital sign may have it beside an alarm over a limit."""
    return "" if _side(alarm) or alarm.kind == "technical" else f" ({_title(alarm)})"


def _title(alarm: Alarm) -> str:
    return alarm.condition.replace("_", " ")
