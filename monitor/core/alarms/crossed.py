"""The reasons of alarms over limits: value, limit, the source of the limit, and baseline."""

from typing import Final

from monitor.core.alarms.condition import Level, Threshold
from monitor.core.protocol.limit import beyond
from monitor.core.vocabulary.events import Baseline
from monitor.core.vocabulary.reasons import Facts, Reason
from monitor.core.vocabulary.vitals import VITALS

UNCONFIRMED: Final = Reason("unconfirmed")
_PROVISIONAL: Final = Reason("provisional")
_NO_REPEAT: Final = Reason("no_repeat")
_REPEATED: Final = Reason("repeated")


def crossing(
    threshold: Threshold, level: Level, baseline: Baseline | None, when: Reason,
    proof: Reason | None,
) -> Reason:  # fmt: skip
    """Return the reason of a condition that holds at `level`.

    when: 47 min after the dose; proof: how it was confirmed
    """
    reason = _crossing(threshold, level, baseline, when, proof)
    rise, value = threshold.risen, threshold.value
    if rise is not None and level.priority == "high" and value is not None and value != rise.value:
        about: Facts = {"reason": reason, "vital": threshold.vital, "value": value}
        reason = Reason("with_newest", about)
    if threshold.unproven:
        return Reason("unproven", {"reason": reason, "why": threshold.unproven})
    return reason


def _crossing(
    threshold: Threshold, level: Level, baseline: Baseline | None, when: Reason,
    proof: Reason | None,
) -> Reason:  # fmt: skip
    vital, value, rise = threshold.vital, threshold.value, threshold.risen
    assert value is not None
    base = None if baseline is None else baseline.value
    if rise is not None and level.priority == "high":
        return Reason("rising", {
            "vital": vital, "value": rise.value, "before": rise.before,
            "minutes": (rise.at - rise.before_at) / 60, "limit": level.limit,
            "source": level.source, "when": when, "baseline": base,
        })  # fmt: skip
    if not beyond(threshold.direction, value, level.limit):
        assert level.value is not None
        moved = not beyond(threshold.direction, level.value, level.limit)
        return Reason("was_beyond", {
            "vital": vital, "value": value, "was": level.value, "direction": threshold.direction,
            "priority": level.priority, "limit": level.limit, "moved": moved,
            "source": level.source, "when": when, "proof": proof,
        })  # fmt: skip
    if threshold.relative and base is not None:
        return Reason("over_baseline", {
            "vital": vital, "value": value, "priority": level.priority, "limit": level.limit,
            "source": level.source, "when": when, "baseline": base, "proof": proof,
        })  # fmt: skip
    return Reason("beyond", {
        "vital": vital, "value": value, "direction": threshold.direction,
        "priority": level.priority, "limit": level.limit, "source": level.source, "when": when,
        "baseline": base, "proof": proof,
    })  # fmt: skip


def returned(threshold: Threshold, when: Reason) -> Reason:
    return Reason("returned", {
        "vital": threshold.vital, "value": threshold.value, "direction": threshold.direction,
        "limit": threshold.levels[0].limit, "when": when,
    })  # fmt: skip


def overtaken(threshold: Threshold, level: Level, value: float, before: float) -> Reason:
    """Return the reason of a high reading that came after a newer one.

    before: how much older it is, s
    """
    return Reason("overtaken", {
        "vital": threshold.vital, "value": value, "direction": threshold.direction,
        "limit": level.limit, "source": level.source, "minutes": before / 60,
    })  # fmt: skip


def came_after(threshold: Threshold, value: float, when: Reason) -> Reason:
    return Reason("came_after", {"vital": threshold.vital, "value": value, "when": when})


def proof(threshold: Threshold, level: Level, *, timed: bool) -> Reason | None:
    """Return how the crossing was confirmed, or why it holds without a repeat."""
    if VITALS[threshold.vital].stream is not None:
        return None
    if threshold.provisional:
        return _PROVISIONAL
    if timed:
        return _NO_REPEAT
    if threshold.value is None or not beyond(threshold.direction, threshold.value, level.limit):
        return None
    return _REPEATED
