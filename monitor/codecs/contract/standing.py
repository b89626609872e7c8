"""The state of an alarm in words: its priority, since when, and whether a person acknowledged it.

One rule for every text of the service; the page's is `since.js`, checked against the same table
(`tests/golden/standing.json`). An acknowledgement covers only the state of the alarm when it was
made: if the alarm has called for a person since, it counts as not acknowledged.
"""

from collections.abc import Callable

from monitor.core.vocabulary.events import Alarm

Clock = Callable[[float], str]


def chip(alarm: Alarm) -> str:
    """Return a short label: "High", "High, eased" or "High, over"."""
    word = alarm.gravity.capitalize()
    if alarm.presence == "latched":
        return f"{word}, over"
    return word if alarm.gravity == alarm.priority else f"{word}, eased"


def answer(alarm: Alarm, clock: Clock) -> str:
    """Return who acknowledged it, or since when no one has. clock: formats a time."""
    by, called = alarm.acknowledged_by, alarm.called_at
    if not alarm.waits and by:
        return f"Acknowledged by {by}."
    anew = called is not None and called != alarm.raised_at
    before = ""
    if by and alarm.acknowledged_at is not None:
        before = f"{by} did {clock(alarm.acknowledged_at)}"
    return unanswered(clock(called) if anew and called is not None else "", before)


def unanswered(since: str = "", before: str = "") -> str:
    """Return the sentence for an alarm that waits.

    since: when it last called for a person, "": when it began; before: "thea did 01:06"
    """
    when = f" since {since}" if since else " again" if before else ""
    return f"Nobody has acknowledged it{when}{f' ({before})' if before else ''}."


def history(alarm: Alarm, clock: Clock) -> str:
    """Return e.g. "07:20, high from 07:04, began 06:57 as low": since when its present priority,
    its worst one, its first one; only its onset if these are all the same."""
    began, since, worst = clock(alarm.onset), alarm.priority_since, alarm.worst_since
    if since is None or (since == alarm.onset and alarm.gravity == alarm.priority):
        return began
    parts = [clock(since)]
    if worst is not None and alarm.gravity != alarm.priority:
        parts.append(f"{alarm.worst} from {clock(worst)}")
    if alarm.began != alarm.worst or worst is None:
        parts.append(f"began {began}{f' as {alarm.began}' if alarm.began else ''}")
    return ", ".join(parts)
