"""The sentences of alarms: value, limit, the source of the limit, and baseline."""

from typing import Final

from monitor.core.alarms.condition import Level, Rise, Threshold
from monitor.core.protocol.limit import beyond
from monitor.core.vocabulary.events import Alarm, Baseline
from monitor.core.vocabulary.vitals import VITALS


def figure(vital: str, value: float) -> str:
    """Format a value for a therapist: at most the vital sign's own decimals, or as measured."""
    return f"{round(value, max(1, VITALS[vital].decimals)):g}"


def signed(vital: str, difference: float) -> str:
    sign = "+" if difference >= 0 else "\u2212"
    return sign + figure(vital, abs(difference))


def crossing(
    threshold: Threshold, level: Level, baseline: Baseline | None, when: str, proof: str
) -> str:
    """Return the sentence of a condition that holds at `level`.

    when: "47 min after the dose"; proof: how it was confirmed
    """
    vital, value = threshold.vital, threshold.value
    assert value is not None
    name = VITALS[vital].name
    if threshold.risen is not None and level.priority == "high":
        return _rising(threshold, threshold.risen, level, baseline, when)
    if not beyond(threshold.direction, value, level.limit):
        return _was_beyond(threshold, level, when, proof)
    if threshold.relative and baseline is not None:
        where = (
            f"{name} {figure(vital, value)} is {figure(vital, value - baseline.value)} above the "
            f"baseline of {figure(vital, baseline.value)}; the {_limit(level)} over the "
            f"baseline is {figure(vital, level.limit)} ({level.source})"
        )
        return f"{where}, {when}. {proof}".strip()
    side = "at or above" if threshold.direction == "high" else "below"
    against = ""
    if baseline is not None:
        against = (
            f"; baseline {figure(vital, baseline.value)}, {signed(vital, value - baseline.value)}"
        )
    return (
        f"{name} {figure(vital, value)} is {side} the {_limit(level)} of "
        f"{figure(vital, level.limit)} ({level.source}), {when}{against}. {proof}"
    ).strip()


def _limit(level: Level) -> str:
    """ "high limit", "low-alarm limit": "low limit" would mean a lower bound."""
    return "low-alarm limit" if level.priority == "low" else f"{level.priority} limit"


def _rising(
    threshold: Threshold, rise: Rise, level: Level, baseline: Baseline | None, when: str
) -> str:
    """Return the sentence of a rise: high, although only the medium limit is crossed."""
    vital = threshold.vital
    minutes = (rise.at - rise.before_at) / 60
    against = ""
    if baseline is not None:
        against = (
            f"; baseline {figure(vital, baseline.value)}, "
            f"{signed(vital, rise.value - baseline.value)}"
        )
    return (
        f"{VITALS[vital].name} rises: {figure(vital, rise.value)}, and "
        f"{figure(vital, rise.before)} {minutes:.0f} min before, all at or above the medium limit "
        f"of {figure(vital, level.limit)} ({level.source}), {when}{against}."
    )


def _was_beyond(threshold: Threshold, level: Level, when: str, proof: str) -> str:
    """Return the sentence if the newest value is inside: not far enough, or it came too early."""
    vital, value = threshold.vital, threshold.value
    assert value is not None
    assert level.value is not None
    side = "at or above" if threshold.direction == "high" else "below"
    limit = f"{figure(vital, level.limit)} ({level.source})"
    against = f"{side} the {_limit(level)} of {limit}"
    if not beyond(threshold.direction, level.value, level.limit):  # the limit was moved since
        against = f"beyond the {_limit(level)} of that time, which now is {limit}"
    return (
        f"{VITALS[vital].name} was {figure(vital, level.value)}, {against}, and "
        f"{figure(vital, value)} after that is not enough to clear it, {when}. {proof}"
    ).strip()


def returned(threshold: Threshold, when: str) -> str:
    vital, value = threshold.vital, threshold.value
    assert value is not None
    side = "below" if threshold.direction == "high" else "above"
    limit = figure(vital, threshold.levels[0].limit)
    name = VITALS[vital].name
    return f"{name} {figure(vital, value)} is back {side} the limit of {limit}, {when}."


def overtaken(threshold: Threshold, level: Level, value: float, before: float) -> str:
    """Return the sentence of a high reading that came after a newer one.

    before: how much older it is, s
    """
    vital = threshold.vital
    side = "at or above" if threshold.direction == "high" else "below"
    return (
        f"{VITALS[vital].name} {figure(vital, value)} was {side} the high limit of "
        f"{figure(vital, level.limit)} ({level.source}), measured {before / 60:.0f} min before a "
        "reading that came earlier."
    )


def came_after(threshold: Threshold, value: float, when: str) -> str:
    vital = threshold.vital
    name = VITALS[vital].name
    return f"{name} was {figure(vital, value)} after that, by a reading that came before, {when}."


def standing(alarm: Alarm) -> str:
    """Return an alarm's sentence for display now: with a note if its data are lost."""
    if alarm.data_lost_at is None or alarm.cleared_at is not None:
        return alarm.reason
    return f"{alarm.reason} Data lost: it stands, and nothing is seen of it now."


def proof(threshold: Threshold, level: Level, *, timed: bool) -> str:
    """Return the sentence for how the crossing was confirmed, or why it holds without a repeat."""
    if VITALS[threshold.vital].stream is not None:
        return ""
    if threshold.provisional:
        return "Provisional: a repeat is asked for."
    if timed:
        return "No repeat came in time."
    if threshold.value is None or not beyond(threshold.direction, threshold.value, level.limit):
        return ""
    return "Confirmed by a repeat."


def ended(words: str) -> str:
    """Return the text with a full stop, unless a user typed a sentence's end already."""
    return words if words.endswith((".", "!", "?")) else f"{words}."


# --- who acknowledged it ------------------------------------------------------------------------

_STILL_THERE: Final = "Still there 10 min after "
_ACKNOWLEDGED_IT: Final = " acknowledged it. "


def still_there(alarm: Alarm) -> str:
    """Return how the sentence of an alarm begins that holds long after it was acknowledged."""
    return f"{_STILL_THERE}{alarm.acknowledged_by}{_ACKNOWLEDGED_IT}"


def reword(alarm: Alarm, words: str) -> None:
    """Replace the sentence of an alarm; the part that names who acknowledged it stays."""
    said = alarm.reason.removesuffix(bare(alarm))
    alarm.reason = said + words


def bare(alarm: Alarm) -> str:
    """Return the reason without the name of who acknowledged it, this time or an earlier one."""
    reason = alarm.reason.removeprefix(f"Acknowledged by {alarm.acknowledged_by}. ")
    if reason.startswith(_STILL_THERE):
        reason = reason.partition(_ACKNOWLEDGED_IT)[2]
    return reason
