"""Alarms as conditions of a gate: which ones block a dose, with their ids and reasons.

The id contains the worst unacknowledged priority, so that an override of one alarm does not cover
another alarm, a higher priority, or the priority before it eased.
"""

from collections.abc import Mapping
from typing import Final

from monitor.core.sentences.calls import bare
from monitor.core.vocabulary.events import Alarm
from monitor.core.vocabulary.reasons import Facts, Reason
from monitor.core.vocabulary.refusals import Unmet
from monitor.core.vocabulary.vitals import PRESSURES, PULSE, VITALS
from monitor.core.vocabulary.words import Priority

ALARM: Final = "alarm:"
_WATCHED: Final = (*PRESSURES, PULSE)


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
    return Unmet(f"{ALARM}{alarm.id}:{counts(alarm)}", _because(alarm, seen, over=over))


def _because(alarm: Alarm, newest: Mapping[str, float], *, over: bool) -> Reason:
    about = _about(alarm)
    if alarm.cleared_at is not None and not over:
        return Reason("ended_unseen", about | _unseen(alarm))
    if over and not _alarming(alarm):
        return Reason("alarm_unseen", about | _unseen(alarm))
    if alarm.vital not in VITALS or alarm.value is None or alarm.limit is None:
        return Reason("alarm_lasts", {**about, "reason": bare(alarm.because)})
    eased = counts(alarm) != alarm.priority
    return Reason("limit_crossed", {
        **about, "value": newest.get(alarm.vital, alarm.value), "limit": alarm.limit,
        "unseen": Reason("not_acknowledged", _unseen(alarm)) if eased else None,
    })  # fmt: skip


def _about(alarm: Alarm) -> Facts:
    """Return which alarm it is, with the priority that counts."""
    return {
        "condition": alarm.condition, "kind": alarm.kind,
        "vital": alarm.vital if alarm.vital in VITALS else None, "priority": counts(alarm),
    }  # fmt: skip


def _unseen(alarm: Alarm) -> Facts:
    """Return how far it went before a person saw it. Its extreme may be known to one who did."""
    extreme = alarm.value if alarm.extreme is None else alarm.extreme
    return {"extreme": extreme, "struck": alarm.struck, "again": bool(alarm.acknowledged_by)}
